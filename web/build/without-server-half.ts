import type { Plugin } from 'vite';

const contract = /\/contract\/src\/[a-z-]+\.ts$/;
/** What an endpoint or a message is for, written for the documentation. */
const summary = /^ +summary:\s+'(?:[^'\\]|\\.)*',$/gm;

/** Leaves out of the build what the contract says for people who read its documentation. */
export function withoutSummaries(): Plugin {
  return {
    name: 'without-summaries',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: contract },
      handler: (code) => ({ code: code.replace(summary, ''), map: null }),
    },
  };
}

import type { Plugin } from 'vite';

/** The server generates OpenAPI with it; a page never writes JSON Schema, yet every schema would carry it along. */
const jsonSchema = /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/;
const contract = /\/contract\/src\/[a-z-]+\.ts$/;
/** What an endpoint or a message is for: written for the documentation. */
const summary = /^ +summary:\s+'(?:[^'\\]|\\.)*',$/gm;

/** Leaves out of the build what reaches every page and is never used there. */
export function withoutUnused(): Plugin[] {
  return [
    {
      name: 'without-json-schema',
      apply: 'serve',
      transform: {
        filter: { id: jsonSchema },
        handler(code) {
          const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
          const stubs = names.map((name) => `export const ${name ?? ''} = () => undefined;`);
          return { code: stubs.join('\n'), map: null };
        },
      },
    },
    {
      name: 'without-summaries',
      apply: 'build',
      enforce: 'pre',
      transform: {
        filter: { id: contract },
        handler: (code) => ({ code: code.replace(summary, ''), map: null }),
      },
    },
  ];
}

import type { Plugin } from 'vite';

const contract = /\/contract\/src\/[a-z-]+\.ts$/;
/**
 * Lines of an endpoint or a message that only the server and the documentation read. Fields of schemas have a
 * schema there and none of these values.
 */
const serverHalf =
  /^ +(?:summary:\s+'(?:[^'\\]|\\.)*'|access: (?:'[a-z-]+'|\{ can: '[a-z.-]+' \})|rate: '[a-z]+'|problems: \[[^\]]*\]|duringConflict: true),$/gm;

/** Leaves out of the build what the contract says of an endpoint beside what a client sends and gets. */
export function withoutServerHalf(): Plugin {
  return {
    name: 'without-server-half',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: contract },
      handler: (code) => ({ code: code.replace(serverHalf, ''), map: null }),
    },
  };
}

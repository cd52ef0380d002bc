import type { Plugin } from 'vite';

/**
 * Parts of libraries that reach every page because something that is used names them, though nothing that runs
 * here ever comes to them. Each is a module whose exports become functions that do nothing.
 */
const unused: readonly RegExp[] = [
  // The server generates OpenAPI with it; a page never writes JSON Schema.
  /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/,
];

/** Leaves them out of the build. */
export function withoutUnused(): Plugin {
  return {
    name: 'without-unused',
    apply: 'build',
    transform: {
      filter: { id: [...unused] },
      handler(code) {
        const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
        const stubs = names.map((name) => `export const ${name ?? ''} = () => undefined;`);
        return { code: stubs.join('\n'), map: null };
      },
    },
  };
}

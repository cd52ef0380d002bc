/** How the web part is built (`dist/`, served by the server) and served while developing. */
import process from 'node:process';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = `http://127.0.0.1:${process.env['SLIPMAT_SERVER_PORT'] ?? '8080'}`;
const served = ['/api', '/listen', '/posters', '/problems', '/healthz'];

/** With zod comes its setting, so that it is set before any schema is made (`src/api/zod-config.ts`). */
const basePackages =
  /\/node_modules\/(?:react|react-dom|scheduler|zod|@tanstack|wouter|regexparam|use-sync-external-store)\/|\/api\/zod-config\.ts$/;

/**
 * Leaves the writing of JSON Schema out of zod: the server generates OpenAPI with it, a page never does, and
 * every schema would carry it along (a fifth of zod's size).
 */
function withoutJsonSchema(): Plugin {
  return {
    name: 'zod-without-json-schema',
    apply: 'build',
    transform: {
      filter: { id: /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/ },
      handler(code) {
        const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
        const stubs = names.map((name) => `export const ${name ?? ''} = () => undefined;`);
        return { code: stubs.join('\n'), map: null };
      },
    },
  };
}

export default defineConfig({
  base: '/',
  plugins: [react(), tailwindcss(), withoutJsonSchema()],
  build: {
    manifest: true,
    assetsDir: 'assets',
    // An inlined asset would be a data: address, which the security policy allows for images only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What every page needs compresses better in one piece, and stays cached when only our own code changes.
        codeSplitting: { groups: [{ name: 'base', test: basePackages }] },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(served.map((path) => [path, { target: server }])),
      '/realtime': { target: server, ws: true },
    },
  },
});

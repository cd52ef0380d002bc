/** How the web part is built (`dist/`, served by the server) and served while developing. */
import process from 'node:process';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { chunkGroups } from './build/chunks.ts';
import { compressed } from './build/compressed.ts';
import { withoutServerHalf } from './build/without-server-half.ts';

const server = `http://127.0.0.1:${process.env['SLIPMAT_SERVER_PORT'] ?? '8080'}`;
const served = ['/api', '/listen', '/posters', '/problems', '/healthz'];

export default defineConfig({
  base: '/',
  plugins: [react(), tailwindcss(), withoutServerHalf(), compressed()],
  build: {
    manifest: true,
    assetsDir: 'assets',
    // An inlined asset would be a data: address, which the security policy allows for images only.
    assetsInlineLimit: 0,
    modulePreload: {
      // Browsers that run what is built here know it.
      polyfill: false,
      // The frame names the files of all pages to load each page's at once; of these most share two.
      resolveDependencies: (_page, files, { hostType }) =>
        hostType === 'html' ? files : files.filter((file) => /\/pages-[^/]+$/.test(file)),
    },
    rolldownOptions: { output: { codeSplitting: { groups: chunkGroups(import.meta.dirname) } } },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(served.map((path) => [path, { target: server }])),
      '/realtime': { target: server, ws: true },
    },
  },
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Compresses well, and is long enough for that to be worth a second file. */
const worthIt = /\.(?:js|css|svg|webmanifest|json)$/;
/** Bytes; a shorter answer fits into one packet either way. */
const shortest = 1024;

/**
 * Writes a `.gz` and a `.br` beside every text file of the build, for the server to send as they are. The page
 * itself is left out: the server fills its head in.
 */
export function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed-copies',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
        if (!entry.isFile() || !worthIt.test(entry.name) || entry.parentPath.includes('.vite')) continue;
        const file = join(entry.parentPath, entry.name);
        const content = readFileSync(file);
        if (content.length < shortest) continue;
        writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
        writeFileSync(`${file}.br`, brotliCompressSync(content));
      }
    },
  };
}

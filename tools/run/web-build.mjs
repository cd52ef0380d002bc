import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { filesBelow, isMissing } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { runCaptured } from './processes.mjs';

/** Holds the hash of the sources that web/dist was built from. Vite empties the folder, so a failed build has none. */
const STAMP = 'web/dist/.sources.sha256';

/** What a web build depends on besides web/ itself. */
const SHARED_SOURCES = ['contract/src', 'contract/package.json', 'package-lock.json', 'tsconfig.base.json'];

/**
 * @param {string} root
 * @returns {string} a hash that changes when anything that could change the built web part does
 */
export function webSourcesHash(root) {
  const hash = createHash('sha256');
  const shared = SHARED_SOURCES.flatMap((path) =>
    path.includes('.') ? [join(root, path)] : filesBelow(join(root, path)),
  );
  for (const file of [...filesBelow(join(root, 'web')), ...shared]) {
    if (file.endsWith('.test.ts')) continue;
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * Builds the web part when its sources changed since the last build.
 *
 * @param {string} root
 * @param {string} runtime the Node to build with
 * @throws {PlainError} with Vite's output when the build fails
 */
export async function ensureWebBuilt(root, runtime) {
  const stamp = join(root, STAMP);
  const hash = webSourcesHash(root);
  if (stampIs(stamp, hash)) return;
  process.stderr.write('Building the web part (its sources changed)…\n');
  const { code, output } = await runCaptured(
    runtime,
    [viteProgram(root), 'build', '--logLevel', 'warn'],
    join(root, 'web'),
  );
  if (code !== 0)
    throw new PlainError(`${output}\nThe web part could not be built; what Vite printed is above.`);
  writeFileSync(stamp, hash);
}

/**
 * @param {string} stamp
 * @param {string} hash
 */
function stampIs(stamp, hash) {
  try {
    return readFileSync(stamp, 'utf8') === hash;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * @param {string} root
 * @returns {string} the script that is Vite's command
 */
export function viteProgram(root) {
  const require = createRequire(join(root, 'web/package.json'));
  return join(dirname(require.resolve('vite/package.json')), 'bin/vite.js');
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PlainError } from './plain-error.mjs';

/** The oldest Node that runs the server: TypeScript without a flag, node:sqlite with timeouts and backup. */
const OLDEST = { major: 24, minor: 7 };

/**
 * @param {string} version as `node --version` prints it
 * @returns {boolean} whether that Node can run the server
 */
export function isRecentEnough(version) {
  const match = /^v?(\d+)\.(\d+)\./.exec(version);
  if (!match) return false;
  const major = Number(match[1]);
  return major > OLDEST.major || (major === OLDEST.major && Number(match[2]) >= OLDEST.minor);
}

/**
 * The Node that runs TypeScript: the one pinned in package.json where there is a build for this machine,
 * otherwise the one that runs this script.
 *
 * @param {string} root
 * @param {string} [outer] the Node to fall back to
 * @returns {string} absolute path of the program
 * @throws {PlainError} when neither is recent enough
 */
export function findRuntime(root, outer = process.execPath) {
  for (const candidate of [join(root, 'node_modules/.bin/node'), outer]) {
    const answer = spawnSync(candidate, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0 && isRecentEnough(answer.stdout.trim())) return candidate;
  }
  throw new PlainError(
    [
      `Slipmat needs Node ${OLDEST.major}.${OLDEST.minor} or newer to run; this is Node ${process.versions.node}.`,
      `On Linux (glibc, x64 or arm64) \`npm ci\` brings the right one along as an optional dependency:`,
      `if optional dependencies are switched off, switch them on and run it again.`,
      `On every other system install Node ${OLDEST.major} from https://nodejs.org/ and start again.`,
    ].join('\n'),
  );
}

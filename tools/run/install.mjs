import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { runInForeground } from './processes.mjs';

/** Holds the hash of the lock file that node_modules was installed from. */
const STAMP = 'node_modules/.slipmat-lock.sha256';

/**
 * Where an installation stands:
 * `ready` — made from this lock file; `adopt` — made by hand, but equal to it; `install` — missing or different.
 *
 * @param {string} root
 * @returns {'ready' | 'adopt' | 'install'}
 */
export function installState(root) {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (readOptional(join(root, STAMP)) === hashOf(lock) && existsSync(join(root, 'node_modules/.bin')))
    return 'ready';
  const installed = readOptional(join(root, 'node_modules/.package-lock.json'));
  return installed !== undefined && isInstalledFrom(JSON.parse(lock), JSON.parse(installed))
    ? 'adopt'
    : 'install';
}

/**
 * Whether npm's own record of node_modules has everything the lock file asks for. What the lock file calls
 * optional may be missing (another platform's binaries), but not be there in another version.
 *
 * @param {Lock} lock
 * @param {Lock} installed
 * @returns {boolean}
 *
 * @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }> }} Lock
 */
export function isInstalledFrom(lock, installed) {
  const present = installed.packages ?? {};
  return Object.entries(lock.packages ?? {}).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = present[path];
    if (!found) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && found.link === wanted.link;
  });
}

/**
 * Installs from the lock file, once: does nothing when node_modules already comes from it.
 *
 * @param {string} root
 * @throws {PlainError} when npm fails; npm has said why
 */
export async function ensureInstalled(root) {
  const state = installState(root);
  if (state === 'ready') return;
  if (state === 'install') await install(root);
  writeFileSync(join(root, STAMP), hashOf(readFileSync(join(root, 'package-lock.json'), 'utf8')));
}

/** @param {string} root */
async function install(root) {
  process.stderr.write('Installing the packages of package-lock.json (once)…\n');
  const [program, args] = npmProgram(process.env);
  // Development packages build the web part, optional ones carry the platform's binaries: both are needed
  // whatever NODE_ENV or a user's npmrc says.
  const wanted = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await runInForeground(program, [...args, ...wanted], { cwd: root, output: 'stderr' });
  if (code !== 0) throw new PlainError(`npm ci failed (exit code ${code}); what it printed is above.`);
}

/**
 * The npm that called us, by file, so that it is the same one and works where `npm` is a script (Windows).
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, string[]]} program and its leading arguments
 */
function npmProgram(env) {
  const script = env['npm_execpath'];
  const node = env['npm_node_execpath'];
  return script && node && existsSync(node) && /npm-cli\.c?js$/.test(script) ? [node, [script]] : ['npm', []];
}

/** @param {string} text */
function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * @param {string} path
 * @returns {string | undefined} undefined when there is no such file
 */
function readOptional(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

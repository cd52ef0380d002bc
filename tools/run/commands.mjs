import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSystemPackages } from '../system-packages.mjs';
import { filesBelow } from './paths.mjs';
import { PlainError } from './plain-error.mjs';
import { runInForeground, runTogether } from './processes.mjs';
import { ensureWebBuilt, viteProgram } from './web-build.mjs';

/**
 * What every command is given.
 *
 * @typedef {object} Context
 * @property {string} root the repository
 * @property {string} runtime the Node that runs TypeScript
 * @property {string[]} args what the person typed after the command
 */

/** Where the dev command serves the web part with hot reload; Vite's own usual port. */
const DEV_WEB_PORT = 5173;

/**
 * Runs one of the server's programs with this terminal and these arguments.
 *
 * @param {Context} context
 * @param {string} program a file in server/src
 * @param {boolean} withWeb whether it serves the web part
 * @returns {Promise<number>} its exit code
 */
export async function commandServer({ root, runtime, args }, program, withWeb) {
  if (withWeb) await ensureWebBuilt(root, runtime);
  return runInForeground(runtime, [join(root, 'server/src', program), ...args], { cwd: root });
}

/**
 * Everything that `start` would prepare. After it the server runs from a read-only folder:
 * `node_modules/.bin/node server/src/main.ts`.
 *
 * @param {Context} context
 * @returns {Promise<number>}
 */
export async function commandBuild({ root, runtime }) {
  await ensureWebBuilt(root, runtime);
  return 0;
}

/**
 * The server restarting on change and the web part with hot reload, until one of them ends.
 * People open the web part's address; it hands the server's paths on to the server (web/vite.config.ts).
 *
 * @param {Context} context
 * @returns {Promise<number>}
 */
export async function commandDev({ root, runtime }) {
  const {
    PORT = '8080',
    PUBLIC_URL = `http://localhost:${DEV_WEB_PORT}`,
    TRUSTED_ORIGINS = '',
  } = process.env;
  // Vite answers under both names of this machine; a page opened under either may call the API.
  const origins = [
    `http://127.0.0.1:${DEV_WEB_PORT}`,
    ...TRUSTED_ORIGINS.split(',').filter((origin) => origin !== ''),
  ];
  // The server makes its live pages from the built page, so there has to be one.
  await ensureWebBuilt(root, runtime);
  return runTogether([
    {
      program: runtime,
      args: ['--watch', '--watch-preserve-output', 'server/src/main.ts'],
      cwd: root,
      env: { PUBLIC_URL, TRUSTED_ORIGINS: origins.join(',') },
    },
    {
      program: runtime,
      args: [viteProgram(root), '--port', String(DEV_WEB_PORT), '--strictPort', '--clearScreen', 'false'],
      cwd: join(root, 'web'),
      env: { SLIPMAT_SERVER_PORT: PORT },
    },
  ]);
}

/**
 * The whole suite on real parts, or only the files and folders named.
 *
 * @param {Context} context
 * @returns {Promise<number>}
 */
export async function commandTest({ root, runtime, args }) {
  const whole = args.every((argument) => argument.startsWith('-'));
  // A single file may well need none of the programs; the tests that do say so themselves.
  if (whole) await ensureSystemPackages();
  await ensureWebBuilt(root, runtime);
  return runInForeground(runtime, [join(root, 'tools/run/test-suite.ts'), ...args], { cwd: root });
}

/**
 * @param {Context} context
 * @returns {Promise<number>}
 */
export function commandFormat({ root, runtime, args }) {
  const files = args.length > 0 ? args : ['.'];
  return runInForeground(runtime, [join(root, 'node_modules/.bin/biome'), 'check', '--write', ...files], {
    cwd: root,
  });
}

/**
 * Runs one measurement of bench/ by its file name, or says which there are.
 *
 * @param {Context} context
 * @returns {Promise<number>}
 */
export async function commandBench({ root, runtime, args }) {
  const [name, ...rest] = args;
  const file = join(root, 'bench', `${name ?? ''}.ts`);
  if (name === undefined || !existsSync(file)) {
    const names = filesBelow(join(root, 'bench')).flatMap(
      (path) => /bench[\\/]([a-z0-9-]+)\.ts$/.exec(path)?.[1] ?? [],
    );
    throw new PlainError(`Say which measurement: npm run bench -- <name>, one of: ${names.join(', ')}`);
  }
  return runInForeground(runtime, [file, ...rest], { cwd: root });
}

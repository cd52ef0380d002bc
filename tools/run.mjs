/**
 * The one door to every command of this repository: `node tools/run.mjs <command> [arguments]`.
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed and under any
 * Node from 20 on. It installs from the lock file when needed, finds the Node that runs TypeScript,
 * builds the web part when its sources changed, and then hands over to the command.
 */
import { join } from 'node:path';
import { runChecks } from './run/checks.mjs';
import {
  commandBench,
  commandBuild,
  commandDev,
  commandFormat,
  commandServer,
  commandTest,
} from './run/commands.mjs';
import { ensureInstalled } from './run/install.mjs';
import { repositoryRoot } from './run/paths.mjs';
import { PlainError } from './run/plain-error.mjs';
import { runInForeground } from './run/processes.mjs';
import { findRuntime } from './run/runtime.mjs';

/** @typedef {import('./run/commands.mjs').Context} Context */

/** @type {Record<string, { about: string, run: (context: Context) => Promise<number> }>} */
const commands = {
  start: { about: 'start the server', run: (context) => commandServer(context, 'main.ts', true) },
  demo: {
    about: 'start it with sample people, events and sound',
    run: (context) => commandServer(context, 'demo.ts', true),
  },
  build: { about: 'install and build, and start nothing: for a deployment', run: commandBuild },
  dev: { about: 'server restarting on change, web with hot reload', run: commandDev },
  slipmat: {
    about: 'the operator commands; try: npm run slipmat -- help',
    run: (context) => commandServer(context, 'cli.ts', false),
  },
  test: { about: 'the whole suite, or the files and folders named', run: commandTest },
  check: { about: 'lint, types, import rules, house rules, generated pages, fast tests', run: runChecks },
  docs: {
    about: 'write the generated pages again',
    run: ({ root, runtime, args }) =>
      runInForeground(runtime, [join(root, 'tools/generate-docs.ts'), ...args], { cwd: root }),
  },
  format: { about: 'format and lint, repairing what can be repaired', run: commandFormat },
  bench: { about: 'the measurements, or the one named', run: commandBench },
};

/** @returns {string} the list of commands, for people */
function usage() {
  const lines = Object.entries(commands).map(([name, { about }]) => `  npm run ${name.padEnd(8)} ${about}`);
  return ['Usage: npm run <command> [-- arguments]', '', ...lines, ''].join('\n');
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(usage());
    return 2;
  }
  const root = repositoryRoot();
  await ensureInstalled(root);
  const runtime = findRuntime(root);
  return command.run({ root, runtime, args });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof PlainError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}

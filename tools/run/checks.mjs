import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { filesBelow } from './paths.mjs';
import { runCaptured } from './processes.mjs';

/** Steps at once: enough for the two cores of a small machine, where more only makes every step slower. */
const STEPS_AT_ONCE = 2;

/** Where the fast tests live: beside the code. server/test and e2e start servers and browsers, and are not fast. */
const FAST_TEST_FOLDERS = ['contract/src', 'server/src', 'web/src', 'tools'];

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} args what the Node that runs TypeScript is given
 */

/**
 * Everything that can be known about the tree in under a minute. All steps run, whatever fails; only failing
 * steps show their output.
 *
 * @param {import('./commands.mjs').Context} context
 * @returns {Promise<number>} 0 when every step passed
 */
export async function runChecks({ root, runtime, args }) {
  const steps = stepsOf(root).filter((step) => args.length === 0 || args.includes(step.name));
  const begun = Date.now();
  const waiting = [...steps];
  /** @type {string[]} */
  const failed = [];
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      if (!(await runStep(step, runtime, root))) failed.push(step.name);
    }
  };
  await Promise.all(Array.from({ length: STEPS_AT_ONCE }, work));
  const seconds = secondsSince(begun);
  process.stdout.write(
    failed.length === 0
      ? `check: ${steps.length} steps passed in ${seconds} s\n`
      : `check: ${failed.length} of ${steps.length} steps failed in ${seconds} s: ${failed.join(', ')}\n`,
  );
  return failed.length === 0 && steps.length > 0 ? 0 : 1;
}

/**
 * @param {Step} step
 * @param {string} runtime
 * @param {string} root
 * @returns {Promise<boolean>} whether it passed
 */
async function runStep(step, runtime, root) {
  const begun = Date.now();
  const { code, output } = await runCaptured(runtime, step.args, root);
  const passed = code === 0;
  process.stdout.write(
    `${passed ? '✔' : '✖'} ${step.name.padEnd(24)} ${secondsSince(begun).padStart(5)} s\n`,
  );
  if (!passed) process.stdout.write(`${output.trimEnd()}\n\n`);
  return passed;
}

/**
 * The steps, longest first, so that the two lanes end together.
 *
 * @param {string} root
 * @returns {Step[]}
 */
export function stepsOf(root) {
  const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);
  return [
    { name: 'fast-tests', args: ['--test', '--test-reporter=dot', ...fastTests(root)] },
    ...typeConfigs(root).map((config) => ({
      name: `types:${relative(root, dirname(config))}${basename(config) === 'tsconfig.json' ? '' : `:${basename(config).slice(9, -5)}`}`,
      args: [bin('tsc'), '-p', config],
    })),
    { name: 'lint', args: [bin('biome'), 'check', '--error-on-warnings', '--max-diagnostics=50'] },
    { name: 'promises', args: [bin('oxlint'), '--type-aware', '--deny-warnings'] },
    { name: 'boundaries', args: ['tools/boundaries.ts'] },
    { name: 'ratchet', args: ['tools/ratchet.ts'] },
    { name: 'docs', args: ['tools/generate-docs.ts', '--check'] },
  ];
}

/** @param {string} root */
function fastTests(root) {
  const files = FAST_TEST_FOLDERS.flatMap((folder) => filesBelow(join(root, folder)));
  return files.filter((file) => file.endsWith('.test.ts')).map((file) => relative(root, file));
}

/**
 * Every TypeScript project of the repository that has something to check. tsc calls an empty one an error.
 *
 * @param {string} root
 * @returns {string[]}
 */
function typeConfigs(root) {
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules',
  );
  return folders.flatMap(({ name }) => {
    const configs = readdirSync(join(root, name)).filter((file) => /^tsconfig(\.[a-z]+)?\.json$/.test(file));
    if (configs.length === 0 || !filesBelow(join(root, name)).some((file) => /\.tsx?$/.test(file))) return [];
    return configs.map((config) => join(root, name, config));
  });
}

/** @param {number} begun */
function secondsSince(begun) {
  return ((Date.now() - begun) / 1000).toFixed(1);
}

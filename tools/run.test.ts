import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixtureTree } from './fixture-tree.ts';
import { ensureInstalled, installState, isInstalledFrom } from './run/install.mjs';
import { repositoryRoot } from './run/paths.mjs';
import { PlainError } from './run/plain-error.mjs';
import { findRuntime, isRecentEnough } from './run/runtime.mjs';
import { webSourcesHash } from './run/web-build.mjs';
import { missingPackages } from './system-packages.mjs';

const RUN_FOLDER = join(repositoryRoot(), 'tools/run');

const LOCK = {
  packages: {
    '': {},
    web: { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b-darwin': { version: '1.0.0', optional: true },
    'node_modules/@x/web': { link: true },
  },
};
const INSTALLED = {
  packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/@x/web': { link: true } },
};

test('an installation counts when it has everything the lock file asks for, other platforms excepted', () => {
  assert.equal(isInstalledFrom(LOCK, INSTALLED), true);
  const { 'node_modules/a': _, ...withoutA } = INSTALLED.packages;
  assert.equal(isInstalledFrom(LOCK, { packages: withoutA }), false);
  assert.equal(
    isInstalledFrom(LOCK, { packages: { ...INSTALLED.packages, 'node_modules/a': { version: '1.0.1' } } }),
    false,
  );
  assert.equal(
    isInstalledFrom(LOCK, {
      packages: { ...INSTALLED.packages, 'node_modules/b-darwin': { version: '0.9.0' } },
    }),
    false,
  );
});

test('npm is called when nothing is installed or the lock file changed, and not otherwise', async (t) => {
  const root = fixtureTree(t, { 'package-lock.json': JSON.stringify(LOCK) });
  assert.equal(installState(root), 'install');
  const tree = fixtureTree(t, {
    'package-lock.json': JSON.stringify(LOCK),
    'node_modules/.package-lock.json': JSON.stringify(INSTALLED),
    'node_modules/.bin/a': '',
  });
  assert.equal(installState(tree), 'adopt');
  await ensureInstalled(tree);
  assert.equal(installState(tree), 'ready');
  const newer = { packages: { ...LOCK.packages, 'node_modules/a': { version: '2.0.0' } } };
  writeFileSync(join(tree, 'package-lock.json'), JSON.stringify(newer));
  assert.equal(installState(tree), 'install');
});

test('Node 24.7 is the oldest that will do', (t) => {
  assert.deepEqual(['v24.7.0', 'v24.21.0', 'v26.0.0'].map(isRecentEnough), [true, true, true]);
  assert.deepEqual(['v20.20.2', 'v24.6.9', 'nonsense', ''].map(isRecentEnough), [false, false, false, false]);
  const root = fixtureTree(t, {});
  assert.equal(findRuntime(root, process.execPath), process.execPath);
  assert.throws(() => findRuntime(root, join(root, 'no-node')), PlainError);
});

test('the web part is built again when its sources or the contract change, and only then', (t) => {
  const root = fixtureTree(t, {
    'web/src/main.tsx': 'a',
    'web/src/main.test.ts': 'a',
    'web/dist/index.html': 'a',
    'contract/src/ids.ts': 'a',
    'contract/package.json': '{}',
    'package-lock.json': '{}',
    'tsconfig.base.json': '{}',
    'server/src/app.ts': 'a',
  });
  const change = (path: string): string => {
    writeFileSync(join(root, path), `${readFileSync(join(root, path), 'utf8')} `);
    return webSourcesHash(root);
  };
  const first = webSourcesHash(root);
  for (const path of ['web/src/main.test.ts', 'web/dist/index.html', 'server/src/app.ts'])
    assert.equal(change(path), first, path);
  const seen = new Set([first]);
  for (const path of ['web/src/main.tsx', 'contract/src/ids.ts', 'package-lock.json']) seen.add(change(path));
  assert.equal(seen.size, 4);
});

test('a wrong command says which there are', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(repositoryRoot(), 'tools/run.mjs'), 'strat'], {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /npm run start/);
});

test('a program in the foreground keeps its exit code, and gets the signals that stop it', async (t) => {
  const root = fixtureTree(t, {
    'run.mjs': `import { runInForeground } from ${JSON.stringify(join(RUN_FOLDER, 'processes.mjs'))};
process.exitCode = await runInForeground(process.execPath, process.argv.slice(2), { cwd: ${JSON.stringify(RUN_FOLDER)} });`,
    'stops.mjs': `process.on('SIGTERM', () => { console.log('stopping'); process.exit(7); }); setInterval(() => {}, 1000); console.log('up');`,
  });
  assert.equal(spawnSync(process.execPath, [join(root, 'run.mjs'), '-e', 'process.exit(5)']).status, 5);
  const child = spawn(process.execPath, [join(root, 'run.mjs'), join(root, 'stops.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (text.includes('up')) child.kill('SIGTERM');
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 7);
  assert.equal(printed, 'up\nstopping\n');
});

test('a program does not outlive the npm that was killed above it', async (t) => {
  const root = fixtureTree(t, {
    'npm.mjs': `import { spawn } from 'node:child_process';
spawn(process.execPath, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'start' } });`,
    'run.mjs': `import { runInForeground } from ${JSON.stringify(join(RUN_FOLDER, 'processes.mjs'))};
process.exitCode = await runInForeground(process.execPath, process.argv.slice(2), { cwd: ${JSON.stringify(RUN_FOLDER)} });`,
    'stops.mjs': `process.on('SIGTERM', () => { console.log('stopping'); process.exit(0); }); setInterval(() => {}, 1000); console.log('up');`,
  });
  const files = ['npm.mjs', 'run.mjs', 'stops.mjs'].map((file) => join(root, file));
  const child = spawn(process.execPath, files, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (text.includes('up')) child.kill('SIGKILL');
  });
  // The pipe closes when the last process that holds it has ended.
  await once(child.stdout, 'close');
  assert.equal(printed, 'up\nstopping\n');
});

test('parts that run together end together', (t) => {
  const root = fixtureTree(t, {
    'run.mjs': `import { runTogether } from ${JSON.stringify(join(RUN_FOLDER, 'processes.mjs'))};
const parts = process.argv.slice(2).map((file) => ({ program: process.execPath, args: [file], cwd: ${JSON.stringify(RUN_FOLDER)} }));
process.exitCode = await runTogether(parts);`,
    'forever.mjs': `import { writeFileSync } from 'node:fs';
process.on('SIGTERM', () => { writeFileSync(new URL('./stopped', import.meta.url), ''); process.exit(0); });
writeFileSync(new URL('./up', import.meta.url), ''); setInterval(() => {}, 1000);`,
    'ends.mjs': `import { existsSync } from 'node:fs';
setInterval(() => { if (existsSync(new URL('./up', import.meta.url))) process.exit(3); }, 10);`,
  });
  const { status } = spawnSync(
    process.execPath,
    ['run.mjs', 'forever.mjs', 'ends.mjs'].map((file) => join(root, file)),
  );
  assert.equal(status, 3);
  assert.ok(existsSync(join(root, 'stopped')));
});

test('the suite fails honestly, counts both phases once and ends with the totals', (t) => {
  const passing = "import { test } from 'node:test';\ntest('fine', () => {});\n";
  const failing = "import { test } from 'node:test';\ntest('broken', () => { throw new Error('seen'); });\n";
  const suite = (
    files: Readonly<Record<string, string>>,
    ...args: string[]
  ): { status: number | null; stdout: string } => {
    // Without NODE_TEST_CONTEXT the inner runner would report to the outer one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const cwd = fixtureTree(t, files);
    return spawnSync(process.execPath, [join(RUN_FOLDER, 'test-suite.ts'), ...args], {
      cwd,
      env,
      encoding: 'utf8',
    });
  };
  const both = { 'server/src/a.test.ts': passing, 'e2e/b.test.ts': passing };
  const good = suite(both);
  assert.equal(good.status, 0);
  assert.match(good.stdout, /ℹ tests 2\n(?:ℹ .*\n)*ℹ fail 0\n(?:ℹ .*\n)*$/);
  assert.equal(good.stdout.match(/ℹ tests /g)?.length, 1);
  const bad = suite({ ...both, 'server/test/c.test.ts': failing });
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /seen/);
  assert.match(bad.stdout, /ℹ tests 3\n(?:ℹ .*\n)*ℹ fail 1\n(?:ℹ .*\n)*$/);
  assert.equal(suite({ ...both, 'server/test/c.test.ts': 'import "./gone.ts";' }).status, 1);
  assert.match(suite(both, 'e2e').stdout, /ℹ tests 1\n/);
  assert.equal(suite(both, 'nowhere').status, 1);
  assert.equal(suite({}).status, 1);
});

test('a missing system package is named', () => {
  const wanted = [{ package: 'slipmat-no-such-package', command: 'slipmat-no-such-command' }];
  assert.deepEqual(missingPackages(wanted).missing, ['slipmat-no-such-package']);
});

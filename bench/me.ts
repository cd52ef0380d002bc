/**
 * A signed-in "who am I" with 100,000 sessions stored: requests per second of the server's CPU time. Slipmat's
 * `GET /api/auth/me` with the whole pipeline on, Django on gunicorn, and better-auth on node:sqlite behind Fastify.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { cpuSeconds, runProgram, startProgram } from './harness/programs.ts';
import { conditions, finish, head, mean, readOptions, row, say, versionOf } from './harness/result.ts';
import { signInPeople } from './harness/signed-in-people.ts';
import { newFolder, startSlipmat } from './harness/slipmat.ts';

const options = readOptions();
const parameters = options.isQuick
  ? { sessions: 2_000, connections: 16, rounds: 1, warmSeconds: 1, measureSeconds: 3 }
  : { sessions: 100_000, connections: 16, rounds: 3, warmSeconds: 12, measureSeconds: 10 };
/** The Python that has Django and gunicorn; Debian's own by default. */
const python = process.env['BENCH_PYTHON'] ?? '/usr/bin/python3';

const folder = newFolder();
const peers = fileURLToPath(new URL('./peers', import.meta.url));
const script = fileURLToPath(new URL('./load/cookies.lua', import.meta.url));

interface Site {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  readonly path: string;
  /** A file with the Cookie header of each person, one a line. */
  readonly cookieFile: string;
  /** The name in an answer. */
  readonly nameIn: (answer: unknown) => unknown;
  stop(): Promise<void>;
}

function keepCookies(name: string, cookies: string): string {
  const file = join(folder, `${name}.cookies`);
  writeFileSync(file, cookies);
  return file;
}

const Me = z.object({ account: z.object({ displayName: z.string() }) });
const Name = z.object({ name: z.string() });

async function startOurs(): Promise<Site> {
  const dataDir = join(folder, 'slipmat');
  const cli = fileURLToPath(new URL('../server/src/cli.ts', import.meta.url));
  await runProgram(process.execPath, [cli, 'migrate'], { env: { DATA_DIR: dataDir } });
  const cookieFile = keepCookies('slipmat', signInPeople(dataDir, parameters.sessions).join('\n'));
  const server = await startSlipmat(dataDir);
  return {
    name: 'Slipmat',
    pid: server.program.pid,
    url: `http://127.0.0.1:${server.port}`,
    path: '/api/auth/me',
    cookieFile,
    nameIn: (answer) => Me.parse(answer).account.displayName,
    stop: server.stop,
  };
}

/** Django as `startproject` leaves it, or kinder to it: with the database kept open between requests. */
async function startDjango(keepsDatabaseOpen: boolean): Promise<Site> {
  const label = keepsDatabaseOpen ? 'django-kept-open' : 'django';
  const env = {
    DATABASE_FILE: join(folder, `${label}.sqlite`),
    PYTHONDONTWRITEBYTECODE: '1',
    ...(keepsDatabaseOpen ? { KEEP_DATABASE_OPEN: '1' } : {}),
  };
  const seeded = await runProgram(python, ['django_site.py', 'seed', String(parameters.sessions)], {
    cwd: peers,
    env,
  });
  const args = ['-m', 'gunicorn', '--workers', '1', '--bind', '127.0.0.1:0', 'django_site:application'];
  const program = await startProgram(python, args, {
    cwd: peers,
    env,
    until: /Listening at: http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Booting worker/,
  });
  return {
    name: keepsDatabaseOpen ? 'the same, CONN_MAX_AGE = None' : 'Django on gunicorn',
    pid: program.pid,
    url: `http://127.0.0.1:${program.ready[1]}`,
    path: '/me',
    cookieFile: keepCookies(label, seeded.trim()),
    nameIn: (answer) => Name.parse(answer).name,
    stop: program.stop,
  };
}

async function startBetterAuth(): Promise<Site> {
  const env = { DATABASE_FILE: join(folder, 'better-auth.sqlite'), NODE_ENV: 'production' };
  const program = join(peers, 'better-auth.ts');
  const seeded = await runProgram(process.execPath, [program, 'seed', String(parameters.sessions)], { env });
  const started = await startProgram(process.execPath, [program], { env, until: /port (\d+)/ });
  return {
    name: 'better-auth behind Fastify',
    pid: started.pid,
    url: `http://127.0.0.1:${started.ready[1]}`,
    path: '/me',
    cookieFile: keepCookies('better-auth', seeded.trim()),
    nameIn: (answer) => Name.parse(answer).name,
    stop: started.stop,
  };
}

/** Makes sure that what is measured is a signed-in answer. @throws when it is not. */
async function check(site: Site): Promise<void> {
  const cookie = readFileSync(site.cookieFile, 'utf8').split('\n').at(-1) ?? '';
  const response = await fetch(site.url + site.path, { headers: { cookie } });
  const name = site.nameIn(await response.json());
  if (name !== `Person ${parameters.sessions - 1}`)
    throw new Error(`${site.name} answered for ${String(name)}`);
}

const Load = z.object({
  requests: z.number(),
  seconds: z.number(),
  failed: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});

async function load({ url, cookieFile, path }: Site, seconds: number): Promise<z.infer<typeof Load>> {
  const args = [
    '-t1',
    `-c${parameters.connections}`,
    `-d${seconds}s`,
    '-s',
    script,
    url,
    '--',
    cookieFile,
    path,
  ];
  const output = await runProgram('wrk', args);
  const result = /RESULT (.*)/.exec(output)?.[1];
  if (result === undefined) throw new Error(`wrk said no result:\n${output}`);
  return Load.parse(JSON.parse(result));
}

async function measure(site: Site) {
  const before = cpuSeconds(site.pid);
  const seen = await load(site, parameters.measureSeconds);
  const cpu = cpuSeconds(site.pid) - before;
  if (seen.failed > 0) throw new Error(`${site.name}: ${seen.failed} of ${seen.requests} requests failed`);
  const figure = {
    server: site.name,
    requestsPerCpuSecond: Math.round(seen.requests / cpu),
    requestsPerSecond: Math.round(seen.requests / seen.seconds),
    cpuPercent: Number(((cpu * 100) / seen.seconds).toFixed(1)),
    p50Ms: Number(seen.p50Ms.toFixed(2)),
    p99Ms: Number(seen.p99Ms.toFixed(2)),
  };
  say(`${site.name}: ${figure.requestsPerCpuSecond} per CPU second, ${figure.requestsPerSecond} per second`);
  return figure;
}

const before = {
  ...conditions(),
  wrk: '4.1.0',
  django: (await runProgram(python, ['-c', 'import django; print(django.__version__)'])).trim(),
  gunicorn: versionOf(python, '-m', 'gunicorn', '--version'),
};
const sites = [await startOurs(), await startDjango(false), await startDjango(true), await startBetterAuth()];
const figures: Awaited<ReturnType<typeof measure>>[] = [];
for (const site of sites) {
  await check(site);
  await load(site, parameters.warmSeconds);
}
for (let round = 0; round < parameters.rounds; round += 1) {
  for (const site of round % 2 === 0 ? sites : sites.toReversed()) figures.push(await measure(site));
}
for (const site of sites) await site.stop();
rmSync(folder, { recursive: true, force: true });

const rateOf = (name: string): number =>
  mean(figures.filter((figure) => figure.server === name).map((figure) => figure.requestsPerCpuSecond));
const ours = rateOf('Slipmat');
const table = [
  ...head('server', 'requests per second and core', 'Slipmat does', 'p99 ms'),
  ...sites.map(({ name }) => {
    const slowest = Math.max(...figures.filter((one) => one.server === name).map((one) => one.p99Ms));
    return row(name, Math.round(rateOf(name)), `${(ours / rateOf(name)).toFixed(1)} ×`, slowest.toFixed(1));
  }),
];
finish({ name: 'me', conditions: before, parameters, figures, table }, options);

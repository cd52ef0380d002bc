/** Sites that people are signed in to, each a server process of its own: Slipmat, Django, better-auth. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, startProgram } from './programs.ts';
import { versionOf } from './result.ts';
import { signInPeople } from './signed-in-people.ts';
import { newFolder, startSlipmat } from './slipmat.ts';

/** The Python that has Django and gunicorn; Debian's own by default. */
const python = process.env['BENCH_PYTHON'] ?? '/usr/bin/python3';
const peers = fileURLToPath(new URL('../peers', import.meta.url));

/** A server, and who is signed in to it. */
export interface RequestServer {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  /** A file with the Cookie header of each person, one a line. */
  readonly cookieFile: string;
  stop(): Promise<void>;
}

/** What is asked of a server. */
export interface RequestSite extends RequestServer {
  readonly path: string;
  /** Besides the cookie and the address. */
  readonly headers: Readonly<Record<string, string>>;
  /** The name in an answer to a signed-in person. */
  readonly nameIn: (answer: Response) => Promise<unknown>;
}

/** Versions of what Slipmat is compared with. */
export async function peerVersions(): Promise<Readonly<Record<string, string>>> {
  return {
    wrk: '4.1.0',
    django: (await runProgram(python, ['-c', 'import django; print(django.__version__)'])).trim(),
    gunicorn: versionOf(python, '-m', 'gunicorn', '--version'),
  };
}

function keepCookies(folder: string, cookies: string): string {
  const file = join(folder, 'cookies');
  writeFileSync(file, cookies);
  return file;
}

/** @param environment settings besides those of every measurement. */
export async function startOurs(
  sessions: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<RequestServer> {
  const dataDir = newFolder();
  const cli = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));
  await runProgram(process.execPath, [cli, 'migrate'], { env: { DATA_DIR: dataDir } });
  const cookieFile = keepCookies(newFolder(), signInPeople(dataDir, sessions).join('\n'));
  const server = await startSlipmat(dataDir, environment);
  const url = `http://127.0.0.1:${server.port}`;
  return { name: 'Slipmat', pid: server.program.pid, url, cookieFile, stop: server.stop };
}

/** Django as `startproject` leaves it, or kinder to it: with the database kept open between requests. */
export async function startDjango(sessions: number, keepsDatabaseOpen: boolean): Promise<RequestServer> {
  const folder = newFolder();
  const env = {
    DATABASE_FILE: join(folder, 'django.sqlite'),
    PYTHONDONTWRITEBYTECODE: '1',
    ...(keepsDatabaseOpen ? { KEEP_DATABASE_OPEN: '1' } : {}),
  };
  const seeded = await runProgram(python, ['django_site.py', 'seed', String(sessions)], { cwd: peers, env });
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
    cookieFile: keepCookies(folder, seeded.trim()),
    stop: program.stop,
  };
}

/** better-auth on node:sqlite behind Fastify. */
export async function startBetterAuth(sessions: number): Promise<RequestServer> {
  const folder = newFolder();
  const env = { DATABASE_FILE: join(folder, 'better-auth.sqlite'), NODE_ENV: 'production' };
  const program = join(peers, 'better-auth.ts');
  const seeded = await runProgram(process.execPath, [program, 'seed', String(sessions)], { env });
  const started = await startProgram(process.execPath, [program], { env, until: /port (\d+)/ });
  return {
    name: 'better-auth behind Fastify',
    pid: started.pid,
    url: `http://127.0.0.1:${started.ready[1]}`,
    cookieFile: keepCookies(folder, seeded.trim()),
    stop: started.stop,
  };
}

/** The Cookie header of each person. */
export function cookiesOf({ cookieFile }: RequestServer): string[] {
  return readFileSync(cookieFile, 'utf8').split('\n');
}

/** Makes sure that what is measured is a signed-in answer. @throws when it is not. */
export async function checkSite(site: RequestSite): Promise<void> {
  const cookies = cookiesOf(site);
  const response = await fetch(site.url + site.path, {
    headers: { ...site.headers, cookie: cookies.at(-1) ?? '' },
  });
  const name = await site.nameIn(response);
  if (name !== `Person ${cookies.length - 1}`) throw new Error(`${site.name} answered for ${String(name)}`);
}

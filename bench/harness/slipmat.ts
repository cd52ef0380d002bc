/** The real server as a process of its own, with the people and the event that a measurement needs. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Program, removeAtEnd, runProgram, startProgram } from './programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const collector = fileURLToPath(new URL('./collect-on-signal.ts', import.meta.url));
/** How long the server may take for a change that happens by time. */
const changeWithinMs = 15_000;

export const owner = { handle: 'owner', password: 'an-owner-for-measurements' } as const;

export interface Slipmat {
  readonly program: Program;
  readonly port: number;
  readonly sourcePort: number;
  readonly origin: string;
  /** Calls the API as a browser on our own pages would. */
  call(method: string, path: string, options?: CallOptions): Promise<{ body: unknown; cookie: string }>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly cookie?: string;
  readonly body?: unknown;
  /** The address that the request seems to come from, as a reverse proxy would say; requests are limited by it. */
  readonly address?: string;
}

/** An empty folder for one run's data, removed when the run ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipmat-bench-'));
  removeAtEnd(folder);
  return folder;
}

async function makeOwner(env: Readonly<Record<string, string>>): Promise<void> {
  const slipmat = (args: readonly string[], input = ''): Promise<string> =>
    runProgram(process.execPath, ['server/src/cli.ts', ...args], {
      cwd: root,
      env,
      input,
    });
  const { handle, password } = owner;
  await slipmat(
    ['create-owner', '--handle', handle, '--email', 'owner@example.test', '--display-name', 'Owner'],
    password,
  );
  await slipmat(['grant', handle, 'dj']);
  await slipmat(['verify-email', handle]);
}

/**
 * Starts the server on free ports with an owner who is a DJ.
 * @param dataDir a folder with a database already in it; a new one when left out. `DATABASE_URL` in the environment
 *   names another database.
 * @param environment settings besides those of every measurement.
 */
export async function startSlipmat(
  dataDir: string = newFolder(),
  environment: Readonly<Record<string, string>> = {},
): Promise<Slipmat> {
  await makeOwner({ DATA_DIR: dataDir, ...environment });
  const program = await startProgram(
    process.execPath,
    ['--expose-gc', '--import', collector, 'server/src/main.ts'],
    {
      cwd: root,
      env: {
        PORT: '0',
        SOURCE_PORT: '0',
        HOST: '127.0.0.1',
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        ...environment,
      },
      until: /listens on\s+(http:\/\/localhost:(\d+))[\s\S]*? port (\d+),/,
    },
  );
  const [, origin = '', port, sourcePort] = program.ready;
  return {
    program,
    origin,
    port: Number(port),
    sourcePort: Number(sourcePort),
    async call(method, path, { cookie, body, address } = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: {
          origin,
          ...(cookie === undefined ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(address === undefined ? {} : { 'x-forwarded-for': address }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      const set = response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
      return { body: JSON.parse(text), cookie: set.join('; ') };
    },
    async stop() {
      await program.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const Made = z.object({ event: z.object({ slug: z.string() }) });
const Shown = z.object({ event: z.object({ status: z.string() }), onAir: z.unknown() });
const Key = z.object({ secret: z.string() });

export interface Stage {
  readonly slug: string;
  /** Password of the owner's encoder. */
  readonly streamKey: string;
}

/** Waits until the event is in a state. @throws when that takes too long. */
export async function waitForEvent(
  server: Slipmat,
  slug: string,
  isThere: (shown: z.infer<typeof Shown>) => boolean,
): Promise<void> {
  for (const deadline = Date.now() + changeWithinMs; Date.now() < deadline; await pause(100)) {
    const { body } = await server.call('GET', `/api/events/${slug}`);
    if (isThere(Shown.parse(body))) return;
  }
  throw new Error(`event ${slug} did not change in time`);
}

/** An event of the owner that takes chat and a source at once. */
export async function openEvent(server: Slipmat): Promise<Stage> {
  const { cookie } = await server.call('POST', '/api/auth/sign-in', {
    body: { login: owner.handle, password: owner.password },
  });
  const event = { title: 'Measured', startsAt: Date.now() + 600_000, lengthMinutes: 240, publish: true };
  const made = await server.call('POST', '/api/events', { cookie, body: event });
  const { slug } = Made.parse(made.body).event;
  const key = await server.call('POST', '/api/dj/keys', { cookie, body: { name: 'bench' } });
  await waitForEvent(server, slug, ({ event: shown }) => shown.status === 'warm-up');
  return { slug, streamKey: Key.parse(key.body).secret };
}

/** Signs up members. @returns the cookie of each. */
export async function signUp(server: Slipmat, count: number): Promise<string[]> {
  const cookies: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const handle = `writer-${index + 1}`;
    const body = {
      handle,
      email: `${handle}@example.test`,
      password: randomBytes(18).toString('base64url'),
      displayName: `Writer ${index + 1}`,
    };
    const { cookie } = await server.call('POST', '/api/accounts', { body, address: `10.200.0.${index + 1}` });
    cookies.push(cookie);
  }
  return cookies;
}

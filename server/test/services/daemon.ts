import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { findCommand } from './require-command.ts';

const run = promisify(execFile);

/** A start takes under a second on an idle machine; the rest is for a loaded one. */
const START_DEADLINE_MS = 30_000;

/** A clean stop of an idle server takes a tenth of a second; after this long it is killed and the test fails. */
const STOP_DEADLINE_MS = 10_000;

/** The port is found before the server binds it, so another process may take it in between. */
const PORT_ATTEMPTS = 5;

/** Lines of output kept for the message of a failed start. */
const KEPT_LINES = 30;

/** Anything that runs a function when it is over: a test's context, or `{ after }` of `node:test` for a whole file. */
export interface Owner {
  after(fn: () => Promise<void>): void;
}

/** Who a server runs as. Servers such as PostgreSQL refuse to run as root. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Puts a program under another user, and makes it end when this process does, even by SIGKILL.
 *
 * @param user undefined: the present one
 * @returns the program and arguments to start instead
 */
export function asUser(user: User | undefined, program: string, args: readonly string[]): [string, string[]] {
  const setpriv = findCommand('setpriv');
  if (setpriv === undefined) return [program, [...args]];
  const identity = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
  return [setpriv, ['--pdeathsig', 'INT', ...identity, program, ...args]];
}

/**
 * The user for a server when this process is root: its own one where there is one, otherwise `nobody`.
 *
 * @returns undefined when this process is not root
 */
export async function serviceUser(name: string): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const { stdout } = await run('getent', ['passwd', name, 'nobody']).catch((error: unknown) => {
    // getent exits with 2 when one of several names is unknown, and still prints the others.
    if (error instanceof Error && 'stdout' in error) return { stdout: String(error.stdout) };
    throw error;
  });
  const [, , uid, gid] = (stdout.split('\n')[0] ?? '').split(':');
  if (uid === undefined || gid === undefined)
    throw new Error(`neither ${name} nor nobody is a user of this system`);
  return { uid: Number(uid), gid: Number(gid) };
}

/** A temporary folder that belongs to the user. */
export async function temporaryFolder(name: string, user: User | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `slipmat-${name}-`));
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

/**
 * Where ports are chosen: above those that browsers refuse to open, and below those that the system hands out by itself
 * (/proc/sys/net/ipv4/ip_local_port_range), so that nobody gets one between its choice and its use.
 */
const portsFrom = 12_000;
const portsTo = 32_000;
let lastPort = randomInt(portsFrom, portsTo);

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** A loopback port that nobody listened on a moment ago, and another one each time. */
export async function freePort(): Promise<number> {
  for (let tried = portsFrom; tried < portsTo; tried += 1) {
    lastPort = lastPort + 1 < portsTo ? lastPort + 1 : portsFrom;
    const port = lastPort;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free between ${portsFrom} and ${portsTo}`);
}

/** A running server process. */
export interface Daemon {
  readonly port: number;
  /** Stops it and waits until it is gone. Safe to call twice. */
  stop(): Promise<void>;
}

/** How to run a server that says on its output when it is ready. */
export interface DaemonSpec {
  readonly name: string;
  readonly user: User | undefined;
  /** Removed after the stop. */
  readonly folder: string;
  /** Done for each port that is tried, before the start: for servers that read the port from a file. */
  prepare?(port: number): Promise<void>;
  /** Program and arguments for a port. */
  command(port: number): [string, string[]];
  /** The line it prints once it takes connections. */
  readonly ready: RegExp;
  /** The line it prints when the port is taken. */
  readonly portTaken: RegExp;
  /** The signal for a quick clean stop. */
  readonly stopSignal: NodeJS.Signals;
}

/**
 * Starts a server on a free loopback port.
 *
 * @throws {Error} with what it printed, when it ends or is not ready within 30 s
 */
export async function startDaemon(spec: DaemonSpec): Promise<Daemon> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    await spec.prepare?.(port);
    const [program, args] = asUser(spec.user, ...spec.command(port));
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const failure = await readiness(child, spec.ready);
    if (failure === undefined) return { port, stop: stopper(child, closed, spec) };
    if (attempt < PORT_ATTEMPTS && spec.portTaken.test(failure)) continue;
    await rm(spec.folder, { recursive: true, force: true });
    throw new Error(`${spec.name} did not start:\n${failure}`);
  }
}

/** Waits until a line matches. Returns undefined then, and otherwise what was printed. Keeps reading, so that pipes never fill. */
async function readiness(child: ChildProcess, ready: RegExp): Promise<string | undefined> {
  const kept: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      if (ready.test(line)) resolve(undefined);
    });
  }
  const deadline = setTimeout(() => {
    child.kill('SIGKILL');
    resolve(`${kept.join('\n')}\nnot ready after ${START_DEADLINE_MS} ms`);
  }, START_DEADLINE_MS);
  child.once('error', (error) => resolve(error.message));
  child.once('close', (code, signal) => resolve(`${kept.join('\n')}\nended with ${signal ?? code}`));
  const failure = await promise;
  clearTimeout(deadline);
  return failure;
}

function stopper(child: ChildProcess, closed: Promise<void>, spec: DaemonSpec): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    let killed = false;
    const deadline = setTimeout(() => {
      killed = child.kill('SIGKILL');
    }, STOP_DEADLINE_MS);
    child.kill(spec.stopSignal);
    await closed;
    clearTimeout(deadline);
    await rm(spec.folder, { recursive: true, force: true });
    if (killed)
      throw new Error(`${spec.name} did not stop within ${STOP_DEADLINE_MS} ms of ${spec.stopSignal}`);
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

/** A server or command as a process of its own, as people run it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Owner } from './services/daemon.ts';
import { until, within } from './until.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

/** Compiled code is kept between starts, which halves their cost. */
const compileCache = join(tmpdir(), 'slipmat-compile-cache');

/** Starting takes about half a second on an idle machine. */
const startWithinMs = 30_000;

export type Environment = Readonly<Record<string, string>>;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function start(
  file: string,
  args: readonly string[],
  environment: Environment,
): { child: Child; said: () => string } {
  const { PATH, HOME } = process.env;
  const env = {
    NODE_COMPILE_CACHE: compileCache,
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...environment,
  };
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
  }
  return { child, said: () => said };
}

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs `slipmat <args>` to its end. */
export async function slipmat(args: readonly string[], environment: Environment, input = ''): Promise<Ended> {
  const { child, said } = start(cli, args, environment);
  child.stdin.end(input);
  await within(`the end of ${args.join(' ')}`, once(child, 'close'), startWithinMs);
  return { code: child.exitCode, said: said() };
}

/** Runs the server with settings it cannot start with, to its end. */
export async function failedStart(environment: Environment): Promise<Ended> {
  const { child, said } = start(main, [], environment);
  child.stdin.end();
  await within('the end of a server that cannot start', once(child, 'close'), startWithinMs);
  return { code: child.exitCode, said: said() };
}

export interface ServerProcess {
  readonly origin: string;
  readonly sourcePort: number;
  readonly pid: number;
  /** Everything printed so far, logs included. */
  readonly said: () => string;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts the server on free ports and waits until it listens; it is killed with its owner if it still runs. */
export async function startServer(owner: Owner, environment: Environment): Promise<ServerProcess> {
  const { child, said } = start(main, [], { PORT: '0', SOURCE_PORT: '0', ...environment });
  child.stdin.end();
  const ended = once(child, 'close').then(() => child.exitCode);
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  owner.after(() => kill('SIGKILL'));
  const listens = await until(
    'the server listens',
    () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${said()}`);
      const [, origin] = /listens on {3}(\S+)/.exec(said()) ?? [];
      const [, port] = /port (\d+), Icecast/.exec(said()) ?? [];
      return origin !== undefined && port !== undefined && { origin, port };
    },
    startWithinMs,
  );
  const { origin, port } = listens;
  return { origin, sourcePort: Number(port), pid: child.pid ?? 0, said, ended, kill };
}

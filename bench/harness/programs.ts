/** Programs under measurement: started, waited for, their CPU time and memory read from /proc, stopped by their pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';

/** How long a program may take to say that it is ready: seeding caches and compiling takes its time. */
const startWithinMs = 60_000;
/** How long a program may take to stop by itself. */
const stopWithinMs = 10_000;
/** Output kept of a program, to show when it fails. */
const outputLimit = 64 * 1024;
/** `getconf CLK_TCK`: the unit of /proc/<pid>/stat, the same on every Linux that people run. */
const ticksPerSecond = 100;
const pageBytes = 4096;

export interface Program {
  readonly pid: number;
  /** The match of the pattern that it was started with. */
  readonly ready: RegExpMatchArray;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What its output says once it is ready. */
  readonly until: RegExp;
}

/** Everything that runs, so that an interrupted measurement leaves nothing behind. */
const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Has a folder removed when this process ends, however that comes; it may be gone by then. */
export function removeAtEnd(folder: string): void {
  folders.add(folder);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await exited;
  clearTimeout(kill);
}

/**
 * Starts a program and waits until its output matches.
 * @throws when it ends before, or takes too long; with what it said.
 */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<Program> {
  const child = spawn(command, [...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let output = '';
  const ready = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${command} ${args.join(' ')}: ${why}\n${output}`));
    const tooLate = setTimeout(() => fail('not ready in time'), startWithinMs);
    const take = (data: Buffer): void => {
      output = `${output}${data}`.slice(-outputLimit);
      const match = options.until.exec(output);
      if (match === null) return;
      clearTimeout(tooLate);
      resolve(match);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} has no pid`);
  return { pid, ready, child, stop: () => stop(child) };
}

/** Runs a program to its end. @returns its standard output. @throws when it fails. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
  } = {},
): Promise<string> {
  const child = spawn(command, [...args], {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (data: Buffer) => {
    output += data;
  });
  child.stderr?.on('data', (data: Buffer) => {
    errors = `${errors}${data}`.slice(-outputLimit);
  });
  child.stdin?.end(options.input);
  const [code] = await once(child, 'close');
  running.delete(child);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${errors}`);
  return output;
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function ownCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command may hold spaces; the fields after it are counted from the closing bracket, utime being the 12th. After
  // it come stime, and both once more for children that ended.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerSecond;
}

/** How often the processes are looked at again because one of them ended meanwhile. */
const looks = 5;

/** Seconds of CPU, user and system, that a process and its children, ended ones too, have used so far (proc(5)). */
export function cpuSeconds(pid: number, left = looks): number {
  try {
    return childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child, 1), ownCpuSeconds(pid));
  } catch (error) {
    // A child that ended is among its parent's ended ones a moment later.
    if (left <= 1) throw error;
    return cpuSeconds(pid, left - 1);
  }
}

/** Bytes that a process has had written to disks so far: file pages that it changed, each time (proc(5)). */
export function bytesToDisk(pid: number): number {
  const found = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'));
  if (found === null) throw new Error('this kernel does not count what a process writes');
  return Number(found[1]);
}

/** Bytes of a process's memory that are in RAM. */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes;
}

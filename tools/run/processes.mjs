import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { PlainError } from './plain-error.mjs';

/** Signals that mean "stop": handed on to the children, which know how to stop cleanly. */
const STOP_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** How often to look whether the npm that started this is still there, in milliseconds: soon enough for a person. */
const PARENT_CHECK_MS = 500;

/** Output kept of a captured step. A step that prints more is broken in a way its end explains best. */
const CAPTURE_LIMIT = 256 * 1024;

/**
 * @typedef {object} SpawnOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} [env] on top of this process's environment
 * @property {'inherit' | 'stderr'} [output] where its standard output goes; `stderr` keeps ours clean for the command
 */

/**
 * Runs a program on this terminal until it ends, handing on the signals that stop it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {SpawnOptions} options
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it
 * @throws {PlainError} when it cannot be started
 */
export async function runInForeground(program, args, options) {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['inherit', options.output === 'stderr' ? 2 : 'inherit', 'inherit'],
  });
  const release = handOnSignals([child]);
  try {
    return await exitOf(child, program);
  } finally {
    release();
  }
}

/**
 * Runs several programs together on this terminal. When one of them ends, the others are asked to stop.
 *
 * @param {readonly { program: string, args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv }[]} parts
 * @returns {Promise<number>} the exit code of the one that ended first
 * @throws {PlainError} when one of them cannot be started
 */
export async function runTogether(parts) {
  const children = parts.map(({ program, args, cwd, env }) =>
    spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] }),
  );
  const release = handOnSignals(children);
  const ends = children.map((child, index) => exitOf(child, parts[index]?.program ?? ''));
  const [first] = await Promise.allSettled([Promise.race(ends)]);
  for (const child of children) stop(child, 'SIGTERM');
  const others = await Promise.allSettled(ends);
  release();
  if (first.status === 'rejected') throw first.reason;
  for (const other of others) if (other.status === 'rejected') throw other.reason;
  return first.value;
}

/**
 * Runs a program and keeps what it prints, standard output and standard error in the order they came.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number, output: string }>} output is the last 256 KiB
 */
export async function runCaptured(program, args, cwd) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const release = handOnSignals([child]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ text) => {
      output = (output + text).slice(-CAPTURE_LIMIT);
    });
  }
  try {
    return { code: await exitOf(child, program), output };
  } finally {
    release();
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} program for the message when it cannot be started
 * @returns {Promise<number>}
 */
function exitOf(child, program) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new PlainError(`${program} could not be started: ${error.message}`)),
    );
    // 'close' rather than 'exit': by then everything it printed has arrived.
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * @param {readonly import('node:child_process').ChildProcess[]} children
 * @returns {() => void} stops handing signals on
 */
function handOnSignals(children) {
  /** @param {NodeJS.Signals} signal */
  const handOn = (signal) => {
    // Control-C in a terminal reaches the whole foreground group: handing it on would count as a second one.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    for (const child of children) stop(child, signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, handOn);
  const watch = watchParent(() => handOn('SIGTERM'));
  return () => {
    clearInterval(watch);
    for (const signal of STOP_SIGNALS) process.removeListener(signal, handOn);
  };
}

/**
 * Nobody hands signals on any more once npm has been killed; a server left behind would keep its ports.
 *
 * @param {() => void} gone called when the npm that started this process has ended
 * @returns {NodeJS.Timeout | undefined}
 */
function watchParent(gone) {
  if (process.env['npm_lifecycle_event'] === undefined) return undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, PARENT_CHECK_MS);
  timer.unref();
  return timer;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function stop(child, signal) {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

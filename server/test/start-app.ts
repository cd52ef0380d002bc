/** The whole server inside the test's process, on a folder or database of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { type App, buildApp } from '#server/app.ts';
import { parseConfig } from '#server/config.ts';
import { type Deps, openDeps } from '#server/deps.ts';
import type { Clock } from '#server/platform/clock.ts';
import { createLogLines } from '#server/platform/log-lines.ts';
import type { Random } from '#server/platform/random.ts';
import type { Owner } from './services/daemon.ts';

export interface StartOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  /** True: ticks run by the clock. Otherwise tests call `app.advance()`. */
  readonly ticks?: boolean;
  /** Settings beside those that every test has. */
  readonly environment?: Readonly<Record<string, string>>;
}

const LogLine = z.looseObject({ level: z.number(), msg: z.string().optional() });
export type LogLine = z.infer<typeof LogLine>;

export interface TestApp {
  readonly app: App;
  readonly deps: Deps;
  /** Such as http://localhost:40001 */
  readonly origin: string;
  readonly dataDir: string;
  /** What was logged, oldest first. */
  readonly log: readonly LogLine[];
  /** Stops it before the test is over. Safe to call twice. */
  close(): Promise<void>;
}

/** An empty folder that is removed when its owner is over. */
export async function aFolder(owner: Owner): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipmat-test-'));
  // Processes that were told to end may still write for a moment.
  owner.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

/** Starts the server on free ports; it stops with its owner. */
export async function startApp(owner: Owner, options: StartOptions = {}): Promise<TestApp> {
  const dataDir = options.environment?.['DATA_DIR'] ?? (await aFolder(owner));
  const parsed = parseConfig({ PORT: '0', SOURCE_PORT: '0', DATA_DIR: dataDir, ...options.environment });
  if (!parsed.ok) throw new Error(parsed.mistakes.join('\n'));
  const lines: LogLine[] = [];
  const write = (line: string): void => {
    logLines.add(line);
    lines.push(LogLine.parse(JSON.parse(line)));
  };
  const logLines = createLogLines();
  const log = pino({ level: 'debug', base: null }, { write });
  const { clock, random } = options;
  const deps = await openDeps(
    parsed.config,
    { log, logLines },
    {
      ...(clock === undefined ? {} : { clock }),
      ...(random === undefined ? {} : { random }),
    },
  );
  const app = await buildApp(parsed.config, deps, { checkReplies: true, ticks: options.ticks ?? false });
  await app.listen();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= app.close();
    return closing;
  };
  owner.after(close);
  return { app, deps, origin: app.publicOrigin(), dataDir, log: lines, close };
}

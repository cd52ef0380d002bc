/** What the server stands on: storage, hub, clock, chance, log. Opened here, closed here. */
import { readFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { type Database, openDatabase, type Storage } from './db/open.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { createLog, type Log } from './platform/log.ts';
import { createLogLines, type LogLines } from './platform/log-lines.ts';
import { newId, type Random, systemRandom } from './platform/random.ts';
import { directSilence } from './platform/silence.ts';
import { createMemoryHub, type Hub } from './realtime/hub.ts';
import { openRedisHub } from './realtime/redis-hub.ts';

export interface Deps {
  readonly db: Database;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What was logged last. */
  readonly logLines: LogLines;
  /** Names this process among those that share a database. */
  readonly processId: string;
  readonly sourceTls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  close(): Promise<void>;
}

/** The process's log, where silenced errors go too, and its last lines. */
export function startLog(config: Config): { readonly log: Log; readonly logLines: LogLines } {
  const logLines = createLogLines();
  const log = createLog(config.logLevel, logLines);
  directSilence(log);
  return { log, logLines };
}

/** Where the settings say that data lives. */
export function storageOf(config: Config): Storage {
  return config.database.kind === 'sqlite' ? { kind: 'sqlite', dataDir: config.dataDir } : config.database;
}

export interface OpenOptions {
  readonly clock?: Clock;
  readonly random?: Random;
}

/**
 * Opens everything and migrates the database.
 * @throws when something cannot be opened; what was opened before is closed again.
 */
export async function openDeps(
  config: Config,
  { log, logLines }: ReturnType<typeof startLog>,
  options: OpenOptions = {},
): Promise<Deps> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const processId = newId(clock, random);
  const sourceTls =
    config.sourceTls === undefined
      ? undefined
      : { cert: readFileSync(config.sourceTls.certFile), key: readFileSync(config.sourceTls.keyFile) };
  const db = openDatabase(storageOf(config), log);
  try {
    const applied = await db.migrate();
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    const hub =
      config.redisUrl === undefined ? createMemoryHub() : await openRedisHub(config.redisUrl, processId, log);
    return {
      db,
      hub,
      clock,
      random,
      log,
      logLines,
      processId,
      sourceTls,
      async close() {
        await db.close();
        await hub.close();
      },
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}

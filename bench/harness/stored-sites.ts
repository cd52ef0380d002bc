/** The house, without a server around it, on a database full of sessions: SQLite, and PostgreSQL. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Config, parseConfig } from '@slipmat/server/config';
import { type Deps, openDeps, startLog } from '@slipmat/server/deps';
import { createHouse, type House } from '../../server/src/house.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { cpuSeconds } from './programs.ts';
import { newFolder } from './slipmat.ts';
import {
  type Amount,
  answerStatements,
  hashHex,
  host,
  idOf,
  postgresFunctions,
  sessionIdOf,
  sessionStatements,
} from './stored-sessions.ts';

export interface OpenSite {
  readonly house: House;
  readonly deps: Deps;
  close(): Promise<void>;
}

export interface StoredSite {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** Makes the house on it, in this process. */
  open(clock?: Deps['clock']): Promise<OpenSite>;
  sessionId(number: number): string;
  /** CPU time of the database's own processes so far; SQLite has none. */
  databaseCpuSeconds(): number;
  /** Rows and index entries that the database has read so far, while nothing is open; undefined when it does not count. */
  rowsRead(): Promise<number | undefined>;
  /** Removes it. */
  stop(): Promise<void>;
}

export interface Stock extends Amount {
  /** Whether each session has answered to the roll-out. */
  readonly isAnswered: boolean;
}

function statements(stock: Stock, now: number): string[] {
  return [...sessionStatements(stock, now), ...(stock.isAnswered ? answerStatements(stock, now) : [])];
}

function configOf(environment: Readonly<Record<string, string>>): Config {
  const site = { PUBLIC_URL: `https://${host}`, COOKIE_DOMAIN: host, LOG_LEVEL: 'warn' };
  const parsed = parseConfig({ ...site, ...environment });
  if (!parsed.ok) throw new Error(parsed.mistakes.join('\n'));
  return parsed.config;
}

async function openSite(config: Config, clock: Deps['clock'] | undefined): Promise<OpenSite> {
  const deps = await openDeps(config, startLog(config), clock === undefined ? {} : { clock });
  const origin = `https://${host}`;
  const house = await createHouse(config, deps, {
    publicOrigin: () => origin,
    trustedOrigins: new Set([origin]),
  });
  return { house, deps, close: deps.close };
}

async function migrate(config: Config): Promise<void> {
  const deps = await openDeps(config, startLog(config));
  await deps.close();
}

/** Runs statements on an SQLite file that nobody uses. */
export function fillSqlite(file: string, all: readonly string[]): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.function('hash_hex', { deterministic: true }, (text) => hashHex(String(text)));
  database.function('id_of', { deterministic: true }, (what, at) => idOf(String(what), Number(at)));
  database.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -2000000; begin');
  for (const statement of all) database.exec(statement);
  database.exec('commit');
  database.close();
}

export async function storeInSqlite(stock: Stock): Promise<StoredSite> {
  const dataDir = newFolder();
  const config = configOf({ DATA_DIR: dataDir });
  await migrate(config);
  const now = Date.now();
  fillSqlite(join(dataDir, 'slipmat.sqlite'), statements(stock, now));
  return {
    name: 'SQLite',
    open: (clock) => openSite(config, clock),
    sessionId: (number) => sessionIdOf(number, stock, now),
    databaseCpuSeconds: () => 0,
    rowsRead: async () => undefined,
    stop: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

/** Runs statements without the checks of foreign keys, which cost more than the rows. */
export async function fillPostgres(postgres: Postgres, all: readonly string[]): Promise<void> {
  const statements = ['set session_replication_role = replica', postgresFunctions, ...all];
  await postgres.sql(
    [...statements, 'vacuum analyze', 'checkpoint'].map((statement) => `${statement};`).join('\n'),
  );
}

export async function storeInPostgres(stock: Stock): Promise<StoredSite> {
  const postgres = await startPostgres();
  const config = configOf({ DATABASE_URL: postgres.url });
  await migrate(config);
  const now = Date.now();
  await fillPostgres(postgres, statements(stock, now));
  return {
    name: 'PostgreSQL',
    open: (clock) => openSite(config, clock),
    sessionId: (number) => sessionIdOf(number, stock, now),
    databaseCpuSeconds: () => cpuSeconds(postgres.pid),
    async rowsRead() {
      const tables = 'select sum(seq_tup_read) from pg_stat_user_tables';
      const indexes = 'select sum(idx_tup_read) from pg_stat_user_indexes';
      return Number(await postgres.sql(`select (${tables}) + (${indexes});`));
    },
    stop: postgres.stop,
  };
}

/** The database as features see it: read, write in a group commit, or read several things at one moment. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from 'node:sqlite';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Log } from '../platform/log.ts';
import { createGroupCommit, type Work } from './group-commit.ts';
import { migrateToLatest } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import type { Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { asProblem } from './storage-error.ts';

export interface Database {
  readonly kind: 'sqlite' | 'postgres';
  /** Committed data only; writing through it is an error. */
  readonly read: Kysely<Tables>;
  /** See `GroupCommit.write`. */
  write<T>(work: Work<T>): Promise<T>;
  /** Several reads that see one and the same moment. */
  snapshot<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** @throws when the database does not answer. */
  check(): Promise<void>;
  /** Applies what is missing of the migrations; @returns the names applied. */
  migrate(): Promise<readonly string[]>;
  /** Copies the database to a file while it is in use (SQLite); PostgreSQL has pg_dump. */
  backupTo(file: string): Promise<void>;
  /** Waits for the writes under way, then closes. */
  close(): Promise<void>;
}

export type Storage =
  | { readonly kind: 'sqlite'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** The SQLite file inside the data folder. */
export function sqliteFile(dataDir: string): string {
  return join(dataDir, 'slipmat.sqlite');
}

async function throwing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asProblem(error);
  }
}

/** Opens the storage without migrating it. */
export function openDatabase(storage: Storage, log: Log): Database {
  if (storage.kind === 'postgres') {
    const pool = openPostgres(storage.url, log);
    return databaseOver({
      kind: 'postgres',
      writer: pool,
      reader: pool,
      backupTo: () => Promise.reject(new Error('Use pg_dump to back up PostgreSQL (docs/operating.md).')),
    });
  }
  mkdirSync(storage.dataDir, { recursive: true });
  const { raw, writer, reader } = openSqlite(sqliteFile(storage.dataDir));
  return databaseOver({
    kind: 'sqlite',
    writer,
    reader,
    async backupTo(file) {
      await backup(raw, file);
    },
  });
}

interface Connections {
  readonly kind: Database['kind'];
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  backupTo(file: string): Promise<void>;
}

function databaseOver({ kind, writer, reader, backupTo }: Connections): Database {
  const group = createGroupCommit(writer);
  return {
    kind,
    read: reader,
    write: group.write,
    snapshot: (work) =>
      throwing(
        reader.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
      ),
    async check() {
      await throwing(sql`select 1`.execute(reader));
    },
    migrate: () => migrateToLatest(writer),
    backupTo,
    async close() {
      await group.idle();
      await writer.destroy();
      if (reader !== writer) await reader.destroy();
    },
  };
}

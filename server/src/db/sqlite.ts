/**
 * Kysely over Node's own SQLite: two connections to one file in WAL mode, one that writes and one that only
 * reads, so that a reader never sees a transaction that is not committed.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { BoundedMap } from '../platform/bounded-map.ts';
import type { Tables } from './schema.ts';

/** Statements kept prepared per connection; the server has about 150 different ones. */
const preparedStatements = 400;
/** How long a writer waits for another process (the command line) to finish, in milliseconds. The wait holds up the
 * whole process, and the group commit tries again, so it is short. */
const busyTimeoutMs = 1_000;
/**
 * Pages that the reading connection keeps, in kilobytes; it fills only as far as the database is large. SQLite's own
 * 2 MB make look-ups among 100,000 sessions go to the operating system for most pages (bench/me).
 */
const readCacheKb = 64 * 1024;

function inputValue(value: unknown): SQLInputValue {
  if (value === undefined) return null;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    return value;
  }
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite takes no ${typeof value}`);
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const reader = statement.columns().length > 0;
  return {
    reader,
    all: (parameters) => statement.all(...parameters.map(inputValue)),
    run: (parameters) => statement.run(...parameters.map(inputValue)),
    iterate: (parameters) => statement.iterate(...parameters.map(inputValue)),
  };
}

/**
 * SQLite takes a whole transaction back by itself when the disk is full or broken (lang_transaction §3.2). The
 * rollback that follows would then fail and hide the reason.
 */
function rollback(database: DatabaseSync): SqliteStatement {
  const statement = adaptStatement(database.prepare('rollback'));
  const nothing = { changes: 0, lastInsertRowid: 0 };
  return { ...statement, run: () => (database.isTransaction ? statement.run([]) : nothing) };
}

function adaptDatabase(database: DatabaseSync, writes: boolean): SqliteDatabase {
  const prepared = new BoundedMap<string, SqliteStatement>(preparedStatements);
  return {
    close: () => database.close(),
    prepare(sql) {
      // A deferred transaction that reads before it writes fails at once when another process wrote in between
      // (SQLITE_BUSY_SNAPSHOT); taking the write lock at the beginning waits instead.
      const text = writes && sql === 'begin' ? 'begin immediate' : sql;
      const known = prepared.get(text);
      if (known !== undefined) return known;
      const statement = text === 'rollback' ? rollback(database) : adaptStatement(database.prepare(text));
      prepared.set(text, statement);
      return statement;
    },
  };
}

export interface SqliteConnections {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  /** The writing connection itself, for `backup`. */
  readonly raw: DatabaseSync;
}

/**
 * Opens the file, making it when missing. An acknowledged commit survives a power cut (`synchronous = FULL`).
 * @param file path of the database.
 */
export function openSqlite(file: string): SqliteConnections {
  const raw = new DatabaseSync(file, { timeout: busyTimeoutMs });
  raw.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
  const reading = new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly: true });
  reading.exec(`pragma cache_size = -${readCacheKb}`);
  return {
    raw,
    writer: new Kysely<Tables>({ dialect: new SqliteDialect({ database: adaptDatabase(raw, true) }) }),
    reader: new Kysely<Tables>({ dialect: new SqliteDialect({ database: adaptDatabase(reading, false) }) }),
  };
}

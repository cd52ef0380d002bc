/** What a database driver's error means, in our terms, over both databases. */
import { ProblemError } from '../platform/problem-error.ts';

export type StorageTrouble = 'unavailable' | 'full' | 'duplicate' | 'contention';

/** SQLite primary result codes, https://www.sqlite.org/rescode.html */
const sqliteTroubles: Readonly<Record<number, StorageTrouble>> = {
  5: 'contention', // BUSY
  6: 'contention', // LOCKED
  8: 'unavailable', // READONLY
  10: 'unavailable', // IOERR
  11: 'unavailable', // CORRUPT
  13: 'full', // FULL
  14: 'unavailable', // CANTOPEN
  26: 'unavailable', // NOTADB
};

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY */
const sqliteDuplicates = new Set([2067, 1555]);

/** SQLSTATE codes, PostgreSQL manual, appendix A. */
const postgresTroubles: Readonly<Record<string, StorageTrouble>> = {
  '23505': 'duplicate', // unique_violation
  '40001': 'contention', // serialization_failure
  '40P01': 'contention', // deadlock_detected
  '53100': 'full', // disk_full
  '25006': 'unavailable', // read_only_sql_transaction
};

/** Classes 08 connection, 53 resources, 57 operator intervention, 58 system error. */
const postgresUnavailable = /^(08|53|57|58)/;
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ENOENT',
  'EAI_AGAIN',
]);

function property(error: object, name: string): unknown {
  return name in error ? Reflect.get(error, name) : undefined;
}

/** @returns undefined when the error is not about storage. */
export function storageTrouble(error: unknown): StorageTrouble | undefined {
  if (!(error instanceof Error)) return undefined;
  const errcode = property(error, 'errcode');
  if (typeof errcode === 'number') {
    return sqliteDuplicates.has(errcode) ? 'duplicate' : sqliteTroubles[errcode & 0xff];
  }
  const code = property(error, 'code');
  if (code === 'ERR_INVALID_STATE') return 'unavailable';
  if (typeof code === 'string') {
    if (networkCodes.has(code)) return 'unavailable';
    return postgresTroubles[code] ?? (postgresUnavailable.test(code) ? 'unavailable' : undefined);
  }
  return /timeout|Connection terminated|connection error/i.test(error.message) ? 'unavailable' : undefined;
}

/** Turns storage trouble into the problem that people are told; other errors come back as they are. */
export function asProblem(error: unknown): unknown {
  switch (storageTrouble(error)) {
    case 'full':
      return new ProblemError('storage-full', {}, { cause: error });
    case 'unavailable':
    case 'contention':
      return new ProblemError('storage-unavailable', {}, { cause: error });
    default:
      return error;
  }
}

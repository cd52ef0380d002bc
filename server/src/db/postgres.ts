/** Kysely over PostgreSQL (`pg`), with a bounded pool. */
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { Log } from '../platform/log.ts';
import type { Tables } from './schema.ts';

/** Connections per server process; PostgreSQL's own default limit is 100 for all of them. */
const poolSize = 10;
/** Longer than any query of ours takes; a database that does not answer in this time is "not answering". */
const queryTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;

/** int8: our integers are milliseconds and counters, all below 2^53. */
const int8Oid = 20;

function parseInt8(text: string): number {
  return Number(text);
}

/** @param url such as postgres://user:password@host:5432/name */
export function openPostgres(url: string, log: Log): Kysely<Tables> {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    types: {
      getTypeParser: (oid, format) => (oid === int8Oid ? parseInt8 : types.getTypeParser(oid, format)),
    },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'idle PostgreSQL connection lost'));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

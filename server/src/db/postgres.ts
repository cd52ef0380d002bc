/** Kysely over PostgreSQL (`pg`), with a bounded pool. */
import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import { Pool, type PoolClient, types } from 'pg';
import type { Log } from '../platform/log.ts';
import { silence } from '../platform/silence.ts';
import { createPrepared, type Prepared } from './prepared.ts';
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

/** A connection that sends what is asked again and again as a prepared statement. */
function preparing(client: PoolClient, prepared: Prepared): PostgresPoolClient {
  function query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(sql: string | PostgresCursor<unknown>, parameters: readonly unknown[] = []): unknown {
    if (typeof sql !== 'string') throw new Error('nothing here reads by cursor');
    const name = prepared.nameOf(sql);
    const values = [...parameters];
    return name === undefined ? client.query(sql, values) : client.query({ name, text: sql, values });
  }
  return { query, release: (destroy) => client.release(destroy) };
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
  // One that breaks in use fails its queries, which are told; the event besides would end the process too.
  pool.on('connect', (client) => {
    client.on('error', (error) => silence(error, 'the queries of the lost connection fail with it'));
  });
  const prepared = createPrepared();
  const preparingPool = {
    options: pool.options,
    connect: async () => preparing(await pool.connect(), prepared),
    end: () => pool.end(),
  };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: preparingPool }) });
}

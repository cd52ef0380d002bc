/** A Django site's PostgreSQL database over a small pool. */
import { Pool } from 'pg';
import type { Log } from '#server/platform/log.ts';
import type { DjangoConnection } from './django-database.ts';

/** Look-ups by primary key of browsers that come for the first time; the old site needs its connections itself. */
const poolSize = 3;
const connectTimeoutMs = 2_000;
const queryTimeoutMs = 3_000;
/** Connections are given back soon: after the first days hardly anybody comes for the first time. */
const idleTimeoutMs = 30_000;

/** @param url such as postgres://reader:password@host/name */
export function openDjangoPostgres(url: string, log: Log): DjangoConnection {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'idle connection to the old site’s database lost'));
  return {
    async query(name, sql, values) {
      const { rows } = await pool.query<Record<string, unknown>>({ name, text: sql, values: [...values] });
      return rows;
    },
    close: () => pool.end(),
  };
}

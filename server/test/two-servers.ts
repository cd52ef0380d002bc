/** Two server processes on one PostgreSQL and one Redis, which are one Slipmat. */
import { type Environment, type ServerProcess, startServer } from './server-process.ts';
import type { Owner } from './services/daemon.ts';
import { startPostgres } from './services/postgres.ts';
import { startRedis } from './services/redis.ts';

export interface TwoServers {
  /** Of the database. */
  readonly url: string;
  /** For commands, and for a third process. */
  readonly environment: Environment;
  readonly one: ServerProcess;
  readonly two: ServerProcess;
}

/** Starts both at the same moment, on an empty database; they stop with their owner. */
export async function startBoth(owner: Owner): Promise<TwoServers> {
  const [postgres, redis] = await Promise.all([startPostgres(owner), startRedis(owner)]);
  const url = await postgres.createDatabase();
  const environment = { DATABASE_URL: url, REDIS_URL: redis.url, LOG_LEVEL: 'warn' };
  const [one, two] = await Promise.all([startServer(owner, environment), startServer(owner, environment)]);
  return { url, environment, one, two };
}

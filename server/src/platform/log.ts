/** JSON lines on standard output (pino). Never logs cookies, keys, passwords or message texts. */
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';

/** What Fastify and everything else here need of a logger. */
export type Log = FastifyBaseLogger;

/** A logger of the given level ('silent' for tests). */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}

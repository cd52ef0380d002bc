/** JSON lines on standard output (pino). Never logs cookies, keys, passwords or message texts. */
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { LogLines } from './log-lines.ts';

/** What Fastify and everything else here need of a logger. */
export type Log = FastifyBaseLogger;

/**
 * A logger of the given level ('silent' for tests).
 * @param lines keeps what is logged, too.
 */
export function createLog(level: string, lines?: LogLines): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (lines === undefined) return pino(options);
  const output = pino.destination(1);
  return pino(options, {
    write(line) {
      lines.add(line);
      output.write(line);
    },
  });
}

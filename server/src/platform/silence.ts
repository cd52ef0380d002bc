/** The one way not to show an error: it takes a reason, is logged and is counted at `/metrics`. */
import type { Log } from './log.ts';

let log: Log | undefined;
let count = 0;

/** Where silenced errors are logged; set once, when the process starts. */
export function directSilence(to: Log): void {
  log = to;
}

/** How many errors were silenced since the process started. */
export function silencedCount(): number {
  return count;
}

/**
 * Keeps an error from the person, deliberately.
 * @param because why nobody needs to see it, as a sentence.
 */
export function silence(error: unknown, because: string): void {
  count += 1;
  log?.debug({ err: error, because }, 'silenced');
}

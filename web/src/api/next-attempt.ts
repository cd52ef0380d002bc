/** When a question that failed is asked again without anybody doing anything. */
import { type ProblemError, passesByItself } from './problem-error.ts';

/** Waits between attempts of a page that keeps trying, in milliseconds; the last one stays. */
const attemptWaits = [2_000, 4_000, 8_000, 15_000, 30_000] as const;
const longestWait = 30_000;

/**
 * @param failures failed attempts in a row.
 * @returns milliseconds, or false when only the person can help.
 */
export function nextAttempt(error: ProblemError | null, failures: number): number | false {
  if (error === null) return false;
  const { code, retryAfterSeconds } = error.problem;
  if (code === 'rate-limited') return (retryAfterSeconds ?? 30) * 1000;
  if (!passesByItself(error.problem)) return false;
  const wait = attemptWaits[Math.max(failures - 1, 0)] ?? longestWait;
  return Math.max(wait, (retryAfterSeconds ?? 0) * 1000);
}

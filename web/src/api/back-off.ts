/** How long to wait before the next attempt. */
import type { Random } from './clock.ts';

export const backOffLimits = {
  /** The first wait, in the middle of its jitter. Milliseconds. */
  first: 700,
  /** Nobody waits longer for a server that is back. Milliseconds. */
  longest: 20_000,
} as const;

/**
 * Doubles with every failed attempt, up to a bound, spread by half in both directions so that a thousand pages
 * do not come back in the same instant.
 * @param failures failed attempts so far, from 0.
 * @returns milliseconds.
 */
export function backOff(failures: number, random: Random): number {
  const middle = Math.min(backOffLimits.first * 2 ** Math.min(failures, 10), backOffLimits.longest);
  return Math.round(middle * (0.5 + random()));
}

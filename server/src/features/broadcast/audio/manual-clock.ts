/** A clock for tests that stands still until it is moved. */
import type { Clock } from './clock.ts';

export interface ManualClock extends Clock {
  /** Moves on by `ms`, running what falls due on the way, in order. */
  readonly advance: (ms: number) => void;
  /** Timers waiting. */
  readonly waiting: () => number;
}

/** A clock that begins at `start` (epoch milliseconds). */
export function createManualClock(start = Date.UTC(2026, 10, 23)): ManualClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();

  function next(until: number) {
    let first: { readonly at: number; readonly task: () => void } | undefined;
    for (const timer of timers) {
      if (timer.at <= until && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }

  return {
    now: () => now,
    after(ms, task) {
      const timer = { at: now + ms, task };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (let due = next(until); due !== undefined; due = next(until)) {
        timers.delete(due);
        now = Math.max(now, due.at);
        due.task();
      }
      now = until;
    },
    waiting: () => timers.size,
  };
}

/** A clock that stands still until a test moves it. */
import type { Clock } from './clock.ts';

export interface FakeClock extends Clock {
  /** Moves the time on, running what falls due on the way. */
  advance(milliseconds: number): void;
  /** How many timers wait. */
  waiting(): number;
}

/** @param start milliseconds since 1970. */
export function fakeClock(start = 1_800_000_000_000): FakeClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly then: () => void }>();
  return {
    now: () => now,
    after(milliseconds, then) {
      const timer = { at: now + milliseconds, then };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const [due] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (due === undefined) break;
        timers.delete(due);
        now = due.at;
        due.then();
      }
      now = end;
    },
    waiting: () => timers.size,
  };
}

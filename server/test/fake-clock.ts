/** A clock for tests that runs with the machine's own and leaps ahead on demand, so that nothing waits for hours. */
import type { Cancel, Clock } from '#server/platform/clock.ts';

export interface FakeClock extends Clock {
  /** Moves on by `ms` milliseconds at once; timers that fall due on the way run in order. */
  leap(ms: number): void;
}

interface Timer {
  dueAt: number;
  readonly everyMs: number | undefined;
  readonly act: () => void;
  stop: () => void;
}

/** A clock that begins now. Its timers do not keep the process alive. */
export function createFakeClock(): FakeClock {
  let ahead = 0;
  const timers = new Set<Timer>();
  const now = (): number => Date.now() + ahead;

  function arm(timer: Timer): void {
    const handle = setTimeout(() => fire(timer), Math.max(0, timer.dueAt - now())).unref();
    timer.stop = () => clearTimeout(handle);
  }

  function fire(timer: Timer): void {
    timer.stop();
    if (timer.everyMs === undefined) {
      timers.delete(timer);
    } else {
      timer.dueAt += timer.everyMs;
      arm(timer);
    }
    timer.act();
  }

  function start(ms: number, everyMs: number | undefined, act: () => void): Cancel {
    const timer: Timer = { dueAt: now() + ms, everyMs, act, stop: () => undefined };
    timers.add(timer);
    arm(timer);
    return () => {
      timer.stop();
      timers.delete(timer);
    };
  }

  function firstDue(until: number): Timer | undefined {
    const due = [...timers].filter((timer) => timer.dueAt <= until);
    return due.toSorted((a, b) => a.dueAt - b.dueAt)[0];
  }

  return {
    now,
    after: (ms, act) => start(ms, undefined, act),
    every: (ms, act) => start(ms, ms, act),
    leap(ms) {
      const until = now() + ms;
      for (let timer = firstDue(until); timer !== undefined; timer = firstDue(until)) {
        ahead += Math.max(0, timer.dueAt - now());
        fire(timer);
      }
      ahead += Math.max(0, until - now());
      for (const timer of timers) {
        timer.stop();
        arm(timer);
      }
    },
  };
}

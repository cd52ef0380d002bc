/** Time and chance as parameters, so that tests run on their own time. */

/** What timers and back-offs need of a clock. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Runs `then` once after so many milliseconds; gives back what cancels it. */
  after(milliseconds: number, then: () => void): () => void;
}

/** A number from 0 up to, but not including, 1. */
export type Random = () => number;

/** The browser's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, then) {
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
};

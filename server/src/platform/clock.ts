/** Time as a parameter, so that tests move it instead of waiting. */

/** Stops a timer; calling it again does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `act` once, `ms` milliseconds from now. Does not keep the process alive. */
  after(ms: number, act: () => void): Cancel;
  /** Runs `act` every `ms` milliseconds until cancelled. Does not keep the process alive. */
  every(ms: number, act: () => void): Cancel;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms).unref();
    return () => clearTimeout(timer);
  },
  every(ms, act) {
    const timer = setInterval(act, ms).unref();
    return () => clearInterval(timer);
  },
};

/** Time as the live-audio engine needs it: handed in, so that tests move it by hand and never sleep. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Runs `task` once after `ms` milliseconds; the function returned cancels it and may be called twice. */
  readonly after: (ms: number, task: () => void) => () => void;
}

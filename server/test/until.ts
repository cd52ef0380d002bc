/** Waiting for a condition with a deadline, for what no event tells of. */

/** Far longer than anything here takes on a loaded machine, so that only what never happens runs into it. */
const defaultDeadlineMs = 30_000;
const lookEveryMs = 5;
/** What asks a server is slowed down to this, below the rate at which it lets one browser read (`rate-limit.ts`). */
const askEveryMs = 60;
const slowerBy = 1.1;
/** For what is told at once, on a loaded machine. Milliseconds. */
export const promptlyMs = 5_000;

/**
 * Resolves with the first value of `look` that is neither undefined nor false.
 * @param what named in the error when the deadline passes.
 * @param everyMs between looks, where looking costs more than a comparison.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs: number = defaultDeadlineMs,
  everyMs: number = lookEveryMs,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let waitMs = everyMs;
  for (;;) {
    const looked = look();
    if (looked instanceof Promise) waitMs = Math.max(everyMs, Math.min(waitMs * slowerBy, askEveryMs));
    const value = await looked;
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** Rejects when the promise takes longer. */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  deadlineMs = defaultDeadlineMs,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

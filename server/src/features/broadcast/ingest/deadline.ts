/** Waiting for an answer no longer than it is of use. */
import type { Clock } from '../audio/clock.ts';

export type Timed<T> =
  | { readonly kind: 'value'; readonly value: T }
  /** Too late, or it failed. */
  | { readonly kind: 'none'; readonly cause: unknown };

/**
 * What `promise` gives within `ms` milliseconds. A value that comes later goes to `late`, so that what it holds
 * can be given back; a failure after that goes to `lateFailure`.
 */
export function within<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  late: { readonly value?: (value: T) => void; readonly failure: (cause: unknown) => void },
): Promise<Timed<T>> {
  return new Promise((resolve) => {
    let isOver = false;
    const cancel = clock.after(ms, () => {
      isOver = true;
      resolve({ kind: 'none', cause: new Error(`no answer within ${ms} ms`) });
    });
    promise.then(
      (value) => {
        cancel();
        if (isOver) late.value?.(value);
        else resolve({ kind: 'value', value });
      },
      (cause: unknown) => {
        cancel();
        if (isOver) late.failure(cause);
        else resolve({ kind: 'none', cause });
      },
    );
  });
}

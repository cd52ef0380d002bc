/** Counts by the hour, laid out as bars. Pure. */

export const hourMs = 3_600_000;

export interface Counted {
  /** Beginning of the hour, milliseconds. */
  readonly at: number;
  readonly count: number;
}

/** One count for every hour up to now, oldest first; hours of which nothing is known had none. */
export function everyHour(known: readonly Counted[], hours: number, now: number): number[] {
  const last = Math.floor(now / hourMs);
  const counts = new Map(known.map(({ at, count }) => [Math.floor(at / hourMs), count]));
  return Array.from({ length: hours }, (_none, index) => counts.get(last - hours + 1 + index) ?? 0);
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The lowest bar that can be seen, in units of the drawing. */
const leastHeight = 2;

/** Bars of a drawing of `width` by `height`; none where there was nothing. */
export function barsOf(counts: readonly number[], width: number, height: number): Bar[] {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  return counts.flatMap((count, index) => {
    if (count === 0) return [];
    const tall = Math.max(leastHeight, (count / most) * height);
    return [{ x: index * step, y: height - tall, width: Math.max(1, step - 1), height: tall }];
  });
}

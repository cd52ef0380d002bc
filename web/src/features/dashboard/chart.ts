/** Listeners over the last minutes: the samples, and where they lie in a drawing. */

export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly value: number;
}

export const chartLimits = {
  /** What the chart looks back on. */
  windowMs: 30 * 60_000,
  /** Changes nearer together than this are one: more would be less than a pixel apart. */
  mergeMs: 1_000,
} as const;

/**
 * The series with one more value. What left the window goes, but for the last value before it, which says
 * where the line enters.
 */
export function addSample(series: readonly Sample[], at: number, value: number): readonly Sample[] {
  const last = series.at(-1);
  if (last !== undefined && last.value === value) return series;
  // The first of a quick row of changes keeps its time, so that a steady stream of them still moves on.
  const replaces = last !== undefined && series.length > 1 && at - last.at < chartLimits.mergeMs;
  const next = replaces ? [...series.slice(0, -1), { at: last.at, value }] : [...series, { at, value }];
  const from = at - chartLimits.windowMs;
  const entering = next.findLastIndex((sample) => sample.at <= from);
  return entering > 0 ? next.slice(entering) : next;
}

export interface Plot {
  /** The line, as steps: between two changes the number was what it was. Empty without samples. */
  readonly line: string;
  /** The area under it. */
  readonly area: string;
  /** The value at the upper edge, a round number above every sample. */
  readonly top: number;
  readonly peak: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** The time at the left and at the right edge, in milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** The samples as SVG paths within the frame; y grows downwards. */
export function plot(series: readonly Sample[], frame: Frame): Plot {
  const peak = series.reduce((most, sample) => Math.max(most, sample.value), 0);
  const top = roundAbove(peak);
  const span = Math.max(1, frame.to - frame.from);
  const x = (at: number): number =>
    round((Math.min(Math.max(at, frame.from), frame.to) - frame.from) * (frame.width / span));
  const y = (value: number): number => round(frame.height - value * (frame.height / top));
  const [first, ...rest] = series;
  if (first === undefined) return { line: '', area: '', top, peak };
  const steps = rest.map((sample) => `H${x(sample.at)}V${y(sample.value)}`).join('');
  const line = `M${x(first.at)} ${y(first.value)}${steps}H${x(frame.to)}`;
  return { line, area: `${line}V${frame.height}H${x(first.at)}Z`, top, peak };
}

/** The next of 4, 6, 10, 20, 30, 40, 60, 100, … that is above a value: its half is whole, for the middle line. */
export function roundAbove(value: number): number {
  for (let unit = 1; ; unit *= 10) {
    for (const step of [4, 6, 10, 20, 30]) if (step * unit > value) return step * unit;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

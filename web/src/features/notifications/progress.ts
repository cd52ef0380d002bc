/** How a notification was read over time, as lines of a drawing. */
import type { Progress } from '@slipmat/contract/sending';

export interface ProgressFrame {
  readonly width: number;
  readonly height: number;
  /** At the upper edge. */
  readonly recipients: number;
  /** The times at the left and right edge, in milliseconds. */
  readonly from: number;
  readonly to: number;
}

export interface ProgressPlot {
  readonly seen: string;
  readonly confirmed: string;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The counts as SVG paths of steps: between two points the number is what it was at the first. */
export function progressPlot(points: readonly Progress[], frame: ProgressFrame): ProgressPlot {
  const span = Math.max(1, frame.to - frame.from);
  const most = Math.max(1, frame.recipients);
  const x = (at: number): number =>
    round((Math.min(Math.max(at, frame.from), frame.to) - frame.from) * (frame.width / span));
  const y = (value: number): number => round(frame.height - Math.min(value, most) * (frame.height / most));
  const line = (of: 'seen' | 'confirmed'): string => {
    const steps = points.map((point) => `H${x(point.at)}V${y(point[of])}`).join('');
    return `M0 ${frame.height}${steps}H${frame.width}`;
  };
  return { seen: line('seen'), confirmed: line('confirmed') };
}

/** Seen and confirmed over time, drawn, with the same in words. */
import type { Progress, SentNotification } from '@slipmat/contract/sending';
import { counted } from '../../ui/number.ts';
import { Time } from '../../ui/time.tsx';
import { progressPlot } from './progress.ts';

const width = 600;
const height = 140;

interface ProgressChartProps {
  readonly sent: SentNotification;
  readonly progress: readonly Progress[];
}

export function ProgressChart({ sent, progress }: ProgressChartProps) {
  const { kind, counts, startsAt } = sent;
  const last = progress.at(-1);
  if (last === undefined || counts.recipients === 0) {
    return <p className="mt-5 text-quiet">The chart begins when the first of them has seen it.</p>;
  }
  const from = Math.min(startsAt, progress[0]?.at ?? startsAt);
  const { seen, confirmed } = progressPlot(progress, {
    width,
    height,
    recipients: counts.recipients,
    from,
    to: Math.max(last.at, from + 60_000),
  });
  const isMustRead = kind === 'must-read';
  const words = `Of ${counted(counts.recipients)}, ${counted(counts.seen)} have seen it${isMustRead ? ` and ${counted(counts.confirmed)} have confirmed it` : ''}.`;
  return (
    <figure className="mt-6">
      <div className="relative">
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={words}
          className="h-36 w-full overflow-visible"
        >
          {[0, height / 2, height].map((y) => (
            <path key={y} d={`M0 ${y}H${width}`} className="stroke-line" vectorEffect="non-scaling-stroke" />
          ))}
          <path
            d={seen}
            className="fill-none stroke-edge"
            strokeWidth="2.5"
            strokeDasharray={isMustRead ? '5 4' : undefined}
            vectorEffect="non-scaling-stroke"
          />
          {isMustRead && (
            <path
              d={confirmed}
              className="fill-none stroke-lamp"
              strokeWidth="2.5"
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
        <span aria-hidden="true" className="absolute top-1 left-1 text-xs text-quiet tabular-nums">
          {counted(counts.recipients)}
        </span>
      </div>
      <figcaption className="mt-2 flex flex-wrap justify-between gap-x-6 gap-y-1 text-xs text-quiet">
        <Time at={from} />
        <span className="flex gap-4">
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className="h-0.5 w-4 bg-edge" /> seen
          </span>
          {isMustRead && (
            <span className="inline-flex items-center gap-1.5">
              <span aria-hidden="true" className="h-0.5 w-4 bg-lamp" /> confirmed
            </span>
          )}
        </span>
        <Time at={last.at} />
      </figcaption>
    </figure>
  );
}

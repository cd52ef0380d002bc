/** How many listen, and how that went since the page was opened. */
import { Panel } from '../../ui/panel.tsx';
import { useNow } from '../../ui/use-now.ts';
import { chartLimits, plot, type Sample } from './chart.ts';

interface ListenersPanelProps {
  readonly listeners: number;
  readonly samples: readonly Sample[];
}

const width = 600;
const height = 120;
/** How often the chart moves on. Milliseconds. */
const moveEvery = 2_000;
/** The chart is never narrower than this, so that the first minute is not stretched over it. */
const shortestMs = 5 * 60_000;

export function ListenersPanel({ listeners, samples }: ListenersPanelProps) {
  const now = useNow(moveEvery);
  const to = Math.max(now, samples.at(-1)?.at ?? 0);
  const open = to - (samples[0]?.at ?? to);
  const spanMs = Math.min(chartLimits.windowMs, Math.max(shortestMs, open));
  const minutes = Math.round(spanMs / 60_000);
  const { line, area, top, peak } = plot(samples, { width, height, from: to - spanMs, to });
  return (
    <Panel
      title="Listeners"
      actions={
        <p role="status" className="wide-title text-4xl tabular-nums">
          {listeners}
          <span className="sr-only"> listening now</span>
        </p>
      }
    >
      <figure>
        <div className="relative">
          <svg
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`Listeners over the last ${minutes} minutes: ${listeners} now, at most ${peak}`}
            className="h-32 w-full overflow-visible"
          >
            {[0, height / 2, height].map((y) => (
              <path
                key={y}
                d={`M0 ${y}H${width}`}
                className="stroke-line"
                vectorEffect="non-scaling-stroke"
              />
            ))}
            <path d={area} className="fill-lamp opacity-15" />
            <path
              d={line}
              className="fill-none stroke-lamp"
              strokeWidth="2.5"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
          <span aria-hidden="true" className="absolute top-1 left-1 text-xs text-quiet tabular-nums">
            {top}
          </span>
          <span aria-hidden="true" className="absolute top-1/2 left-1 mt-1 text-xs text-quiet tabular-nums">
            {top / 2}
          </span>
        </div>
        <figcaption className="mt-2 flex justify-between text-xs text-quiet">
          <span>{minutes} minutes ago</span>
          <span className="hidden sm:inline">since this page is open, at most {peak}</span>
          <span>now</span>
        </figcaption>
      </figure>
    </Panel>
  );
}

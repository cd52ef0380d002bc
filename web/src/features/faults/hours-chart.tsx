/** How often something happened, by the hour. */
import { counted } from '../../ui/number.ts';
import { useNow } from '../../ui/use-now.ts';
import { barsOf, type Counted, everyHour } from './bars.ts';

const width = 672;
const height = 96;
/** The drawing moves on with the hour. Milliseconds. */
const moveEvery = 60_000;

interface HoursChartProps {
  readonly chart: readonly Counted[];
  readonly hours: number;
  /** What is counted, in words: "Hits of this fault". */
  readonly label: string;
}

export function HoursChart({ chart, hours, label }: HoursChartProps) {
  const now = useNow(moveEvery);
  const counts = everyHour(chart, hours, now);
  const most = Math.max(...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const days = Math.round(hours / 24);
  return (
    <figure>
      <div className="relative">
        <svg
          viewBox={`0 0 ${String(width)} ${String(height)}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${label} over ${String(days)} days: ${counted(total)}, at most ${counted(most)} in an hour`}
          className="h-28 w-full overflow-visible"
        >
          {[0, height / 2, height].map((y) => (
            <path
              key={y}
              d={`M0 ${String(y)}H${String(width)}`}
              className="stroke-line"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {barsOf(counts, width, height).map((bar) => (
            <rect key={bar.x} {...bar} className="fill-lamp" />
          ))}
        </svg>
        {most > 0 && (
          <span aria-hidden="true" className="absolute top-1 left-1 text-xs text-quiet tabular-nums">
            {counted(most)}
          </span>
        )}
      </div>
      <figcaption className="mt-2 flex justify-between gap-4 text-xs text-quiet">
        <span>{days} days ago</span>
        <span className="max-sm:hidden">
          {counted(total)} in all, at most {counted(most)} in an hour
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

/** The last day of one fault, small, beside it in a list. */
export function SmallHours({ counts }: { readonly counts: readonly number[] }) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (
    <svg
      viewBox="0 0 96 24"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${counted(total)} in 24 hours`}
      className="h-7 w-24 shrink-0"
    >
      <path d="M0 23.5H96" className="stroke-line" />
      {barsOf(counts, 96, 23).map((bar) => (
        <rect key={bar.x} {...bar} className="fill-lamp" />
      ))}
    </svg>
  );
}

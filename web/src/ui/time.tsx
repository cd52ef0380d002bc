/** A moment in the reader's own zone; the title says all of it. */
import { clockTime, dayAndTime, dayName, fullTime, relativeTime, thisReader } from './time-format.ts';
import { useNow } from './use-now.ts';

export { countdown, duration } from './time-format.ts';

const reader = thisReader();

const forms = {
  /** "Today, 21:00" */
  when: (at: number, now: number) => dayAndTime(at, now, reader),
  /** "21:00" */
  clock: (at: number) => clockTime(at, reader),
  /** "Today" */
  day: (at: number, now: number) => dayName(at, now, reader),
  /** "5 minutes ago" */
  relative: (at: number, now: number) => relativeTime(at, now, reader),
} as const;

interface TimeProps {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly as?: keyof typeof forms;
  readonly className?: string;
}

export function Time({ at, as = 'when', className = '' }: TimeProps) {
  const now = useNow(as === 'clock' ? null : 30_000);
  return (
    <time dateTime={new Date(at).toISOString()} title={fullTime(at, reader)} className={className}>
      {forms[as](at, now)}
    </time>
  );
}

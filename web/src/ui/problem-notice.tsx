/** A problem where it happened: what, what to do, and the reference for staff. */
import type { Problem } from '@slipmat/contract/problems';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { ProblemActionButton } from './problem-action.tsx';
import { Reference } from './reference.tsx';

interface ProblemNoticeProps {
  readonly problem: Problem;
  readonly onRetry?: (() => void) | undefined;
  /** The retry is under way. */
  readonly busy?: boolean;
  /** More buttons. */
  readonly actions?: ReactNode;
  readonly className?: string;
}

/** "Try again in about 40 seconds." */
export function waitSentence(problem: Problem): string | undefined {
  const seconds = problem.retryAfterSeconds;
  if (seconds === undefined || seconds === 0) return undefined;
  if (seconds < 90) return `Try again in about ${String(seconds)} ${seconds === 1 ? 'second' : 'seconds'}.`;
  return `Try again in about ${String(Math.ceil(seconds / 60))} minutes.`;
}

export function ProblemNotice({ problem, onRetry, busy, actions, className }: ProblemNoticeProps) {
  const wait = waitSentence(problem);
  return (
    <div
      role="alert"
      className={classes(
        'rounded-xl border border-danger/70 bg-danger-ground px-4 py-3.5 sm:px-5',
        className,
      )}
    >
      <p className="font-semibold">{problem.title}</p>
      <p className="mt-0.5">
        {problem.detail} {wait}
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <ProblemActionButton problem={problem} onRetry={onRetry} busy={busy ?? false} />
        {actions}
        <Reference problem={problem} />
      </div>
    </div>
  );
}

interface StaleNoticeProps {
  /** Why, when it is known. */
  readonly problem?: Problem | null | undefined;
  readonly onRetry?: (() => void) | undefined;
  readonly busy?: boolean;
  readonly className?: string;
}

/** The line over data that could not be brought up to date; the data stays. */
export function StaleNotice({ problem, onRetry, busy = false, className }: StaleNoticeProps) {
  return (
    <div
      role="status"
      className={classes(
        'flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-danger/50 px-4 py-2 text-sm',
        className,
      )}
    >
      <p className="flex-1 basis-56">
        <strong className="font-semibold">Not up to date.</strong> {problem?.detail}
      </p>
      {problem !== undefined && problem !== null && (
        <>
          <ProblemActionButton problem={problem} onRetry={onRetry} busy={busy} />
          <Reference problem={problem} />
        </>
      )}
    </div>
  );
}

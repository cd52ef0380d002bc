/** The steps of a roll-out as a bar: done, the one it is at, and those to come. */
import { classes } from '../../ui/classes.ts';

interface StepsProps {
  readonly steps: readonly number[];
  /** Of sessions that have it. */
  readonly percent: number;
  /** After the last one. */
  readonly isOver: boolean;
}

export function Steps({ steps, percent, isOver }: StepsProps) {
  return (
    <ol aria-label="Steps, in per cent of sessions" className="flex gap-1 sm:gap-1.5">
      {steps.map((step) => {
        const isReached = isOver || step <= percent;
        const isCurrent = !isOver && step === percent;
        return (
          <li key={step} aria-current={isCurrent ? 'step' : undefined} className="min-w-0 flex-1">
            <span
              aria-hidden="true"
              className={classes(
                'block h-2.5 rounded-full border',
                isOver && 'border-good bg-good',
                !isOver && isReached && 'border-lamp bg-lamp',
                !isReached && 'border-edge',
              )}
            />
            <span
              className={classes(
                'mt-1.5 block text-sm tabular-nums',
                isCurrent ? 'font-semibold text-ink' : 'text-quiet',
              )}
            >
              {step} %
              <span className="sr-only">{isCurrent ? ', now' : isReached ? ', done' : ', to come'}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

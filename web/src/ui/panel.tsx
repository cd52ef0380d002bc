/** A part of a page with a heading of its own. */
import { type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

interface PanelProps {
  readonly title: ReactNode;
  /** Beside the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  /** The heading's level; 2 unless said. */
  readonly level?: 2 | 3;
}

export function Panel({ title, actions, children, className, level = 2 }: PanelProps) {
  const id = useId();
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section
      aria-labelledby={id}
      className={classes('rounded-2xl border border-line bg-raised p-5 sm:p-7', className)}
    >
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <Heading id={id} className={level === 2 ? 'text-xl' : 'text-lg'}>
          {title}
        </Heading>
        {actions}
      </div>
      {children}
    </section>
  );
}

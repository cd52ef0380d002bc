/** A short word that marks something. */
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export type BadgeTone = 'plain' | 'lamp' | 'good' | 'danger';

const tones: Readonly<Record<BadgeTone, string>> = {
  plain: 'border-line text-quiet',
  lamp: 'border-transparent bg-lamp text-on-lamp',
  good: 'border-good text-good',
  danger: 'border-danger text-danger',
};

export function Badge({
  tone = 'plain',
  children,
}: {
  readonly tone?: BadgeTone;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1.5 rounded-full border px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}

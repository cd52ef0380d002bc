/** A page: its title, in the window and as the first heading, and its measure. */
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { useTitle } from './use-title.ts';

const widths = { narrow: 'max-w-lg', text: 'max-w-3xl', wide: 'max-w-7xl' } as const;

interface PageProps {
  readonly title: string;
  /** A sentence or two under the title. */
  readonly lead?: ReactNode;
  /** Beside the title. */
  readonly actions?: ReactNode;
  /** True when the page draws its own first heading. */
  readonly ownHeading?: boolean;
  readonly width?: keyof typeof widths;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, ownHeading = false, width = 'text', children }: PageProps) {
  useTitle(title);
  return (
    <div className={classes('mx-auto w-full', widths[width])}>
      {!ownHeading && (
        <header className="mb-7 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
          <div className="flex max-w-2xl min-w-0 flex-col gap-2">
            <h1 className="wide-title text-3xl wrap-anywhere sm:text-4xl">{title}</h1>
            {lead !== undefined && <p className="text-lg text-quiet">{lead}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </div>
  );
}

/** Tables. Give them few columns: where a screen is too narrow, they are scrolled sideways by themselves. */
import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';

interface TableProps {
  /** What is in it, for readers of the screen. */
  readonly label: string;
  /** The cells of the head. */
  readonly head: ReactNode;
  /** The rows. */
  readonly children: ReactNode;
  readonly className?: string;
}

export function Table({ label, head, children, className }: TableProps) {
  return (
    <section aria-label={label} className="-mx-5 overflow-x-auto px-5 sm:-mx-7 sm:px-7">
      <table className={classes('w-full border-collapse text-sm', className)}>
        <thead>
          <tr className="border-b border-line text-left align-bottom text-quiet">{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </section>
  );
}

interface CellProps extends ComponentProps<'td'> {
  readonly number?: boolean;
}

const numberLook = 'text-right tabular-nums';

export function HeadCell({
  number = false,
  className,
  ...rest
}: ComponentProps<'th'> & { readonly number?: boolean }) {
  return (
    <th
      scope="col"
      {...rest}
      className={classes(
        'px-1.5 py-2 font-medium first:pl-0 last:pr-0 sm:px-2',
        number && 'text-right',
        className,
      )}
    />
  );
}

export function Cell({ number = false, className, ...rest }: CellProps) {
  return (
    <td
      {...rest}
      className={classes(
        'px-1.5 py-2.5 align-top first:pl-0 last:pr-0 sm:px-2',
        number && numberLook,
        className,
      )}
    />
  );
}

interface SortCellProps {
  readonly children: string;
  /** Undefined: another column is sorted by. */
  readonly sorted: 'ascending' | 'descending' | undefined;
  readonly onSort: () => void;
  readonly number?: boolean;
}

/** The head of a column that can be sorted by. */
export function SortCell({ children, sorted, onSort, number = false }: SortCellProps) {
  return (
    <HeadCell number={number} aria-sort={sorted ?? 'none'} className="py-0">
      <button
        type="button"
        onClick={onSort}
        className={classes(
          'inline-flex min-h-11 items-end gap-1 rounded-md py-2 underline-offset-4 hover:underline',
          number ? 'flex-row-reverse text-right' : 'text-left',
          sorted !== undefined && 'text-ink',
        )}
      >
        {children}
        {sorted !== undefined && <span aria-hidden="true">{sorted === 'ascending' ? '▴' : '▾'}</span>}
      </button>
    </HeadCell>
  );
}

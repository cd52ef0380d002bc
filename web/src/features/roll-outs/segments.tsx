/** How each kind of browser takes a roll-out: drawn, and the same numbers as a table. */
import type { RollOutKind, SegmentFigures } from '@slipmat/contract/roll-outs';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { counted } from '../../ui/number.ts';
import { Cell, SortCell, Table } from '../../ui/table.tsx';
import {
  type BarPart,
  barOf,
  firstSorting,
  pressed,
  rowOf,
  type SegmentRow,
  type SortKey,
  sorted,
} from './segments.ts';
import { kindWords, rateWords } from './words.ts';

/** The ones to look at come first; more bars say nothing more at a glance. */
const shownFirst = 7;

interface SegmentsProps {
  readonly kind: RollOutKind;
  readonly segments: readonly SegmentFigures[];
}

export function Segments({ kind, segments }: SegmentsProps) {
  const [sorting, setSorting] = useState(firstSorting);
  const [all, setAll] = useState(false);
  const rows = sorted(segments.map(rowOf), sorting);
  const shown = all ? rows : rows.slice(0, shownFirst);
  return (
    <div className="flex flex-col gap-6">
      <div className="grid gap-6 lg:grid-cols-2 lg:gap-10">
        <Chart kind={kind} rows={shown} />
        <div className="min-w-0">
          <h3 className="mb-2 text-lg">In numbers</h3>
          <SegmentTable
            kind={kind}
            rows={shown}
            sortedBy={(key) =>
              key !== sorting.by ? undefined : sorting.descending ? 'descending' : 'ascending'
            }
            onSort={(key) => setSorting(pressed(sorting, key))}
          />
        </div>
      </div>
      {rows.length > shownFirst && (
        <Button small className="self-start" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${String(rows.length)} kinds of browsers`}
        </Button>
      )}
    </div>
  );
}

const fills: Readonly<Record<BarPart['of'], string>> = {
  accepted: 'fill-good',
  refused: 'fill-danger',
  pending: 'fill-edge',
};
const grounds: Readonly<Record<BarPart['of'], string>> = {
  accepted: 'bg-good',
  refused: 'bg-danger',
  pending: 'bg-edge',
};
const parts = ['accepted', 'refused', 'pending'] as const;

function Chart({ kind, rows }: { readonly kind: RollOutKind; readonly rows: readonly SegmentRow[] }) {
  const words = kindWords[kind];
  return (
    <figure className="min-w-0">
      <figcaption className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h3 className="text-lg">By kind of browser</h3>
        <span className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-quiet">
          {parts.map((part) => (
            <span key={part} className="inline-flex items-center gap-1.5">
              <span aria-hidden="true" className={`size-2.5 rounded-full ${grounds[part]}`} />
              {words[part]}
            </span>
          ))}
        </span>
      </figcaption>
      <ul className="flex flex-col gap-4">
        {rows.map((row) => (
          <Bar key={row.key} row={row} kind={kind} />
        ))}
      </ul>
    </figure>
  );
}

function Bar({ row, kind }: { readonly row: SegmentRow; readonly kind: RollOutKind }) {
  const words = kindWords[kind];
  const drawn = barOf(row);
  return (
    <li>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="min-w-0 wrap-anywhere">
          <span className="font-medium">{row.browser}</span> <span className="text-quiet">{row.system}</span>
        </p>
        <p className="text-sm text-quiet tabular-nums">
          {row.refused > 0 && (
            <>
              <span className="font-semibold text-danger">
                {counted(row.refused)} {words.refused.toLowerCase()}
              </span>{' '}
              ·{' '}
            </>
          )}
          {counted(row.issued)} {row.issued === 1 ? 'session' : 'sessions'}
        </p>
      </div>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${words.accepted} ${String(row.accepted)}, ${words.refused.toLowerCase()} ${String(row.refused)}, ${words.pending.toLowerCase()} ${String(row.pending)}`}
        className="mt-1.5 h-3.5 w-full rounded-full bg-sunken"
      >
        {drawn.map(({ of, x, width }, index) => (
          // A gap between two parts, so that they are told apart without their colours.
          <rect
            key={of}
            x={index === 0 ? x : x + 0.4}
            width={Math.max(width - (index === 0 ? 0 : 0.4), 0.4)}
            height="4"
            className={fills[of]}
          />
        ))}
      </svg>
    </li>
  );
}

interface SegmentTableProps {
  readonly kind: RollOutKind;
  readonly rows: readonly SegmentRow[];
  readonly sortedBy: (key: SortKey) => 'ascending' | 'descending' | undefined;
  readonly onSort: (key: SortKey) => void;
}

const columns = ['issued', 'accepted', 'refused', 'pending'] as const;

function SegmentTable({ kind, rows, sortedBy, onSort }: SegmentTableProps) {
  const words = kindWords[kind];
  return (
    <Table
      label="Figures by kind of browser"
      head={
        <>
          <SortCell sorted={sortedBy('browser')} onSort={() => onSort('browser')}>
            Browser
          </SortCell>
          {columns.map((column) => (
            <SortCell key={column} number sorted={sortedBy(column)} onSort={() => onSort(column)}>
              {words[column]}
            </SortCell>
          ))}
        </>
      }
    >
      {rows.map((row) => (
        <tr key={row.key}>
          <Cell className="min-w-22">
            <span className="font-medium">{row.browser}</span>
            <span className="block text-quiet">{row.system}</span>
          </Cell>
          <Cell number>{counted(row.issued)}</Cell>
          <Cell number>{counted(row.accepted)}</Cell>
          <Cell number className={row.refused > 0 ? 'font-semibold text-danger' : ''}>
            {counted(row.refused)}
            {row.refused > 0 && (
              <span className="block font-normal">
                <span className="whitespace-nowrap">{rateWords(row.rate)}</span>
                {row.refusedInRow > 1 && `, ${String(row.refusedInRow)} in a row`}
              </span>
            )}
          </Cell>
          <Cell number>{counted(row.pending)}</Cell>
        </tr>
      ))}
    </Table>
  );
}

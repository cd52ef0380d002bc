/** The figures of each kind of browser: in rows for the table, and in parts for the chart. */
import type { Figures, Segment, SegmentFigures } from '@slipmat/contract/roll-outs';

export interface SegmentRow extends Figures {
  /** The same for no two kinds of browsers. */
  readonly key: string;
  /** "Firefox 153". */
  readonly browser: string;
  /** "Android, in an app". */
  readonly system: string;
  /** Given it, and not seen again so far. */
  readonly pending: number;
  /** Refusals of those that answered, 0 to 1; 0 when none did. */
  readonly rate: number;
  readonly refusedInRow: number;
}

export const sortKeys = ['browser', 'issued', 'accepted', 'refused', 'pending'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

/** Those that one has to look at come first. */
export const firstSorting: Sorting = { by: 'refused', descending: true };

/** Those that were given it and did not answer. An answer may be counted a moment before the issue is. */
export function pendingOf({ issued, accepted, refused }: Figures): number {
  return Math.max(0, issued - accepted - refused);
}

/** "Firefox 153". */
export function browserName({ family, version }: Segment): string {
  return version === '' ? family : `${family} ${version}`;
}

/** "Android, in an app". */
export function systemName({ system, webView }: Segment): string {
  return webView ? `${system}, in an app` : system;
}

export function rowOf(figures: SegmentFigures): SegmentRow {
  const { issued, accepted, refused, refusedInRow } = figures;
  const browser = browserName(figures);
  const system = systemName(figures);
  const answered = accepted + refused;
  return {
    key: `${browser} ${system}`,
    browser,
    system,
    issued,
    accepted,
    refused,
    pending: pendingOf(figures),
    rate: answered === 0 ? 0 : refused / answered,
    refusedInRow,
  };
}

/** Sorted by one column; what is equal there, by refusals, then by size, then by name. */
export function sorted(rows: readonly SegmentRow[], { by, descending }: Sorting): readonly SegmentRow[] {
  const sign = descending ? -1 : 1;
  const inOrder = (a: SegmentRow, b: SegmentRow): number =>
    by === 'browser' ? a.key.localeCompare(b.key, 'en', { numeric: true }) : a[by] - b[by];
  return rows.toSorted(
    (a, b) =>
      sign * inOrder(a, b) ||
      b.refused - a.refused ||
      b.rate - a.rate ||
      b.issued - a.issued ||
      a.key.localeCompare(b.key, 'en', { numeric: true }),
  );
}

/** A press on a column: numbers from the largest, names from A; the same column again turns it round. */
export function pressed(before: Sorting, by: SortKey): Sorting {
  if (before.by === by) return { by, descending: !before.descending };
  return { by, descending: by !== 'browser' };
}

export interface BarPart {
  readonly of: 'accepted' | 'refused' | 'pending';
  /** Per cent from the left edge. */
  readonly x: number;
  /** Per cent. */
  readonly width: number;
}

/** One refusal among thousands must be seen. Per cent of the bar. */
export const leastWidth = 2;

/**
 * The parts of a full bar, from the left: accepted, refused, pending. What there is gets at least `leastWidth`,
 * taken from the largest. Empty without figures.
 */
export function barOf(figures: Figures): readonly BarPart[] {
  const counts = [
    ['accepted', figures.accepted],
    ['refused', figures.refused],
    ['pending', pendingOf(figures)],
  ] as const;
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  const there = counts
    .filter(([, count]) => count > 0)
    .map(([of, count]) => ({ of, width: Math.max(leastWidth, (count / total) * 100) }));
  const excess = there.reduce((sum, { width }) => sum + width, 0) - 100;
  const largest = there.reduce((most, part) => (part.width > most.width ? part : most));
  let x = 0;
  return there.map((part) => {
    const width = round(part === largest ? part.width - excess : part.width);
    const placed: BarPart = { of: part.of, x: round(x), width };
    x += width;
    return placed;
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

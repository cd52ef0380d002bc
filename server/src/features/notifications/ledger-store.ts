/** All SQL of the ledger: its pages, and how it was read over time. */
import type { LedgerFilter } from '@slipmat/contract/sending';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { RecipientRow } from './recipients-store.ts';
import type { StoredNotification } from './store.ts';

type Read = Kysely<Tables>;

export interface LedgerEntry extends RecipientRow {
  readonly handle: string;
  readonly display_name: string;
}

/** Escapes what LIKE takes for a wildcard. */
function likePrefix(text: string): string {
  return `${text.toLowerCase().replaceAll(/[\\%_]/g, (match) => `\\${match}`)}%`;
}

function filtered(read: Read, id: string, filter: LedgerFilter) {
  const query = read
    .selectFrom('notification_recipients as r')
    .innerJoin('people as p', 'p.id', 'r.person_id')
    .where('r.notification_id', '=', id);
  switch (filter) {
    case 'all':
      return query;
    case 'not-seen':
      return query.where('r.state', 'in', ['sent', 'unreachable']);
    case 'seen':
      return query.where('r.state', 'in', ['seen', 'confirmed']);
    case 'not-confirmed':
      return query.where('r.state', 'in', ['sent', 'unreachable', 'seen']);
    case 'confirmed':
      return query.where('r.state', '=', 'confirmed');
    case 'unreachable':
      return query.where('r.state', '=', 'unreachable');
    case 'reminded':
      return query.where('r.reminders', '>', 0);
  }
}

export interface LedgerPage {
  readonly filter: LedgerFilter;
  /** The beginning of a handle or name. */
  readonly q: string;
  /** The last person of the page before; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

/** Recipients in the order of their ids. */
export function page(
  read: Read,
  id: string,
  { filter, q, after, limit }: LedgerPage,
): Promise<LedgerEntry[]> {
  const pattern = likePrefix(q);
  return filtered(read, id, filter)
    .selectAll('r')
    .select(['p.handle', 'p.display_name'])
    .where('r.person_id', '>', after)
    .$if(q !== '', (query) =>
      query.where(
        sql<boolean>`(lower(p.handle) like ${pattern} escape '\\' or lower(p.display_name) like ${pattern} escape '\\')`,
      ),
    )
    .orderBy('r.person_id')
    .limit(limit)
    .execute();
}

interface Step {
  /** Which part of the time. */
  readonly part: number;
  readonly count: number;
}

/** How many did it in each part of the time, from `from` on, `width` milliseconds each. */
async function steps(
  read: Read,
  { id }: StoredNotification,
  column: 'seen_at' | 'confirmed_at',
  { from, width }: { readonly from: number; readonly width: number },
): Promise<Step[]> {
  const part = sql<number>`cast((${sql.ref(column)} - ${sql.lit(from)}) / ${sql.lit(width)} as integer)`;
  const rows = await read
    .selectFrom('notification_recipients')
    .select((eb) => [part.as('part'), eb.fn.countAll<number>().as('count')])
    .where('notification_id', '=', id)
    .where(column, 'is not', null)
    .groupBy(part)
    .execute();
  return rows.map(({ part: of, count }) => ({ part: Number(of), count: Number(count) }));
}

/** How many had seen and confirmed it at the end of each part of the time. */
export async function progress(
  read: Read,
  stored: StoredNotification,
  scale: { readonly from: number; readonly width: number; readonly parts: number },
): Promise<{ readonly at: number; readonly seen: number; readonly confirmed: number }[]> {
  const seen = await steps(read, stored, 'seen_at', scale);
  const confirmed = await steps(read, stored, 'confirmed_at', scale);
  const until = (list: readonly Step[], part: number): number =>
    list.filter((step) => step.part <= part).reduce((sum, { count }) => sum + count, 0);
  return Array.from({ length: scale.parts }, (_, part) => ({
    at: scale.from + (part + 1) * scale.width,
    seen: until(seen, part),
    confirmed: until(confirmed, part),
  }));
}

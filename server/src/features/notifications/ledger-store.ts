/** All SQL of the ledger: its pages, and how it was read over time. */
import type { LedgerFilter, LedgerState } from '@slipmat/contract/sending';
import { type Kysely, sql, type Transaction } from 'kysely';
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

/** States of those whom a filter shows; undefined: it does not go by the state. */
const statesOf: Readonly<Record<LedgerFilter, readonly LedgerState[] | undefined>> = {
  all: undefined,
  reminded: undefined,
  'not-seen': ['sent', 'unreachable'],
  seen: ['seen', 'confirmed'],
  'not-confirmed': ['sent', 'unreachable', 'seen'],
  confirmed: ['confirmed'],
  unreachable: ['unreachable'],
};

function recipientsOf(
  read: Read,
  id: string,
  filter: LedgerFilter,
  states: readonly LedgerState[] | undefined,
) {
  return read
    .selectFrom('notification_recipients as r')
    .where('r.notification_id', '=', id)
    .$if(states !== undefined, (query) => query.where('r.state', 'in', states ?? []))
    .$if(filter === 'reminded', (query) => query.where('r.reminders', '>', sql.lit(0)));
}

export interface LedgerPage {
  readonly filter: LedgerFilter;
  /** The beginning of a handle or name. */
  readonly q: string;
  /** The last person of the page before; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

/** Those in one state are found in the order of their ids by the index; of several, databases sort all there are. */
async function pageOfState(
  read: Read,
  id: string,
  { filter, after, limit }: LedgerPage,
  state: LedgerState | undefined,
): Promise<LedgerEntry[]> {
  return recipientsOf(read, id, filter, state === undefined ? undefined : [state])
    .innerJoin('people as p', 'p.id', 'r.person_id')
    .selectAll('r')
    .select(['p.handle', 'p.display_name'])
    .where('r.person_id', '>', after)
    .orderBy('r.person_id')
    .limit(limit)
    .execute();
}

/**
 * A search goes through the people and not through the ledger, because whoever fits is rare and a row of `people` is
 * half the way: SQLite joins in the order in which a cross join says it.
 */
function search(read: Read, id: string, { filter, q, after, limit }: LedgerPage): Promise<LedgerEntry[]> {
  const pattern = likePrefix(q);
  return read
    .selectFrom('people as p')
    .crossJoin(recipientsOf(read, id, filter, statesOf[filter]).selectAll('r').as('r'))
    .whereRef('r.person_id', '=', 'p.id')
    .selectAll('r')
    .select(['p.handle', 'p.display_name'])
    .where('p.id', '>', after)
    .where(
      sql<boolean>`(p.handle like ${pattern} escape '\\' or lower(p.display_name) like ${pattern} escape '\\')`,
    )
    .orderBy('p.id')
    .limit(limit)
    .execute();
}

/** Recipients in the order of their ids. @param read sees one moment, in which nobody goes from state to state. */
export async function page(read: Transaction<Tables>, id: string, asked: LedgerPage): Promise<LedgerEntry[]> {
  if (asked.q !== '') return search(read, id, asked);
  const entries: LedgerEntry[] = [];
  for (const state of statesOf[asked.filter] ?? [undefined])
    entries.push(...(await pageOfState(read, id, asked, state)));
  return entries.sort((a, b) => (a.person_id < b.person_id ? -1 : 1)).slice(0, asked.limit);
}

interface Scale {
  readonly from: number;
  /** Of a part, in milliseconds. */
  readonly width: number;
  readonly parts: number;
}

interface Step {
  /** Which part of the time. */
  readonly part: number;
  readonly count: number;
}

/**
 * How many did it in each part of the time, from `from` on, `width` milliseconds each. Each part is counted in the
 * index by time, which takes a quarter of what grouping all rows does.
 */
async function steps(
  read: Read,
  { id }: StoredNotification,
  column: 'seen_at' | 'confirmed_at',
  { from, width, parts }: Scale,
): Promise<Step[]> {
  const counted = (part: number) =>
    read
      .selectFrom('notification_recipients')
      .select((eb) => [sql.lit(part).as('part'), eb.fn.countAll<number>().as('count')])
      .where('notification_id', '=', id)
      .where(column, '>=', from + part * width)
      .where(column, '<', from + (part + 1) * width);
  const later = Array.from({ length: parts - 1 }, (_, index) => counted(index + 1));
  const rows = await later.reduce((all, one) => all.unionAll(one), counted(0)).execute();
  return rows.map(({ part, count }) => ({ part: Number(part), count: Number(count) }));
}

/** How many had seen and confirmed it at the end of each part of the time. */
export async function progress(
  read: Read,
  stored: StoredNotification,
  scale: Scale,
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

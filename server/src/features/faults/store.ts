/** SQL of reading faults, and of what staff do to them. */
import { type FaultEvent, type FaultKind, type FaultState, faultLimits } from '@slipmat/contract/faults';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#server/db/schema.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';

export type Read = Kysely<Tables>;
export type Trx = Transaction<Tables>;
export type FaultRow = Selectable<Tables['faults']>;

const Sample = z.object({
  name: z.string(),
  message: z.string(),
  frames: z.array(z.string()),
  where: z.string(),
  log: z.array(z.string()),
});

export async function find(read: Read, id: string): Promise<FaultRow | undefined> {
  return read.selectFrom('faults').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function exists(read: Read, id: string): Promise<boolean> {
  const row = await read.selectFrom('faults').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}

/** The people it hit, as a part of another query. */
export function hitBy(read: Read, faultId: string): PeopleIds {
  return read.selectFrom('fault_people').select('person_id').where('fault_id', '=', faultId).$asScalar();
}

export interface Filter {
  readonly state: 'unresolved' | FaultState | undefined;
  readonly kind: FaultKind | undefined;
  readonly search: string | undefined;
}

/** What is searched for may have the wildcards of `like` in it. */
function containing(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
}

const searched = ['message', 'place', 'code', 'name'] as const;

function matches(search: string) {
  const pattern = containing(search);
  const tests = searched.map(
    (column) => sql<boolean>`lower(${sql.ref(`faults.${column}`)}) like ${pattern} escape '\\'`,
  );
  return sql<boolean>`(${sql.join(tests, sql` or `)})`;
}

/** Those that happened last first. @param before the last of the page before. */
export function list(
  read: Read,
  { state, kind, search }: Filter,
  before: FaultRow | undefined,
  limit: number,
) {
  return read
    .selectFrom('faults')
    .selectAll()
    .$if(state === 'unresolved', (query) => query.where('state', '!=', 'resolved'))
    .$if(state !== undefined && state !== 'unresolved', (query) =>
      query.where('state', '=', state === 'unresolved' ? 'open' : (state ?? 'open')),
    )
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'server'))
    .$if(search !== undefined && search !== '', (query) => query.where(matches(search ?? '')))
    .$if(before !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('last_at', '<', before?.last_at ?? 0),
          eb.and([eb('last_at', '=', before?.last_at ?? 0), eb('id', '<', before?.id ?? '')]),
        ]),
      ),
    )
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export async function totals(read: Read): Promise<Record<FaultState, number>> {
  const rows = await read
    .selectFrom('faults')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const of = (state: FaultState): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { open: of('open'), 'came-back': of('came-back'), resolved: of('resolved') };
}

/** Hits by hour of several faults, from an hour on. */
export async function hours(read: Read, ids: readonly string[], from: number) {
  if (ids.length === 0) return [];
  return read
    .selectFrom('fault_hours')
    .select(['fault_id', 'hour', 'count'])
    .where('fault_id', 'in', [...ids])
    .where('hour', '>=', from)
    .orderBy('hour')
    .execute();
}

/** Hits by hour of all faults together. */
export async function hoursOfAll(read: Read, from: number) {
  const rows = await read
    .selectFrom('fault_hours')
    .select(({ fn }) => ['hour', fn.sum<number>('count').as('count')])
    .where('hour', '>=', from)
    .groupBy('hour')
    .orderBy('hour')
    .execute();
  return rows.map(({ hour, count }) => ({ hour, count: Number(count) }));
}

export function browsers(read: Read, id: string) {
  return read
    .selectFrom('fault_browsers')
    .select(['browser as name', 'count'])
    .where('fault_id', '=', id)
    .orderBy('count', 'desc')
    .orderBy('browser')
    .limit(faultLimits.browsers)
    .execute();
}

/** Those last hit first. */
export function people(read: Read, id: string) {
  return read
    .selectFrom('fault_people as f')
    .innerJoin('people as p', 'p.id', 'f.person_id')
    .select(['p.id', 'p.handle', 'p.display_name as displayName', 'f.hits', 'f.last_at as lastAt'])
    .where('f.fault_id', '=', id)
    .orderBy('f.last_at', 'desc')
    .orderBy('f.person_id')
    .limit(faultLimits.people)
    .execute();
}

function events(read: Read) {
  return read
    .selectFrom('fault_events as e')
    .leftJoin('people as p', 'p.id', 'e.person_id')
    .selectAll('e')
    .select(['p.handle', 'p.display_name']);
}

type EventRow = Awaited<ReturnType<ReturnType<typeof events>['execute']>>[number];

function toEvent(row: EventRow): FaultEvent {
  const { person_id: id, handle, display_name: displayName } = row;
  return {
    reference: row.reference,
    at: row.at,
    faultId: row.fault_id,
    code: row.code,
    place: row.place,
    person: id === null || handle === null || displayName === null ? null : { id, handle, displayName },
    browser: row.browser,
    release: row.release,
    sample: row.sample === null ? null : Sample.parse(JSON.parse(row.sample)),
  };
}

/** Newest first. */
export async function eventsOf(read: Read, faultId: string, limit: number): Promise<FaultEvent[]> {
  const rows = await events(read)
    .where('e.fault_id', '=', faultId)
    .orderBy('e.at', 'desc')
    .orderBy('e.reference')
    .limit(limit)
    .execute();
  return rows.map(toEvent);
}

export async function eventByReference(read: Read, reference: string): Promise<FaultEvent | undefined> {
  const row = await events(read).where('e.reference', '=', reference).executeTakeFirst();
  return row === undefined ? undefined : toEvent(row);
}

export async function resolve(trx: Trx, id: string, by: string, now: number): Promise<void> {
  await trx
    .updateTable('faults')
    .set({ state: 'resolved', resolved_at: now, resolved_by: by })
    .where('id', '=', id)
    .where('state', '!=', 'resolved')
    .execute();
}

export async function reopen(trx: Trx, id: string): Promise<void> {
  await trx
    .updateTable('faults')
    .set({ state: 'open', resolved_at: null, resolved_by: null })
    .where('id', '=', id)
    .execute();
}

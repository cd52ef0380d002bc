/** All SQL of events, slots and posters. */
import type { EventStatus } from '@slipmat/contract/events';
import type { ExpressionBuilder, Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export type EventRow = Selectable<Tables['events']>;
export type SlotRow = Selectable<Tables['slots']>;

export interface StoredEvent {
  readonly row: EventRow;
  /** In order of their start. */
  readonly slots: readonly SlotRow[];
}

/** The person hosts the event or has a slot in it. */
function isWith(personId: string) {
  return (eb: ExpressionBuilder<Tables, 'events'>) =>
    eb.or([
      eb('host_id', '=', personId),
      eb('id', 'in', eb.selectFrom('slots').select('event_id').where('dj_id', '=', personId)),
    ]);
}

async function withSlots(read: Read, rows: readonly EventRow[]): Promise<StoredEvent[]> {
  if (rows.length === 0) return [];
  const slots = await read
    .selectFrom('slots')
    .selectAll()
    .where(
      'event_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ row, slots: slots.filter((slot) => slot.event_id === row.id) }));
}

export async function findBySlug(read: Read, slug: string): Promise<StoredEvent | undefined> {
  return (
    await withSlots(read, await read.selectFrom('events').selectAll().where('slug', '=', slug).execute())
  )[0];
}

export async function findById(read: Read, id: string): Promise<StoredEvent | undefined> {
  return (
    await withSlots(read, await read.selectFrom('events').selectAll().where('id', '=', id).execute())
  )[0];
}

export type ListOrder = 'start-asc' | 'start-desc' | 'end-desc';

/** Listed events of the given statuses. */
export async function listed(
  read: Read,
  statuses: readonly EventStatus[],
  order: ListOrder,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await read
    .selectFrom('events')
    .selectAll()
    .where('listed', '=', 1)
    .where('status', 'in', statuses)
    .orderBy(order === 'end-desc' ? 'ended_at' : 'starts_at', order === 'start-asc' ? 'asc' : 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return withSlots(read, rows);
}

/** Events that the person hosts or has a slot in, newest start first. */
export async function ofPerson(read: Read, personId: string, limit: number): Promise<StoredEvent[]> {
  const rows = await read
    .selectFrom('events')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('host_id', '=', personId),
        eb.and([
          eb('status', '!=', 'draft'),
          eb('id', 'in', eb.selectFrom('slots').select('event_id').where('dj_id', '=', personId)),
        ]),
      ]),
    )
    .orderBy('starts_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return withSlots(read, rows);
}

/** Published events with the person as host or DJ that are not over. */
export async function openWith(read: Read, personId: string): Promise<StoredEvent[]> {
  const rows = await read
    .selectFrom('events')
    .selectAll()
    .where('status', 'in', ['scheduled', 'warm-up', 'live', 'cool-down'])
    .where(isWith(personId))
    .execute();
  return withSlots(read, rows);
}

/** Published events with a slot of the DJ that are not over, soonest first. */
export async function openForDj(read: Read, djId: string): Promise<StoredEvent[]> {
  const rows = await read
    .selectFrom('events')
    .selectAll()
    .where('status', 'in', ['scheduled', 'warm-up', 'live'])
    .where('id', 'in', (eb) => eb.selectFrom('slots').select('event_id').where('dj_id', '=', djId))
    .orderBy('starts_at')
    .execute();
  return withSlots(read, rows);
}

/** The event that the person is at now, as host or DJ: the earliest of those going on. */
export function currentOf(read: Read, personId: string): Promise<EventRow | undefined> {
  return read
    .selectFrom('events')
    .selectAll()
    .where('status', 'in', ['warm-up', 'live', 'cool-down'])
    .where(isWith(personId))
    .orderBy('starts_at')
    .orderBy('id')
    .executeTakeFirst();
}

/** True when an event of the DJ ended or was cancelled after the time. */
export async function endedSince(read: Read, djId: string, since: number): Promise<boolean> {
  const row = await read
    .selectFrom('events')
    .select('id')
    .where('status', 'in', ['cool-down', 'ended', 'cancelled'])
    .where((eb) => eb.or([eb('ended_at', '>', since), eb('cool_down_since', '>', since)]))
    .where('id', 'in', (eb) => eb.selectFrom('slots').select('event_id').where('dj_id', '=', djId))
    .executeTakeFirst();
  return row !== undefined;
}

export async function countOpen(read: Read, hostId: string): Promise<number> {
  const row = await read
    .selectFrom('events')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('host_id', '=', hostId)
    .where('status', 'not in', ['ended', 'cancelled'])
    .executeTakeFirstOrThrow();
  return Number(row.open);
}

/** Events whose status may change by time before `until`. */
export function dueEvents(read: Read, until: number, limit: number): Promise<EventRow[]> {
  return read
    .selectFrom('events')
    .selectAll()
    .where('status', 'in', ['scheduled', 'warm-up', 'live', 'cool-down'])
    .where('starts_at', '<=', until)
    .orderBy('starts_at')
    .limit(limit)
    .execute();
}

export async function insertEvent(trx: Trx, { row, slots }: StoredEvent): Promise<void> {
  await trx.insertInto('events').values(row).execute();
  await replaceSlots(trx, row.id, slots);
}

export type EventPatch = Partial<Omit<EventRow, 'id' | 'slug' | 'host_id' | 'created_at'>>;

/** Changes an event that still has the status; @returns false when another change was faster. */
export async function updateEvent(
  trx: Trx,
  id: string,
  expected: EventStatus,
  patch: EventPatch,
): Promise<boolean> {
  const rows = await trx
    .updateTable('events')
    .set(patch)
    .where('id', '=', id)
    .where('status', '=', expected)
    .returning('id')
    .execute();
  return rows.length > 0;
}

export async function replaceSlots(trx: Trx, eventId: string, slots: readonly SlotRow[]): Promise<void> {
  await trx.deleteFrom('slots').where('event_id', '=', eventId).execute();
  if (slots.length > 0)
    await trx
      .insertInto('slots')
      .values([...slots])
      .execute();
}

export async function insertPoster(trx: Trx, poster: Selectable<Tables['posters']>): Promise<void> {
  await trx.insertInto('posters').values(poster).execute();
}

export async function deletePoster(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('posters').where('id', '=', id).execute();
}

export function findPoster(read: Read, id: string) {
  return read.selectFrom('posters').select(['media_type', 'bytes']).where('id', '=', id).executeTakeFirst();
}

/** Host and line-up of the event with the slug. */
export function idsAtEvent(read: Read, slug: string): PeopleIds {
  const hosts = read.selectFrom('events').select('host_id as person_id').where('slug', '=', slug);
  const djs = read
    .selectFrom('slots')
    .innerJoin('events', 'events.id', 'slots.event_id')
    .select('slots.dj_id as person_id')
    .where('events.slug', '=', slug);
  return hosts.union(djs).$asScalar();
}

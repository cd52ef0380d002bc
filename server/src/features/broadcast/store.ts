/** All SQL of sources, titles played, refused attempts and listener counts. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export type SourceRow = Selectable<Tables['sources']>;
export type AttemptRow = Selectable<Tables['refused_attempts']>;

/** Takes the event's row lock (PostgreSQL), so that two processes never put two DJs on one air. */
export async function lockAir(trx: Trx, eventId: string): Promise<void> {
  await trx.updateTable('events').set({ live_since: sql`live_since` }).where('id', '=', eventId).execute();
}

/** Sources of an event whose process still renews them, and lost ones in their grace period. */
export function sourcesOf(read: Read, eventId: string, now: number): Promise<SourceRow[]> {
  return read
    .selectFrom('sources')
    .selectAll()
    .where('event_id', '=', eventId)
    .where('lease_until', '>', now)
    .orderBy('since')
    .execute();
}

export function sourceOfDj(read: Read, djId: string, now: number): Promise<SourceRow | undefined> {
  return read
    .selectFrom('sources')
    .selectAll()
    .where('dj_id', '=', djId)
    .where('lease_until', '>', now)
    .executeTakeFirst();
}

export async function putSource(trx: Trx, row: SourceRow): Promise<void> {
  const { dj_id: _key, ...changed } = row;
  await trx
    .insertInto('sources')
    .values(row)
    .onConflict((conflict) => conflict.column('dj_id').doUpdateSet(changed))
    .execute();
}

/** Changes a source that is still the one meant. */
export async function updateSource(
  trx: Trx,
  id: string,
  patch: Partial<SourceRow>,
): Promise<SourceRow | undefined> {
  return trx.updateTable('sources').set(patch).where('id', '=', id).returningAll().executeTakeFirst();
}

export async function deleteSource(trx: Trx, id: string): Promise<SourceRow | undefined> {
  return trx.deleteFrom('sources').where('id', '=', id).returningAll().executeTakeFirst();
}

/** Sources whose grace is over or whose process is gone. */
export function expiredSources(read: Read, now: number): Promise<SourceRow[]> {
  return read.selectFrom('sources').selectAll().where('lease_until', '<=', now).limit(100).execute();
}

export async function renewLeases(trx: Trx, processId: string, leaseUntil: number): Promise<void> {
  await trx
    .updateTable('sources')
    .set({ lease_until: leaseUntil })
    .where('process_id', '=', processId)
    .where('state', '!=', 'lost')
    .execute();
}

export interface NewPlay {
  readonly id: string;
  readonly eventId: string;
  readonly djId: string;
  readonly title: string;
  readonly at: number;
}

export async function insertPlay(trx: Trx, play: NewPlay): Promise<void> {
  await trx
    .insertInto('plays')
    .values({ id: play.id, event_id: play.eventId, dj_id: play.djId, title: play.title, at: play.at })
    .execute();
}

/** Titles of an event, newest first. */
export function plays(read: Read, eventId: string, limit: number) {
  return read
    .selectFrom('plays')
    .select(['id', 'title', 'dj_id', 'at'])
    .where('event_id', '=', eventId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export async function insertAttempt(trx: Trx, row: AttemptRow, keep: number): Promise<void> {
  await trx.insertInto('refused_attempts').values(row).execute();
  const oldest = await trx
    .selectFrom('refused_attempts')
    .select('id')
    .where('person_id', '=', row.person_id)
    .orderBy('id', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await trx
    .deleteFrom('refused_attempts')
    .where('person_id', '=', row.person_id)
    .where('id', '<=', oldest.id)
    .execute();
}

/** Newest first. */
export function attempts(read: Read, personId: string, limit: number): Promise<AttemptRow[]> {
  return read
    .selectFrom('refused_attempts')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export async function putListenerCount(
  trx: Trx,
  count: { eventId: string; processId: string; listeners: number; now: number },
): Promise<void> {
  const changed = { listeners: count.listeners, counted_at: count.now };
  await trx
    .insertInto('listener_counts')
    .values({ event_id: count.eventId, process_id: count.processId, ...changed })
    .onConflict((conflict) => conflict.columns(['event_id', 'process_id']).doUpdateSet(changed))
    .execute();
}

/** Drops what processes that are gone last counted; @returns the events concerned. */
export async function dropStaleCounts(trx: Trx, before: number): Promise<string[]> {
  const rows = await trx
    .deleteFrom('listener_counts')
    .where('counted_at', '<', before)
    .returning('event_id')
    .execute();
  return [...new Set(rows.map((row) => row.event_id))];
}

/** Listeners by event, all processes together. */
export async function listeners(read: Read, eventIds: readonly string[]): Promise<Map<string, number>> {
  if (eventIds.length === 0) return new Map();
  const rows = await read
    .selectFrom('listener_counts')
    .select((eb) => ['event_id', eb.fn.sum<number>('listeners').as('total')])
    .where('event_id', 'in', eventIds)
    .groupBy('event_id')
    .execute();
  return new Map(rows.map((row) => [row.event_id, Number(row.total)]));
}

/** All SQL of notifications themselves. */
import { Audience } from '@slipmat/contract/audiences';
import { NotificationWords } from '@slipmat/contract/notifications';
import { Reminders } from '@slipmat/contract/sending';
import {
  type Insertable,
  type Kysely,
  type Selectable,
  sql,
  type Transaction,
  type Updateable,
} from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

type Row = Selectable<Tables['notifications']>;

/** A row with its JSON read. */
export type StoredNotification = Omit<Row, 'audience' | 'before' | 'reminders'> & {
  readonly audience: Audience;
  readonly before: NotificationWords | null;
  readonly reminders: Reminders | null;
};

/** @param json null stays null. */
function fromJson<T>(json: string | null, parse: (value: unknown) => T): T | null {
  return json === null ? null : parse(JSON.parse(json));
}

export function toStored(row: Row): StoredNotification {
  return {
    ...row,
    audience: Audience.parse(JSON.parse(row.audience)),
    before: fromJson(row.before, (value) => NotificationWords.parse(value)),
    reminders: fromJson(row.reminders, (value) => Reminders.parse(value)),
  };
}

export async function find(read: Read, id: string): Promise<StoredNotification | undefined> {
  const row = await read.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/**
 * As it is, and nobody changes it before the transaction is over. Whoever writes anything of a notification locks it
 * first: work, recipients and counts are then reached in one order, and no two processes wait for each other.
 */
export async function lock(trx: Trx, id: string): Promise<StoredNotification | undefined> {
  const row = await trx
    .updateTable('notifications')
    .set({ state: sql.ref('state') })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

export async function findByKey(read: Read, key: string): Promise<StoredNotification | undefined> {
  const row = await read.selectFrom('notifications').selectAll().where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** @param senderId undefined: of everybody. */
export async function sentBefore(
  read: Read,
  senderId: string | undefined,
  before: string | undefined,
  limit: number,
): Promise<StoredNotification[]> {
  let query = read.selectFrom('notifications').selectAll().orderBy('id', 'desc').limit(limit);
  if (senderId !== undefined) query = query.where('sender_id', '=', senderId);
  if (before !== undefined) query = query.where('id', '<', before);
  return (await query.execute()).map(toStored);
}

export async function insert(trx: Trx, row: Insertable<Tables['notifications']>): Promise<void> {
  await trx.insertInto('notifications').values(row).execute();
}

/** Changes it while it is in one of the states. @returns it as it is then; undefined when it is not. */
export async function update(
  trx: Trx,
  id: string,
  states: readonly Row['state'][],
  patch: Updateable<Tables['notifications']>,
): Promise<StoredNotification | undefined> {
  const row = await trx
    .updateTable('notifications')
    .set(patch)
    .where('id', '=', id)
    .where('state', 'in', states)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

export type Counted = 'recipients' | 'seen' | 'confirmed' | 'reminded' | 'unreachable';

/** Adds to what the ledger counts. */
export async function count(
  trx: Trx,
  id: string,
  added: Readonly<Partial<Record<Counted, number>>>,
): Promise<void> {
  const changed = Object.entries(added).filter(([, number]) => number !== 0);
  if (changed.length === 0) return;
  await trx
    .updateTable('notifications')
    .set((eb) => ({
      recipients: eb('recipients', '+', added.recipients ?? 0),
      seen: eb('seen', '+', added.seen ?? 0),
      confirmed: eb('confirmed', '+', added.confirmed ?? 0),
      reminded: eb('reminded', '+', added.reminded ?? 0),
      unreachable: eb('unreachable', '+', added.unreachable ?? 0),
    }))
    .where('id', '=', id)
    .execute();
}

/** Those for everyone that are shown now, newest first. */
export async function publicOnes(read: Read, now: number, limit: number): Promise<StoredNotification[]> {
  const rows = await read
    .selectFrom('notifications')
    .selectAll()
    .where('state', '=', 'open')
    .where('is_public', '=', 1)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toStored);
}

/** Must-reads for everyone that are shown now, and that somebody is no recipient of yet. */
export async function publicMustReads(
  read: Read,
  personId: string,
  now: number,
  limit: number,
): Promise<StoredNotification[]> {
  const rows = await read
    .selectFrom('notifications as n')
    .selectAll('n')
    .where('n.state', '=', 'open')
    .where('n.is_public', '=', 1)
    .where('n.kind', '=', 'must-read')
    .where((eb) => eb.or([eb('n.expires_at', 'is', null), eb('n.expires_at', '>', now)]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('notification_recipients as r')
            .select('r.person_id')
            .whereRef('r.notification_id', '=', 'n.id')
            .where('r.person_id', '=', personId),
        ),
      ),
    )
    .orderBy('n.id')
    .limit(limit)
    .execute();
  return rows.map(toStored);
}

/** How many people were sent some of these and saw it, and how many confirmed some. */
export async function told(
  read: Read,
  ids: readonly string[],
): Promise<{ readonly recipients: number; readonly told: number; readonly confirmed: number }> {
  if (ids.length === 0) return { recipients: 0, told: 0, confirmed: 0 };
  const row = await read
    .selectFrom('notification_recipients')
    .select([
      sql<number>`count(distinct person_id)`.as('recipients'),
      sql<number>`count(distinct case when seen_at is not null then person_id end)`.as('told'),
      sql<number>`count(distinct case when confirmed_at is not null then person_id end)`.as('confirmed'),
    ])
    .where('notification_id', 'in', ids)
    .executeTakeFirstOrThrow();
  return {
    recipients: Number(row.recipients),
    told: Number(row.told),
    confirmed: Number(row.confirmed),
  };
}

/** All that are shown now, newest first. */
export async function openOnes(read: Read, now: number, limit: number): Promise<StoredNotification[]> {
  const rows = await read
    .selectFrom('notifications')
    .selectAll()
    .where('state', '=', 'open')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toStored);
}

/** Shown ones whose end came in the time, whose readers are to be told. */
export async function expiredBetween(
  read: Read,
  after: number,
  until: number,
): Promise<StoredNotification[]> {
  const rows = await read
    .selectFrom('notifications')
    .selectAll()
    .where('state', '=', 'open')
    .where('expires_at', '>', after)
    .where('expires_at', '<=', until)
    .execute();
  return rows.map(toStored);
}

export async function wishesOf(read: Read, personId: string): Promise<{ email: boolean; push: boolean }> {
  const row = await read
    .selectFrom('channel_wishes')
    .select(['email', 'push'])
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row === undefined ? { email: true, push: true } : { email: row.email === 1, push: row.push === 1 };
}

export async function putWishes(
  trx: Trx,
  personId: string,
  wishes: { readonly email: boolean; readonly push: boolean },
): Promise<void> {
  const row = { email: wishes.email ? 1 : 0, push: wishes.push ? 1 : 0 } as const;
  await trx
    .insertInto('channel_wishes')
    .values({ person_id: personId, ...row })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(row))
    .execute();
}

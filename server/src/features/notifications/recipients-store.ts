/** All SQL of recipients: who was sent what, and what they did with it. */
import type { UnreachableReason } from '@slipmat/contract/sending';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { Addressed, Audiences } from './audience.ts';
import { type StoredNotification, toStored } from './store.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export type RecipientRow = Selectable<Tables['notification_recipients']>;

/** People of the audience after a person, in the order of their ids. */
export async function nextPeople(
  read: Read,
  audiences: Audiences,
  addressed: Addressed,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await read
    .selectFrom('people as p')
    .select('p.id')
    .where('p.id', '>', after)
    .where(audiences.on(read, addressed))
    .orderBy('p.id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

interface Range {
  readonly after: string;
  readonly through: string;
}

/**
 * Writes a row for those of the audience who have none of this version yet: an earlier version that was confirmed
 * is remembered as such.
 * @returns the people written, and how many of them were none of its recipients before.
 */
export async function expand(
  trx: Trx,
  audiences: Audiences,
  notification: StoredNotification,
  people: Range | readonly string[],
  now: number,
): Promise<{ readonly written: readonly string[]; readonly added: number }> {
  const { id, version, kind } = notification;
  const asks = kind === 'must-read' ? 1 : 0;
  // Of the first version nobody has an earlier one.
  const before = version === 1 ? undefined : await countIn(trx, id, people);
  const rows = await trx
    .insertInto('notification_recipients')
    .columns(['notification_id', 'person_id', 'version', 'state', 'asks', 'sent_at', 'reminders'])
    .expression(
      trx
        .selectFrom('people as p')
        .select([
          sql.val(id).as('notification_id'),
          'p.id as person_id',
          sql<number>`cast(${version} as integer)`.as('version'),
          sql<'sent'>`'sent'`.as('state'),
          sql<0 | 1>`cast(${asks} as integer)`.as('asks'),
          sql<number>`cast(${now} as bigint)`.as('sent_at'),
          sql<number>`0`.as('reminders'),
        ])
        .where('p.id', '>', 'after' in people ? people.after : '')
        .$if('after' in people, (query) => query.where('p.id', '<=', 'after' in people ? people.through : ''))
        .$if(!('after' in people), (query) => query.where('p.id', 'in', 'after' in people ? [] : people))
        .where(audiences.on(trx, notification)),
    )
    .onConflict((conflict) => {
      const known = conflict.columns(['notification_id', 'person_id']);
      // A change of a normal one asks nobody again.
      if (kind === 'normal') return known.doNothing();
      return known
        .doUpdateSet((eb) => ({
          version,
          state: 'sent',
          asks,
          sent_at: now,
          seen_at: null,
          dismissed_at: null,
          confirmed_before_at: eb.fn.coalesce(
            'notification_recipients.confirmed_at',
            'notification_recipients.confirmed_before_at',
          ),
          confirmed_at: null,
          unreachable: null,
        }))
        .where('notification_recipients.version', '<', version);
    })
    .returning('person_id')
    .execute();
  const written = rows.map(({ person_id }) => person_id);
  const added = before === undefined ? written.length : (await countIn(trx, id, people)) - before;
  return { written, added };
}

async function countIn(read: Read, id: string, people: Range | readonly string[]): Promise<number> {
  let query = read
    .selectFrom('notification_recipients')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('notification_id', '=', id);
  query =
    'after' in people
      ? query.where('person_id', '>', people.after).where('person_id', '<=', people.through)
      : query.where('person_id', 'in', people);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** A recipient together with the notification. */
export interface Received {
  readonly row: RecipientRow;
  readonly notification: StoredNotification;
}

function received(read: Read, personId: string) {
  return read
    .selectFrom('notification_recipients as r')
    .innerJoin('notifications as n', 'n.id', 'r.notification_id')
    .selectAll('n')
    .select([
      'r.person_id',
      'r.version as r_version',
      'r.state as r_state',
      'r.asks',
      'r.sent_at',
      'r.seen_at',
      'r.dismissed_at',
      'r.confirmed_at',
      'r.confirmed_before_at',
      'r.reminded_at',
      'r.reminders as r_reminders',
      'r.unreachable as r_unreachable',
    ])
    .where('r.person_id', '=', personId);
}

type ReceivedRow = Awaited<ReturnType<ReturnType<typeof received>['execute']>>[number];

function toReceived(joined: ReceivedRow): Received {
  return {
    notification: toStored(joined),
    row: {
      notification_id: joined.id,
      person_id: joined.person_id,
      version: joined.r_version,
      state: joined.r_state,
      asks: joined.asks,
      sent_at: joined.sent_at,
      seen_at: joined.seen_at,
      dismissed_at: joined.dismissed_at,
      confirmed_at: joined.confirmed_at,
      confirmed_before_at: joined.confirmed_before_at,
      reminded_at: joined.reminded_at,
      reminders: joined.r_reminders,
      unreachable: joined.r_unreachable,
    },
  };
}

/** What somebody received and is shown now: the newest, newest first. */
export async function shownTo(read: Read, personId: string, now: number, limit: number): Promise<Received[]> {
  const rows = await received(read, personId)
    .where('n.state', '=', 'open')
    .where((eb) => eb.or([eb('n.expires_at', 'is', null), eb('n.expires_at', '>', now)]))
    .orderBy('r.notification_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toReceived);
}

/** Must-reads that somebody has not confirmed, oldest first. */
export async function askingOf(
  read: Read,
  personId: string,
  now: number,
  limit: number,
): Promise<Received[]> {
  const rows = await received(read, personId)
    .where('r.asks', '=', sql.lit(1))
    .where('n.state', '=', 'open')
    .where((eb) => eb.or([eb('n.expires_at', 'is', null), eb('n.expires_at', '>', now)]))
    .orderBy('r.notification_id')
    .limit(limit)
    .execute();
  return rows.map(toReceived);
}

/** Everything somebody received that was not withdrawn, before one, newest first. */
export async function history(
  read: Read,
  personId: string,
  before: string | undefined,
  limit: number,
): Promise<Received[]> {
  const rows = await received(read, personId)
    .where('n.state', '=', 'open')
    .$if(before !== undefined, (query) => query.where('r.notification_id', '<', before ?? ''))
    .orderBy('r.notification_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toReceived);
}

export async function findReceived(read: Read, personId: string, id: string): Promise<Received | undefined> {
  const row = await received(read, personId).where('r.notification_id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toReceived(row);
}

type Mark = Partial<
  Pick<RecipientRow, 'state' | 'asks' | 'seen_at' | 'dismissed_at' | 'confirmed_at' | 'unreachable'>
>;

export async function mark(
  trx: Trx,
  { notification_id, person_id }: Pick<RecipientRow, 'notification_id' | 'person_id'>,
  marked: Mark,
): Promise<void> {
  await trx
    .updateTable('notification_recipients')
    .set(marked)
    .where('notification_id', '=', notification_id)
    .where('person_id', '=', person_id)
    .execute();
}

/**
 * Recipients who have not read it, after a person, in the order of their ids: not confirmed a must-read, not seen
 * another.
 */
export async function unreadAfter(
  read: Read,
  { id, kind }: StoredNotification,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await read
    .selectFrom('notification_recipients')
    .select('person_id')
    .where('notification_id', '=', id)
    .where('person_id', '>', after)
    .where(kind === 'must-read' ? 'confirmed_at' : 'seen_at', 'is', null)
    .orderBy('person_id')
    .limit(limit)
    .execute();
  return rows.map(({ person_id }) => person_id);
}

/** Of the people, those who are its recipients. */
export async function among(read: Read, id: string, personIds: readonly string[]): Promise<RecipientRow[]> {
  if (personIds.length === 0) return [];
  return read
    .selectFrom('notification_recipients')
    .selectAll()
    .where('notification_id', '=', id)
    .where('person_id', 'in', personIds)
    .execute();
}

/** Of the people, those who are in its audience as things stand now. */
export async function stillIn(
  read: Read,
  audiences: Audiences,
  addressed: Addressed,
  personIds: readonly string[],
): Promise<Set<string>> {
  const rows = await read
    .selectFrom('people as p')
    .select('p.id')
    .where('p.id', 'in', personIds)
    .where(audiences.on(read, addressed))
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Of the people, those who do not want normal notifications on a channel. */
export async function unwillingOf(
  read: Read,
  channel: 'email' | 'push',
  personIds: readonly string[],
): Promise<Set<string>> {
  if (personIds.length === 0) return new Set();
  const rows = await read
    .selectFrom('channel_wishes')
    .select('person_id')
    .where('person_id', 'in', personIds)
    .where(channel, '=', 0)
    .execute();
  return new Set(rows.map(({ person_id }) => person_id));
}

/** @returns how many of them were reminded for the first time. */
export async function remind(
  trx: Trx,
  id: string,
  personIds: readonly string[],
  now: number,
): Promise<number> {
  if (personIds.length === 0) return 0;
  const rows = await trx
    .updateTable('notification_recipients')
    .set((eb) => ({ reminded_at: now, reminders: eb('reminders', '+', 1) }))
    .where('notification_id', '=', id)
    .where('person_id', 'in', personIds)
    .returning('reminders')
    .execute();
  return rows.filter(({ reminders }) => reminders === 1).length;
}

/** Says of those who have not even seen it that no channel leads to them. @returns how many. */
export async function markUnreachable(
  trx: Trx,
  id: string,
  personIds: readonly string[],
  reason: UnreachableReason,
): Promise<number> {
  if (personIds.length === 0) return 0;
  const rows = await trx
    .updateTable('notification_recipients')
    .set({ state: 'unreachable', unreachable: reason })
    .where('notification_id', '=', id)
    .where('person_id', 'in', personIds)
    .where('state', '=', 'sent')
    .returning('person_id')
    .execute();
  return rows.length;
}

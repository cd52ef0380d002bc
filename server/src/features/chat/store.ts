/** All SQL of chat. */
import { ChatRole, chatLimits } from '@slipmat/contract/chat';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#server/db/schema.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

const Roles = z.array(ChatRole);

/** A message with what is needed of its author. */
export interface StoredMessage {
  readonly id: string;
  readonly seq: number;
  readonly text: string;
  readonly key: string;
  readonly at: number;
  readonly hidden: boolean;
  readonly author: { readonly id: string; readonly handle: string; readonly displayName: string };
  readonly roles: ChatRole[];
}

function messages(read: Read, eventId: string) {
  return read
    .selectFrom('chat_messages as m')
    .innerJoin('people as p', 'p.id', 'm.author_id')
    .select([
      'm.id',
      'm.seq',
      'm.text',
      'm.key',
      'm.at',
      'm.hidden_at',
      'm.roles',
      'p.id as author_id',
      'p.handle',
      'm.author_name',
    ])
    .where('m.event_id', '=', eventId);
}

type MessageRow = Awaited<ReturnType<ReturnType<typeof messages>['execute']>>[number];

function toStored(row: MessageRow): StoredMessage {
  return {
    id: row.id,
    seq: row.seq,
    text: row.text,
    key: row.key,
    at: row.at,
    hidden: row.hidden_at !== null,
    author: { id: row.author_id, handle: row.handle, displayName: row.author_name },
    roles: Roles.parse(JSON.parse(row.roles)),
  };
}

/** The newest messages, or those before a seq; oldest first. */
export async function page(
  read: Read,
  eventId: string,
  before: number | undefined,
  limit: number,
): Promise<StoredMessage[]> {
  const rows = await messages(read, eventId)
    .$if(before !== undefined, (query) => query.where('m.seq', '<', before ?? 0))
    .orderBy('m.seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toStored).reverse();
}

export async function findMessage(
  read: Read,
  eventId: string,
  id: string,
): Promise<StoredMessage | undefined> {
  const row = await messages(read, eventId).where('m.id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** A message of this author with this key: the same act, sent again. */
export async function findByKey(
  read: Read,
  eventId: string,
  authorId: string,
  key: string,
): Promise<StoredMessage | undefined> {
  const row = await messages(read, eventId)
    .where('m.author_id', '=', authorId)
    .where('m.key', '=', key)
    .executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

export async function lastWroteAt(
  read: Read,
  eventId: string,
  authorId: string,
): Promise<number | undefined> {
  const row = await read
    .selectFrom('chat_messages')
    .select('at')
    .where('event_id', '=', eventId)
    .where('author_id', '=', authorId)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at;
}

export async function insertMessage(trx: Trx, eventId: string, message: StoredMessage): Promise<void> {
  await trx
    .insertInto('chat_messages')
    .values({
      id: message.id,
      event_id: eventId,
      author_id: message.author.id,
      author_name: message.author.displayName,
      text: message.text,
      roles: JSON.stringify(message.roles),
      key: message.key,
      seq: message.seq,
      at: message.at,
      hidden_at: null,
      hidden_by: null,
    })
    .execute();
}

/** The text stays stored for staff; @returns false when it was hidden already. */
export async function hideMessage(trx: Trx, id: string, by: string, now: number): Promise<boolean> {
  const rows = await trx
    .updateTable('chat_messages')
    .set({ hidden_at: now, hidden_by: by })
    .where('id', '=', id)
    .where('hidden_at', 'is', null)
    .returning('id')
    .execute();
  return rows.length > 0;
}

export async function slowMode(read: Read, eventId: string): Promise<number> {
  const row = await read
    .selectFrom('chat_rooms')
    .select('slow_mode_seconds')
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  return row?.slow_mode_seconds ?? 0;
}

export async function setSlowMode(trx: Trx, eventId: string, seconds: number): Promise<void> {
  await trx
    .insertInto('chat_rooms')
    .values({ event_id: eventId, slow_mode_seconds: seconds })
    .onConflict((conflict) => conflict.column('event_id').doUpdateSet({ slow_mode_seconds: seconds }))
    .execute();
}

export function restrictionOf(read: Read, eventId: string, personId: string) {
  return read
    .selectFrom('chat_restrictions')
    .select('until')
    .where('event_id', '=', eventId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
}

/** Restrictions shown at most, newest last; a room that needs more has other troubles. */
const restrictionsShown = 200;

/** Everybody who was told not to write, also those whose time-out has run out by itself; newest last. */
export async function restrictions(read: Read, eventId: string) {
  const newestFirst = await read
    .selectFrom('chat_restrictions as r')
    .innerJoin('people as p', 'p.id', 'r.person_id')
    .select(['r.until', 'p.id', 'p.handle', 'p.display_name'])
    .where('r.event_id', '=', eventId)
    .orderBy('r.at', 'desc')
    .orderBy('r.person_id', 'desc')
    .limit(restrictionsShown)
    .execute();
  return newestFirst.reverse();
}

export interface NewRestriction {
  readonly eventId: string;
  readonly personId: string;
  readonly until: number | null;
  readonly byId: string;
  readonly now: number;
}

export async function putRestriction(
  trx: Trx,
  { eventId, personId, until, byId, now }: NewRestriction,
): Promise<void> {
  await trx
    .insertInto('chat_restrictions')
    .values({ event_id: eventId, person_id: personId, until, by_id: byId, at: now })
    .onConflict((conflict) =>
      conflict.columns(['event_id', 'person_id']).doUpdateSet({ until, by_id: byId, at: now }),
    )
    .execute();
}

export async function deleteRestriction(trx: Trx, eventId: string, personId: string): Promise<boolean> {
  const rows = await trx
    .deleteFrom('chat_restrictions')
    .where('event_id', '=', eventId)
    .where('person_id', '=', personId)
    .returning('person_id')
    .execute();
  return rows.length > 0;
}

/** The snapshot's messages. */
export function newest(read: Read, eventId: string): Promise<StoredMessage[]> {
  return page(read, eventId, undefined, chatLimits.snapshotMessages);
}

/** Whoever wrote in the chat of the event with the slug. */
export function idsWritingAt(read: Read, slug: string): PeopleIds {
  return read
    .selectFrom('chat_messages as m')
    .innerJoin('events as e', 'e.id', 'm.event_id')
    .select('m.author_id as person_id')
    .where('e.slug', '=', slug)
    .$asScalar();
}

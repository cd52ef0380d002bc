/** All SQL of mail. */
import type { MailKind, MailState, MailUnreachable } from '@slipmat/contract/mail';
import type { Kysely, Transaction } from 'kysely';
import { chunks } from '#server/db/chunks.ts';
import type { Tables } from '#server/db/schema.ts';
import { missingEmailSuffix } from '#server/http/who.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Hard bounces in a row after which an address is left alone: one or two may be the mail server's mistake. */
export const bounceLimit = 3;

export type Reach = { readonly address: string } | { readonly reason: MailUnreachable };

interface AddressRow {
  readonly email: string;
  readonly email_verified_at: number | null;
  readonly email_bounces: number;
}

function reachOf({ email, email_verified_at, email_bounces }: AddressRow): Reach {
  if (email.endsWith(missingEmailSuffix)) return { reason: 'no-address' };
  if (email_verified_at === null) return { reason: 'unverified' };
  return email_bounces >= bounceLimit ? { reason: 'bounced' } : { address: email };
}

/** The verified address of each person, or why there is none to write to; nobody of that id is not in the map. */
export async function reach(read: Read, personIds: readonly string[]): Promise<Map<string, Reach>> {
  const found = new Map<string, Reach>();
  for (const ids of chunks(personIds)) {
    const rows = await read
      .selectFrom('people')
      .select(['id', 'email', 'email_verified_at', 'email_bounces'])
      .where('id', 'in', ids)
      .execute();
    for (const row of rows) found.set(row.id, reachOf(row));
  }
  return found;
}

/** True when mail to the person came back so often that it is not sent any more. */
export async function hasBounced(read: Read, personId: string): Promise<boolean> {
  const row = await read
    .selectFrom('people')
    .select('email_bounces')
    .where('id', '=', personId)
    .executeTakeFirst();
  return row !== undefined && row.email_bounces >= bounceLimit;
}

/** People whom `reach` gives an address of. */
export function idsReached(read: Read): PeopleIds {
  return read
    .selectFrom('people')
    .select('id as person_id')
    .where('email_verified_at', 'is not', null)
    .where('email_bounces', '<', bounceLimit)
    .where('email', 'not like', `%${missingEmailSuffix}`)
    .$asScalar();
}

export interface NewText {
  readonly id: string;
  readonly kind: MailKind;
  readonly subject: string;
  readonly markdown: string;
  readonly link: string | null;
}

export interface NewMail {
  readonly id: string;
  readonly key: string;
  readonly personId: string;
  readonly address: string;
  readonly textId: string;
  readonly priority: number;
  readonly state: MailState;
  readonly error: string | null;
}

export async function insertTexts(trx: Trx, texts: readonly NewText[]): Promise<void> {
  for (const some of chunks(texts)) {
    await trx
      .insertInto('mail_texts')
      .values([...some])
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

/** A key that is there already changes nothing. */
export async function insertMails(trx: Trx, mails: readonly NewMail[], now: number): Promise<void> {
  for (const some of chunks(mails)) {
    const rows = some.map(({ personId, textId, ...mail }) => ({
      ...mail,
      person_id: personId,
      text_id: textId,
      tries: 0,
      due_at: now,
      lease_by: null,
      lease_until: null,
      created_at: now,
      changed_at: now,
    }));
    await trx
      .insertInto('mails')
      .values(rows)
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
  }
}

export interface MailStanding {
  readonly state: MailState;
  /** Why it was not sent, or not yet. */
  readonly error: string | null;
  /** When it came into this state. */
  readonly at: number;
}

export async function statesOf(read: Read, keys: readonly string[]): Promise<Map<string, MailStanding>> {
  const found = new Map<string, MailStanding>();
  for (const some of chunks(keys)) {
    const rows = await read
      .selectFrom('mails')
      .select(['key', 'state', 'error', 'changed_at'])
      .where('key', 'in', some)
      .execute();
    for (const { key, state, error, changed_at } of rows) found.set(key, { state, error, at: changed_at });
  }
  return found;
}

/** One more hard bounce, unless the person has another address by now. */
export async function countBounce(trx: Trx, personId: string, address: string): Promise<void> {
  await trx
    .updateTable('people')
    .set((eb) => ({ email_bounces: eb('email_bounces', '+', 1) }))
    .where('id', '=', personId)
    .where('email', '=', address)
    .execute();
}

/** The address took a mail: what came back before was not for good. */
export async function forgetBounces(trx: Trx, personId: string, address: string): Promise<void> {
  await trx
    .updateTable('people')
    .set({ email_bounces: 0 })
    .where('id', '=', personId)
    .where('email', '=', address)
    .where('email_bounces', '>', 0)
    .execute();
}

/** All SQL of e-mail addresses and the links that verify them. */
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export interface StoredLink {
  readonly id: string;
  readonly person_id: string;
  readonly address: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly used_at: number | null;
}

const columns = ['id', 'person_id', 'address', 'created_at', 'expires_at', 'used_at'] as const;

export async function insertLink(
  trx: Trx,
  link: Omit<StoredLink, 'used_at'> & { readonly tokenHash: string },
): Promise<void> {
  const { tokenHash, ...row } = link;
  await trx
    .insertInto('email_tokens')
    .values({ ...row, token_hash: tokenHash, used_at: null })
    .execute();
}

/** Also one that was used or has expired. */
export function findLink(read: Read, tokenHash: string): Promise<StoredLink | undefined> {
  return read
    .selectFrom('email_tokens')
    .select(columns)
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
}

/** The person's links made after `since`, newest first. */
export function linksSince(read: Read, personId: string, since: number): Promise<StoredLink[]> {
  return read
    .selectFrom('email_tokens')
    .select(columns)
    .where('person_id', '=', personId)
    .where('created_at', '>', since)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** Takes links of the person away: those to other addresses than `address`, which may not be proven any more. */
export async function dropLinks(trx: Trx, personId: string, address: string): Promise<void> {
  await trx
    .updateTable('email_tokens')
    .set({ expires_at: 0 })
    .where('person_id', '=', personId)
    .where('address', '!=', address)
    .where('used_at', 'is', null)
    .execute();
}

export async function useLink(trx: Trx, id: string, now: number): Promise<void> {
  await trx.updateTable('email_tokens').set({ used_at: now }).where('id', '=', id).execute();
}

/** The address is theirs, and mail to it starts with a clean slate. @throws a duplicate when somebody else has it. */
export async function setVerified(trx: Trx, personId: string, email: string, now: number): Promise<void> {
  await trx
    .updateTable('people')
    .set({ email, email_verified_at: now, email_bounces: 0 })
    .where('id', '=', personId)
    .execute();
}

/** The address of somebody whose old one was never verified. @throws a duplicate when somebody else has it. */
export async function setUnverified(trx: Trx, personId: string, email: string): Promise<void> {
  await trx
    .updateTable('people')
    .set({ email, email_verified_at: null, email_bounces: 0 })
    .where('id', '=', personId)
    .execute();
}

/** Links that nobody can use any more; @param before milliseconds since 1970. */
export async function pruneLinks(trx: Trx, before: number): Promise<void> {
  await trx.deleteFrom('email_tokens').where('created_at', '<', before).execute();
}

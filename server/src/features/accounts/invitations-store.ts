/** All SQL of invitations. */
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export interface StoredInvitation {
  readonly id: string;
  readonly note: string;
  readonly from_id: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly accepted_by: string | null;
  readonly withdrawn_at: number | null;
}

const columns = ['id', 'note', 'from_id', 'created_at', 'expires_at', 'accepted_by', 'withdrawn_at'] as const;

export async function insertInvitation(
  trx: Trx,
  invitation: StoredInvitation & { readonly tokenHash: string },
): Promise<void> {
  const { tokenHash, ...row } = invitation;
  await trx
    .insertInto('invitations')
    .values({ ...row, token_hash: tokenHash, accepted_at: null })
    .execute();
}

/** Invitations of one person, newest first. */
export function invitationsFrom(read: Read, fromId: string, limit: number): Promise<StoredInvitation[]> {
  return read
    .selectFrom('invitations')
    .select(columns)
    .where('from_id', '=', fromId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export async function countOpen(read: Read, fromId: string, now: number): Promise<number> {
  const row = await read
    .selectFrom('invitations')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('from_id', '=', fromId)
    .where('accepted_by', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return Number(row.open);
}

export function findOpen(read: Read, tokenHash: string, now: number): Promise<StoredInvitation | undefined> {
  return read
    .selectFrom('invitations')
    .select(columns)
    .where('token_hash', '=', tokenHash)
    .where('accepted_by', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Uses the invitation up; @returns false when somebody was faster. */
export async function acceptInvitation(
  trx: Trx,
  id: string,
  personId: string,
  now: number,
): Promise<boolean> {
  const rows = await trx
    .updateTable('invitations')
    .set({ accepted_by: personId, accepted_at: now })
    .where('id', '=', id)
    .where('accepted_by', 'is', null)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** @returns 'unknown' when it is not one of this person's. */
export async function withdrawInvitation(
  trx: Trx,
  id: string,
  fromId: string,
  now: number,
): Promise<'withdrawn' | 'over' | 'unknown'> {
  const known = await trx
    .selectFrom('invitations')
    .select('id')
    .where('id', '=', id)
    .where('from_id', '=', fromId)
    .executeTakeFirst();
  if (known === undefined) return 'unknown';
  const rows = await trx
    .updateTable('invitations')
    .set({ withdrawn_at: now })
    .where('id', '=', id)
    .where('accepted_by', 'is', null)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .execute();
  return rows.length > 0 ? 'withdrawn' : 'over';
}

/** All SQL of stream keys. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export type KeyRow = Selectable<Tables['stream_keys']>;

/** Keys that are not revoked, newest first. */
export function liveKeys(read: Read, personId: string): Promise<KeyRow[]> {
  return read
    .selectFrom('stream_keys')
    .selectAll()
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();
}

/** Also when it is revoked, so that the DJ can be told. */
export function findKey(read: Read, personId: string, secretHash: string): Promise<KeyRow | undefined> {
  return read
    .selectFrom('stream_keys')
    .selectAll()
    .where('person_id', '=', personId)
    .where('secret_hash', '=', secretHash)
    .executeTakeFirst();
}

export function findBySecret(read: Read, secretHash: string): Promise<KeyRow | undefined> {
  return read
    .selectFrom('stream_keys')
    .selectAll()
    .where('secret_hash', '=', secretHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}

export async function insertKey(trx: Trx, row: KeyRow): Promise<void> {
  await trx.insertInto('stream_keys').values(row).execute();
}

export function changeSecret(
  trx: Trx,
  id: string,
  personId: string,
  changed: Pick<KeyRow, 'secret_hash' | 'hint'>,
): Promise<KeyRow | undefined> {
  return trx
    .updateTable('stream_keys')
    .set(changed)
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

export async function revokeKey(trx: Trx, id: string, personId: string, now: number): Promise<boolean> {
  const row = await trx
    .updateTable('stream_keys')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function touchKey(trx: Trx, id: string, now: number): Promise<void> {
  await trx.updateTable('stream_keys').set({ last_used_at: now }).where('id', '=', id).execute();
}

/** All SQL of the gate: the keys that sign identities. */
import type { Kysely } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

export interface KeyRow {
  readonly id: string;
  readonly private_key: string;
  readonly public_key: string;
  readonly created_at: number;
}

/** Every key that is kept, oldest first. */
export async function allKeys(read: Kysely<Tables>): Promise<readonly KeyRow[]> {
  return read.selectFrom('gate_keys').selectAll().orderBy('created_at').orderBy('id').execute();
}

/** Does nothing when another process added a key of that id first. */
export async function addKey(trx: Kysely<Tables>, row: KeyRow): Promise<void> {
  await trx
    .insertInto('gate_keys')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function removeKeys(trx: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('gate_keys')
    .where('id', 'in', [...ids])
    .execute();
}

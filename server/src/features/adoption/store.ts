/** All SQL of who was adopted from the old site. */
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

/** One old site can be adopted from. */
const site = 'django';

/** @returns person ids by the old site's primary keys. */
export async function adoptedAmong(
  read: Kysely<Tables>,
  foreignIds: readonly string[],
): Promise<Map<string, string>> {
  if (foreignIds.length === 0) return new Map();
  const rows = await read
    .selectFrom('adopted_people')
    .select(['foreign_id', 'person_id'])
    .where('site', '=', site)
    .where('foreign_id', 'in', foreignIds)
    .execute();
  return new Map(rows.map((row) => [row.foreign_id, row.person_id]));
}

export async function foreignIdOf(read: Kysely<Tables>, personId: string): Promise<string | undefined> {
  const row = await read
    .selectFrom('adopted_people')
    .select('foreign_id')
    .where('site', '=', site)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row?.foreign_id;
}

/** @returns false when somebody else was faster: the primary key decides. */
export async function insertAdopted(
  trx: Transaction<Tables>,
  foreignId: string,
  personId: string,
  now: number,
): Promise<boolean> {
  const rows = await trx
    .insertInto('adopted_people')
    .values({ site, foreign_id: foreignId, person_id: personId, adopted_at: now })
    .onConflict((conflict) => conflict.columns(['site', 'foreign_id']).doNothing())
    .returning('person_id')
    .execute();
  return rows.length > 0;
}

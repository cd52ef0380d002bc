/** What the server keeps about itself, by name. */
import type { Transaction } from 'kysely';
import type { Tables } from './schema.ts';

/** The stored value of a server setting, storing `initial` first when there is none. */
export async function settingOnce(trx: Transaction<Tables>, name: string, initial: string): Promise<string> {
  await trx
    .insertInto('server_settings')
    .values({ name, value: initial })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await trx
    .selectFrom('server_settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.value;
}

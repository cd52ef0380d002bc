/** Brings a database to the newest form; safe when several processes start at once. */
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';
import type { Tables } from './schema.ts';

/**
 * @returns names of the migrations applied, oldest first.
 * @throws when one fails; nothing of it stays.
 */
export async function migrateToLatest(database: Kysely<Tables>): Promise<readonly string[]> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? [])
    .filter((result) => result.status === 'Success')
    .map((result) => result.migrationName);
}

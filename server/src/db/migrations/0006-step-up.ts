/** When the person of a session last gave their password, for acts that need it given lately. */
import type { Migration } from 'kysely/migration';

export const stepUpMigration: Migration = {
  async up(db) {
    // Whoever is signed in already is asked once.
    await db.schema.alterTable('sessions').addColumn('authenticated_at', 'bigint').execute();
  },
};

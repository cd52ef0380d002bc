/** When a person last gave their password, for acts that need it given lately: a property of the cookie that proves it. */
import type { Migration } from 'kysely/migration';

export const stepUpMigration: Migration = {
  async up(db) {
    // Whoever is signed in already is asked once.
    await db.schema.alterTable('credentials').addColumn('authenticated_at', 'bigint').execute();
  },
};

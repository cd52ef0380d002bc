/** All migrations in order; one that was released never changes again. */
import type { Migration } from 'kysely/migration';
import { foundation } from './0001-foundation.ts';
import { rollOutsMigration } from './0002-roll-outs.ts';
import { notificationsMigration } from './0003-notifications.ts';
import { channels } from './0004-channels.ts';
import { faultsMigration } from './0005-faults.ts';
import { stepUpMigration } from './0006-step-up.ts';

export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-roll-outs': rollOutsMigration,
  '0003-notifications': notificationsMigration,
  '0004-channels': channels,
  '0005-faults': faultsMigration,
  '0006-step-up': stepUpMigration,
};

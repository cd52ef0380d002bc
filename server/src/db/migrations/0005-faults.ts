/** Faults with the events behind references, and incidents. */
import type { Kysely, SchemaModule } from 'kysely';

async function faults(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('faults')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addColumn('people', 'bigint', (column) => column.notNull())
    .addColumn('anonymous_hits', 'bigint', (column) => column.notNull())
    .addColumn('first_at', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addColumn('first_release', 'text', (column) => column.notNull())
    .addColumn('last_release', 'text', (column) => column.notNull())
    .addColumn('resolved_at', 'bigint')
    .addColumn('resolved_by', 'text')
    .addColumn('came_back_at', 'bigint')
    .execute();
  await schema.createIndex('faults_last').on('faults').columns(['last_at', 'id']).execute();
  await schema
    .createTable('fault_people')
    .addColumn('fault_id', 'text', (column) => column.notNull().references('faults.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('hits', 'bigint', (column) => column.notNull())
    .addColumn('first_at', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('fault_people_pk', ['fault_id', 'person_id'])
    .execute();
  await schema.createIndex('fault_people_person').on('fault_people').column('person_id').execute();
  await schema
    .createTable('fault_browsers')
    .addColumn('fault_id', 'text', (column) => column.notNull().references('faults.id').onDelete('cascade'))
    .addColumn('browser', 'text', (column) => column.notNull())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('fault_browsers_pk', ['fault_id', 'browser'])
    .execute();
  await schema
    .createTable('fault_hours')
    .addColumn('fault_id', 'text', (column) => column.notNull().references('faults.id').onDelete('cascade'))
    .addColumn('hour', 'integer', (column) => column.notNull())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('fault_hours_pk', ['fault_id', 'hour'])
    .execute();
  await schema.createIndex('fault_hours_hour').on('fault_hours').column('hour').execute();
  await schema
    .createTable('fault_events')
    .addColumn('reference', 'text', (column) => column.primaryKey())
    .addColumn('fault_id', 'text', (column) => column.references('faults.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.references('people.id').onDelete('set null'))
    .addColumn('browser', 'text', (column) => column.notNull())
    .addColumn('release', 'text', (column) => column.notNull())
    .addColumn('sample', 'text')
    .execute();
  await schema.createIndex('fault_events_fault').on('fault_events').columns(['fault_id', 'at']).execute();
  await schema.createIndex('fault_events_at').on('fault_events').column('at').execute();
  // Deleting a person looks for its rows here.
  await schema.createIndex('fault_events_person').on('fault_events').column('person_id').execute();
}

async function incidents(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('incidents')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('audience', 'text', (column) => column.notNull())
    .addColumn('fault_id', 'text')
    .addColumn('notifications', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('started_by', 'text', (column) => column.notNull())
    .addColumn('resolved_at', 'bigint')
    .addColumn('resolved_by', 'text')
    .execute();
  await schema
    .createTable('incident_updates')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('number', 'integer', (column) => column.notNull().references('incidents.number'))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('by_handle', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('incident_updates_number')
    .on('incident_updates')
    .columns(['number', 'id'])
    .execute();
}

export const faultsMigration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await faults(schema);
    await incidents(schema);
  },
};

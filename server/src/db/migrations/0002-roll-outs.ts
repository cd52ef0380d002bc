/** Cookie policies, roll-outs, the gate's keys, and people adopted from an old site. */
import type { Kysely, SchemaModule } from 'kysely';

async function policies(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('cookie_policies')
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('domain', 'text')
    .addColumn('secure', 'integer', (column) => column.notNull())
    .addColumn('declared_at', 'bigint', (column) => column.notNull())
    .addColumn('written_from', 'bigint')
    .addColumn('written_until', 'bigint')
    .execute();
  await schema
    .createTable('policy_uses')
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('day', 'integer', (column) => column.notNull())
    .addColumn('uses', 'integer', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('policy_uses_pk', ['policy', 'day'])
    .execute();
  await schema.alterTable('credentials').dropColumn('successor_id').execute();
  await schema.alterTable('people').addColumn('signed_out_at', 'bigint').execute();
  for (const column of ['awaiting_policy', 'refused_policy'] as const) {
    await schema.alterTable('sessions').addColumn(column, 'text').execute();
  }
  for (const column of ['awaiting_since', 'first_return_at', 'refused_until'] as const) {
    await schema.alterTable('sessions').addColumn(column, 'bigint').execute();
  }
}

async function rollOuts(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('roll_outs')
    .addColumn('kind', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('from_version', 'integer', (column) => column.notNull())
    .addColumn('to_version', 'integer', (column) => column.notNull())
    .addColumn('percent', 'integer', (column) => column.notNull())
    .addColumn('steps', 'text', (column) => column.notNull())
    .addColumn('step_minutes', 'integer', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('step_since', 'bigint')
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('alert_since', 'bigint')
    .execute();
  await schema
    .createTable('roll_out_counts')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('segment', 'text', (column) => column.notNull())
    .addColumn('writer', 'integer', (column) => column.notNull())
    .addColumn('issued', 'integer', (column) => column.notNull())
    .addColumn('accepted', 'integer', (column) => column.notNull())
    .addColumn('refused', 'integer', (column) => column.notNull())
    .addColumn('accepted_at', 'bigint')
    .addColumn('refused_in_row', 'integer', (column) => column.notNull())
    .addColumn('row_since', 'bigint')
    .addColumn('decided_at', 'bigint')
    .addPrimaryKeyConstraint('roll_out_counts_pk', ['kind', 'revision', 'segment', 'writer'])
    .execute();
  await schema
    .createTable('roll_out_sessions')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .addColumn('segment', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('roll_out_sessions_pk', ['kind', 'revision', 'session_id'])
    .execute();
  // Deleting a session looks for its rows here.
  await schema
    .createIndex('roll_out_sessions_session')
    .on('roll_out_sessions')
    .column('session_id')
    .execute();
  await schema
    .createTable('roll_out_history')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('act', 'text', (column) => column.notNull())
    .addColumn('by_handle', 'text')
    .addColumn('percent', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text')
    .execute();
  await schema.createIndex('roll_out_history_kind').on('roll_out_history').columns(['kind', 'id']).execute();
  await schema
    .createTable('sign_in_findings')
    .addColumn('day', 'integer', (column) => column.notNull())
    .addColumn('finding', 'text', (column) => column.notNull())
    .addColumn('segment', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('sign_in_findings_pk', ['day', 'finding', 'segment'])
    .execute();
  await schema
    .createTable('roll_out_turns')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
}

async function gate(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('gate_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('private_key', 'text', (column) => column.notNull())
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function adoption(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('adopted_people')
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('foreign_id', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('adopted_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('adopted_people_pk', ['site', 'foreign_id'])
    .execute();
  await schema.createIndex('adopted_people_person').on('adopted_people').column('person_id').execute();
}

export const rollOutsMigration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await policies(schema);
    await rollOuts(schema);
    await gate(schema);
    await adoption(schema);
  },
};

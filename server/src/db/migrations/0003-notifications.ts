/** Notifications, their recipients (the ledger), the work that sends them, and how people want to be reached. */
import { type Kysely, type SchemaModule, sql } from 'kysely';

async function notifications(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('notifications')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('link', 'text')
    .addColumn('before', 'text')
    .addColumn('audience', 'text', (column) => column.notNull())
    .addColumn('is_public', 'integer', (column) => column.notNull())
    .addColumn('sender_id', 'text', (column) => column.references('people.id').onDelete('set null'))
    .addColumn('sender_name', 'text', (column) => column.notNull())
    .addColumn('sender_role', 'text', (column) => column.notNull())
    .addColumn('incident', 'integer')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('starts_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('changed_at', 'bigint')
    .addColumn('withdrawn_at', 'bigint')
    .addColumn('push_after', 'integer')
    .addColumn('email_after', 'integer')
    .addColumn('reminders', 'text')
    .addColumn('hand_reminders', 'integer', (column) => column.notNull())
    .addColumn('hand_reminded_at', 'bigint')
    .addColumn('recipients', 'integer', (column) => column.notNull())
    .addColumn('seen', 'integer', (column) => column.notNull())
    .addColumn('confirmed', 'integer', (column) => column.notNull())
    .addColumn('reminded', 'integer', (column) => column.notNull())
    .addColumn('unreachable', 'integer', (column) => column.notNull())
    .execute();
  await schema.createIndex('notifications_sender').on('notifications').columns(['sender_id', 'id']).execute();
  await schema
    .createIndex('notifications_state')
    .on('notifications')
    .columns(['state', 'expires_at'])
    .execute();
}

async function recipients(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('notification_recipients')
    .addColumn('notification_id', 'text', (column) =>
      column.notNull().references('notifications.id').onDelete('cascade'),
    )
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('asks', 'integer', (column) => column.notNull())
    .addColumn('sent_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint')
    .addColumn('dismissed_at', 'bigint')
    .addColumn('confirmed_at', 'bigint')
    .addColumn('confirmed_before_at', 'bigint')
    .addColumn('reminded_at', 'bigint')
    .addColumn('reminders', 'integer', (column) => column.notNull())
    .addColumn('unreachable', 'text')
    .addPrimaryKeyConstraint('notification_recipients_pk', ['notification_id', 'person_id'])
    .execute();
  await schema
    .createIndex('notification_recipients_person')
    .on('notification_recipients')
    .columns(['person_id', 'notification_id'])
    .execute();
  // What holds up somebody's next act is asked before each of them, so it is found at once among all they were sent.
  await schema
    .createIndex('notification_recipients_asks')
    .on('notification_recipients')
    .column('person_id')
    .where(sql.ref('asks'), '=', sql.lit(1))
    .execute();
  // The ledger's pages.
  await schema
    .createIndex('notification_recipients_state')
    .on('notification_recipients')
    .columns(['notification_id', 'state', 'person_id'])
    .execute();
  await schema
    .createIndex('notification_recipients_reminded')
    .on('notification_recipients')
    .columns(['notification_id', 'person_id'])
    .where(sql.ref('reminders'), '>', sql.lit(0))
    .execute();
  // Its chart.
  for (const column of ['seen_at', 'confirmed_at']) {
    await schema
      .createIndex(`notification_recipients_${column}`)
      .on('notification_recipients')
      .columns(['notification_id', column])
      .where(sql.ref(column), 'is not', null)
      .execute();
  }
}

async function work(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('notification_jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('notification_id', 'text', (column) =>
      column.notNull().references('notifications.id').onDelete('cascade'),
    )
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('round', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('cursor', 'text', (column) => column.notNull())
    .addUniqueConstraint('notification_jobs_once', ['notification_id', 'version', 'kind', 'round'])
    .execute();
  await schema.createIndex('notification_jobs_due').on('notification_jobs').column('due_at').execute();
  await schema
    .createTable('channel_wishes')
    .addColumn('person_id', 'text', (column) =>
      column.primaryKey().references('people.id').onDelete('cascade'),
    )
    .addColumn('email', 'integer', (column) => column.notNull())
    .addColumn('push', 'integer', (column) => column.notNull())
    .execute();
}

/** Who is in a group is asked again for each piece of an audience (bench/notifications). */
async function groups(schema: SchemaModule): Promise<void> {
  await schema
    .createIndex('person_groups_group')
    .on('person_groups')
    .columns(['group_name', 'person_id'])
    .execute();
}

export const notificationsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await groups(db.schema);
    await notifications(db.schema);
    await recipients(db.schema);
    await work(db.schema);
  },
};

/** Verified e-mail addresses, mail and web push on their way, devices that get push. */
import { type Kysely, type SchemaModule, sql } from 'kysely';

async function addresses(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.alterTable('people').addColumn('email_verified_at', 'bigint').execute();
  await schema
    .alterTable('people')
    .addColumn('email_bounces', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .createTable('email_tokens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await schema
    .createIndex('email_tokens_person')
    .on('email_tokens')
    .columns(['person_id', 'created_at'])
    .execute();
  // Who was a DJ before addresses were verified goes on playing: an upgrade ends nobody's evening.
  await sql`update people set email_verified_at = created_at
    where id in (select person_id from person_groups where group_name = 'dj')`.execute(database);
}

async function budgets(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('channel_budgets')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('milli_tokens', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
}

async function mail(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('mail_texts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('markdown', 'text', (column) => column.notNull())
    .addColumn('link', 'text')
    .execute();
  await schema
    .createTable('mails')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('text_id', 'text', (column) => column.notNull().references('mail_texts.id'))
    .addColumn('priority', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_by', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('mails_due').on('mails').columns(['state', 'priority', 'due_at']).execute();
  await schema.createIndex('mails_text').on('mails').column('text_id').execute();
  await schema.createIndex('mails_person').on('mails').column('person_id').execute();
}

async function push(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('push_devices')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .addColumn('endpoint', 'text', (column) => column.notNull().unique())
    .addColumn('p256dh', 'text', (column) => column.notNull())
    .addColumn('auth', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('reached_at', 'bigint')
    .execute();
  await schema.createIndex('push_devices_person').on('push_devices').column('person_id').execute();
  // Deleting a session looks for its rows here.
  await schema.createIndex('push_devices_session').on('push_devices').column('session_id').execute();
  await schema
    .createTable('push_texts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('link', 'text')
    .addColumn('tag', 'text', (column) => column.notNull())
    .execute();
  // A row for each device; the device may be gone before the row is, and '' stands for none.
  await schema
    .createTable('pushes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('text_id', 'text', (column) => column.notNull().references('push_texts.id'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_by', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('pushes_key').unique().on('pushes').columns(['key', 'device_id']).execute();
  await schema.createIndex('pushes_due').on('pushes').columns(['state', 'due_at']).execute();
  await schema.createIndex('pushes_text').on('pushes').column('text_id').execute();
  await schema.createIndex('pushes_device').on('pushes').column('device_id').execute();
}

export const channels = {
  async up(database: Kysely<unknown>): Promise<void> {
    await addresses(database);
    await budgets(database.schema);
    await mail(database.schema);
    await push(database.schema);
  },
};

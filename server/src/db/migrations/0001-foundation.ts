/** People, sessions, events, broadcasts, chat and the journal of topics. */
import { type Kysely, type SchemaModule, SqliteAdapter, sql } from 'kysely';

async function accounts(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('handle', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('person_groups')
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('group_name', 'text', (column) => column.notNull())
    .addColumn('granted_by', 'text')
    .addColumn('granted_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('person_groups_pk', ['person_id', 'group_name'])
    .execute();
  await schema
    .createTable('invitations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('note', 'text', (column) => column.notNull())
    .addColumn('from_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('accepted_by', 'text')
    .addColumn('accepted_at', 'bigint')
    .addColumn('withdrawn_at', 'bigint')
    .execute();
  await schema.createIndex('invitations_from').on('invitations').columns(['from_id', 'id']).execute();
  await schema
    .createTable('server_settings')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('audit_log')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('act', 'text', (column) => column.notNull())
    .addColumn('subject_id', 'text')
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
}

async function sessions(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('idle_expires_at', 'bigint', (column) => column.notNull())
    .addColumn('absolute_expires_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('device_label', 'text', (column) => column.notNull())
    .addColumn('network', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('sessions_person').on('sessions').columns(['person_id', 'last_seen_at']).execute();
  await schema
    .createTable('credentials')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'bigint', (column) => column.notNull())
    .addColumn('first_seen_at', 'bigint')
    .addColumn('successor_id', 'text')
    .addColumn('grace_until', 'bigint')
    .execute();
  await schema.createIndex('credentials_session').on('credentials').column('session_id').execute();
}

/** SQLite and PostgreSQL have different names for bytes; everything else is the same in both. */
async function events(schema: SchemaModule, bytes: 'blob' | 'bytea'): Promise<void> {
  await schema
    .createTable('posters')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('media_type', 'text', (column) => column.notNull())
    .addColumn('bytes', sql.raw(bytes), (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('slug', 'text', (column) => column.notNull().unique())
    .addColumn('host_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('starts_at', 'bigint', (column) => column.notNull())
    .addColumn('ends_at', 'bigint', (column) => column.notNull())
    .addColumn('listed', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('poster_id', 'text')
    .addColumn('warm_up_since', 'bigint')
    .addColumn('live_since', 'bigint')
    .addColumn('cool_down_since', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('events_status').on('events').columns(['status', 'starts_at']).execute();
  await schema.createIndex('events_host').on('events').column('host_id').execute();
  await schema
    .createTable('slots')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('dj_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('starts_at', 'bigint', (column) => column.notNull())
    .addColumn('ends_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('slots_event').on('slots').columns(['event_id', 'starts_at']).execute();
  await schema.createIndex('slots_dj').on('slots').column('dj_id').execute();
}

async function broadcast(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('stream_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('hint', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  await schema.createIndex('stream_keys_person').on('stream_keys').column('person_id').execute();
  await schema.createIndex('stream_keys_secret').on('stream_keys').column('secret_hash').execute();
  await schema
    .createTable('sources')
    .addColumn('dj_id', 'text', (column) => column.primaryKey().references('people.id').onDelete('cascade'))
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('process_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('content_type', 'text', (column) => column.notNull())
    .addColumn('bitrate', 'integer')
    .addColumn('warning', 'text')
    .execute();
  await schema.createIndex('sources_event').on('sources').column('event_id').execute();
  await schema
    .createTable('plays')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('dj_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('plays_event').on('plays').columns(['event_id', 'id']).execute();
  await schema
    .createTable('refused_attempts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('network', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('refused_attempts_person')
    .on('refused_attempts')
    .columns(['person_id', 'id'])
    .execute();
  await schema
    .createTable('listener_counts')
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('process_id', 'text', (column) => column.notNull())
    .addColumn('listeners', 'integer', (column) => column.notNull())
    .addColumn('counted_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('listener_counts_pk', ['event_id', 'process_id'])
    .execute();
}

async function chat(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('chat_messages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('author_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('author_name', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('hidden_at', 'bigint')
    .addColumn('hidden_by', 'text')
    .execute();
  await schema.createIndex('chat_messages_event').on('chat_messages').columns(['event_id', 'seq']).execute();
  await schema
    .createIndex('chat_messages_key')
    .unique()
    .on('chat_messages')
    .columns(['event_id', 'author_id', 'key'])
    .execute();
  await schema
    .createTable('chat_restrictions')
    .addColumn('event_id', 'text', (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('until', 'bigint')
    .addColumn('by_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('chat_restrictions_pk', ['event_id', 'person_id'])
    .execute();
  await schema
    .createTable('chat_rooms')
    .addColumn('event_id', 'text', (column) =>
      column.primaryKey().references('events.id').onDelete('cascade'),
    )
    .addColumn('slow_mode_seconds', 'integer', (column) => column.notNull())
    .execute();
}

async function journal(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('topics')
    .addColumn('topic', 'text', (column) => column.primaryKey())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('topic_events')
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('topic_events_pk', ['topic', 'seq'])
    .execute();
}

export const foundation = {
  async up(database: Kysely<never>): Promise<void> {
    const isSqlite = database.getExecutor().adapter instanceof SqliteAdapter;
    await accounts(database.schema);
    await sessions(database.schema);
    await events(database.schema, isSqlite ? 'blob' : 'bytea');
    await broadcast(database.schema);
    await chat(database.schema);
    await journal(database.schema);
  },
};

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { findCommand, requireCommand } from './require-command.ts';

/** Whether something listens there. */
function isOpen(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function rowsOf(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('PostgreSQL answers, gives every caller an empty database, and leaves nothing behind', {
  skip: requireCommand('postgres'),
}, async (t) => {
  const server = await startPostgres(t);
  const first = await server.createDatabase();
  const second = await server.createDatabase();
  assert.notEqual(first, second);
  await rowsOf(first, 'create table only_here (id text)');
  assert.equal((await rowsOf(first, "select 1 from pg_tables where tablename = 'only_here'")).length, 1);
  assert.equal((await rowsOf(second, "select 1 from pg_tables where tablename = 'only_here'")).length, 0);
  const [row] = await rowsOf(first, "select current_setting('data_directory') as folder, 1 + 1 as sum");
  assert.ok(typeof row === 'object' && row !== null && 'folder' in row && typeof row.folder === 'string');
  assert.ok(existsSync(row.folder));

  await server.stop();
  assert.equal(await isOpen(server.url), false);
  assert.equal(existsSync(row.folder), false);
  await server.stop();
});

test('PostgreSQL refuses a wrong password', { skip: requireCommand('postgres') }, async (t) => {
  const server = await startPostgres(t);
  const url = new URL(server.url);
  url.password = 'wrong';
  await assert.rejects(rowsOf(url.href, 'select 1'), /password authentication failed/);
});

test('Redis answers and is gone after its stop', { skip: requireCommand('redis-server') }, async (t) => {
  const server = await startRedis(t);
  const redis = new Redis(server.url);
  await redis.set('key', 'value');
  assert.equal(await redis.get('key'), 'value');
  redis.disconnect();
  await server.stop();
  assert.equal(await isOpen(server.url), false);
});

test('a server that belongs to a test stops when the test is over', {
  skip: requireCommand('redis-server'),
}, async (t) => {
  let url = '';
  await t.test('inner', async (inner) => {
    url = (await startRedis(inner)).url;
    assert.equal(await isOpen(url), true);
  });
  assert.equal(await isOpen(url), false);
});

test('a missing program is a reason to skip here and an error in CI', () => {
  const before = process.env['CI'];
  after(() => {
    if (before === undefined) delete process.env['CI'];
    else process.env['CI'] = before;
  });
  assert.equal(findCommand('no-such-program-anywhere'), undefined);
  delete process.env['CI'];
  assert.match(String(requireCommand('no-such-program-anywhere')), /is not installed/);
  assert.equal(requireCommand('sh'), false);
  process.env['CI'] = 'true';
  assert.throws(() => requireCommand('no-such-program-anywhere'), /is not installed/);
});

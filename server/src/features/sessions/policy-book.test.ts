import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { type Database, openDatabase } from '#server/db/open.ts';
import type { CookieWish } from './policies.ts';
import { openPolicyBook, policyRows, setWritten } from './policy-book.ts';

const clock = { now: () => 1_000, after: () => () => undefined, every: () => () => undefined };
const oneHost: CookieWish = { domain: undefined, secure: true, host: 'radio.example', otherHosts: [] };
const shared: CookieWish = { ...oneHost, domain: 'radio.example', otherHosts: ['old.radio.example'] };

async function aDatabase(t: TestContext): Promise<Database> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipmat-book-'));
  const db = openDatabase({ kind: 'sqlite', dataDir }, pino({ level: 'silent' }));
  t.after(async () => {
    await db.close();
    rmSync(dataDir, { recursive: true });
  });
  await db.migrate();
  return db;
}

/** Names, with a star for those that are written. */
async function listed(db: Database): Promise<string[]> {
  const rows = await policyRows(db.read);
  return rows.map((row) => `${row.name}${row.writtenFrom !== null && row.writtenUntil === null ? ' *' : ''}`);
}

async function aSession(db: Database): Promise<void> {
  await db.write(async (trx) => {
    const person = { id: 'p', handle: 'p', email: 'p', display_name: 'p', password_hash: '', created_at: 0 };
    await trx.insertInto('people').values(person).execute();
    const times = { created_at: 0, last_seen_at: 0, idle_expires_at: 0, absolute_expires_at: 0 };
    const words = { device_label: '', network: '', ended_at: null };
    const nothing = { awaiting_policy: null, awaiting_since: null, first_return_at: null };
    const refused = { refused_policy: null, refused_until: null };
    const row = { id: 's', person_id: 'p', ...times, ...words, ...nothing, ...refused };
    await trx.insertInto('sessions').values(row).execute();
  });
}

test('a new site begins with what it wants', async (t) => {
  const db = await aDatabase(t);
  await openPolicyBook(db, clock, shared);
  assert.deepEqual(await listed(db), ['__Secure-slipmat-1 *']);
});

test('a site whose browsers hold cookies only declares a new scope, and never forgets one', async (t) => {
  const db = await aDatabase(t);
  await openPolicyBook(db, clock, oneHost);
  await aSession(db);
  const { policies } = await openPolicyBook(db, clock, shared);
  assert.deepEqual(await listed(db), ['__Host-slipmat *', '__Secure-slipmat-2']);
  assert.deepEqual(policies().at(-1)?.scope, { kind: 'domain', domain: 'radio.example' });
  await openPolicyBook(db, clock, shared);
  await openPolicyBook(db, clock, oneHost);
  assert.deepEqual(
    await listed(db),
    ['__Host-slipmat *', '__Secure-slipmat-2'],
    'started again, changed back',
  );
  await openPolicyBook(db, clock, {
    ...shared,
    domain: 'example.com',
    host: 'a.example.com',
    otherHosts: [],
  });
  assert.deepEqual(await listed(db), ['__Host-slipmat *', '__Secure-slipmat-2', '__Secure-slipmat-3']);
});

test('sessions from before there was a list hold the first cookie', async (t) => {
  const db = await aDatabase(t);
  await aSession(db);
  await openPolicyBook(db, clock, shared);
  assert.deepEqual(await listed(db), ['__Host-slipmat *', '__Secure-slipmat-2']);
});

test('another scheme is another site to browsers: its cookie is written at once', async (t) => {
  const db = await aDatabase(t);
  const local = { ...oneHost, secure: false, host: 'localhost' };
  await openPolicyBook(db, clock, local);
  await aSession(db);
  await openPolicyBook(db, clock, oneHost);
  assert.deepEqual(await listed(db), ['slipmat', '__Host-slipmat *']);
  await openPolicyBook(db, clock, local);
  assert.deepEqual(await listed(db), ['slipmat *', '__Host-slipmat']);
});

test('a cookie that browsers would drop on a host that is served is refused at start', async (t) => {
  const db = await aDatabase(t);
  await openPolicyBook(db, clock, oneHost);
  await assert.rejects(openPolicyBook(db, clock, { ...shared, otherHosts: ['old.elsewhere.example'] }), {
    message: /Domain radio\.example does not match the host old\.elsewhere\.example/,
  });
  await assert.rejects(
    openPolicyBook(db, clock, { ...shared, domain: 'example' }),
    /takes? no cookie|does not match/,
  );
});

test('a policy that another process declared is known after the list was read anew', async (t) => {
  const db = await aDatabase(t);
  const first = await openPolicyBook(db, clock, oneHost);
  await aSession(db);
  await openPolicyBook(db, clock, shared);
  assert.equal(first.policies().length, 1);
  await first.load();
  assert.deepEqual(
    first.policies().map(({ name }) => name),
    ['__Host-slipmat', '__Secure-slipmat-2'],
  );
});

test('what is written can be changed', async (t) => {
  const db = await aDatabase(t);
  await openPolicyBook(db, clock, oneHost);
  await aSession(db);
  await openPolicyBook(db, clock, shared);
  await db.write((trx) => setWritten(trx, 2, { from: 2_000, until: null }));
  await db.write((trx) => setWritten(trx, 1, { until: 3_000 }));
  assert.deepEqual(await listed(db), ['__Host-slipmat', '__Secure-slipmat-2 *']);
});

/** The commands of whoever runs the server, as real processes. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { closeCodes } from '@slipmat/contract/close-codes';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { aBrowser, aMember, password } from './people.ts';
import { failedStart, slipmat } from './server-process.ts';
import { aFolder, startApp } from './start-app.ts';
import { promptlyMs, within } from './until.ts';

const { me, signIn } = sessionsEndpoints;

const owner = [
  'create-owner',
  '--handle',
  'Boss',
  '--email',
  'boss@example.com',
  '--display-name',
  'The Boss',
];

describe('the command line', { concurrency: 2 }, () => {
  test('create-owner, grant and revoke work beside a running server', async (t) => {
    const site = await startApp(t);
    const environment = { DATA_DIR: site.dataDir };
    const made = await slipmat(owner, environment, `${password}\n`);
    assert.deepEqual(made, { code: 0, said: 'boss is an owner.\n' });
    const browser = aBrowser(site);
    const { account } = await browser.call(signIn, { body: { login: 'boss', password } });
    assert.deepEqual(account.groups, ['member', 'owner']);

    const member = await aMember(site);
    const granted = await slipmat(['grant', member.handle, 'dj'], environment);
    assert.match(granted.said, new RegExp(`^${member.handle} is in: member\nWaiting .*: dj `));
    assert.deepEqual((await member.call(me)).account?.groups, ['member']);
    const verified = await slipmat(['verify-email', member.handle], environment);
    assert.deepEqual(verified, { code: 0, said: `${member.email} is verified for ${member.handle}.\n` });
    assert.deepEqual((await member.call(me)).account?.groups, ['member', 'dj']);
    const revoked = await slipmat(['revoke', member.handle, 'dj'], environment);
    assert.deepEqual(revoked, { code: 0, said: `${member.handle} is in: member\n` });
    assert.deepEqual((await member.call(me)).account?.groups, ['member']);
  });

  test('set-password works beside a running server, for whoever has none too, and signs out everywhere', async (t) => {
    const site = await startApp(t);
    const environment = { DATA_DIR: site.dataDir };
    const member = await aMember(site);
    await site.deps.db.write(async (trx) => {
      await trx.updateTable('people').set({ password_hash: '!none' }).execute();
    });
    const browser = aBrowser(site);
    await browser.refused(signIn, 'wrong-credentials', { body: { login: member.handle, password } });
    const idle = await member.socket();
    const other = 'a needle in the hay';
    const set = await slipmat(['set-password', member.handle], environment, `${other}\n`);
    const said = `${member.handle} has another password and is signed out everywhere.\n`;
    assert.deepEqual(set, { code: 0, said });
    await site.app.advance();
    assert.equal((await within('the close', idle.closed, promptlyMs)).code, closeCodes.sessionEnded.code);
    assert.equal((await member.call(me)).account, null);
    await browser.refused(signIn, 'wrong-credentials', { body: { login: member.handle, password } });
    await browser.call(signIn, { body: { login: member.handle, password: other } });
  });

  test('mistakes are told in one line, with exit code 1 and no stack', async (t) => {
    const environment = { DATA_DIR: await aFolder(t) };
    const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
      [owner, 'short\n', /password: at least 8 characters/],
      [[...owner.slice(0, 3).with(2, 'x'), ...owner.slice(3)], `${password}\n`, /handle/],
      [['grant', 'nobody-here', 'dj'], '', /nothing here|not found/i],
      [['verify-email', 'nobody-here'], '', /nothing here|not found/i],
      [['set-password', 'nobody-here'], `${password}\n`, /nothing here|not found/i],
      [['set-password', 'nobody-here'], 'short\n', /at least 8 characters/],
      [['set-password'], '', /takes a handle/],
      [['grant', 'nobody-here', 'boss'], '', /one of member, dj/],
      [['create-owner', '--surprise'], '', /surprise/],
      [['dance'], '', /Usage: npm run slipmat/],
    ];
    for (const [args, input, expected] of cases) {
      const { code, said } = await slipmat(args, environment, input);
      assert.equal(code, 1, args.join(' '));
      assert.match(said, expected);
      assert.doesNotMatch(said, /^\s+at /m, said);
    }
  });

  test('check-config tells all mistakes together, and shows no secret', async () => {
    const bad = {
      PORT: '70000',
      SOURCE_PORT: 'x',
      PUBLIC_URL: 'http://radio.example/path',
      DATABASE_URL: 'mysql://x',
      TRUSTED_ORIGINS: 'https://a.example/x',
      LOG_LEVEL: 'loud',
      SOURCE_TLS_KEY: 'k.pem',
    };
    const { code, said } = await slipmat(['check-config'], bad);
    assert.equal(code, 1);
    for (const name of [...Object.keys(bad).filter((key) => key !== 'SOURCE_TLS_KEY'), 'SOURCE_TLS_CERT']) {
      assert.match(said, new RegExp(`^ {2}${name} `, 'm'), name);
    }
    const good = await slipmat(['check-config'], { DATABASE_URL: 'postgres://me:hush@db/slipmat' });
    assert.equal(good.code, 0);
    assert.match(good.said, /^DATABASE_URL=\(set\)$/m);
    assert.doesNotMatch(good.said, /hush/);
  });

  test('the server does not start with mistakes, tells them all, and makes nothing', async (t) => {
    const folder = await aFolder(t);
    const environment = {
      DATA_DIR: join(folder, 'data'),
      PORT: '-1',
      LOG_LEVEL: 'loud',
      REDIS_URL: 'redis://x',
    };
    const { code, said } = await failedStart(environment);
    assert.equal(code, 78);
    assert.match(said, /PORT is “-1”/);
    assert.match(said, /LOG_LEVEL is “loud”/);
    assert.match(said, /REDIS_URL is set without DATABASE_URL/);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('a database that is not there, and a port that is taken, end the start with their reason', async (t) => {
    const site = await startApp(t);
    const folder = await aFolder(t);
    const taken = await failedStart({ DATA_DIR: folder, PORT: String(site.app.port()), SOURCE_PORT: '0' });
    assert.equal(taken.code, 1);
    assert.match(taken.said, /EADDRINUSE/);
    const absent = await failedStart({
      PORT: '0',
      SOURCE_PORT: '0',
      DATABASE_URL: 'postgres://x:y@127.0.0.1:9/z',
    });
    assert.equal(absent.code, 1);
    assert.match(absent.said, /ECONNREFUSED/);
  });

  test('migrate brings an empty folder to the newest form, once', async (t) => {
    const environment = { DATA_DIR: await aFolder(t) };
    const first = await slipmat(['migrate'], environment);
    assert.match(first.said, /^Applied: 0001-foundation/);
    assert.deepEqual(await slipmat(['migrate'], environment), { code: 0, said: 'Nothing to do.\n' });
  });

  test('a backup of a running server opens, and a server starts on it', async (t) => {
    const site = await startApp(t);
    const member = await aMember(site);
    const folder = await aFolder(t);
    const { code, said } = await slipmat(['backup', join(folder, 'slipmat.sqlite')], {
      DATA_DIR: site.dataDir,
    });
    assert.equal(code, 0, said);
    const copy = new DatabaseSync(join(folder, 'slipmat.sqlite'), { readOnly: true });
    assert.deepEqual(copy.prepare('pragma integrity_check').get(), {
      __proto__: null,
      integrity_check: 'ok',
    });
    copy.close();
    const other = await startApp(t, { environment: { DATA_DIR: folder } });
    const browser = aBrowser(other);
    const { account } = await browser.call(signIn, { body: { login: member.handle, password } });
    assert.equal(account.id, member.id);
  });

  test('the doctor looks at everything and says what is bad', async (t) => {
    const site = await startApp(t);
    const healthy = await slipmat(['doctor'], {
      DATA_DIR: site.dataDir,
      PORT: String(site.app.port()),
      SOURCE_PORT: '0',
    });
    assert.match(healthy.said, /^ok +storage \(sqlite\) answers$/m);
    assert.match(healthy.said, /^ok +PORT \d+: .*EADDRINUSE.*fine when Slipmat is running/m);
    const sick = await slipmat(['doctor'], {
      DATABASE_URL: 'postgres://x:y@127.0.0.1:9/z',
      PORT: '0',
      SOURCE_PORT: '0',
    });
    assert.equal(sick.code, 1);
    assert.match(sick.said, /^BAD +storage: .*ECONNREFUSED/m);
  });
});

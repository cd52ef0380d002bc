/** E-mail addresses: verified by a link, changed with the password; a DJ plays only with a verified one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { eventsEndpoints } from '@slipmat/contract/events';
import { mailEndpoints } from '@slipmat/contract/mail';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sql } from 'kysely';
import { linkTimes } from '#server/features/accounts/email-verification.ts';
import { aKey, anEvent, minute } from './broadcasts.ts';
import { createFakeClock } from './fake-clock.ts';
import {
  aBrowser,
  aDj,
  aMember,
  anOwner,
  aStaffMember,
  linkTokenOf,
  password,
  verifyByOutbox,
} from './people.ts';
import { aSource } from './raw-source.ts';
import { storages } from './roll-out-house.ts';
import { startApp, type TestApp } from './start-app.ts';
import { until } from './until.ts';

const { address, sendLink, changeAddress, verify, outbox, show, sendAgain } = mailEndpoints;
const { me } = sessionsEndpoints;

/** Audit entries about somebody, oldest first. */
async function auditOf(site: TestApp, personId: string): Promise<string[]> {
  const { read } = site.deps.db;
  const rows = await read
    .selectFrom('audit_log')
    .select('act')
    .where('subject_id', '=', personId)
    .orderBy('id')
    .execute();
  return rows.map(({ act }) => act);
}

for (const [name, skip, newStorage] of await storages()) {
  describe(name, { skip }, () => {
    test('signing up sends a link, which verifies the address, once and again', async (t) => {
      const storage = await newStorage(t);
      const environment = storage.kind === 'postgres' ? { DATABASE_URL: storage.url } : {};
      const site = await startApp(t, { environment });
      const owner = await anOwner(site);
      const member = await aMember(site);
      const before = await member.call(address);
      assert.deepEqual(
        [before.email, before.verifiedAt, before.sent?.to],
        [member.email, null, member.email],
      );
      assert.equal(before.mailIsSent, false);
      const token = await linkTokenOf(owner, member.handle);
      const stranger = aBrowser(site);
      await stranger.refused(verify, 'verification-over', { body: { token: `${token.slice(1)}x` } });
      for (let time = 0; time < 2; time += 1)
        assert.deepEqual(await stranger.call(verify, { body: { token } }), { email: member.email });
      const after = await member.call(address);
      assert.ok(after.verifiedAt !== null && after.sent === null);
      assert.equal((await member.call(me)).account?.emailVerifiedAt, after.verifiedAt);
      assert.deepEqual(await auditOf(site, member.id), ['email.verify']);
      const stored = await sql<{ token_hash: string }>`select token_hash from email_tokens`.execute(
        site.deps.db.read,
      );
      assert.ok(
        stored.rows.every(({ token_hash }) => token_hash !== token),
        'only hashes are stored',
      );
    });

    test('a DJ without a verified address has no profile, and has it the moment it is verified', async (t) => {
      const storage = await newStorage(t);
      const environment = storage.kind === 'postgres' ? { DATABASE_URL: storage.url } : {};
      const site = await startApp(t, { environment });
      const [owner, staff, host] = [await anOwner(site), await aStaffMember(site), await aDj(site)];
      const dj = await aMember(site);
      const socket = await dj.socket();
      await staff.call(accountsEndpoints.grant, { params: { handle: dj.handle, group: 'dj' } });
      const { account } = await dj.call(me);
      assert.deepEqual([account?.groups, account?.pausedGroups], [['member'], ['dj']]);
      const params = { handle: dj.handle };
      const seen = await staff.call(accountsEndpoints.person, { params });
      assert.deepEqual([seen.person.groups, seen.pausedGroups], [['member'], ['dj']]);
      assert.deepEqual((await aBrowser(site).call(accountsEndpoints.person, { params })).pausedGroups, []);
      const startsAt = Date.now() + 10 * minute;
      const event = { title: 'x', startsAt, lengthMinutes: 60, publish: true };
      await dj.refused(eventsEndpoints.create, 'not-allowed', { body: event });
      const lineup = [{ handle: dj.handle, startsAt, endsAt: startsAt + 60 * minute }];
      const problem = await host.refused(eventsEndpoints.create, 'not-a-dj', { body: { ...event, lineup } });
      assert.match(problem.fields?.[0]?.message ?? '', /not verified their e-mail/);
      assert.equal((await socket.answer('subscribe', { topic: 'dashboard' })).type, 'problem');

      await verifyByOutbox(owner, dj.handle);
      assert.deepEqual((await dj.call(me)).account?.groups, ['member', 'dj']);
      await socket.subscribe('dashboard');
      await anEvent(dj);
    });

    test('whose address is verified no more is refused with that reason, and plays again after it', async (t) => {
      const storage = await newStorage(t);
      const environment = storage.kind === 'postgres' ? { DATABASE_URL: storage.url } : {};
      const site = await startApp(t, { environment });
      const dj = await aDj(site);
      const key = await aKey(dj);
      await anEvent(dj, { startsAt: Date.now() + minute });
      await site.app.advance();
      const setVerified = (at: number | null) =>
        site.deps.db.write((trx) =>
          trx.updateTable('people').set({ email_verified_at: at }).where('id', '=', dj.id).execute(),
        );
      await setVerified(null);
      const login = { port: site.app.sourcePort(), handle: dj.handle, key };
      const refused = await aSource(login);
      assert.equal(await refused.status(), 403);
      assert.match(refused.answer(), /e-mail address is not verified/);
      await until('it is on the dashboard', async () => {
        const row = await site.deps.db.read
          .selectFrom('refused_attempts')
          .select('reason')
          .executeTakeFirst();
        return row?.reason === 'email-unverified';
      });
      await site.app.emails.verifyByHand(dj.handle);
      const source = await aSource(login);
      t.after(() => source.cut());
      assert.equal(await source.status(), 100);
    });
  });
}

describe('links and changes', () => {
  test('a link is asked for once a minute, ten times a day, and expires', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const owner = await anOwner(site);
    const member = await aMember(site);
    const tooSoon = await member.refused(sendLink, 'rate-limited');
    assert.ok((tooSoon.retryAfterSeconds ?? 0) <= 60);
    for (let sent = 1; sent < 10; sent += 1) {
      clock.leap(linkTimes.again);
      await member.call(sendLink);
    }
    clock.leap(linkTimes.again);
    const enough = await member.refused(sendLink, 'rate-limited');
    assert.ok((enough.retryAfterSeconds ?? 0) > 3_600);
    const token = await linkTokenOf(owner, member.handle);
    clock.leap(linkTimes.validFor);
    await aBrowser(site).refused(verify, 'verification-over', { body: { token } });
  });

  test('a verified address stays until the new one is verified, and is told of it', async (t) => {
    const site = await startApp(t);
    const owner = await anOwner(site);
    const dj = await aDj(site);
    const email = 'New.Nova@Example.org';
    await dj.refused(changeAddress, 'wrong-credentials', { body: { email, password: 'not this one' } });
    await dj.refused(changeAddress, 'email-taken', { body: { email: owner.email, password } });
    await site.deps.db.write((trx) => trx.deleteFrom('email_tokens').execute());
    const waiting = await dj.call(changeAddress, { body: { email, password } });
    assert.deepEqual([waiting.email, waiting.sent?.to], [dj.email, 'new.nova@example.org']);
    assert.deepEqual((await dj.call(me)).account?.groups, ['member', 'dj'], 'the evening goes on');
    const { mails } = await owner.call(outbox, { query: { q: dj.email } });
    assert.match(mails[0]?.subject ?? '', /about to change/, 'the old address is told');
    const told = await owner.call(show, { params: { id: mails[0]?.id ?? '' } });
    assert.match(told.text, /new\.nova@example\.org/);
    await verifyByOutbox(owner, dj.handle);
    const { account } = await dj.call(me);
    assert.equal(account?.email, 'new.nova@example.org');
    assert.deepEqual(await auditOf(site, dj.id), [
      'group.grant',
      'email.verify',
      'email.change',
      'email.verify',
    ]);
  });

  test('one that was never verified is replaced at once, and its link is over', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const owner = await anOwner(site);
    const member = await aMember(site);
    const old = await linkTokenOf(owner, member.handle);
    clock.leap(linkTimes.again);
    const changed = await member.call(changeAddress, { body: { email: 'right@example.org', password } });
    assert.deepEqual([changed.email, changed.verifiedAt], ['right@example.org', null]);
    await aBrowser(site).refused(verify, 'verification-over', { body: { token: old } });
    await verifyByOutbox(owner, member.handle);
    assert.equal((await member.call(me)).account?.email, 'right@example.org');
  });

  test('an address that somebody else has verified meanwhile is theirs', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const owner = await anOwner(site);
    const [first, second] = [await aDj(site), await aDj(site)];
    clock.leap(linkTimes.again);
    const tokens: string[] = [];
    for (const one of [first, second]) {
      await one.call(changeAddress, { body: { email: 'both@example.org', password } });
      tokens.push(await linkTokenOf(owner, one.handle));
    }
    await first.call(verify, { body: { token: tokens[0] ?? '' } });
    await second.refused(verify, 'email-taken', { body: { token: tokens[1] ?? '' } });
  });

  test('somebody from an old site without an address is told so, and can enter one', async (t) => {
    const site = await startApp(t);
    const owner = await anOwner(site);
    const member = await aMember(site);
    await site.deps.db.write(async (trx) => {
      await trx.deleteFrom('email_tokens').execute();
      await trx
        .updateTable('people')
        .set({ email: `${member.handle}@missing.invalid` })
        .where('id', '=', member.id)
        .execute();
    });
    await member.refused(sendLink, 'email-missing');
    await assert.rejects(site.app.emails.verifyByHand(member.handle), { code: 'email-missing' });
    await member.call(changeAddress, { body: { email: 'mine@example.org', password } });
    await verifyByOutbox(owner, member.handle);
    assert.equal((await member.call(me)).account?.email, 'mine@example.org');
  });

  test('the outbox is the owner’s: pages, states, and nothing to send without a mail server', async (t) => {
    const site = await startApp(t);
    const [owner, staff] = [await anOwner(site), await aStaffMember(site)];
    await staff.refused(outbox, 'not-allowed');
    for (const endpoint of [show, sendAgain])
      await staff.refused(endpoint, 'not-allowed', { params: { id: owner.id } });
    for (let made = 0; made < 55; made += 1) await aMember(site, { handle: `many-${made}` });
    const page = await owner.call(outbox, { query: { q: 'many-', state: 'kept' } });
    assert.equal(page.mails.length, 50);
    assert.ok(page.more);
    const before = page.mails.at(-1)?.id ?? '';
    const rest = await owner.call(outbox, { query: { q: 'many-', state: 'kept', before } });
    assert.equal(rest.mails.length, 5);
    assert.equal(page.counts.find(({ state }) => state === 'kept')?.count, 57);
    assert.equal((await owner.call(outbox, { query: { q: '%', state: 'kept' } })).mails.length, 0);
    await owner.refused(sendAgain, 'mail-not-sendable', { params: { id: before } });
  });
});

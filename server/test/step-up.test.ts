/** Acts whose effect outlasts a session wait for a password that was given lately. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sessionTimes } from '#server/features/sessions/index.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { sessionsOf } from './cookies/bare-sessions.ts';
import { eachDatabase, type TestDatabase } from './each-database.ts';
import { aBrowser, aDj, aMember, anOwner, password } from './people.ts';

const { createKey } = broadcastEndpoints;
const { grant } = accountsEndpoints;
const { stepUp, me, devices } = sessionsEndpoints;
const body = {};
/** More than any test takes. Milliseconds. */
const minute = 60_000;

/** A DJ who gave the password too long ago. */
async function aWhileLater(t: TestContext, { start }: TestDatabase) {
  const { site, clock } = await start(t);
  const dj = await aDj(site);
  clock.leap(sessionTimes.stepUpLasts);
  return { site, clock, dj };
}

function steppingUpOver(database: TestDatabase): void {
  describe(`step-up over ${database.name}`, { skip: database.skip }, () => {
    test('signing in counts for half an hour, and the password once more for another', async (t) => {
      const { site, clock } = await database.start(t);
      const dj = await aDj(site);
      clock.leap(sessionTimes.stepUpLasts - minute);
      await dj.call(createKey, { body });
      clock.leap(minute);
      await dj.refused(createKey, 'step-up-required', { body });
      const before = clock.now();
      const { until } = await dj.call(stepUp, { body: { password } });
      assert.ok(
        until >= before + sessionTimes.stepUpLasts && until <= clock.now() + sessionTimes.stepUpLasts,
      );
      clock.leap(sessionTimes.stepUpLasts - minute);
      await dj.call(createKey, { body });
      clock.leap(minute);
      await dj.refused(createKey, 'step-up-required', { body });
      const { keys } = await dj.call(broadcastEndpoints.keys);
      assert.equal(keys.length, 2);
    });

    test('it counts in the one browser only', async (t) => {
      const { dj } = await aWhileLater(t, database);
      const other = await dj.elsewhere();
      await dj.refused(createKey, 'step-up-required', { body });
      await other.call(createKey, { body });
    });

    test('a copy of the cookie from before does not rise with it for longer than a moment', async (t) => {
      const { site, clock, dj } = await aWhileLater(t, database);
      const copy = dj.at(site);
      await dj.call(stepUp, { body: { password } });
      assert.notEqual(dj.cookieHeader, copy.cookieHeader);
      await dj.call(createKey, { body });
      clock.leap(sessionTimes.grace);
      await copy.refused(createKey, 'session-missing', { body });
    });

    test('a lost answer signs nobody out', async (t) => {
      const { site, clock, dj } = await aWhileLater(t, database);
      const lost = dj.at(site);
      await lost.call(stepUp, { body: { password } });
      clock.leap(sessionTimes.grace * 2);
      assert.equal((await dj.call(me)).account?.handle, dj.handle);
      await dj.call(stepUp, { body: { password } });
      await dj.call(createKey, { body });
      assert.equal((await dj.call(devices)).devices.length, 1);
    });

    test('a session that ended while the password was compared is not woken', async (t) => {
      const { site, clock } = await database.start(t);
      const dj = await aDj(site);
      const sessions = await sessionsOf(site, clock);
      const { person, sessionId } = await site.deps.db.read
        .selectFrom('sessions')
        .select('id')
        .where('person_id', '=', dj.id)
        .executeTakeFirstOrThrow()
        .then(({ id }) => ({ sessionId: id, person: { ...dj, ...unused } }));
      await dj.call(sessionsEndpoints.signOut);
      const who = { kind: 'signed-in', person, sessionId, authenticatedAt: null, csrfToken: '' } as const;
      await assert.rejects(
        sessions.stepUp(who, asker),
        (error) => error instanceof ProblemError && error.code === 'session-revoked',
      );
    });
  });
}

const unused = { displayName: '', createdAt: 0, emailVerifiedAt: null, groups: [], pausedGroups: [] };
const asker = {
  cookieHeader: undefined,
  userAgent: 'test',
  address: '192.0.2.1',
  host: 'slipmat.test',
  path: '/',
  isBrowserVisit: true,
};

for (const database of await eachDatabase()) steppingUpOver(database);

const [sqlite] = await eachDatabase();

test('somebody else’s password and a wrong one are said at the field, and do not count', async (t) => {
  assert.ok(sqlite);
  const { dj } = await aWhileLater(t, sqlite);
  for (const wrong of ['not this one', `${password} `]) {
    const problem = await dj.refused(stepUp, 'wrong-credentials', { body: { password: wrong } });
    assert.deepEqual(problem.fields, [{ path: 'password', message: 'This is not your password.' }]);
  }
  await dj.refused(createKey, 'step-up-required', { body });
});

test('guessing is limited as at sign-in, and for one account only', async (t) => {
  assert.ok(sqlite);
  const { site, dj } = await aWhileLater(t, sqlite);
  for (let guess = 0; guess < 10; guess += 1)
    await dj.refused(stepUp, 'wrong-credentials', { body: { password: `guess ${guess}` } });
  const problem = await dj.refused(stepUp, 'rate-limited', { body: { password } });
  assert.ok((problem.retryAfterSeconds ?? 0) > 0);
  const other = await aDj(site);
  await other.call(stepUp, { body: { password } });
});

test('nobody gives a password for nobody', async (t) => {
  assert.ok(sqlite);
  const { site } = await sqlite.start(t);
  await aBrowser(site).refused(stepUp, 'session-missing', { body: { password } });
});

test('powers are given and taken with it; what makes things safer waits for nothing', async (t) => {
  assert.ok(sqlite);
  const { site, clock } = await sqlite.start(t);
  const [owner, member] = [await anOwner(site), await aMember(site)];
  clock.leap(sessionTimes.stepUpLasts);
  const params = { handle: member.handle, group: 'dj' } as const;
  await owner.refused(grant, 'step-up-required', { params });
  const { person } = await owner.call(accountsEndpoints.person, { params: { handle: member.handle } });
  assert.deepEqual(person.groups, ['member']);
  await owner.call(stepUp, { body: { password } });
  await owner.call(grant, { params });
  const waiting = Object.values(endpoints)
    .flatMap((list) => Object.values<Endpoint>(list))
    .filter(({ needsStepUp }) => needsStepUp === true);
  const { pause, rollBack } = rollOutsEndpoints;
  const { signOutEverywhere, endDevice } = sessionsEndpoints;
  for (const safer of [pause, rollBack, signOutEverywhere, endDevice, broadcastEndpoints.revokeKey])
    assert.ok(!waiting.includes(safer), safer.path);
});

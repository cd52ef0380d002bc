/** Acts whose effect outlasts a session wait for a password that was given lately. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sessionTimes } from '#server/features/sessions/index.ts';
import type { SignedIn } from '#server/http/who.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Random } from '#server/platform/random.ts';
import { asker, sessionsOf } from './cookies/bare-sessions.ts';
import { eachDatabase, type TestDatabase } from './each-database.ts';
import { aBrowser, aDj, aMember, anOwner, password } from './people.ts';

const { createKey } = broadcastEndpoints;
const { grant } = accountsEndpoints;
const { stepUp, me, devices } = sessionsEndpoints;
const body = {};
/** More than any test takes. Milliseconds. */
const minute = 60_000;

/** The cookies that a browser without any keeps of these lines. */
function cookiesIn(lines: readonly string[]): string {
  return lines.map((line) => line.split(';')[0]).join('; ');
}

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
      await dj.call(stepUp, { body: { password } });
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

    test('a session that ended while the password was compared is not woken', async (t) => {
      const { site, clock } = await database.start(t);
      const { id } = await aMember(site);
      let whileItIsMade = (): void => undefined;
      const random: Random = {
        bytes(length) {
          whileItIsMade();
          return site.deps.random.bytes(length);
        },
      };
      const sessions = await sessionsOf(site, { clock, random });
      const { cookieLines } = await sessions.start(id, { ...asker, signedOutAt: null });
      const cookieHeader = cookiesIn(cookieLines);
      const { who } = await sessions.identify({ ...asker, cookieHeader });
      assert.ok(who.kind === 'signed-in');
      const ended: Promise<number>[] = [];
      whileItIsMade = () => ended.push(sessions.end([who.sessionId]));
      await assert.rejects(
        sessions.stepUp(who, { ...asker, cookieHeader }),
        (error) => error instanceof ProblemError && error.code === 'session-revoked',
      );
      assert.equal(await ended[0], 1);
    });
  });
}

/** What does not rise with the browser whose person gave the password. */
function cookiesOver(database: TestDatabase): void {
  describe(`cookies at a step-up over ${database.name}`, { skip: database.skip }, () => {
    test('a copy of the cookie from before does not rise with it, and soon signs nobody in', async (t) => {
      const { site, clock, dj } = await aWhileLater(t, database);
      const copy = dj.at(site);
      await dj.call(stepUp, { body: { password } });
      assert.notEqual(dj.cookieHeader, copy.cookieHeader);
      await copy.refused(createKey, 'step-up-required', { body });
      await dj.call(createKey, { body });
      await copy.refused(createKey, 'step-up-required', { body });
      clock.leap(sessionTimes.grace);
      await copy.refused(createKey, 'session-missing', { body });
    });

    test('nor does a copy that was renewed before the password was given', async (t) => {
      const { site, clock } = await database.start(t);
      const dj = await aDj(site);
      clock.leap(sessionTimes.rotateAfter);
      const copy = dj.at(site);
      await copy.call(me);
      assert.notEqual(copy.cookieHeader, dj.cookieHeader);
      await dj.call(stepUp, { body: { password } });
      await dj.call(createKey, { body });
      await copy.refused(createKey, 'step-up-required', { body });
    });

    test('a renewed cookie keeps what the one before had, and no more', async (t) => {
      const { clock, dj } = await aWhileLater(t, database);
      clock.leap(sessionTimes.rotateAfter - 2 * sessionTimes.stepUpLasts);
      await dj.call(stepUp, { body: { password } });
      await dj.call(createKey, { body });
      clock.leap(sessionTimes.rotateAfter);
      const before = dj.cookieHeader;
      await dj.call(me);
      assert.notEqual(dj.cookieHeader, before);
      await dj.refused(createKey, 'step-up-required', { body });
    });

    test('a lost answer signs nobody out, and the password is asked for again', async (t) => {
      const { site, clock, dj } = await aWhileLater(t, database);
      const lost = dj.at(site);
      await lost.call(stepUp, { body: { password } });
      clock.leap(sessionTimes.grace * 2);
      assert.equal((await dj.call(me)).account?.handle, dj.handle);
      await dj.refused(createKey, 'step-up-required', { body });
      await dj.call(stepUp, { body: { password } });
      await dj.call(createKey, { body });
      assert.equal((await dj.call(devices)).devices.length, 1);
    });

    test('a cookie of the old site does not rise with the session that it was adopted into', async (t) => {
      const { site } = await database.start(t);
      const { id } = await aMember(site);
      const adopt = async () => ({ personId: id, lastLoginAt: site.deps.clock.now() });
      const sessions = await sessionsOf(site, { foreign: { cookieName: 'sessionid', adopt } });
      const old = 'sessionid=3fq8m1vd6x0kz2w9t7y5c4b1n8a6h2jr';
      const at = async (cookieHeader: string): Promise<SignedIn> => {
        const { who } = await sessions.identify({ ...asker, cookieHeader });
        assert.ok(who.kind === 'signed-in', cookieHeader);
        return who;
      };
      const adopted = await at(old);
      assert.equal(sessions.hasSteppedUp(adopted), false);
      const stepped = await sessions.stepUp(adopted, { ...asker, cookieHeader: old });
      const own = cookiesIn(stepped.cookieLines);
      assert.equal(sessions.hasSteppedUp(await at(`${old}; ${own}`)), true);
      assert.equal(sessions.hasSteppedUp(await at(own)), true);
      const copy = await at(old);
      assert.equal(copy.sessionId, adopted.sessionId);
      assert.equal(sessions.hasSteppedUp(copy), false);
    });
  });
}

const databases = await eachDatabase();
for (const database of databases) {
  steppingUpOver(database);
  cookiesOver(database);
}
const [sqlite] = databases;
assert.ok(sqlite);

test('another person’s password and a wrong one are said at the field, and do not count', async (t) => {
  const { site, dj } = await aWhileLater(t, sqlite);
  const others = 'another needle altogether';
  const body = { handle: 'other', email: 'other@example.com', displayName: 'Other', password: others };
  await aBrowser(site).call(accountsEndpoints.create, { body });
  for (const wrong of [others, 'not this one', `${password} `]) {
    const problem = await dj.refused(stepUp, 'wrong-credentials', { body: { password: wrong } });
    assert.match(problem.fields?.[0]?.message ?? '', /^This is not your password\./);
  }
  await dj.refused(createKey, 'step-up-required', { body: {} });
});

test('guessing is limited from all addresses together, and for one person only', async (t) => {
  const { site, dj } = await aWhileLater(t, sqlite);
  for (let guess = 0; guess < 10; guess += 1)
    await dj.at(site).refused(stepUp, 'wrong-credentials', { body: { password: `guess ${guess}` } });
  const problem = await dj.at(site).refused(stepUp, 'rate-limited', { body: { password } });
  assert.ok((problem.retryAfterSeconds ?? 0) > 0);
  const other = await aDj(site);
  const headers = { 'x-forwarded-for': dj.address };
  await other.call(stepUp, { body: { password }, headers });
});

test('nobody gives a password for nobody', async (t) => {
  const { site } = await sqlite.start(t);
  await aBrowser(site).refused(stepUp, 'session-missing', { body: { password } });
});

test('groups are given with it', async (t) => {
  const { site, clock } = await sqlite.start(t);
  const [owner, member] = [await anOwner(site), await aMember(site)];
  clock.leap(sessionTimes.stepUpLasts);
  const params = { handle: member.handle, group: 'dj' } as const;
  await owner.refused(grant, 'step-up-required', { params });
  const { person } = await owner.call(accountsEndpoints.person, { params: { handle: member.handle } });
  assert.deepEqual([person.groups, person.handle], [['member'], member.handle]);
  await owner.call(stepUp, { body: { password } });
  await owner.call(grant, { params });
});

test('it is needed for what outlasts a session, and for nothing that makes things safer', () => {
  const needing = Object.entries(endpoints).flatMap(([feature, list]) =>
    Object.entries<Endpoint>(list).flatMap(([name, { needsStepUp }]) =>
      needsStepUp === true ? [`${feature}.${name}`] : [],
    ),
  );
  assert.deepEqual(needing.toSorted(), [
    'accounts.grant',
    'accounts.invite',
    'broadcast.createKey',
    'broadcast.rotateKey',
    'roll-outs.advance',
    'roll-outs.resume',
    'roll-outs.start',
  ]);
});

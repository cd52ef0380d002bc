/** A browser that keeps the old cookie only: during a roll-out, after it, and when it signs in anew. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventsEndpoints } from '@slipmat/contract/events';
import { rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sessionTimes } from '#server/features/sessions/index.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { aBrowser, aMember, anOwner, type Browser, type OwnSite, Person, password } from './people.ts';
import { freePort } from './services/daemon.ts';
import { aFolder, startApp } from './start-app.ts';

const { me, signIn, devices, stepUp, repair } = sessionsEndpoints;
const old = '__Host-slipmat';
const shared = '__Secure-slipmat-2';
interface Setting {
  readonly site: OwnSite;
  readonly clock: FakeClock;
  readonly member: Person;
  readonly owner: Person;
}

/** The person on the server that took the other's place. */
function moved(person: Person, site: OwnSite): Person {
  const there = new Person(site, person);
  for (const [name, value] of person.cookies) there.cookies.set(name, value);
  return there;
}

/** A site with a member and an owner on the old cookie, started again with a shared one wished for. */
async function setting(t: TestContext): Promise<Setting> {
  const clock = createFakeClock();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  // The server behind its proxy: browsers see https, the test talks to it directly.
  const environment = {
    PORT: String(port),
    PUBLIC_URL: 'https://radio.example',
    TRUSTED_ORIGINS: origin,
    DATA_DIR: await aFolder(t),
  };
  const before = await startApp(t, { clock, environment });
  const first = { app: before.app, origin };
  const member = await aMember(first);
  const owner = await anOwner(first);
  await before.close();
  const { app } = await startApp(t, {
    clock,
    environment: { ...environment, COOKIE_DOMAIN: 'radio.example' },
  });
  const site = { app, origin };
  return { site, clock, member: moved(member, site), owner: moved(owner, site) };
}

async function start({ owner }: Setting): Promise<void> {
  await owner.call(rollOutsEndpoints.start, {
    params: { kind: 'cookie' },
    body: { steps: [100], stepMinutes: 1 },
  });
}

/** Forgets the new cookie, as the browser does. */
function dropNew(browser: Browser): void {
  browser.cookies.delete(shared);
}

test('during a roll-out it stays signed in on the old cookie, is counted once, and is left in peace', async (t) => {
  const setUp = await setting(t);
  await start(setUp);
  const { member, clock, owner } = setUp;
  for (let visit = 0; visit < 4; visit += 1) {
    assert.equal((await member.call(me)).account?.id, member.id);
    dropNew(member);
    clock.leap(6_000);
  }
  await member.call(me);
  assert.equal(member.cookies.get(shared), undefined, 'not given again');
  const { rollOuts } = await owner.call(rollOutsEndpoints.show);
  assert.equal(rollOuts[0]?.figures.refused, 1);
  assert.equal((await member.call(devices)).devices.length, 1);
});

test('a second attempt counts nothing that the first one gave', async (t) => {
  const setUp = await setting(t);
  const { member, clock, owner } = setUp;
  const figures = async () => (await owner.call(rollOutsEndpoints.show)).rollOuts[0]?.figures;
  const comesWithoutIt = async (): Promise<void> => {
    clock.leap(6_000);
    await member.call(me);
    dropNew(member);
  };
  await start(setUp);
  for (let visit = 0; visit < 2; visit += 1) await comesWithoutIt();
  await owner.call(rollOutsEndpoints.rollBack, { params: { kind: 'cookie' }, body: { reason: 'test' } });
  await comesWithoutIt();
  await start(setUp);
  await comesWithoutIt();
  assert.deepEqual(await figures(), { issued: 1, accepted: 0, refused: 0 }, 'given, and nothing known yet');
  await comesWithoutIt();
  assert.equal((await figures())?.refused, 0, 'came back once');
  await comesWithoutIt();
  assert.equal((await figures())?.refused, 1);
});

for (const [what, act] of [
  ['gives the password once more', (member) => member.call(stepUp, { body: { password } })],
  ['has its cookies repaired', (member) => member.call(repair)],
] satisfies readonly (readonly [string, (member: Person) => Promise<unknown>])[])
  test(`one that ${what} as its move is due gets the new cookie with the answer, and is counted as it is`, async (t) => {
    const setUp = await setting(t);
    const { member, clock, owner } = setUp;
    const figures = async () => (await owner.call(rollOutsEndpoints.show)).rollOuts[0]?.figures;
    await start(setUp);
    await act(member);
    assert.ok(member.cookies.has(old) && member.cookies.has(shared), 'both');
    assert.deepEqual(await figures(), { issued: 1, accepted: 0, refused: 0 });
    for (let visit = 0; visit < 3; visit += 1) {
      await member.call(eventsEndpoints.list);
      clock.leap(6_000);
    }
    assert.deepEqual(await figures(), { issued: 1, accepted: 1, refused: 0 });
    clock.leap(sessionTimes.grace);
    await member.call(me);
    assert.ok(!member.cookies.has(old), 'the old one is superseded');
    assert.equal((await member.call(me)).account?.id, member.id);
  });

test('one that keeps both is moved: the old cookie goes once the new one was seen', async (t) => {
  const setUp = await setting(t);
  const { member, owner } = setUp;
  assert.ok(member.cookies.has(old));
  assert.ok(!member.cookies.has(shared));
  await start(setUp);
  await member.call(me);
  assert.ok(member.cookies.has(old) && member.cookies.has(shared), 'both');
  await member.call(me);
  await member.call(me);
  assert.ok(!member.cookies.has(old) && member.cookies.has(shared), 'the new one only');
  assert.equal((await member.call(me)).account?.id, member.id);
  const { rollOuts } = await owner.call(rollOutsEndpoints.show);
  assert.ok((rollOuts[0]?.figures.accepted ?? 0) >= 1);
});

test('rolled back, a browser that has the new cookie only gets the old one again', async (t) => {
  const setUp = await setting(t);
  const { member, owner } = setUp;
  await start(setUp);
  for (let visit = 0; visit < 3; visit += 1) await member.call(me);
  assert.ok(!member.cookies.has(old));
  await owner.call(rollOutsEndpoints.rollBack, { params: { kind: 'cookie' }, body: { reason: 'test' } });
  for (let visit = 0; visit < 3; visit += 1) assert.equal((await member.call(me)).account?.id, member.id);
  assert.ok(member.cookies.has(old) && !member.cookies.has(shared));
  assert.equal((await member.call(devices)).devices.length, 1);
});

test('after a roll-out, signing in is told as not kept, and once more with the older cookie it is', async (t) => {
  const setUp = await setting(t);
  const { site, member, owner } = setUp;
  await start(setUp);
  await owner.call(rollOutsEndpoints.advance, { params: { kind: 'cookie' } });
  const browser = aBrowser(site);
  const body = { login: member.handle, password };
  await browser.call(signIn, { body });
  assert.ok(!browser.cookies.has(old), 'the old one is not written any more');
  dropNew(browser);
  assert.equal((await browser.call(me)).account, null);
  await browser.call(signIn, { body: { ...body, fallBack: true } });
  dropNew(browser);
  assert.equal((await browser.call(me)).account?.id, member.id);
});

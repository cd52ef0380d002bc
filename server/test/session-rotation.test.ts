/** A credential is replaced in two phases: the old one holds until the new one came back. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sessionTimes } from '#server/features/sessions/index.ts';
import { createFakeClock } from './fake-clock.ts';
import { aBrowser, aMember, type Browser } from './people.ts';
import { startApp } from './start-app.ts';

const { me, devices } = sessionsEndpoints;

async function setting(t: TestContext) {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  const member = await aMember(site);
  const old = member.cookies.get('slipmat') ?? '';
  clock.leap(sessionTimes.rotateAfter + 1_000);
  return { clock, site, member, old };
}

/** Asks with exactly this cookie; gives what it was told to keep. */
async function ask(
  browser: Browser,
  value: string,
): Promise<{ account: string | undefined; given: string | undefined }> {
  browser.cookies.clear();
  browser.cookies.set('slipmat', value);
  const { account } = await browser.call(me);
  const now = browser.cookies.get('slipmat');
  return { account: account?.id, given: now === value ? undefined : now };
}

test('a young credential is not replaced, nor is any where answers set no cookies', async (t) => {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  const member = await aMember(site);
  const old = member.cookies.get('slipmat') ?? '';
  assert.deepEqual(await ask(aBrowser(site), old), { account: member.id, given: undefined });
  clock.leap(sessionTimes.rotateAfter + 1_000);
  const answered = await member.fetch({ path: '/api/events' });
  assert.equal(answered.headers['set-cookie'], undefined);
  const page = await member.fetch({ path: '/some/page' });
  assert.match(String(page.headers['set-cookie']), /^slipmat=v1\./, 'a navigation sets it');
});

test('twenty requests at once get one and the same successor', async (t) => {
  const { site, member, old } = await setting(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(aBrowser(site), old)));
  const given = new Set(answers.map((answer) => answer.given));
  assert.equal(given.size, 1);
  assert.ok([...given][0] !== undefined);
  assert.ok(answers.every((answer) => answer.account === member.id));
});

test('a lost answer is made up for: the old one still holds, and gets the same successor again', async (t) => {
  const { site, member, old, clock } = await setting(t);
  const lost = await ask(aBrowser(site), old);
  clock.leap(sessionTimes.rotateAfter * 3);
  const again = await ask(aBrowser(site), old);
  assert.equal(again.account, member.id);
  assert.equal(again.given, lost.given);
});

test('once the new one is seen, the old one holds for a moment only', async (t) => {
  const { site, member, old, clock } = await setting(t);
  const { given = '' } = await ask(aBrowser(site), old);
  assert.equal((await ask(aBrowser(site), given)).account, member.id);
  assert.deepEqual(await ask(aBrowser(site), old), { account: member.id, given: undefined }, 'was under way');
  const { devices: list } = await member.elsewhere().then((other) => other.call(devices));
  assert.equal(list.length, 2, 'one session');
  clock.leap(sessionTimes.grace + 1_000);
  const both = { cookie: `slipmat=${old}; slipmat=${given}` };
  assert.equal(
    (await aBrowser(site).call(me, { headers: both })).account?.id,
    member.id,
    'a twin is harmless',
  );
  assert.equal((await ask(aBrowser(site), given)).account, member.id);
});

test('after that, the old one alone is a copy of a cookie: the session ends, and the log says so', async (t) => {
  const { site, member, old, clock } = await setting(t);
  const { given = '' } = await ask(aBrowser(site), old);
  assert.equal((await ask(aBrowser(site), given)).account, member.id);
  clock.leap(sessionTimes.grace + 1_000);
  assert.equal((await ask(aBrowser(site), old)).account, undefined);
  assert.equal((await ask(aBrowser(site), given)).account, undefined);
  assert.ok(site.log.some(({ msg }) => msg?.includes('a replaced cookie came back')));
});

test('both at once are one person, whichever comes first', async (t) => {
  const { site, member, old } = await setting(t);
  const { given = '' } = await ask(aBrowser(site), old);
  for (const cookie of [`slipmat=${old}; slipmat=${given}`, `slipmat=${given}; slipmat=${old}`]) {
    const { account } = await aBrowser(site).call(me, { headers: { cookie } });
    assert.equal(account?.id, member.id);
  }
});

test('a rotation does not make the session live longer', async (t) => {
  const { site, old, clock } = await setting(t);
  const { given = '' } = await ask(aBrowser(site), old);
  const answered = await aBrowser(site).fetch({ path: me.path, headers: { cookie: `slipmat=${given}` } });
  assert.equal(answered.status, 200);
  clock.leap(sessionTimes.idle - 1_000);
  let value = given;
  for (let passed = 0; passed < sessionTimes.absolute; passed += sessionTimes.idle / 2) {
    const asked = await ask(aBrowser(site), value);
    value = asked.given ?? value;
    clock.leap(sessionTimes.idle / 2);
  }
  assert.equal((await ask(aBrowser(site), value)).account, undefined);
});

test('sessions that ended long ago are forgotten, others are not', async (t) => {
  const { site, member, clock } = await setting(t);
  const other = await member.elsewhere();
  await other.call(sessionsEndpoints.signOut);
  const count = async (): Promise<number> =>
    (await site.deps.db.read.selectFrom('sessions').select('id').execute()).length;
  await site.app.advance();
  assert.equal(await count(), 2, 'why a cookie is dead is still known');
  for (let week = 0; week < 5; week += 1) {
    clock.leap(7 * 24 * 3_600_000);
    await member.call(me);
  }
  await site.app.advance();
  assert.equal(await count(), 1);
  assert.equal((await member.call(me)).account?.id, member.id);
});

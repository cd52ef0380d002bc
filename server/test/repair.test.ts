/** What a browser that is in a muddle is told, and how it gets out: two accounts, stale twins, too many cookies. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sessionHeader, sessionsEndpoints } from '@slipmat/contract/sessions';
import { arrivals } from './arrivals.ts';
import { aBrowser, aMember, password, problemIn } from './people.ts';
import { startApp } from './start-app.ts';

const {
  check,
  choose,
  clearCookies,
  conflict,
  devices,
  me,
  repair,
  report,
  signIn,
  signOut,
  signOutEverywhere,
} = sessionsEndpoints;

/** Set-Cookie lines of an answer, in order. */
function linesOf(headers: Record<string, unknown>): string[] {
  const lines = headers['set-cookie'];
  return Array.isArray(lines) ? lines.map(String) : lines === undefined ? [] : [String(lines)];
}

describe('two accounts in one browser', () => {
  test('are both shown; the one chosen stays, the other is signed out', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const ben = await aMember(site);
    const headers = {
      cookie: `slipmat=${ann.cookies.get('slipmat')}; slipmat=${ben.cookies.get('slipmat')}`,
    };
    const browser = aBrowser(site);
    const { accounts } = await browser.call(conflict, { headers });
    assert.deepEqual(new Set(accounts.map(({ person }) => person.handle)), new Set([ann.handle, ben.handle]));
    const bens = accounts.find(({ person }) => person.handle === ben.handle);
    await browser.refused(choose, 'not-found', { headers, body: { session: 'strange-hash' } });

    const answered = await browser.fetch({
      method: 'POST',
      path: choose.path,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ session: bens?.session }),
    });
    assert.equal(answered.status, 200, answered.body.toString());
    assert.equal(answered.headers[sessionHeader], bens?.session);
    const lines = linesOf(answered.headers);
    assert.ok(lines.length >= 2);
    assert.match(
      lines.at(-1) ?? '',
      new RegExp(`^slipmat=${ben.cookies.get('slipmat')};`),
      'the live one last',
    );
    assert.ok(lines.slice(0, -1).every((line) => line.startsWith('slipmat=; Max-Age=0')));
    await ann.refused(devices, 'session-revoked');
    assert.equal(
      (await aBrowser(site).call(me, { headers })).account?.handle,
      ben.handle,
      'a twin left is harmless',
    );
  });

  test('without a conflict there is one account, or none', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    assert.equal((await ann.call(conflict)).accounts.length, 1);
    assert.deepEqual(await aBrowser(site).call(conflict), { accounts: [] });
  });
});

describe('how cookies were read', () => {
  test('live, stale and unknown ones are told apart', async (t) => {
    const site = await startApp(t, { environment: { OLD_SITES: 'Old chat=https://old.example' } });
    const ann = await aMember(site);
    const gone = await ann.elsewhere();
    const stale = gone.cookies.get('slipmat');
    await gone.call(signOut);
    const cookie = `slipmat=junk; slipmat=${stale}; slipmat=${ann.cookies.get('slipmat')}`;
    const answer = await aBrowser(site).call(check, { headers: { cookie } });
    assert.equal(answer.handle, ann.handle);
    assert.deepEqual(
      new Set(answer.cookies.map(({ state }) => state)),
      new Set(['live', 'stale', 'unknown']),
    );
    assert.equal(answer.cookies.find(({ state }) => state === 'live')?.session, answer.session);
    assert.deepEqual(answer.services, [{ name: 'Old chat', url: 'https://old.example/slipmat/whoami' }]);
  });

  test('repair takes away what signs nobody in, and gives the live one again, last', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const live = ann.cookies.get('slipmat');
    const headers = { cookie: `slipmat=junk; slipmat=${live}`, 'content-type': 'application/json' };
    const answered = await aBrowser(site).fetch({ method: 'POST', path: repair.path, headers, body: '{}' });
    assert.equal(answered.status, 200, answered.body.toString());
    const lines = linesOf(answered.headers);
    assert.match(lines.at(-1) ?? '', new RegExp(`^slipmat=${live};`));
    assert.ok(lines.length > 1 && lines.slice(0, -1).every((line) => line.startsWith('slipmat=; Max-Age=0')));
    const nobody = { cookie: 'slipmat=junk', 'content-type': 'application/json' };
    const emptied = await aBrowser(site).fetch({
      method: 'POST',
      path: repair.path,
      headers: nobody,
      body: '{}',
    });
    assert.deepEqual(JSON.parse(emptied.body.toString()), { account: null, removed: ['slipmat'] });
  });
});

describe('more cookies than can be read', () => {
  const many = Array.from({ length: 40 }, (_, index) => `tracker${index}=${'x'.repeat(500)}`).join('; ');

  test('are a problem in words to APIs; the page, the report and the last resort still work', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const headers = { cookie: `${many}; slipmat=${ann.cookies.get('slipmat')}` };
    const browser = aBrowser(site);
    const refused = await browser.fetch({ path: me.path, headers });
    assert.equal(problemIn(refused).code, 'header-too-large');
    assert.equal(problemIn(refused).action, 'repair');
    assert.equal((await browser.fetch({ path: '/signed-in', headers })).status, 200);
    await browser.call(report, { headers, body: { finding: 'split' } });
    const cleared = await browser.fetch({ method: 'POST', path: clearCookies.path, headers });
    assert.equal(cleared.status, 200, cleared.body.toString());
    assert.equal(cleared.headers['clear-site-data'], '"cookies"');
  });

  test('clearing cookies that can be read signs out too', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const other = await ann.elsewhere();
    await ann.call(clearCookies);
    await ann.refused(devices, 'session-missing');
    await other.call(devices);
  });
});

describe('signing out everywhere', () => {
  test('ends every session, and those of sign-ins under way', async (t) => {
    const site = await startApp(t);
    const ann = await aMember(site);
    const other = await ann.elsewhere();
    const copy = aBrowser(site);
    copy.cookies.set('slipmat', ann.cookies.get('slipmat') ?? '');
    const late = aBrowser(site);
    const arrived = arrivals(signIn.path, 1);
    const signingIn = late.fetch({
      method: 'POST',
      path: signIn.path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: ann.handle, password }),
    });
    const signingOut = arrived.then(() => ann.call(signOutEverywhere));
    const [, answered] = await Promise.all([signingOut, signingIn]);
    await other.refused(devices, 'session-revoked');
    await copy.refused(devices, 'session-revoked');
    // Either the sign-in was over before, and its session ended too, or it was refused.
    if (answered.status === 200) await late.refused(devices, 'session-revoked');
    else assert.equal(problemIn(answered).code, 'session-revoked');
    await late.call(signIn, { body: { login: ann.handle, password } });
    await late.call(devices);
  });
});

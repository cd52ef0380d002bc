/** Cases 9 to 12: other people's code in the same browser. */
import assert from 'node:assert/strict';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { password } from '../people.ts';
import { anyOrder, type CaseRun, expiresNothing, readsOnlyThe } from './case-run.ts';
import { plant, settled } from './case-twins.ts';
import { orders } from './jar.ts';
import { sessionOf } from './model-browser.ts';
import type { Outgoing } from './network.ts';
import { hostCookie, isSignedIn, oldOrigin, origin, sharedCookie, valuesOf } from './stage.ts';

const atOld = 'Domain=slipmat.test; Path=/; Secure; HttpOnly; SameSite=Lax';

/** What the old Django site does with the cookie of that name. */
function oldSite(name: string): (outgoing: Outgoing) => readonly string[] {
  return ({ url }) => {
    if (url.pathname === '/sign-in') return [`${name}=fresh; Max-Age=1209600; ${atOld}`];
    if (url.pathname === '/sign-out') return [`${name}=""; Max-Age=0; ${atOld}`];
    return [];
  };
}

const oldCookies: CaseRun = {
  number: 9,
  orders: anyOrder,
  options: () => ({ oldSiteCookies: oldSite('sessionid') }),
  async run(stage) {
    const ann = await settled(stage);
    const session = await isSignedIn(ann);
    for (const path of ['/sign-in', '/who', '/sign-out', '/sign-in', '/sign-out']) {
      assert.equal((await ann.browser.follow(`${oldOrigin}${path}`)).status, 200, path);
      await ann.browser.visit(`${origin}/`);
      assert.deepEqual(valuesOf(ann.browser, sharedCookie), [ann.live], `${path}: our cookie stays as it is`);
      assert.equal(await isSignedIn(ann), session, `${path}: the session stays as it is`);
    }
  },
  off: [
    {
      what: 'the old site’s cookie has the name of ours',
      says: /our cookie stays/,
      options: () => ({ oldSiteCookies: oldSite(sharedCookie) }),
    },
  ],
};

const oldScript: CaseRun = {
  number: 10,
  orders,
  async run(stage) {
    const ann = await settled(stage);
    const { browser } = ann;
    const session = await isSignedIn(ann);
    assert.deepEqual(
      browser.script(`${sharedCookie}=x; Domain=.slipmat.test; Path=/; Secure`),
      { kept: false, why: 'shadowed-http-only' },
      'browsers do not let a script replace it',
    );
    for (const line of [
      'sessionid=planted; Domain=.slipmat.test; Path=/',
      `${hostCookie}=planted; Path=/; Secure`,
      `${sharedCookie}=planted; Path=/; Secure`,
      `${sharedCookie}=planted; Domain=.slipmat.test; Path=/api; Secure`,
    ]) {
      assert.deepEqual(browser.script(line), { kept: true }, line);
    }
    const { cookies } = await browser.call(sessionsEndpoints.check);
    const unknown = cookies.filter(({ state }) => state === 'unknown').map(({ name }) => name);
    assert.ok(unknown.includes(hostCookie) && unknown.includes(sharedCookie), 'it is told of');
    assert.equal(await isSignedIn(ann), session, 'what was planted signs nobody in or out');
    await browser.visit(`${origin}/`);
    assert.deepEqual(valuesOf(browser, hostCookie), [], 'what was planted under a name of ours is gone');
    assert.deepEqual(valuesOf(browser, sharedCookie), [ann.live], 'its twins too');
    assert.equal(await isSignedIn(ann), session);
  },
  off: [
    {
      what: 'nothing is taken away',
      says: /under a name of ours is gone/,
      options: () => ({ hop: expiresNothing() }),
    },
  ],
};

const tossed: CaseRun = {
  number: 11,
  orders,
  async run(stage) {
    const ann = await stage.member();
    const mallory = await settled(stage);
    for (let visit = 0; visit < 3; visit += 1) await ann.browser.visit(`${origin}/`);
    const situation = { url: new URL(oldOrigin), isSameSite: true, isTopLevelNavigation: true };
    const line = `${sharedCookie}=${mallory.live}; Domain=slipmat.test; Path=/api; Secure; HttpOnly`;
    assert.deepEqual(ann.browser.jar.set(line, situation), { kept: true }, 'a sibling host may do that');
    for (const path of ['/api/auth/me', '/api/events', '/api/auth/devices']) {
      const answered = await ann.browser.fetch(path);
      assert.equal(sessionOf(answered), 'conflict', `${path}: a conflict, and never somebody else`);
    }
    const { accounts } = await ann.browser.call(sessionsEndpoints.conflict);
    const own = accounts.find(({ person }) => person.id === ann.id);
    assert.ok(own);
    await ann.browser.call(sessionsEndpoints.choose, { body: { session: own.session } });
    await isSignedIn(ann);

    const victim = await stage.newcomer();
    const eve = await stage.member();
    await eve.browser.visit(`${origin}/`);
    const [live = ''] = valuesOf(eve.browser, sharedCookie);
    plant(victim, [`${sharedCookie}=${live}; ${atOld}; Max-Age=99`]);
    await victim.call(sessionsEndpoints.signIn, { body: { login: ann.handle, password } });
    await isSignedIn({ ...ann, browser: victim });
    assert.ok(!valuesOf(victim, sharedCookie).includes(live), 'signing in gives new ids');
    await eve.browser.refused(sessionsEndpoints.devices, 'session-revoked');
  },
  off: [
    {
      what: 'the first cookie is read',
      says: /never somebody else/,
      options: () => ({ hop: readsOnlyThe('first') }),
    },
  ],
};

const confusing: CaseRun = {
  number: 12,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member();
    const [value = ''] = valuesOf(ann.browser, hostCookie);
    const session = await isSignedIn(ann);
    const copies = Array.from({ length: 200 }, (_, index) => `${hostCookie}=${index}`);
    const stranger = await stage.newcomer();
    const ask = (cookie: string) => stranger.fetch('/api/auth/me', { headers: { cookie } });
    for (const name of [
      `\u00a0${hostCookie}`,
      '__HOST-SLIPMAT',
      `$Version=1; $${hostCookie}`,
      '__proto__',
      '',
    ]) {
      assert.equal(sessionOf(await ask(`${name}=${value}`)), 'none', JSON.stringify(name));
    }
    for (const place of [0, 100, 200]) {
      const header = copies.toSpliced(place, 0, `${hostCookie}=${value}`).join('; ');
      assert.equal(sessionOf(await ask(header)), session, `200 copies do not hide the right one at ${place}`);
    }
    const tooMuch = `junk=${'x'.repeat(17 * 1024)}; ${hostCookie}=${value}`;
    const refused = await ask(tooMuch);
    assert.equal(refused.status, 431);
    assert.match(refused.body.toString(), /"action":"repair"/);
    assert.equal(refused.headers['set-cookie'], undefined);
    const { path, method } = sessionsEndpoints.clearCookies;
    const cleared = await stranger.fetch(path, { method, headers: { cookie: tooMuch } });
    assert.equal(cleared.status, 200, `the way to repair it works: ${cleared.body.toString()}`);
    assert.equal(cleared.headers['clear-site-data'], '"cookies"');
    await isSignedIn(ann);
  },
  off: [
    {
      what: 'the first cookie is read',
      says: /200 copies/,
      options: () => ({ hop: readsOnlyThe('first') }),
    },
  ],
};

export const neighbourCases: readonly CaseRun[] = [oldCookies, oldScript, tossed, confusing];

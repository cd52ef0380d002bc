/** Cases 19, 20, 23 and 24 over HTTP: where requests come from, the gate, and caches. */
import assert from 'node:assert/strict';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { csrfHeader, sessionsEndpoints } from '@slipmat/contract/sessions';
import type { Answered } from '../exchange.ts';
import { password, problemIn } from '../people.ts';
import { browserKinds } from './browser-kinds.ts';
import { anyOrder, type CaseRun } from './case-run.ts';
import { settled } from './case-twins.ts';
import { sessionOf } from './model-browser.ts';
import type { Hop, RequestHeaders } from './network.ts';
import { isSignedIn, oldOrigin, origin, type Stage } from './stage.ts';

const { signIn, signOut, me } = sessionsEndpoints;

function without(headers: RequestHeaders, names: readonly string[]): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/** A proxy that makes every request look as if our own page had made it. */
function vouchesForAll(): Hop {
  return {
    request: (headers) => ({ ...without(headers, ['origin']), 'sec-fetch-site': 'same-origin' }),
  };
}

const json = { 'content-type': 'application/json' };

/** Socket handshakes of a page, as browsers send them. @returns how it went. */
async function handshake(stage: Stage, from: string, cookie: string): Promise<'opened' | 'refused'> {
  const browser = await stage.newcomer(browserKinds.chrome);
  browser.page = new URL(from);
  browser.jar.set(`${cookie}; Path=/; Secure; HttpOnly`, {
    url: new URL(origin),
    isSameSite: true,
    isTopLevelNavigation: true,
  });
  try {
    const socket = await browser.socket('slipmat.test');
    socket.webSocket.terminate();
    return 'opened';
  } catch (error) {
    assert.match(String(error), /403/);
    return 'refused';
  }
}

const whereFrom: CaseRun = {
  number: 19,
  orders: anyOrder,
  options: () => ({ environment: { TRUSTED_ORIGINS: 'https://app.slipmat.test' } }),
  async run(stage) {
    const ann = await stage.member();
    const cookie = ann.browser.cookieHeader(`${origin}/`);
    const body = JSON.stringify({ displayName: 'Changed' });
    const table: readonly (readonly [RequestHeaders, number])[] = [
      [{ origin }, 200],
      [{ origin: 'https://app.slipmat.test', 'sec-fetch-site': 'same-site' }, 200],
      [{ 'sec-fetch-site': 'same-origin' }, 200],
      [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, 200],
      [{ origin: oldOrigin, 'sec-fetch-site': 'same-site' }, 403],
      [{ origin: oldOrigin }, 403],
      [{ origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, 403],
      [{ origin: 'https://evil.test', authorization: 'Bearer junk' }, 403],
      [{ origin: 'null' }, 403],
      [{ 'sec-fetch-site': 'none' }, 403],
      [{ 'sec-fetch-site': 'invented' }, 403],
      [{}, 403],
      [{ authorization: 'Bearer junk' }, 403],
    ];
    const { path, method } = accountsEndpoints.update;
    for (const [facts, expected] of table) {
      const headers = { host: 'slipmat.test', cookie, ...json, ...facts };
      const hop = stage.options.hop?.request?.(headers) ?? headers;
      const answered = await stage.network.toServer(stage.site.app.port(), {
        path,
        method,
        headers: hop,
        body,
      });
      assert.equal(answered.status, expected, `${JSON.stringify(facts)}: ${answered.body.toString()}`);
    }
    const evil = await stage.newcomer(browserKinds.chrome);
    evil.page = new URL('https://evil.test/');
    const login = JSON.stringify({ login: ann.handle, password });
    const answered = await evil.fetch(`${origin}${signIn.path}`, {
      method: 'POST',
      body: login,
      headers: json,
    });
    assert.equal(problemIn(answered).code, 'csrf-origin-mismatch', 'a sign-in from another site');
    assert.equal(await handshake(stage, `${origin}/`, cookie), 'opened');
    assert.equal(await handshake(stage, `${oldOrigin}/`, cookie), 'refused', 'a socket of a sibling');
  },
  off: [
    {
      what: 'a proxy vouches for every request',
      says: /403/,
      options: () => ({ hop: vouchesForAll() }),
    },
  ],
};

const saysNothing: CaseRun = {
  number: 20,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member(browserKinds.privacy);
    const body = { displayName: 'Ann' };
    ann.browser.csrfToken = null;
    await ann.browser.refused(accountsEndpoints.update, 'csrf-origin-missing', { body });
    await ann.browser.whoAmI();
    const answered = await ann.browser.ask(accountsEndpoints.update, { body });
    assert.equal(answered.status, 200, 'the token of the session is the way through');
    ann.browser.csrfToken = 'x'.repeat(43);
    await ann.browser.refused(accountsEndpoints.update, 'csrf-origin-missing', { body });

    const ben = await stage.member(browserKinds.chrome);
    const { path, method } = accountsEndpoints.update;
    const options = { method, headers: { ...json, origin: 'null' }, body: JSON.stringify(body) };
    assert.equal((await ben.browser.fetch(path, options)).status, 200, 'Origin null of our own page');
    ben.browser.page = new URL('https://evil.test/');
    assert.equal((await ben.browser.fetch(`${origin}${path}`, options)).status, 403, 'and of another');
    await isSignedIn(ann);
  },
  off: [
    {
      what: 'a proxy drops the header with the token',
      says: /the way through/,
      options: () => ({ hop: { request: (headers) => without(headers, [csrfHeader]) } }),
    },
    {
      what: 'a proxy vouches for every request',
      says: /"displayName":"Ann"/,
      options: () => ({ hop: vouchesForAll() }),
    },
  ],
};

/** What a client may write to be taken for somebody. */
const spoofed: readonly RequestHeaders[] = [
  { 'slipmat-identity': 'admin' },
  { 'Slipmat-Identity': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.' },
  { slipmat_identity: 'admin', SLIPMAT_IDENTITY: 'admin' },
  { 'x-auth-user': 'admin', x_auth_user: 'admin', 'remote-user': 'admin' },
  { 'x-forwarded-uri': '/public', 'x-forwarded-prefix': '/admin', 'x-forwarded-host': 'evil.test' },
  { 'x-original-url': `${origin}/public`, 'x-original-method': 'GET' },
];

const gate: CaseRun = {
  number: 23,
  orders: anyOrder,
  async run(stage) {
    const ann = await settled(stage);
    const nobody = await stage.newcomer();
    const session = await isSignedIn(ann);
    for (const headers of spoofed) {
      const what = JSON.stringify(headers);
      const asNobody = await nobody.fetch(`${oldOrigin}/slipmat/whoami`, { headers });
      assert.doesNotMatch(asNobody.body.toString(), /admin|believed/, `${what} reaches nobody`);
      assert.match(asNobody.body.toString(), /"session":"none"/, what);
      const asAnn = await ann.browser.fetch(`${oldOrigin}/slipmat/whoami`, { headers });
      assert.match(
        asAnn.body.toString(),
        new RegExp(`"session":"${session}","handle":"${ann.handle}"`),
        what,
      );
    }
    const post = await ann.browser.fetch(`${oldOrigin}/say`, {
      method: 'POST',
      headers: { origin: 'https://evil.test' },
    });
    assert.equal(post.status, 403, 'the guard stands at the gate too');
    await stage.site.close();
    const closed = await ann.browser.fetch(`${oldOrigin}/slipmat/whoami`);
    assert.ok(
      [401, 403, 502].includes(closed.status),
      `closed when the gate does not answer: ${closed.status}`,
    );
    assert.doesNotMatch(closed.body.toString(), /session/);
  },
  off: [
    {
      what: 'the old service believes what clients write',
      says: /reaches nobody/,
      options: () => ({ oldSiteBelievesClients: true }),
    },
  ],
};

/** A cache between everybody and the site, as RFC 9111 allows one to be; a careless one stores everything. */
function sharedCache(isCareless: boolean): Hop {
  const stored = new Map<string, Answered>();
  return {
    instead: ({ method, url }) => (method === 'GET' ? stored.get(url.href) : undefined),
    answer(answered, { method, url }) {
      const control = String(answered.headers['cache-control'] ?? '');
      const mayStore = isCareless || !/no-store|private|no-cache|max-age=0/.test(control);
      if (method === 'GET' && answered.status === 200 && mayStore) stored.set(url.href, answered);
      return answered;
    },
  };
}

/** What pages read that says who somebody is. */
const personal = ['/api/auth/me', '/api/auth/check', '/api/auth/devices', '/api/events', '/api/setup'];

const cached: CaseRun = {
  number: 24,
  orders: anyOrder,
  options: () => ({ hop: sharedCache(false) }),
  async run(stage) {
    const ann = await stage.member();
    const session = await isSignedIn(ann);
    const pages = [await ann.browser.visit(`${origin}/`), await ann.browser.visit(`${origin}/settings`)];
    for (const path of personal) await ann.browser.fetch(path);
    await ann.browser.ask(signOut);
    const later = await stage.newcomer();
    for (const browser of [ann.browser, later]) {
      assert.equal((await browser.call(me)).account, null, 'no answer that names somebody was stored');
      for (const path of personal) {
        const answered = await browser.fetch(path);
        assert.notEqual(sessionOf(answered), session, path);
        assert.ok(!answered.body.toString().includes(ann.handle), path);
      }
    }
    const again = [await later.visit(`${origin}/`), await later.visit(`${origin}/settings`)];
    for (const [index, page] of again.entries()) {
      assert.equal(page.body.toString(), pages[index]?.body.toString(), 'the page is the same for everybody');
      assert.ok(!page.body.toString().includes(ann.handle));
    }
  },
  off: [
    {
      what: 'a cache stores what it may not',
      says: /another person, or not at all|was stored|deepEqual|strictly/i,
      options: () => ({ hop: sharedCache(true) }),
    },
  ],
};

export const originCases: readonly CaseRun[] = [whereFrom, saysNothing, gate, cached];

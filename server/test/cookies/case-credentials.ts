/** Cases 13 to 18: cookies that are renewed, lost, ended, and storage that does not answer. */
import assert from 'node:assert/strict';
import { closeCodes } from '@slipmat/contract/close-codes';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sessionTimes } from '#server/features/sessions/index.ts';
import { arrivals } from '../arrivals.ts';
import type { Answered } from '../exchange.ts';
import { password, problemIn } from '../people.ts';
import { startPostgres } from '../services/postgres.ts';
import { requireCommand } from '../services/require-command.ts';
import { anyOrder, type CaseRun, endsTheOldAtOnce, givesManySuccessors, isExpiry } from './case-run.ts';
import { plant } from './case-twins.ts';
import type { ModelBrowser } from './model-browser.ts';
import { answer, type Hop } from './network.ts';
import { hostCookie, isSignedIn, oldOrigin, origin, type Stage, sharedCookie, valuesOf } from './stage.ts';
import { relayTo } from './storage-relay.ts';

const second = 1_000;
const { signOut, signOutEverywhere, signIn, devices, me } = sessionsEndpoints;

/** Values of our cookies that an answer gives. */
function givenBy(answered: Answered): string[] {
  const lines = answered.headers['set-cookie'] ?? [];
  return lines.filter((line) => !isExpiry(line)).map((line) => /=([^;]*)/.exec(line)?.[1] ?? '');
}

const lostByTheBrowser: CaseRun = {
  number: 13,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member();
    const { browser } = ann;
    const before = await isSignedIn(ann);
    await stage.rollOut();
    await browser.visit(`${origin}/`);
    const [given = ''] = valuesOf(browser, sharedCookie);
    assert.equal(browser.jar.evict(sharedCookie), 1);
    assert.equal(await isSignedIn(ann), before, 'the old one serves while it lives');
    await browser.visit(`${origin}/`);
    assert.deepEqual(valuesOf(browser, sharedCookie), [given], 'the same one is given again');
    for (let visit = 0; visit < 3; visit += 1) await browser.visit(`${origin}/`);
    assert.equal(browser.jar.evict(sharedCookie), 1);
    await browser.refused(devices, 'session-missing');
    for (let visit = 0; visit < 3; visit += 1) {
      const answered = await browser.visit(`${origin}/`);
      assert.equal(answered.status, 200);
      assert.equal(browser.page?.href, `${origin}/`, 'is led nowhere else');
      assert.deepEqual(givenBy(answered), [], 'without a loop');
    }
    await browser.call(signIn, { body: { login: ann.handle, password } });
    await isSignedIn(ann);
  },
  off: [
    {
      what: 'the old cookie ends when the new one is given',
      says: /another person, or not at all/,
      options: () => ({ hop: endsTheOldAtOnce() }),
    },
  ],
};

/** Tells which of these values still sign somebody in, each alone in a browser that knows nothing else. */
async function stillAlive(stage: Stage, values: Iterable<string>): Promise<string[]> {
  const alive: string[] = [];
  for (const value of new Set(values)) {
    const browser = await stage.newcomer();
    plant(browser, [`${hostCookie}=${value}; Path=/; Secure; HttpOnly; Max-Age=99`]);
    if ((await browser.call(me)).account !== null) alive.push(value);
  }
  return alive;
}

/** A server that answers the page as if it had signed somebody out, and only takes the cookie away. */
function onlyForgets(path: string): Hop {
  return {
    instead({ url }) {
      const line = `${hostCookie}=; Max-Age=0; Path=/; Secure; HttpOnly`;
      return url.pathname === path ? answer(200, [line], {}) : undefined;
    },
  };
}

const signedOutWhileRenewing: CaseRun = {
  number: 14,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member();
    const { browser } = ann;
    stage.clock.leap(sessionTimes.rotateAfter + second);
    const given = valuesOf(browser, hostCookie);
    const tabs = await Promise.all([
      browser.visit(`${origin}/`),
      browser.visit(`${origin}/settings`),
      browser.ask(signOut),
      browser.visit(`${origin}/`),
      browser.fetch('/api/auth/me'),
    ]);
    for (const answered of tabs) given.push(...givenBy(answered));
    given.push(...valuesOf(browser, hostCookie));
    assert.ok(given.length > 1, 'a cookie was renewed meanwhile');
    assert.equal((await browser.call(me)).account, null, 'signed out');
    await browser.refused(devices, browser.jar.cookies.length === 0 ? 'session-missing' : 'session-revoked');
    assert.deepEqual(await stillAlive(stage, given), [], 'no cookie that was ever given signs in again');
  },
  off: [
    {
      what: 'signing out only takes the cookie away',
      says: /signed out|ever given/,
      options: () => ({ hop: onlyForgets(signOut.path) }),
    },
  ],
};

async function credentialsOf(stage: Stage, personId: string): Promise<number> {
  const rows = await stage.site.deps.db.read
    .selectFrom('credentials')
    .innerJoin('sessions', 'sessions.id', 'credentials.session_id')
    .select('credentials.id')
    .where('sessions.person_id', '=', personId)
    .execute();
  return rows.length;
}

const manyAtOnce: CaseRun = {
  number: 15,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member();
    const { browser } = ann;
    const before = await isSignedIn(ann);
    stage.clock.leap(sessionTimes.rotateAfter + second);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? browser.visit(`${origin}/`) : browser.fetch('/api/auth/devices'),
      ),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200], 'all succeed');
    assert.equal(new Set(answers.flatMap(givenBy)).size, 1, 'one and the same successor');
    assert.equal(await credentialsOf(stage, ann.id), 2);
    assert.equal(await isSignedIn(ann), before);
  },
  off: [
    {
      what: 'every request makes a successor of its own',
      says: /one and the same successor/,
      options: () => ({ hop: givesManySuccessors() }),
    },
  ],
};

const lostAnswer: CaseRun = {
  number: 16,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member();
    const { browser } = ann;
    const [old = ''] = valuesOf(browser, hostCookie);
    const before = await isSignedIn(ann);
    stage.clock.leap(sessionTimes.rotateAfter + second);
    const lost = givenBy(await browser.visitInVain(`${origin}/`));
    assert.equal(lost.length, 1);
    stage.clock.leap(sessionTimes.grace * 10);
    assert.equal(await isSignedIn(ann), before, 'the old one serves until the new one was seen');
    await browser.visit(`${origin}/`);
    assert.deepEqual(valuesOf(browser, hostCookie), lost, 'the same successor');
    assert.equal(await isSignedIn(ann), before);
    stage.clock.leap(sessionTimes.grace + second);
    assert.equal(await isSignedIn(ann), before);
    const thief = await stage.newcomer();
    plant(thief, [`${hostCookie}=${old}; Path=/; Secure; HttpOnly; Max-Age=99`]);
    assert.equal((await thief.call(me)).account, null, 'a replaced cookie signs nobody in');
    await browser.refused(devices, 'session-revoked');
    assert.ok(
      stage.site.log.some(({ msg }) => msg?.includes('replaced cookie') === true),
      'the log says so',
    );
    // Who has the account learns of it wherever they sign in next.
    const home = await stage.elsewhere(ann);
    const { items } = await home.browser.call(notificationsEndpoints.show);
    assert.deepEqual(
      items.map(({ notification }) => notification.title),
      ['One of your devices was signed out'],
    );
  },
  off: [
    {
      what: 'every request makes a successor of its own',
      says: /the old one serves|the same successor/,
      options: () => ({ hop: givesManySuccessors() }),
    },
  ],
};

const everywhere: CaseRun = {
  number: 17,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member();
    const others = [await stage.elsewhere(ann), await stage.elsewhere(ann)];
    const arriving = await Promise.all([stage.newcomer(), stage.newcomer(), stage.newcomer()]);
    const body = { login: ann.handle, password };
    const arrived = arrivals(signIn.path, arriving.length);
    const underWay = Promise.all(arriving.map((browser) => browser.ask(signIn, { body })));
    const signingOut = arrived.then(() => ann.browser.ask(signOutEverywhere));
    const [ended, answers] = await Promise.all([signingOut, underWay]);
    assert.equal(ended.status, 200);
    const browsers: readonly ModelBrowser[] = [
      ann.browser,
      ...others.map(({ browser }) => browser),
      ...arriving,
    ];
    const values = [
      ...answers.flatMap(givenBy),
      ...browsers.flatMap((browser) => valuesOf(browser, hostCookie)),
    ];
    assert.deepEqual(await stillAlive(stage, values), [], 'nothing that proves a session is left alive');
    for (const browser of browsers) assert.equal((await browser.call(me)).account, null);
    const fresh = await stage.elsewhere(ann);
    assert.equal(
      (await fresh.browser.call(devices)).devices.length,
      1,
      'no session is missing from the list',
    );
    await isSignedIn(fresh);
  },
  off: [
    {
      what: 'signing out everywhere only takes the cookie away',
      says: /left alive/,
      options: () => ({ hop: onlyForgets(signOutEverywhere.path) }),
    },
  ],
};

/** A server for which somebody it cannot look up is nobody. */
function failsOpen(): Hop {
  return {
    answer(answered) {
      if (answered.status !== 503) return answered;
      const line = `${hostCookie}=; Max-Age=0; Path=/; Secure; HttpOnly`;
      return answer(200, [line], { account: null, anonymous: 'unknown', csrfToken: null });
    },
  };
}

const storageSilent: CaseRun = {
  number: 18,
  orders: anyOrder,
  skip: requireCommand('postgres'),
  async options(owner) {
    const postgres = await startPostgres(owner);
    return { storage: await relayTo(await postgres.createDatabase(), owner) };
  },
  async run(stage) {
    const { storage } = stage.options;
    assert.ok(storage);
    const ann = await stage.member();
    const { browser } = ann;
    const before = await isSignedIn(ann);
    storage.cut();
    for (const path of ['/api/auth/me', '/api/auth/devices', '/api/auth/check', '/api/events']) {
      const answered = await browser.fetch(path);
      assert.equal(answered.status, 503, `${path}: nobody is taken for anonymous`);
      assert.equal(problemIn(answered).code, 'storage-unavailable', path);
      assert.deepEqual(answered.headers['set-cookie'] ?? [], [], `${path}: no cookie is taken away`);
    }
    const page = await browser.visit(`${origin}/`);
    assert.deepEqual(page.headers['set-cookie'] ?? [], [], 'nor by the page');
    const { code } = await (await browser.socket()).closed;
    assert.equal(code, closeCodes.storageUnavailable.code);
    const old = await browser.fetch(`${oldOrigin}/slipmat/whoami`);
    assert.ok(old.status === 401 || old.status === 403, 'the gate is closed');
    storage.mend();
    assert.equal(await isSignedIn(ann), before, 'and goes on when storage does');
  },
  off: [
    {
      what: 'who cannot be looked up is taken for nobody',
      says: /taken for anonymous/,
      options: () => ({ hop: failsOpen() }),
    },
  ],
};

export const credentialCases: readonly CaseRun[] = [
  lostByTheBrowser,
  signedOutWhileRenewing,
  manyAtOnce,
  lostAnswer,
  everywhere,
  storageSilent,
];

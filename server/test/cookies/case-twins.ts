/** Cases 1 to 4: several of our cookies at once. */
import assert from 'node:assert/strict';
import { closeCodes } from '@slipmat/contract/close-codes';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { pathOf, problemIn } from '../people.ts';
import { type CaseRun, endsTheOldAtOnce, expiresNothing, readsOnlyThe } from './case-run.ts';
import { orders } from './jar.ts';
import type { ModelBrowser } from './model-browser.ts';
import {
  hostCookie,
  isSignedIn,
  opinions,
  origin,
  type Somebody,
  type Stage,
  sharedCookie,
  valuesOf,
} from './stage.ts';

const hostOnly = 'Max-Age=86400; Path=/; Secure; HttpOnly; SameSite=Lax';
const shared = `Domain=slipmat.test; ${hostOnly}`;

/** Puts cookies into the jar in this order, as answers of the site's first page would have. */
export function plant(browser: ModelBrowser, lines: readonly string[]): void {
  const situation = { url: new URL(`${origin}/`), isSameSite: true, isTopLevelNavigation: true };
  for (const line of lines) assert.deepEqual(browser.jar.set(line, situation), { kept: true }, line);
}

/** Somebody with the shared cookie, seen and settled, and what their old cookie was. */
export function settled(stage: Stage): Promise<Somebody & { readonly old: string; readonly live: string }> {
  return stage.prepare(async () => {
    const somebody = await stage.member();
    const [old = ''] = valuesOf(somebody.browser, hostCookie);
    await stage.rollOut();
    for (let visit = 0; visit < 3; visit += 1) await somebody.browser.visit(`${origin}/`);
    const [live = ''] = valuesOf(somebody.browser, sharedCookie);
    assert.equal(somebody.browser.jar.cookies.length, 1, 'only the new cookie is left');
    return { ...somebody, old, live };
  });
}

async function forgetRow(stage: Stage, value: string): Promise<void> {
  const [, id = ''] = value.split('.');
  await stage.site.deps.db.write((trx) => trx.deleteFrom('credentials').where('id', '=', id).execute());
}

/** A dead cookie that was real once, beside a live one: signed correctly, and its row is gone. */
async function deadBeside(
  stage: Stage,
  lines: (old: string, live: string) => readonly string[],
): Promise<void> {
  const { id, handle, old, live } = await settled(stage);
  await forgetRow(stage, old);
  const browser = await stage.newcomer();
  plant(browser, lines(old, live));
  const somebody = { browser, id, handle };
  const session = await isSignedIn(somebody);
  assert.notEqual(session, 'none');
  await browser.visit(`${origin}/`);
  assert.equal(browser.jar.cookies.length, 1, 'the dead cookie is gone');
  assert.deepEqual(valuesOf(browser, sharedCookie), [live]);
  assert.equal(await isSignedIn(somebody), session, 'the same session before and after');
}

export const deadFirst: CaseRun = {
  number: 1,
  orders,
  async run(stage) {
    await deadBeside(stage, (old, live) => [
      `${hostCookie}=${old}; ${hostOnly}`,
      `${sharedCookie}=${live}; ${shared}`,
    ]);
  },
  off: [
    {
      what: 'the first cookie is read',
      says: /another person, or not at all/,
      options: () => ({ hop: readsOnlyThe('first') }),
    },
    {
      what: 'nothing is taken away',
      says: /the dead cookie is gone/,
      options: () => ({ hop: expiresNothing() }),
    },
  ],
};

/** Also under one name, as it was in the outage: a host-only twin that somebody planted. */
export const everyPlace: CaseRun = {
  number: 2,
  orders,
  async run(stage) {
    const { id, handle, live } = await settled(stage);
    const twin = `${sharedCookie}=v1.${'d'.repeat(22)}.${'d'.repeat(43)}; ${hostOnly}`;
    const real = `${sharedCookie}=${live}; ${shared}`;
    for (const lines of [
      [twin, real],
      [real, twin],
    ]) {
      const browser = await stage.newcomer();
      plant(browser, lines);
      await isSignedIn({ browser, id, handle });
      await browser.visit(`${origin}/`);
      assert.deepEqual(valuesOf(browser, sharedCookie), [live], 'the twin is gone, the live one is not');
      await isSignedIn({ browser, id, handle });
    }
  },
  off: (['first', 'last'] as const).map((pick) => ({
    what: `the ${pick} cookie is read`,
    says: /the twin is gone|another person, or not at all/,
    options: () => ({ hop: readsOnlyThe(pick) }),
  })),
};

export const twoOfOne: CaseRun = {
  number: 3,
  orders,
  async run(stage) {
    const ann = await stage.member();
    const { browser } = ann;
    await stage.rollOut();
    await browser.visit(`${origin}/`);
    assert.equal(valuesOf(browser, sharedCookie).length, 1, 'the new cookie is given');
    assert.equal(
      valuesOf(browser, hostCookie).length,
      1,
      'the old one is still there: the new one was not seen',
    );
    const { devices } = await browser.call(sessionsEndpoints.devices);
    assert.equal(devices.length, 1, 'both are one device');
    const session = await isSignedIn(ann);
    await browser.visit(`${origin}/`);
    assert.deepEqual(valuesOf(browser, hostCookie), [], 'seen: the old one goes');
    assert.equal(await isSignedIn(ann), session);
    assert.equal((await browser.call(sessionsEndpoints.devices)).devices.length, 1);
  },
  off: [
    {
      what: 'the old cookie ends when the new one is given',
      says: /the new one was not seen/,
      options: () => ({ hop: endsTheOldAtOnce() }),
    },
    {
      what: 'nothing is taken away',
      says: /seen: the old one goes/,
      options: () => ({ hop: expiresNothing() }),
    },
  ],
};

/** Every endpoint that does not help to end a conflict tells of it, with a reference. */
async function everyEndpointTells(browser: ModelBrowser): Promise<void> {
  for (const endpoint of Object.values(endpoints).flatMap((list) => Object.values<Endpoint>(list))) {
    if (endpoint.duringConflict === true || endpoint.withBrokenCookies === true) continue;
    const answered = await browser.fetch(pathOf(endpoint), { method: endpoint.method });
    assert.equal(answered.status, 409, `${endpoint.method} ${endpoint.path} ${answered.body.toString()}`);
    assert.equal(problemIn(answered).code, 'session-conflict', endpoint.path);
  }
}

export const twoOfTwo: CaseRun = {
  number: 4,
  orders,
  async run(stage) {
    const ann = await stage.member();
    const [old = ''] = valuesOf(ann.browser, hostCookie);
    const ben = await settled(stage);
    const browser = await stage.newcomer();
    plant(browser, [`${hostCookie}=${old}; ${hostOnly}`, `${sharedCookie}=${ben.live}; ${shared}`]);
    await everyEndpointTells(browser);
    const said = await opinions(browser);
    // Ann's cookie does not reach the old host.
    assert.ok(said.delete('old service'));
    assert.deepEqual([...new Set(said.values())], ['conflict'], JSON.stringify([...said]));
    const { code } = await (await browser.socket()).closed;
    assert.equal(code, closeCodes.sessionConflict.code);
    assert.equal((await browser.visit(`${origin}/conflict`)).status, 200, 'the page is shown');
    assert.equal(browser.jar.cookies.length, 2, 'nobody is chosen for them');
    const { accounts } = await browser.call(sessionsEndpoints.conflict);
    assert.deepEqual(new Set(accounts.map(({ person }) => person.id)), new Set([ann.id, ben.id]));
    const chosen = accounts.find(({ person }) => person.id === ann.id);
    assert.ok(chosen);
    const { account } = await browser.call(sessionsEndpoints.choose, { body: { session: chosen.session } });
    assert.equal(account.id, ann.id);
    await isSignedIn({ ...ann, browser });
    await browser.visit(`${origin}/`);
    await isSignedIn({ ...ann, browser });
    assert.equal((await browser.call(sessionsEndpoints.conflict)).accounts.length, 1, 'exactly one is left');
  },
  off: [
    {
      what: 'the first cookie is read',
      says: /409|conflict/,
      options: () => ({ hop: readsOnlyThe('first') }),
    },
  ],
};

export const twinCases: readonly CaseRun[] = [deadFirst, everyPlace, twoOfOne, twoOfTwo];

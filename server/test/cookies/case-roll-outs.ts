/** Cases 5 to 8: a cookie on its way to browsers. */
import assert from 'node:assert/strict';
import { type RollOut, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { browserKinds } from './browser-kinds.ts';
import { anyOrder, type CaseRun, endsTheOldAtOnce } from './case-run.ts';
import type { Hop } from './network.ts';
import {
  hostCookie,
  isSignedIn,
  origin,
  type Somebody,
  type Stage,
  sharedCookie,
  valuesOf,
} from './stage.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
/** Longer than what two visits must lie apart to count. */
const awhile = 6 * second;

const ignoresShared = { ignores: (name: string) => name === sharedCookie };
const params = { kind: 'cookie' } as const;

/** Staff look at the roll-out. */
async function look({ browser }: Somebody): Promise<RollOut> {
  const { rollOuts } = await browser.call(rollOutsEndpoints.show);
  const found = rollOuts.find(({ kind }) => kind === 'cookie');
  assert.ok(found, 'the roll-out is shown');
  return found;
}

/** The person comes, and comes again, each time a little later. */
async function comes(stage: Stage, { browser }: Somebody, times: number): Promise<void> {
  for (let visit = 0; visit < times; visit += 1) {
    await browser.visit(`${origin}/`);
    stage.clock.leap(awhile);
  }
}

const refusedOnce: CaseRun = {
  number: 5,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member(browserKinds.iosWebView, ignoresShared);
    const before = await isSignedIn(ann);
    const owner = await stage.rollOut();
    await comes(stage, ann, 3);
    assert.equal(await isSignedIn(ann), before, 'stays signed in with the old cookie');
    const { figures, segments } = await look(owner);
    assert.equal(figures.refused, 1, 'counted as refused');
    const segment = segments.find(({ refused }) => refused > 0);
    assert.deepEqual([segment?.system, segment?.webView], ['iPhone', true], 'in its segment');
    for (let week = 0; week < 6; week += 1) {
      stage.clock.leap(day);
      const answered = await ann.browser.visit(`${origin}/`);
      const given = String(answered.headers['set-cookie'] ?? '');
      assert.ok(!given.includes(sharedCookie), `day ${week}: the new cookie is not tried again`);
      assert.equal(await isSignedIn(ann), before, `day ${week}: stays signed in`);
    }
    assert.equal((await look(owner)).figures.refused, 1, 'counted once');
  },
  off: [
    {
      what: 'the old cookie ends when the new one is given',
      says: /another person, or not at all/,
      options: () => ({ hop: endsTheOldAtOnce() }),
    },
  ],
};

const stopsByItself: CaseRun = {
  number: 6,
  orders: anyOrder,
  async run(stage) {
    const refusing: Somebody[] = [];
    for (let index = 0; index < 5; index += 1) {
      refusing.push(await stage.member(browserKinds.iosWebView, ignoresShared));
    }
    const others = [await stage.member(browserKinds.chrome), await stage.member(browserKinds.firefox)];
    const everybody = [...refusing, ...others];
    const owner = await stage.rollOut();
    const before = await Promise.all(everybody.map(isSignedIn));
    for (const somebody of everybody) await comes(stage, somebody, 3);
    await stage.tick();
    const { state, reason, alertSince, percent } = await look(owner);
    assert.equal(state, 'stopped', 'stops by itself');
    assert.equal(percent, 0);
    assert.match(reason ?? '', /5 sessions in a row/, 'staff are shown why');
    assert.notEqual(alertSince, null, 'staff are alerted');
    for (const somebody of everybody) await comes(stage, somebody, 3);
    const after = await Promise.all(everybody.map(isSignedIn));
    assert.deepEqual(after, before, 'everybody stays signed in');
    for (const { browser } of others)
      assert.equal(valuesOf(browser, hostCookie).length, 1, 'with the old cookie');
  },
  off: [
    { what: 'nobody evaluates', says: /stops by itself/, options: () => ({ isTimeKept: false }) },
    {
      what: 'the old cookie ends when the new one is given',
      says: /stops by itself/,
      options: () => ({ hop: endsTheOldAtOnce() }),
    },
  ],
};

const frozenWithoutFigures: CaseRun = {
  number: 7,
  orders: anyOrder,
  async run(stage) {
    const ann = await stage.member();
    const owner = await stage.rollOut([50, 100], 2);
    for (let round = 0; round < 3; round += 1) {
      stage.clock.leap(4 * minute);
      await stage.tick();
    }
    const held = await look(owner);
    assert.equal(held.percent, 50, 'the percentage stays');
    assert.equal(held.verdict, 'no-data');
    assert.notEqual(held.alertSince, null, 'staff are alerted');
    assert.ok(
      held.history.some(({ act }) => act === 'held'),
      'it is in the history',
    );
    // As soon as browsers answer again it goes on: it was the silence that held it.
    await comes(stage, ann, 2);
    // Half of all are among those asked, by chance.
    for (let more = 0; more < 60 && (await look(owner)).figures.accepted === 0; more += 1)
      await comes(stage, await stage.member(), 2);
    await stage.tick();
    assert.equal((await look(owner)).percent, 100, 'goes on when figures come');
  },
  off: [{ what: 'nobody evaluates', says: /no-data/, options: () => ({ isTimeKept: false }) }],
};

/** A server that stops reading a cookie at the moment it is rolled back. */
function forgetsTheNewOne(): Hop {
  let isRolledBack = false;
  return {
    request(headers) {
      const { cookie, ...others } = headers;
      if (!isRolledBack || cookie === undefined) return headers;
      const kept = cookie.split('; ').filter((pair) => !pair.startsWith(`${sharedCookie}=`));
      return kept.length === 0 ? others : { ...others, cookie: kept.join('; ') };
    },
    instead({ url }) {
      isRolledBack ||= url.pathname.endsWith('/roll-back');
      return undefined;
    },
  };
}

/** A page that keeps asking until it is over, and a little longer. @returns the statuses it got. */
async function traffic({ browser }: Somebody, isOver: () => boolean): Promise<number[]> {
  const statuses: number[] = [];
  for (let after = 0; after < 10; after += isOver() ? 1 : 0) {
    for (const path of ['/api/auth/devices', '/api/auth/me'])
      statuses.push((await browser.fetch(path)).status);
    await browser.visit(`${origin}/`);
  }
  return statuses;
}

async function rollBackDuring(stage: Stage, isComplete: boolean): Promise<void> {
  const everybody = await Promise.all([stage.member(), stage.member(browserKinds.chrome), stage.member()]);
  const owner = await stage.rollOut();
  if (isComplete) await owner.browser.call(rollOutsEndpoints.advance, { params });
  for (const somebody of everybody) await comes(stage, somebody, 3);
  const before = await Promise.all(everybody.map(isSignedIn));
  for (const { browser } of everybody)
    assert.deepEqual(valuesOf(browser, hostCookie), [], 'only the new cookie');
  let isOver = false;
  const under = everybody.map((somebody) => traffic(somebody, () => isOver));
  await owner.browser.call(rollOutsEndpoints.rollBack, { params, body: { reason: 'a test' } });
  isOver = true;
  const statuses = (await Promise.all(under)).flat();
  assert.deepEqual([...new Set(statuses)], [200], 'no request is refused because of it');
  for (const somebody of everybody) await comes(stage, somebody, 3);
  assert.deepEqual(await Promise.all(everybody.map(isSignedIn)), before, 'the same sessions as before');
  for (const { browser } of everybody) {
    assert.equal(valuesOf(browser, hostCookie).length, 1, 'the old cookie is given again');
    assert.deepEqual(valuesOf(browser, sharedCookie), [], 'and the new one taken away');
  }
}

const rolledBack: CaseRun = {
  number: 8,
  orders: anyOrder,
  run: (stage) => rollBackDuring(stage, false),
  off: [
    {
      what: 'a cookie is not read any more once it is rolled back',
      says: /refused because of it/,
      options: () => ({ hop: forgetsTheNewOne() }),
    },
  ],
};

/** The same after the last step, when the old cookie is not written any more. */
const rolledBackWhenComplete: CaseRun = {
  ...rolledBack,
  run: (stage) => rollBackDuring(stage, true),
  off: [],
};

export const rollOutCases: readonly CaseRun[] = [
  refusedOnce,
  stopsByItself,
  frozenWithoutFigures,
  rolledBack,
  rolledBackWhenComplete,
];

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultHit } from './hit.ts';
import { createPolicyReports, heldFor } from './policy-reports.ts';

const hit: FaultHit = {
  kind: 'policy',
  reference: 'AbCdEfGh1234',
  code: 'page-broke',
  name: 'SecurityPolicyViolation',
  message: 'img-src blocked another site',
  frames: [],
  place: '/e',
  where: '',
  at: 1,
  times: 1,
  personId: undefined,
  browser: 'Firefox 140',
  release: '1',
  log: [],
};

function reports() {
  const timers: { readonly at: number; readonly act: () => void; isOff: boolean }[] = [];
  let now = 0;
  const taken: FaultHit[] = [];
  const after = (ms: number, act: () => void) => {
    const timer = { at: now + ms, act, isOff: false };
    timers.push(timer);
    return () => {
      timer.isOff = true;
    };
  };
  const clock = { now: () => now, after, every: () => assert.fail('nothing repeats') };
  return {
    ...createPolicyReports({ clock, take: (one) => taken.push(one) }),
    taken,
    pass(ms: number) {
      now += ms;
      for (const timer of timers) {
        if (timer.isOff || timer.at > now) continue;
        timer.isOff = true;
        timer.act();
      }
    },
  };
}

const teller = (index: number) => ({ address: `2001:db8::${index}`, userAgent: 'x' });
const count = (hits: readonly FaultHit[]): number => hits.reduce((sum, { times }) => sum + times, 0);

test('the same again while it is held is one, with its number', () => {
  const { hold, pass, taken } = reports();
  for (let index = 0; index < 3; index += 1) hold(hit, teller(1));
  pass(heldFor - 1);
  assert.deepEqual(taken, []);
  pass(1);
  assert.deepEqual(taken, [{ ...hit, times: 3 }]);
});

test('a page that told it before the browser did counts by itself, until it would have told again', () => {
  const { hold, toldByPage, pass, taken } = reports();
  toldByPage(hit, teller(1));
  hold(hit, teller(1));
  pass(heldFor);
  assert.deepEqual(taken, []);
  pass(11 * 60_000);
  hold(hit, teller(1));
  pass(heldFor);
  assert.equal(count(taken), 1);
});

test('a flood is held within bounds; what is too much is taken at once, and nothing is lost', () => {
  const { hold, toldByPage, pass, taken } = reports();
  const many = 2_500;
  for (let index = 0; index < many; index += 1) hold(hit, teller(index));
  assert.equal(count(taken), many - 2_000);
  pass(heldFor);
  assert.equal(count(taken), many);
  for (let index = 0; index < many; index += 1) toldByPage(hit, teller(index));
  hold(hit, teller(0));
  hold(hit, teller(many - 1));
  pass(heldFor);
  assert.equal(count(taken), many + 1, 'the pages remembered longest ago are forgotten');
});

test('two people behind one address are nobody in particular', () => {
  const { hold, pass, taken } = reports();
  for (const personId of ['ann', 'ben']) hold({ ...hit, personId }, teller(1));
  pass(heldFor);
  assert.deepEqual(taken, [{ ...hit, times: 2 }]);
});

test('what is held is taken before the process ends, once', () => {
  const { hold, close, pass, taken } = reports();
  hold(hit, teller(1));
  close();
  pass(heldFor);
  assert.equal(count(taken), 1);
});

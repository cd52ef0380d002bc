import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RollOutState } from '@slipmat/contract/roll-outs';
import { isUnderWay, type Move, type Plan, readyPlan, type Step, take } from './plan.ts';

const ready = readyPlan(1, 2, 0);
const start: Move = { type: 'start', from: 1, to: 2, steps: [10, 100], stepMinutes: 30 };

function after(plan: Plan, move: Move, now = 1_000): Step {
  const step = take(plan, move, now);
  assert.ok(step, `${move.type} in ${plan.state}`);
  return step;
}

const running = after(ready, start).plan;
const paused = after(running, { type: 'pause' }).plan;
const atTheEnd = after(running, { type: 'advance' }).plan;
const complete = after(atTheEnd, { type: 'advance' }).plan;
const stopped = after(running, { type: 'stop', reason: 'because' }).plan;
const rolledBack = after(running, { type: 'roll-back', reason: null }).plan;
const plans: readonly Plan[] = [ready, running, paused, complete, stopped, rolledBack];

const possible: Readonly<Record<Exclude<Move['type'], 'judge' | 'acknowledge'>, readonly RollOutState[]>> = {
  start: ['ready', 'stopped', 'rolled-back'],
  pause: ['running'],
  resume: ['paused'],
  advance: ['running'],
  promote: ['running'],
  'roll-back': ['running', 'paused', 'complete'],
  stop: ['running', 'paused'],
  hold: ['running'],
};
const moves: readonly Move[] = [
  start,
  { type: 'pause' },
  { type: 'resume' },
  { type: 'advance' },
  { type: 'promote' },
  { type: 'roll-back', reason: null },
  { type: 'stop', reason: 'x' },
  { type: 'hold', reason: 'x' },
];

test('each move is possible in its states, and in no other', () => {
  for (const move of moves) {
    const states = plans.filter((plan) => take(plan, move, 1) !== undefined).map(({ state }) => state);
    const expected = Object.entries(possible).find(([type]) => type === move.type)?.[1];
    assert.deepEqual(states, expected, move.type);
  }
});

test('a start begins at the first step of a new revision and writes the new policy', () => {
  const { plan, act, writings } = after(stopped, start, 5_000);
  assert.deepEqual(plan, {
    ...running,
    revision: 2,
    stepSince: 5_000,
  });
  assert.equal(plan.percent, 10);
  assert.equal(act, 'started');
  assert.deepEqual(writings, [{ version: 2, from: 5_000, until: null }]);
});

test('pausing keeps the share and the revision; going on begins the step anew', () => {
  assert.deepEqual(paused, { ...running, state: 'paused', verdict: 'idle' });
  assert.deepEqual(after(paused, { type: 'resume' }, 9_000).plan, { ...running, stepSince: 9_000 });
});

test('after the last step it is complete, and the old policy is no longer written', () => {
  assert.equal(atTheEnd.percent, 100);
  const { plan, act, writings } = after(atTheEnd, { type: 'promote' }, 7_000);
  assert.equal(plan.state, 'complete');
  assert.equal(act, 'completed');
  assert.deepEqual(writings, [{ version: 1, until: 7_000 }]);
});

test('taken back, the new policy is no longer written; nothing has the change', () => {
  for (const plan of [running, paused]) {
    const { plan: undone, writings } = after(plan, { type: 'stop', reason: 'because' }, 8_000);
    assert.deepEqual(
      [undone.state, undone.percent, undone.reason, undone.alertSince, isUnderWay(undone)],
      ['stopped', 0, 'because', 8_000, false],
    );
    assert.deepEqual(writings, [{ version: 2, until: 8_000 }]);
  }
  assert.equal(rolledBack.alertSince, null, 'whoever did it knows');
});

test('taken back when it was complete, the old policy is written again', () => {
  assert.deepEqual(after(complete, { type: 'roll-back', reason: null }, 8_000).writings, [
    { version: 2, until: 8_000 },
    { version: 1, until: null },
  ]);
});

test('a hold raises an alert until it is acknowledged', () => {
  const held = after(running, { type: 'hold', reason: 'silence' }, 6_000).plan;
  assert.deepEqual([held.state, held.verdict, held.alertSince], ['running', 'no-data', 6_000]);
  const seen = after(held, { type: 'acknowledge' }).plan;
  assert.deepEqual(seen, { ...held, alertSince: null });
});

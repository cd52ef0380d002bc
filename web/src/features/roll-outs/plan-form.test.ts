import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSteps, StartRollOut } from '@slipmat/contract/roll-outs';
import { safeParse } from 'zod/mini';
import { bodyOf, mistakesOf, stepsAsTyped } from './plan-form.ts';

test('steps are typed in any of the usual ways', () => {
  const steps = [1, 5, 25, 100];
  for (const typed of ['1, 5, 25, 100', '1 5 25 100', '1 %, 5 %, 25 %, 100 %', ' 1;5;25;100, '])
    assert.deepEqual(bodyOf({ steps: typed, minutes: ' 60 ' }), { steps, stepMinutes: 60 }, typed);
  assert.deepEqual(bodyOf({ steps: stepsAsTyped(defaultSteps), minutes: '1' }).steps, [...defaultSteps]);
});

test('the form finds wrong exactly what the contract refuses', () => {
  const plans = [
    ['1, 5, 25, 100', '60', true],
    ['100', '1', true],
    ['', '60', false],
    ['5, 1, 100', '60', false],
    ['1, 1, 100', '60', false],
    ['1, 50', '60', false],
    ['0, 100', '60', false],
    ['1, 101', '60', false],
    ['a, 100', '60', false],
    ['1.5, 100', '60', false],
    ['1,2,3,4,5,6,7,8,9,10,100', '60', false],
    ['100', '0', false],
    ['100', '10080', true],
    ['100', '10081', false],
    ['100', 'soon', false],
    ['100', '', false],
  ] as const;
  for (const [steps, minutes, isRight] of plans) {
    const plan = { steps, minutes };
    assert.equal(safeParse(StartRollOut, bodyOf(plan)).success, isRight, `contract: ${steps} / ${minutes}`);
    assert.equal(Object.keys(mistakesOf(plan)).length === 0, isRight, `form: ${steps} / ${minutes}`);
  }
});

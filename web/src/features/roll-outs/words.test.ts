import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingCount, RollOut } from '@slipmat/contract/roll-outs';
import {
  alertWords,
  entryWords,
  findingWords,
  nextStep,
  rateWords,
  sortedFindings,
  standingWords,
} from './words.ts';

const running: RollOut = {
  kind: 'cookie',
  from: '__Host-slipmat',
  to: '__Secure-slipmat-2',
  state: 'running',
  percent: 5,
  steps: [1, 5, 25, 100],
  stepMinutes: 60,
  revision: 1,
  stepSince: 1,
  verdict: 'too-soon',
  reason: null,
  alertSince: null,
  figures: { issued: 0, accepted: 0, refused: 0 },
  refusalBound: 0,
  segments: [],
  history: [],
};

test('the step after this one', () => {
  assert.equal(nextStep(running), 25);
  assert.equal(nextStep({ ...running, percent: 100 }), undefined);
});

test('how it stands, for every state and every verdict', () => {
  assert.match(standingWords(running), /^5 % of sessions\. .*25 % of sessions follow/);
  assert.match(standingWords({ ...running, verdict: 'promote', percent: 100 }), /it is complete/);
  assert.match(standingWords({ ...running, verdict: 'no-data' }), /stays at 5 %/);
  const states = ['ready', 'paused', 'stopped', 'rolled-back', 'complete'] as const;
  const said = states.map((state) => standingWords({ ...running, state }));
  assert.equal(new Set(said).size, states.length);
});

test('the line for staff says what happened and why', () => {
  assert.equal(
    alertWords({
      ...running,
      state: 'stopped',
      reason: '5 sessions in a row refused it in Safari 26 on iPhone.',
    }),
    'The roll-out of the new cookie stopped by itself and was taken back. 5 sessions in a row refused it in Safari 26 on iPhone.',
  );
  assert.match(alertWords({ ...running, kind: 'csrf' }), /other sites waits, because no answers come\.$/);
});

test('a line of the history', () => {
  assert.equal(entryWords({ act: 'promoted', percent: 25 }), 'Next step, 25 %');
  assert.equal(entryWords({ act: 'rolled-back', percent: 0 }), 'Rolled back');
});

test('a rate that is not nothing is never called nothing', () => {
  assert.deepEqual([0, 0.0001, 0.004, 0.0999, 0.25, 1].map(rateWords), [
    '0 %',
    '< 0.1 %',
    '0.4 %',
    '10.0 %',
    '25 %',
    '100 %',
  ]);
});

test('what is wrong comes before what is well, and unknown findings keep their name', () => {
  const found = (finding: string, count: number): FindingCount => ({
    family: 'Chrome',
    version: '156',
    system: 'Linux',
    webView: false,
    finding,
    count,
  });
  const order = sortedFindings([found('agreed', 900), found('split', 1), found('not-kept', 7)]);
  assert.deepEqual(
    order.map(({ finding }) => finding),
    ['not-kept', 'split', 'agreed'],
  );
  assert.equal(findingWords('not-kept'), 'The browser did not keep the sign-in');
  assert.equal(findingWords('brand-new'), 'brand-new');
});

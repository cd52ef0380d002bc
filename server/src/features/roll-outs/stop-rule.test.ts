import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answers, judge, refusalBound, type Standing, wilsonLowerBound } from './stop-rule.ts';

const minute = 60_000;
const begun = 1_000 * minute;
const segment = { family: 'Safari', version: '15', system: 'iPhone', webView: false };
const standing: Standing = { isPaused: false, percent: 5, stepMinutes: 60, stepSince: begun };

function answers(accepted: number, refused: number, lastAnswerAt?: number, refusedInRow = 0): Answers {
  return {
    accepted,
    refused,
    lastAnswerAt,
    worst: refusedInRow === 0 ? undefined : { segment, refusedInRow },
  };
}

/** Worked out with the formula of Wilson (1927) in another program, to six places. */
const bounds: readonly (readonly [number, number, number])[] = [
  [0, 100, 0],
  [3, 3, 0.356706],
  [3, 100, 0.008565],
  [10, 1_000, 0.004876],
  [20, 1_000, 0.011993],
  [100, 100, 0.948674],
];
for (const [hits, of, expected] of bounds) {
  test(`the lower bound of ${hits} in ${of}`, () => {
    assert.ok(Math.abs(wilsonLowerBound(hits, of) - expected) < 1e-6, String(wilsonLowerBound(hits, of)));
  });
}

test('nothing is known without data', () => {
  assert.equal(refusalBound(answers(0, 0)), 0);
});

test('five refusals in a row in one kind of browser stop it, also among thousands that accepted', () => {
  const now = begun + minute;
  assert.equal(judge(answers(10_000, 4, now, 4), standing, now).verdict, 'too-soon');
  assert.deepEqual(judge(answers(10_000, 5, now, 5), standing, now), {
    verdict: 'stop',
    reason: '5 sessions in a row refused it in Safari 15 on iPhone.',
  });
});

test('a rate that is certainly too high stops it, from three refusals on', () => {
  const now = begun + minute;
  assert.equal(judge(answers(0, 2, now, 2), standing, now).verdict, 'too-soon');
  assert.equal(judge(answers(990, 10, now, 1), standing, now).verdict, 'too-soon', '1 %, but by chance');
  const { verdict, reason } = judge(answers(97, 3, now, 1), standing, now);
  assert.equal(verdict, 'stop');
  assert.equal(reason, '3 of 100 sessions refused it: with 99 % certainty more than 0.9 % of all would.');
});

test('it goes on when the step is over and sessions answer', () => {
  const over = begun + 60 * minute;
  assert.equal(judge(answers(50, 0, over - minute), standing, over - 1).verdict, 'too-soon');
  assert.deepEqual(judge(answers(50, 0, over - minute), standing, over), {
    verdict: 'promote',
    reason: null,
  });
});

test('without an answer for ten minutes in this step it holds, however long the step lasts', () => {
  const silent = judge(answers(0, 0), standing, begun + 10 * minute);
  assert.deepEqual(silent, {
    verdict: 'no-data',
    reason: 'No session has answered for 10 minutes, so it stays at 5 %.',
  });
  assert.equal(judge(answers(0, 0), standing, begun + 10 * minute - 1).verdict, 'too-soon');
  const stale = answers(500, 0, begun + 40 * minute);
  assert.equal(judge(stale, standing, begun + 60 * minute).verdict, 'no-data', 'they fell silent');
  const before = answers(500, 0, begun - minute);
  assert.equal(judge(before, standing, begun + 9 * minute).verdict, 'too-soon');
  assert.equal(judge(before, standing, begun + 10 * minute).verdict, 'no-data', 'answers of an earlier step');
});

test('a step shorter than ten minutes is not passed without an answer', () => {
  const short = { ...standing, stepMinutes: 1 };
  assert.equal(judge(answers(0, 0), short, begun + 5 * minute).verdict, 'too-soon');
  assert.equal(judge(answers(1, 0, begun + minute), short, begun + 5 * minute).verdict, 'promote');
});

test('a paused one rests, and is stopped all the same', () => {
  const paused = { ...standing, isPaused: true };
  assert.equal(judge(answers(0, 0), paused, begun + 60 * minute).verdict, 'idle');
  assert.equal(judge(answers(100, 5, begun, 5), paused, begun + 60 * minute).verdict, 'stop');
});

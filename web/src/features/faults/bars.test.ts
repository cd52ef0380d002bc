import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, everyHour, hourMs } from './bars.ts';

const now = 1_800_000_000_000;
const hour = Math.floor(now / hourMs) * hourMs;

test('every hour has a count, the last one being now', () => {
  const known = [
    { at: hour, count: 3 },
    { at: hour - 2 * hourMs, count: 1 },
    { at: hour - 900 * hourMs, count: 9 },
  ];
  assert.deepEqual(everyHour(known, 4, now), [0, 1, 0, 3]);
  assert.deepEqual(everyHour([], 2, now), [0, 0]);
});

test('bars reach from the foot to at most the top, and one is seen however small', () => {
  assert.deepEqual(barsOf([0, 1000, 1], 30, 10), [
    { x: 10, y: 0, width: 9, height: 10 },
    { x: 20, y: 8, width: 9, height: 2 },
  ]);
  assert.deepEqual(barsOf([], 30, 10), []);
});

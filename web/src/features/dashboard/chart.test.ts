import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addSample, chartLimits, plot, roundAbove, type Sample } from './chart.ts';

test('only changes are samples, and quick changes are one', () => {
  let series: readonly Sample[] = addSample([], 0, 3);
  series = addSample(series, 5_000, 3);
  assert.deepEqual(series, [{ at: 0, value: 3 }]);
  series = addSample(series, 10_000, 4);
  series = addSample(series, 10_500, 6);
  assert.deepEqual(series, [
    { at: 0, value: 3 },
    { at: 10_000, value: 6 },
  ]);
});

test('the series is bounded by the window and keeps the value that enters it', () => {
  let series: readonly Sample[] = [];
  const hours = 3 * 60 * 60;
  for (let second = 0; second < hours; second += 1) series = addSample(series, second * 1000, second % 7);
  assert.ok(series.length <= chartLimits.windowMs / chartLimits.mergeMs + 2);
  const from = (hours - 1) * 1000 - chartLimits.windowMs;
  assert.ok((series[0]?.at ?? Number.POSITIVE_INFINITY) <= from);
  assert.ok((series[1]?.at ?? 0) > from);
});

test('the line runs in steps from the left edge to the right one, highest at the top', () => {
  const frame = { width: 100, height: 40, from: 0, to: 1_000 };
  const { line, area, top, peak } = plot(
    [
      { at: -500, value: 0 },
      { at: 500, value: 2 },
    ],
    frame,
  );
  assert.equal(top, 4);
  assert.equal(peak, 2);
  assert.equal(line, 'M0 40H50V20H100');
  assert.equal(area, 'M0 40H50V20H100V40H0Z');
});

test('no samples draw nothing, an empty span divides by nothing', () => {
  assert.deepEqual(plot([], { width: 1, height: 1, from: 0, to: 0 }), {
    line: '',
    area: '',
    top: 4,
    peak: 0,
  });
  assert.doesNotMatch(
    plot([{ at: 0, value: 9 }], { width: 10, height: 10, from: 5, to: 5 }).line,
    /NaN|Infinity/,
  );
});

test('the upper edge is a round number above the peak', () => {
  assert.deepEqual(
    [0, 3, 4, 9, 10, 19, 20, 39, 42, 399, 12_345].map(roundAbove),
    [4, 4, 6, 10, 20, 20, 30, 40, 60, 400, 20_000],
  );
});

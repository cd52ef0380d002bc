import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SegmentFigures } from '@slipmat/contract/roll-outs';
import { barOf, firstSorting, leastWidth, pressed, rowOf, sorted } from './segments.ts';

const firefox: SegmentFigures = {
  family: 'Firefox',
  version: '153',
  system: 'Linux',
  webView: false,
  issued: 100,
  accepted: 90,
  refused: 1,
  refusedInRow: 0,
};
const chrome: SegmentFigures = { ...firefox, family: 'Chrome', issued: 500, accepted: 480, refused: 0 };
const inApp: SegmentFigures = {
  ...firefox,
  family: 'Instagram',
  version: '',
  system: 'iPhone',
  webView: true,
  issued: 6,
  accepted: 0,
  refused: 5,
  refusedInRow: 5,
};
const older: SegmentFigures = { ...firefox, version: '99', issued: 10, accepted: 9, refused: 1 };

test('a row names the kind of browser, and counts those that never came back', () => {
  assert.deepEqual(rowOf(inApp), {
    key: 'Instagram iPhone, in an app',
    browser: 'Instagram',
    system: 'iPhone, in an app',
    issued: 6,
    accepted: 0,
    refused: 5,
    pending: 1,
    rate: 1,
    refusedInRow: 5,
  });
  assert.equal(rowOf(firefox).browser, 'Firefox 153');
  assert.equal(rowOf(firefox).pending, 9);
  assert.equal(rowOf({ ...firefox, accepted: 0, refused: 0 }).rate, 0);
  assert.equal(rowOf({ ...firefox, issued: 1, accepted: 2 }).pending, 0);
});

test('refusals come first, and equal ones by their rate', () => {
  const rows = [firefox, chrome, inApp, older].map(rowOf);
  const names = (by: Parameters<typeof sorted>[1]) => sorted(rows, by).map(({ browser }) => browser);
  assert.deepEqual(names(firstSorting), ['Instagram', 'Firefox 99', 'Firefox 153', 'Chrome 153']);
  assert.deepEqual(names({ by: 'issued', descending: true }), [
    'Chrome 153',
    'Firefox 153',
    'Firefox 99',
    'Instagram',
  ]);
  assert.deepEqual(names({ by: 'browser', descending: false }), [
    'Chrome 153',
    'Firefox 99',
    'Firefox 153',
    'Instagram',
  ]);
});

test('pressing a column sorts by it, pressing it again turns it round', () => {
  assert.deepEqual(pressed(firstSorting, 'refused'), { by: 'refused', descending: false });
  assert.deepEqual(pressed(firstSorting, 'issued'), { by: 'issued', descending: true });
  assert.deepEqual(pressed(firstSorting, 'browser'), { by: 'browser', descending: false });
});

test('a bar is full, and one refusal among thousands is seen in it', () => {
  const parts = barOf({ issued: 10_000, accepted: 9_998, refused: 1 });
  assert.deepEqual(
    parts.map(({ of }) => of),
    ['accepted', 'refused', 'pending'],
  );
  assert.equal(parts[1]?.width, leastWidth);
  const widths = parts.reduce((sum, { width }) => sum + width, 0);
  assert.ok(Math.abs(widths - 100) < 0.01, String(widths));
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1];
    assert.ok(Math.abs(part.x - (before === undefined ? 0 : before.x + before.width)) < 0.02);
  }
});

test('what is not there has no part', () => {
  assert.deepEqual(barOf({ issued: 0, accepted: 0, refused: 0 }), []);
  assert.deepEqual(barOf({ issued: 4, accepted: 4, refused: 0 }), [{ of: 'accepted', x: 0, width: 100 }]);
  assert.deepEqual(barOf({ issued: 4, accepted: 1, refused: 0 }), [
    { of: 'accepted', x: 0, width: 25 },
    { of: 'pending', x: 25, width: 75 },
  ]);
});

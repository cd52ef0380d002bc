import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '@slipmat/contract/problems';
import { keep, restore } from './keeping.ts';
import type { OwnLine } from './state.ts';

/** The browser's session storage is the outside world here. */
function storage() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => values.set(name, value),
    removeItem: (name: string) => values.delete(name),
  };
}

const sending: OwnLine = { key: 'mine-0001', text: 'hello', at: 5, phase: { name: 'sending' } };
const refused: OwnLine = {
  key: 'mine-0002',
  text: 'again',
  at: 6,
  phase: { name: 'failed', problem: problemOf('storage-full', 'r-1') },
};
const sent: OwnLine = { key: 'mine-0003', text: 'done', at: 7, phase: { name: 'sent' } };

test('draft and unsent lines survive a reload; a line under way comes back with its key, to be sent again', () => {
  const place = storage();
  keep(place, 'night', 'p1', 'half a thou', [sending, refused, sent]);
  const { draft, lines } = restore(place, 'night', 'p1');
  assert.equal(draft, 'half a thou');
  assert.deepEqual(
    lines.map((line) => [line.key, line.text, line.phase.name]),
    [
      ['mine-0001', 'hello', 'failed'],
      ['mine-0002', 'again', 'failed'],
    ],
  );
  assert.ok(lines[0]?.phase.name === 'failed' && lines[0].phase.problem.code === 'timed-out');
  assert.ok(lines[1]?.phase.name === 'failed' && lines[1].phase.problem.code === 'storage-full');
});

test('another person and another room get nothing of it, and take nothing away', () => {
  const place = storage();
  keep(place, 'night', 'p1', 'mine', []);
  assert.deepEqual(restore(place, 'night', 'p2'), { draft: '', lines: [] });
  keep(place, 'night', 'p2', '', []);
  assert.deepEqual(restore(place, 'day', 'p1'), { draft: '', lines: [] });
  assert.equal(restore(place, 'night', 'p1').draft, 'mine');
});

test('nothing unsent leaves nothing behind', () => {
  const place = storage();
  keep(place, 'night', 'p1', 'x', [sending]);
  keep(place, 'night', 'p1', '', [sent]);
  assert.equal(place.values.size, 0);
});

test('what cannot be read is nothing', () => {
  const place = storage();
  keep(place, 'night', 'p1', 'x', []);
  for (const text of ['{', '{"draft":1}', 'null']) {
    for (const name of place.values.keys()) place.values.set(name, text);
    assert.deepEqual(restore(place, 'night', 'p1'), { draft: '', lines: [] });
  }
});

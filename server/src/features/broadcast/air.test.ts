import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventFor, placeOf, slotAt } from './air.ts';

const minute = 60_000;
const start = 1_000 * minute;
const at = (minutes: number): number => start + minutes * minute;
const slot = (djId: string, from: number, to: number) => ({ djId, startsAt: at(from), endsAt: at(to) });

/** ann 0-60, a gap, ben 90-120, ann again 120-180. */
const event = {
  id: 'e',
  startsAt: start,
  takesSource: true,
  slots: [slot('ann', 0, 60), slot('ben', 90, 120), slot('ann', 120, 180)],
};

test('the slot that counts', () => {
  const who = (minutes: number) => slotAt(event.slots, at(minutes))?.djId;
  assert.deepEqual([-30, 0, 59, 60, 89, 90, 119, 120, 300].map(who), [
    'ann',
    'ann',
    'ann',
    'ann',
    'ann',
    'ben',
    'ben',
    'ann',
    'ann',
  ]);
  assert.equal(slotAt([], at(0)), undefined);
});

const table = [
  ['the first DJ before the start', 'ann', undefined, -20, 'on-air'],
  ['the second long before their slot, nobody on air', 'ben', undefined, 10, 'too-early'],
  ['the second soon, nobody on air: better sound than silence', 'ben', undefined, 76, 'on-air'],
  ['the second soon, another on air', 'ben', 'ann', 76, 'standby'],
  ['the second too early, another on air', 'ben', 'ann', 74, 'someone-else-on-air'],
  ['their slot begins', 'ben', 'ann', 90, 'on-air'],
  ['on air already', 'ann', 'ann', 95, 'on-air'],
  ['slot over, another on air, the next one soon', 'ann', 'ben', 106, 'standby'],
  ['slot over, another on air, the next one far', 'ann', 'ben', 91, 'someone-else-on-air'],
  ['slot over, nobody on air', 'ben', undefined, 130, 'on-air'],
  ['the last one overruns', 'ann', undefined, 200, 'on-air'],
] as const;

for (const [what, dj, onAir, minutes, expected] of table) {
  test(`place: ${what}`, () => assert.equal(placeOf(dj, event, onAir, at(minutes)), expected));
}

test('the event that a source is for', () => {
  const other = { ...event, id: 'o', slots: [slot('ben', 0, 30)] };
  const closed = { ...other, id: 'c', takesSource: false };
  assert.equal(eventFor('ben', [closed, event, other], at(10))?.id, 'o');
  assert.equal(eventFor('ben', [closed, event], at(10))?.id, 'e');
  assert.equal(eventFor('ben', [closed], at(10)), undefined);
});

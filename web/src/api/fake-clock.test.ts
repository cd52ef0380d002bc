import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from './fake-clock.ts';

test('timers run in the order of their time, and a cancelled one does not', () => {
  const clock = fakeClock();
  const ran: string[] = [];
  clock.after(20, () => ran.push('b'));
  clock.after(10, () => ran.push('a'));
  clock.after(15, () => ran.push('never'))();
  clock.advance(20);
  assert.deepEqual(ran, ['a', 'b']);
});

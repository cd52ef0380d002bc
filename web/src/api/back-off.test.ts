import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOff, backOffLimits } from './back-off.ts';

test('waits double and stay within half of their bound on either side', () => {
  const middle = (failures: number) => backOff(failures, () => 0.5);
  assert.deepEqual([middle(0), middle(1), middle(2)], [700, 1400, 2800]);
  for (const failures of [5, 10, 50, 10_000]) {
    assert.ok(backOff(failures, () => 0.999) <= backOffLimits.longest * 1.5);
    assert.ok(backOff(failures, () => 0) >= backOffLimits.longest * 0.5);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAttempt } from './next-attempt.ts';
import { clientProblem, ProblemError } from './problem-error.ts';

const failed = (code: 'busy' | 'page-broke' | 'network-unreachable', retryAfterSeconds?: number) =>
  new ProblemError(
    clientProblem(code, Math.random, retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  );

test('what passes by itself is asked again, later and later', () => {
  const waits = [1, 2, 3, 4, 5, 6, 60].map((failures) =>
    nextAttempt(failed('network-unreachable'), failures),
  );
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000]);
  assert.equal(nextAttempt(failed('page-broke'), 1), false);
  assert.equal(nextAttempt(null, 0), false);
});

test('not before the server said', () => {
  assert.equal(nextAttempt(failed('busy', 20), 1), 20_000);
  assert.equal(nextAttempt(failed('busy', 1), 3), 8_000);
});

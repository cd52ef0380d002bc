import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReached, shareOf } from './share.ts';

const sessions = Array.from({ length: 20_000 }, (_, index) => `session-${index}`);

test('each share of the sessions is about as large as its per cent', () => {
  for (const percent of [1, 5, 25, 50]) {
    const reached = sessions.filter((id) => isReached('cookie', id, percent)).length;
    const expected = (sessions.length * percent) / 100;
    assert.ok(Math.abs(reached - expected) < 4 * Math.sqrt(expected), `${percent} %: ${reached}`);
  }
  assert.equal(sessions.filter((id) => isReached('cookie', id, 100)).length, sessions.length);
  assert.equal(sessions.filter((id) => isReached('cookie', id, 0)).length, 0);
});

test('whoever is reached stays reached, and it is the same everywhere', () => {
  for (const id of sessions.slice(0, 500)) {
    assert.equal(isReached('cookie', id, 5) && !isReached('cookie', id, 25), false);
  }
  // Every process, of this version and of the next, must draw the same.
  assert.equal(shareOf('cookie', 'session-0'), 14.32);
  assert.equal(shareOf('csrf', 'session-0'), 83.15);
});

test('the kinds draw differently', () => {
  const both = sessions.filter((id) => isReached('cookie', id, 10) && isReached('csrf', id, 10)).length;
  assert.ok(both > 100 && both < 300, `${both} of about 200`);
});

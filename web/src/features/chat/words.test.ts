import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayConnection, sayStanding, spell } from './words.ts';

test('every state of the connection is said, with why and what to do', () => {
  assert.deepEqual(sayConnection({ state: 'open' }, 0), { text: 'Connected', tone: 'good' });
  assert.equal(sayConnection({ state: 'connecting' }, 0).text, 'Connecting…');
  assert.equal(sayConnection({ state: 'connecting', reason: 'offline' }, 0).text, 'Reconnecting…');
  assert.deepEqual(sayConnection({ state: 'waiting', reason: 'shuttingDown', retryAt: 4_200 }, 0), {
    text: 'The server is restarting. Reconnecting in 5 s.',
    tone: 'wait',
    act: 'retry',
  });
  assert.match(
    sayConnection({ state: 'waiting', reason: 'offline', retryAt: 0 }, 1).text,
    /No connection\. Reconnecting…/,
  );
  assert.equal(sayConnection({ state: 'stopped', reason: 'sessionEnded' }, 0).act, 'sign-in');
  assert.equal(sayConnection({ state: 'stopped', reason: 'badMessage' }, 0).act, 'reload');
});

test('whoever cannot write is told why, and until when', () => {
  assert.equal(sayStanding({ name: 'may-write' }, 0), undefined);
  assert.match(sayStanding({ name: 'timed-out', until: 61_000 }, 0) ?? '', /1 min 01 s/);
  assert.match(sayStanding({ name: 'slow', until: 500 }, 0) ?? '', /in 1 s/);
  assert.match(sayStanding({ name: 'muted' }, 0) ?? '', /muted/);
});

test('spans of time', () => {
  assert.deepEqual([1, 45_000, 245_000, 7_800_000].map(spell), ['1 s', '45 s', '4 min 05 s', '2 h 10 min']);
});

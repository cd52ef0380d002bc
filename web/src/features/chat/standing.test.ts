import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, ChatState } from '@slipmat/contract/chat';
import { actsOn, countsDown, mayModerate, standingOf } from './standing.ts';

const host = 'host-id';
const mika = { id: 'mika-id', groups: ['member' as const] };
const moderator = { id: 'mod-id', groups: ['member' as const, 'moderator' as const] };
const hosting = { id: host, groups: ['member' as const, 'dj' as const] };
const quiet: ChatState = { messages: [], slowModeSeconds: 0, restrictions: [], open: true };
const person = { id: 'mika-id', handle: 'mika', displayName: 'Mika' };

function by(authorId: string, more: Partial<ChatMessage> = {}): ChatMessage {
  const author = { id: authorId, handle: 'abc', displayName: 'A', roles: [] };
  return { id: 'm', author, text: 'x', at: 1_000, hidden: false, key: 'k', ...more };
}

test('nobody signed in may read and is asked to sign in; a member may write', () => {
  assert.equal(standingOf(quiet, null, host, 0, 0).name, 'sign-in');
  assert.equal(standingOf(quiet, undefined, host, 0, 0).name, 'loading');
  assert.equal(standingOf(quiet, mika, host, 0, 0).name, 'may-write');
});

test('closed, muted and timed out each say so; a lapsed time-out does not', () => {
  assert.equal(standingOf({ ...quiet, open: false }, mika, host, 0, 0).name, 'closed');
  assert.equal(standingOf({ ...quiet, open: false }, null, host, 0, 0).name, 'closed');
  const muted = { ...quiet, restrictions: [{ person, until: null }] };
  assert.equal(standingOf(muted, mika, host, 0, 0).name, 'muted');
  const out = { ...quiet, restrictions: [{ person, until: 5_000 }] };
  assert.deepEqual(standingOf(out, mika, host, 0, 4_999), { name: 'timed-out', until: 5_000 });
  assert.equal(standingOf(out, mika, host, 0, 5_000).name, 'may-write');
});

test('slow mode counts from one’s own last message and spares host and moderators', () => {
  const slow = { ...quiet, slowModeSeconds: 30, messages: [by('mika-id'), by('other', { at: 9_000 })] };
  assert.deepEqual(standingOf(slow, mika, host, 0, 10_000), { name: 'slow', until: 31_000 });
  assert.equal(standingOf(slow, mika, host, 0, 31_000).name, 'may-write');
  const mods = { ...slow, messages: [by('mod-id'), by(host)] };
  assert.equal(standingOf(mods, moderator, host, 0, 1_001).name, 'may-write');
  assert.equal(standingOf(mods, hosting, host, 0, 1_001).name, 'may-write');
});

test('what has to be confirmed comes before writing, and is over when it is confirmed', () => {
  assert.equal(standingOf(quiet, mika, host, 1, 0).name, 'must-read');
  assert.equal(standingOf(quiet, hosting, host, 2, 0).name, 'must-read');
  assert.equal(standingOf(quiet, mika, host, 0, 0).name, 'may-write');
  assert.equal(standingOf({ ...quiet, open: false }, mika, host, 1, 0).name, 'closed');
  assert.equal(standingOf(quiet, null, host, 1, 0).name, 'sign-in');
});

test('who moderates: the host of this event and moderators', () => {
  assert.equal(mayModerate(hosting, host), true);
  assert.equal(mayModerate(moderator, host), true);
  assert.equal(mayModerate(mika, host), false);
  assert.equal(mayModerate(null, host), false);
});

test('acts: one’s own line can be hidden; host and staff are spared; muted people can be let back', () => {
  assert.deepEqual(actsOn(by('mika-id'), mika, host, quiet, 0), ['hide']);
  assert.deepEqual(actsOn(by('other'), mika, host, quiet, 0), []);
  assert.deepEqual(actsOn(by('mika-id'), moderator, host, quiet, 0), ['hide', 'time-out', 'mute']);
  assert.deepEqual(actsOn(by(host), moderator, host, quiet, 0), ['hide']);
  const staff = by('s', { author: { id: 's', handle: 'sss', displayName: 'S', roles: ['staff'] } });
  assert.deepEqual(actsOn(staff, hosting, host, quiet, 0), ['hide']);
  const muted = { ...quiet, restrictions: [{ person, until: null }] };
  assert.deepEqual(actsOn(by('mika-id', { hidden: true }), hosting, host, muted, 0), [
    'time-out',
    'mute',
    'let-write',
  ]);
});

test('only what ends by itself needs a clock', () => {
  assert.equal(countsDown(quiet), false);
  assert.equal(countsDown({ ...quiet, restrictions: [{ person, until: null }] }), false);
  assert.equal(countsDown({ ...quiet, restrictions: [{ person, until: 5_000 }] }), true);
  assert.equal(countsDown({ ...quiet, slowModeSeconds: 5 }), true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Group } from '@slipmat/contract/capabilities';
import { isProtected, mayModerate, refusalToWrite, rolesIn, type WriterFacts } from './rules.ts';

const room = {
  id: 'r',
  slug: 'r',
  hostId: 'host',
  hasOpenChat: true,
  slots: [{ djId: 'dj' }, { djId: 'host' }],
};
const person = (id: string, ...groups: Group[]) => ({
  id,
  handle: id,
  displayName: id,
  email: '',
  createdAt: 0,
  emailVerifiedAt: null,
  pausedGroups: [],
  groups,
});

test('roles, most telling first', () => {
  assert.deepEqual(rolesIn(room, person('host', 'member', 'dj')), ['host']);
  assert.deepEqual(rolesIn(room, person('dj', 'dj', 'moderator')), ['dj', 'moderator']);
  assert.deepEqual(rolesIn(room, person('x', 'dj')), []);
  assert.deepEqual(rolesIn(room, person('x', 'owner', 'mentor')), ['staff']);
  assert.deepEqual(rolesIn(room, person('x', 'mentor')), ['mentor']);
});

test('who moderates, and who is safe from it', () => {
  const moderates = (...groups: Group[]) => mayModerate(room, person('x', ...groups));
  assert.deepEqual(
    (['member', 'dj', 'mentor'] as const).map((group) => moderates(group)),
    [false, false, false],
  );
  assert.deepEqual(
    (['moderator', 'staff', 'owner'] as const).map((group) => moderates(group)),
    [true, true, true],
  );
  assert.ok(mayModerate(room, person('host', 'member')));
  assert.ok(isProtected(room, person('host', 'member')));
  assert.ok(!isProtected(room, person('dj', 'dj')));
});

const now = 100_000;
const free: WriterFacts = {
  isOpen: true,
  restriction: undefined,
  slowModeSeconds: 0,
  lastWroteAt: undefined,
  mayModerate: false,
};
const table: readonly (readonly [string, Partial<WriterFacts>, object | undefined])[] = [
  ['nothing against it', {}, undefined],
  ['closed', { isOpen: false, mayModerate: true }, { code: 'chat-closed' }],
  ['muted', { restriction: { until: null } }, { code: 'chat-muted' }],
  [
    'in a time-out',
    { restriction: { until: now + 1_500 } },
    { code: 'chat-timed-out', retryAfterSeconds: 2 },
  ],
  ['a time-out that is over', { restriction: { until: now } }, undefined],
  ['slow mode, first message', { slowModeSeconds: 10 }, undefined],
  [
    'slow mode, too soon',
    { slowModeSeconds: 10, lastWroteAt: now - 9_001 },
    { code: 'chat-slow-mode', retryAfterSeconds: 1 },
  ],
  ['slow mode, in time', { slowModeSeconds: 10, lastWroteAt: now - 10_000 }, undefined],
  [
    'slow mode does not hold who moderates',
    { slowModeSeconds: 10, lastWroteAt: now, mayModerate: true },
    undefined,
  ],
];
for (const [what, facts, expected] of table) {
  test(`writing: ${what}`, () => assert.deepEqual(refusalToWrite({ ...free, ...facts }, now), expected));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Notification,
  type NotificationItem,
  type Reading,
  unread,
} from '@slipmat/contract/notifications';
import { withKept } from './kept-readings.ts';
import { openIncidents, quietOnes, toConfirm, waitingOf } from './shown.ts';

function item(
  id: string,
  more: Partial<Notification> = {},
  reading: Partial<Reading> = {},
): NotificationItem {
  const from = { name: 'Mira', role: 'mentor' } as const;
  const notification: Notification = {
    id,
    kind: 'normal',
    version: 1,
    title: id,
    text: '',
    link: null,
    from,
    sentAt: 1,
    changedAt: null,
    expiresAt: null,
    before: null,
    incident: null,
    ...more,
  };
  return { notification, reading: { ...unread, ...reading } };
}

const mustRead = { kind: 'must-read' } as const;
const ids = (items: readonly NotificationItem[]): string[] =>
  items.map(({ notification }) => notification.id);

test('what must be read comes one after the other, the oldest first', () => {
  const items = [
    item('new', mustRead),
    item('n'),
    item('done', mustRead, { confirmedAt: 1 }),
    item('old', mustRead),
  ];
  assert.deepEqual(ids(toConfirm(items)), ['old', 'new']);
  assert.equal(waitingOf(items), 3);
});

test('quiet ones: those not seen yet and those drawn here, never what was put away', () => {
  const items = [
    item('fresh'),
    item('seen', {}, { seenAt: 1 }),
    item('drawn', {}, { seenAt: 1 }),
    item('away', {}, { seenAt: 1, dismissedAt: 1 }),
    item('must', mustRead),
  ];
  assert.deepEqual(ids(quietOnes(items, new Set(['drawn', 'away']))), ['fresh', 'drawn']);
});

test('an incident stands on every page until it is mended, and what says so is put away like others', () => {
  const items = [
    item('open', { incident: 7 }, { seenAt: 1, dismissedAt: 1 }),
    item('mended', { incident: 6, expiresAt: 9 }),
    item('to confirm', { ...mustRead, incident: 5 }),
    item('confirmed', { ...mustRead, incident: 4 }, { confirmedAt: 1 }),
  ];
  assert.deepEqual(ids(openIncidents(items)), ['open', 'confirmed']);
  assert.deepEqual(ids(quietOnes(items, new Set())), ['mended']);
  assert.deepEqual(ids(toConfirm(items)), ['to confirm']);
});

test('a kept reading is of a version: a changed must-read asks again, a changed normal one does not', () => {
  const kept = { ...unread, version: 1, seenAt: 3, confirmedAt: 4 };
  assert.deepEqual(withKept(item('a', mustRead), kept).reading.confirmedAt, 4);
  const changed = withKept(item('a', { ...mustRead, version: 2 }), kept).reading;
  assert.deepEqual(changed, { ...unread, confirmedBeforeAt: 4 });
  const put = { ...unread, version: 1, dismissedAt: 5 };
  assert.equal(withKept(item('a', { version: 2 }), put).reading.dismissedAt, 5);
  assert.equal(withKept(item('a', {}, { seenAt: 9 }), kept).reading.seenAt, 9);
});

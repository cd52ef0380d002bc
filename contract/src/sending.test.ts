import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeParse } from 'zod/mini';
import { maySendTo, sendingRights } from './audiences.ts';
import { Group } from './capabilities.ts';
import { type Notification, ordered, reduceNotifications, unread } from './notifications.ts';
import { Draft, NotificationLink } from './sending.ts';

test('links lead into this site or over https, and nowhere else', () => {
  const isLink = (link: string): boolean => safeParse(NotificationLink, link).success;
  for (const link of [
    '/',
    '/e/friday',
    '/e/friday?at=1#chat',
    'https://example.org',
    'https://example.org/a?b=c',
  ])
    assert.ok(isLink(link), link);
  for (const link of [
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/e/\\x',
    'http://example.org',
    'https:evil.example',
    'https://friend@evil.example/',
    'https://exa mple.org',
    '/e/fri day',
    '/e/fri\nday',
    'e/friday',
    '',
    `/${'a'.repeat(500)}`,
  ])
    assert.ok(!isLink(link), link);
});

test('a title is one line; a text has no control characters', () => {
  const draft = {
    kind: 'normal',
    title: 'Title',
    text: 'One\n\n* two\t<b>three</b>',
    link: null,
    audience: { to: [{ kind: 'everyone' }], except: [] },
    startsAt: null,
    expiresAt: null,
    pushAfter: null,
    emailAfter: null,
    reminders: null,
  };
  assert.ok(safeParse(Draft, draft).success);
  for (const wrong of [
    { title: 'two\nlines' },
    { title: '  ' },
    { title: 'x\u2028y' },
    { text: 'bell\u0007' },
    { text: 'x'.repeat(5_001) },
    { audience: { to: [], except: [] } },
    { audience: { to: [{ kind: 'group', group: 'member' }], except: [] } },
    { pushAfter: -1 },
    { reminders: { everyHours: 0, times: 1 } },
  ])
    assert.ok(!safeParse(Draft, { ...draft, ...wrong }).success, JSON.stringify(wrong));
});

test('members send nothing; nobody but staff reaches everyone, a group, or those hit by a fault', () => {
  const everywhere = [
    { kind: 'everyone' },
    { kind: 'group', group: 'staff' },
    { kind: 'fault', faultId: '01900000-0000-7000-8000-000000000000' },
  ] as const;
  for (const group of Group.options) {
    const isStaff = group === 'staff' || group === 'owner';
    for (const part of everywhere) assert.equal(maySendTo([group], 'normal', part, true), isStaff, group);
  }
  const event = { kind: 'event', slug: 'friday' } as const;
  assert.equal(maySendTo(['member', 'dj'], 'normal', event, true), true);
  assert.equal(maySendTo(['member', 'dj'], 'normal', event, false), false);
  assert.equal(maySendTo(['member', 'dj'], 'must-read', event, true), false);
  assert.equal(sendingRights.member.to.length, 0);
});

function aNotification(change: Partial<Notification> = {}): Notification {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    kind: 'must-read',
    version: 1,
    title: 'Title',
    text: '',
    link: null,
    from: { name: 'Mira', role: 'mentor' },
    sentAt: 1,
    changedAt: null,
    expiresAt: null,
    before: null,
    incident: null,
    ...change,
  };
}

test('an event that comes twice, or late, changes nothing', () => {
  const sent = { type: 'notifications.sent', notification: aNotification() } as const;
  const reading = { ...unread, seenAt: 5, confirmedAt: 5 };
  const read = { type: 'notifications.read', id: sent.notification.id, reading } as const;
  const once = reduceNotifications(reduceNotifications({ items: [] }, sent), read);
  assert.deepEqual(reduceNotifications(once, sent), once);
  const changed = reduceNotifications(once, {
    type: 'notifications.sent',
    notification: aNotification({ version: 2, title: 'Other' }),
  });
  assert.deepEqual(changed.items[0]?.reading, { ...unread, confirmedBeforeAt: 5 });
  assert.deepEqual(reduceNotifications(changed, sent), changed, 'an older version does not come back');
});

test('what waits is kept, however much came after it', () => {
  const items = Array.from({ length: 200 }, (_, index) => ({
    notification: aNotification({
      id: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      kind: index === 0 ? 'must-read' : 'normal',
      sentAt: index,
    }),
    reading: index === 0 ? unread : { ...unread, seenAt: 1 },
  }));
  const kept = ordered(items);
  assert.equal(kept.length, 60);
  assert.equal(kept.at(-1)?.notification.sentAt, 0);
  assert.equal(kept[0]?.notification.sentAt, 199);
});

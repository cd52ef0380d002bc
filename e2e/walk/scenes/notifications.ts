/** Reading notifications: the bell, the lines under the header, the page of all of them. */
import { topicMessages } from '@slipmat/contract/frames';
import { type NotificationItem, notificationsEndpoints, unread } from '@slipmat/contract/notifications';
import type { Page } from 'playwright-core';
import { press, pretendTopic, withoutSocket } from '../hands.ts';
import type { Scenes } from '../scene.ts';

const at = (): string => '/notifications';

/** What waits for the reader, without anybody having sent it: a must-read would hold up other scenes. */
function waits(more: Partial<NotificationItem['notification']>, reading = unread) {
  const notification: NotificationItem['notification'] = {
    id: '01940000-0000-7000-8000-000000000001',
    kind: 'normal',
    version: 1,
    title: 'The walk',
    text: 'Goes *through* all.',
    link: null,
    from: { name: 'Olive', role: 'staff' },
    sentAt: 1,
    changedAt: null,
    expiresAt: null,
    before: null,
    incident: null,
    ...more,
  };
  return (page: Page) => pretendTopic(page, 'notifications', { items: [{ notification, reading }] });
}

const changed = {
  kind: 'must-read',
  version: 2,
  changedAt: 2,
  before: { title: 'The walk', text: 'Goes through.', link: null },
} as const;

export const notifications: Scenes = [
  {
    of: ['features/notifications/page-inbox.ts: notificationsEndpoints.show'],
    fails: notificationsEndpoints.show,
    as: 'member',
    before: withoutSocket,
    at,
  },
  {
    of: ['features/notifications/inbox.ts: topic notifications'],
    message: topicMessages.subscribe,
    body: () => ({ topic: 'notifications' }),
    as: 'member',
    at,
    instead: () => (page) => page.getByText('Nothing at the moment').waitFor(),
  },
  {
    of: ['features/notifications/page-inbox.ts: notificationsEndpoints.see'],
    fails: notificationsEndpoints.see,
    as: 'member',
    before: waits({}),
    at: () => '/',
  },
  {
    of: ['features/notifications/page-inbox.ts: notificationsEndpoints.dismiss'],
    fails: notificationsEndpoints.dismiss,
    as: 'member',
    before: waits({}),
    at: () => '/',
    act: press('Put away: The walk'),
  },
  {
    of: ['features/notifications/page-inbox.ts: notificationsEndpoints.confirm'],
    fails: notificationsEndpoints.confirm,
    as: 'member',
    before: waits({ kind: 'must-read' }),
    at: () => '/',
    act: press('I have read this'),
  },
  {
    of: ['features/notifications/history.tsx: notificationsEndpoints.history'],
    fails: notificationsEndpoints.history,
    as: 'member',
    at,
    act: press('Show what is over'),
    fresh: true,
  },
  {
    of: ['features/notifications/wishes.tsx: notificationsEndpoints.wishes'],
    fails: notificationsEndpoints.wishes,
    as: 'member',
    at,
  },
  {
    of: ['features/notifications/wishes.tsx: notificationsEndpoints.wish'],
    fails: notificationsEndpoints.wish,
    as: 'member',
    at,
    act: (page) => page.getByRole('checkbox', { name: 'Push' }).click(),
  },
  {
    of: ['features/notifications/bell.tsx: import ./centre.tsx'],
    code: true,
    as: 'member',
    at: () => '/',
    ready: (page) => page.getByRole('button', { name: 'Notifications', exact: true }).waitFor(),
    act: press('Notifications'),
    fresh: true,
  },
  {
    of: ['features/notifications/must-read-text.tsx: import ./changes-view.tsx'],
    code: /changes-view/,
    as: 'member',
    before: waits(changed, { ...unread, confirmedBeforeAt: 1 }),
    at: () => '/',
  },
  {
    of: ['ui/markdown.tsx: import ./markdown-tree.ts'],
    code: /markdown-tree/,
    as: 'member',
    before: waits({ kind: 'must-read' }),
    at: () => '/',
  },
];

/** Notifications as they are read: the topic `notifications`, the centre, seen, put away, confirmed. */
import * as z from 'zod/mini';
import { NotificationKind } from './audiences.ts';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant, Nothing } from './ids.ts';

export const notificationLimits = {
  /** Fits one line on a phone twice over. */
  titleLength: 120,
  /** Two screens of a phone; longer things belong to a page that the link leads to. */
  textLength: 5_000,
  linkLength: 500,
  /** Items of the topic: all that waits to be read, then the newest. */
  items: 60,
  historyPage: 30,
  /** Marked as seen with one call. */
  seenAtOnce: 60,
} as const;

/** In what role somebody sent it; `system`: Slipmat itself. */
export const SenderRole = z.enum(['staff', 'moderator', 'mentor', 'dj', 'system']);
export type SenderRole = z.infer<typeof SenderRole>;

/** What can change, as it was before the last change. */
export const NotificationWords = z.object({
  title: z.string(),
  text: z.string(),
  link: z.nullable(z.string()),
});
export type NotificationWords = z.infer<typeof NotificationWords>;

/** A notification as everybody it is for sees it. */
export const Notification = z.object({
  id: Id,
  kind: NotificationKind,
  /** Counts changes, from 1. */
  version: z.int().check(z.minimum(1)),
  title: z.string(),
  /** Markdown (CommonMark); readers show no raw HTML and no images. */
  text: z.string(),
  /** A path of this site or an https address. */
  link: z.nullable(z.string()),
  from: z.object({ name: z.string(), role: SenderRole }),
  sentAt: Instant,
  changedAt: z.nullable(Instant),
  expiresAt: z.nullable(Instant),
  /** The words before the last change, for readers who knew them. */
  before: z.nullable(NotificationWords),
  /** The incident that it is about, such as 7 for INC-7. */
  incident: z.nullable(z.int()),
});
export type Notification = z.infer<typeof Notification>;

/** What the reader did with it. */
export const Reading = z.object({
  seenAt: z.nullable(Instant),
  dismissedAt: z.nullable(Instant),
  confirmedAt: z.nullable(Instant),
  /** When an earlier version was confirmed. */
  confirmedBeforeAt: z.nullable(Instant),
});
export type Reading = z.infer<typeof Reading>;

export const unread: Reading = {
  seenAt: null,
  dismissedAt: null,
  confirmedAt: null,
  confirmedBeforeAt: null,
};

export const NotificationItem = z.object({ notification: Notification, reading: Reading });
export type NotificationItem = z.infer<typeof NotificationItem>;

/** The topic `notifications`: what is for the person, or for whoever has no account; newest first. */
export const NotificationsState = z.object({ items: z.array(NotificationItem) });
export type NotificationsState = z.infer<typeof NotificationsState>;

export const NotificationsTopicEvent = z.discriminatedUnion('type', [
  /** New, or changed. */
  z.object({ type: z.literal('notifications.sent'), notification: Notification }),
  z.object({ type: z.literal('notifications.read'), id: Id, reading: Reading }),
  /** Withdrawn, expired, or not for this reader any more. */
  z.object({ type: z.literal('notifications.gone'), id: Id }),
]);
export type NotificationsTopicEvent = z.infer<typeof NotificationsTopicEvent>;

/** Still waits for its reader: a must-read for being confirmed, another for being seen. */
export function isWaiting({ notification, reading }: NotificationItem): boolean {
  return notification.kind === 'must-read' ? reading.confirmedAt === null : reading.seenAt === null;
}

/** The reading of a version that came after the one that was read: a must-read asks again. */
function readingOfNext({ notification, reading }: NotificationItem, next: Notification): Reading {
  if (next.version <= notification.version || next.kind !== 'must-read') return reading;
  return { ...unread, confirmedBeforeAt: reading.confirmedAt ?? reading.confirmedBeforeAt };
}

/** All that waits, then the rest, each newest first, as many as the topic holds. */
export function ordered(items: readonly NotificationItem[]): NotificationItem[] {
  const newest = items.toSorted(
    (a, b) =>
      b.notification.sentAt - a.notification.sentAt || (a.notification.id < b.notification.id ? 1 : -1),
  );
  const waiting = newest.filter(isWaiting);
  const kept = [...waiting, ...newest.filter((item) => !isWaiting(item))].slice(0, notificationLimits.items);
  return newest.filter((item) => kept.includes(item));
}

/** The state after the event. Each event may come twice, or tell what the snapshot has already. */
export function reduceNotifications(
  state: NotificationsState,
  change: NotificationsTopicEvent,
): NotificationsState {
  const others = (id: string): NotificationItem[] =>
    state.items.filter((item) => item.notification.id !== id);
  switch (change.type) {
    case 'notifications.sent': {
      const { notification } = change;
      const before = state.items.find((item) => item.notification.id === notification.id);
      if (before !== undefined && before.notification.version > notification.version) return state;
      const reading = before === undefined ? unread : readingOfNext(before, notification);
      return { items: ordered([...others(notification.id), { notification, reading }]) };
    }
    case 'notifications.read':
      return {
        items: state.items.map((item) =>
          item.notification.id === change.id ? { ...item, reading: change.reading } : item,
        ),
      };
    case 'notifications.gone':
      return { items: others(change.id) };
  }
}

/** How normal notifications reach somebody beyond the pages; a must-read always may. */
export const ChannelWishes = z.strictObject({ email: z.boolean(), push: z.boolean() });
export type ChannelWishes = z.infer<typeof ChannelWishes>;

const ById = z.object({ id: Id });

export const notificationsEndpoints = {
  show: defineEndpoint({
    method: 'GET',
    path: '/api/notifications',
    summary:
      'What is for oneself, as the topic `notifications` also gives it. Without an account: what is for everyone.',
    access: 'anyone',
    rate: 'read',
    reply: NotificationsState,
    problems: [],
  }),
  history: defineEndpoint({
    method: 'GET',
    path: '/api/notifications/history',
    summary: 'Everything that one was sent, expired ones too, newest first.',
    access: 'signed-in',
    rate: 'read',
    query: z.object({ before: z.optional(Id) }),
    reply: z.object({ items: z.array(NotificationItem), more: z.boolean() }),
    problems: [],
  }),
  see: defineEndpoint({
    method: 'POST',
    path: '/api/notifications/seen',
    summary: 'Say that these were on screen. Those that are not for oneself are passed over.',
    access: 'signed-in',
    rate: 'write',
    body: z.strictObject({
      ids: z.array(Id).check(z.minLength(1), z.maxLength(notificationLimits.seenAtOnce)),
    }),
    reply: Nothing,
    problems: [],
  }),
  dismiss: defineEndpoint({
    method: 'POST',
    path: '/api/notifications/{id}/dismissal',
    summary: 'Put a normal notification away; it stays in the centre.',
    access: 'signed-in',
    rate: 'write',
    params: ById,
    reply: z.object({ reading: Reading }),
    problems: ['not-found', 'notification-state'],
  }),
  confirm: defineEndpoint({
    method: 'POST',
    path: '/api/notifications/{id}/confirmation',
    summary: 'Confirm a must-read, in the version that was read.',
    access: 'signed-in',
    rate: 'write',
    params: ById,
    body: z.strictObject({ version: z.int().check(z.minimum(1)) }),
    reply: z.object({ reading: Reading }),
    problems: ['not-found', 'notification-state', 'notification-changed'],
  }),
  wishes: defineEndpoint({
    method: 'GET',
    path: '/api/notifications/wishes',
    summary: 'How normal notifications may reach oneself beyond the pages.',
    access: 'signed-in',
    rate: 'read',
    reply: z.object({ wishes: ChannelWishes }),
    problems: [],
  }),
  wish: defineEndpoint({
    method: 'PUT',
    path: '/api/notifications/wishes',
    summary: 'Choose it. What must be read is not switched off.',
    access: 'signed-in',
    rate: 'write',
    body: ChannelWishes,
    reply: z.object({ wishes: ChannelWishes }),
    problems: [],
  }),
};

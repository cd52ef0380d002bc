/** Notifications as they are shown, field by field. */
import type { Notification, NotificationItem, Reading } from '@slipmat/contract/notifications';
import { unread } from '@slipmat/contract/notifications';
import type { SentNotification } from '@slipmat/contract/sending';
import type { Received, RecipientRow } from './recipients-store.ts';
import type { StoredNotification } from './store.ts';

/** As everybody it is for sees it. */
export function toNotification(stored: StoredNotification): Notification {
  return {
    id: stored.id,
    kind: stored.kind,
    version: stored.version,
    title: stored.title,
    text: stored.text,
    link: stored.link,
    from: { name: stored.sender_name, role: stored.sender_role },
    sentAt: stored.starts_at,
    changedAt: stored.changed_at,
    expiresAt: stored.expires_at,
    before: stored.before,
    incident: stored.incident,
  };
}

/** @param row may be about an earlier version: the work that brings it up to date has not come to it yet. */
export function toReading(row: RecipientRow, stored: StoredNotification): Reading {
  const confirmedBeforeAt = row.confirmed_before_at;
  if (stored.kind === 'must-read' && row.version < stored.version)
    return { ...unread, confirmedBeforeAt: row.confirmed_at ?? confirmedBeforeAt };
  return {
    seenAt: row.seen_at,
    dismissedAt: row.dismissed_at,
    confirmedAt: row.confirmed_at,
    confirmedBeforeAt,
  };
}

export function toItem({ notification, row }: Received): NotificationItem {
  return { notification: toNotification(notification), reading: toReading(row, notification) };
}

export interface SentFacts {
  readonly now: number;
  readonly isExpanding: boolean;
  readonly senderHandle: string | null;
}

function stateOf({ state, expires_at }: StoredNotification, { now, isExpanding }: SentFacts) {
  if (state === 'withdrawn' || state === 'scheduled') return state;
  if (expires_at !== null && expires_at <= now) return 'expired';
  return isExpanding ? 'sending' : 'sent';
}

/** As its sender and staff see it. */
export function toSent(stored: StoredNotification, facts: SentFacts): SentNotification {
  return {
    id: stored.id,
    kind: stored.kind,
    version: stored.version,
    title: stored.title,
    text: stored.text,
    link: stored.link,
    audience: stored.audience,
    from: { name: stored.sender_name, role: stored.sender_role, handle: facts.senderHandle },
    state: stateOf(stored, facts),
    createdAt: stored.created_at,
    startsAt: stored.starts_at,
    expiresAt: stored.expires_at,
    changedAt: stored.changed_at,
    withdrawnAt: stored.withdrawn_at,
    pushAfter: stored.push_after,
    emailAfter: stored.email_after,
    reminders: stored.reminders,
    incident: stored.incident,
    counts: {
      recipients: stored.recipients,
      seen: stored.seen,
      confirmed: stored.confirmed,
      reminded: stored.reminded,
      unreachable: stored.unreachable,
    },
  };
}

/** What of the inbox is drawn where. */
import { isWaiting, type NotificationItem } from '@slipmat/contract/notifications';

/** Those that must be read and are not yet confirmed, the oldest first. */
export function toConfirm(items: readonly NotificationItem[]): readonly NotificationItem[] {
  return items.filter((item) => item.notification.kind === 'must-read' && isWaiting(item)).toReversed();
}

/** True while the incident that it is about is open: until it is mended, what tells of it has no end. */
export function isOpenIncident({ notification }: NotificationItem): boolean {
  return notification.incident !== null && notification.expiresAt === null;
}

/**
 * About incidents that are still open: they stand on every page, whatever their reader did, newest first. What must be
 * read of them is one of those until it is confirmed.
 */
export function openIncidents(items: readonly NotificationItem[]): readonly NotificationItem[] {
  return items.filter(
    (item) => isOpenIncident(item) && (item.notification.kind === 'normal' || !isWaiting(item)),
  );
}

/** Normal ones that were not put away yet and wait to be seen or were drawn on this page, newest first. */
export function quietOnes(
  items: readonly NotificationItem[],
  drawn: ReadonlySet<string>,
): readonly NotificationItem[] {
  return items.filter(
    (item) =>
      item.notification.kind === 'normal' &&
      !isOpenIncident(item) &&
      item.reading.dismissedAt === null &&
      (isWaiting(item) || drawn.has(item.notification.id)),
  );
}

/** How many wait for their reader. */
export function waitingOf(items: readonly NotificationItem[]): number {
  return items.filter(isWaiting).length;
}

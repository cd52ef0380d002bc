/** What of the inbox is drawn where. */
import { isWaiting, type NotificationItem } from '@slipmat/contract/notifications';

/** Those that must be read and are not yet confirmed, the oldest first. */
export function toConfirm(items: readonly NotificationItem[]): readonly NotificationItem[] {
  return items.filter((item) => item.notification.kind === 'must-read' && isWaiting(item)).toReversed();
}

/** About incidents that are still open: they stand on every page, whatever their reader did, newest first. */
export function openIncidents(items: readonly NotificationItem[]): readonly NotificationItem[] {
  return items.filter(({ notification }) => notification.incident !== null && notification.kind === 'normal');
}

/** Normal ones that were not put away yet and wait to be seen or were just seen, newest first. */
export function quietOnes(
  items: readonly NotificationItem[],
  justSeen: ReadonlySet<string>,
): readonly NotificationItem[] {
  return items.filter(
    (item) =>
      item.notification.kind === 'normal' &&
      item.notification.incident === null &&
      item.reading.dismissedAt === null &&
      (isWaiting(item) || justSeen.has(item.notification.id)),
  );
}

/** How many wait for their reader. */
export function waitingOf(items: readonly NotificationItem[]): number {
  return items.filter(isWaiting).length;
}

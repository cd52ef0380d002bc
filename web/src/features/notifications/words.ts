/** Notifications in words. */
import type { Notification, Reading, SenderRole } from '@slipmat/contract/notifications';

const roles: Readonly<Record<SenderRole, string>> = {
  staff: 'staff',
  moderator: 'moderator',
  mentor: 'mentor',
  dj: 'DJ',
  system: 'sent by itself',
};

/** "Mira, mentor". */
export function fromWords({ name, role }: Notification['from']): string {
  return `${name}, ${roles[role]}`;
}

/** What the button in the header is called. */
export function bellWords(waiting: number, isKnown: boolean): string {
  if (!isKnown) return 'Notifications, not up to date';
  return waiting === 0 ? 'Notifications' : `Notifications, ${waiting} unread`;
}

/** The count on the bell: two digits fit. */
export function bellCount(waiting: number): string {
  return waiting > 99 ? '99+' : String(waiting);
}

/** What the reader did with it, for the list; undefined: nothing yet. */
export function readingWords(
  kind: Notification['kind'],
  { seenAt, dismissedAt, confirmedAt, confirmedBeforeAt }: Reading,
): string | undefined {
  if (confirmedAt !== null) return 'You have read this.';
  if (kind === 'must-read') {
    return confirmedBeforeAt === null
      ? 'Waits for you to confirm it, at the top of the page.'
      : 'Changed since you confirmed it. It waits at the top of the page.';
  }
  if (dismissedAt !== null) return 'Put away.';
  return seenAt === null ? 'New.' : undefined;
}

/** What is said when it comes in, to those who hear the page. */
export function arrivalWords({ kind, title, from }: Notification, isChanged: boolean): string {
  if (kind === 'normal') return `Notification from ${from.name}: ${title}`;
  return isChanged
    ? `A message was changed and must be read again: ${title}`
    : `Please read a message from ${from.name}: ${title}`;
}

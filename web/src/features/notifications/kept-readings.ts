/** What this browser itself knows of readings, and how that goes over what the server says. */
import { Instant } from '@slipmat/contract/ids';
import { type NotificationItem, type Reading, unread } from '@slipmat/contract/notifications';
import * as z from 'zod/mini';

const When = z.nullable(Instant);

/** A reading, and the version of the notification that it is of. */
export const KeptReading = z.object({
  version: z.int(),
  seenAt: When,
  dismissedAt: When,
  confirmedAt: When,
  confirmedBeforeAt: When,
});
export type KeptReading = z.infer<typeof KeptReading>;

/** What of a kept reading holds for the version that is shown: a must-read that was changed asks again. */
function readingFor({ notification }: NotificationItem, kept: KeptReading): Reading {
  const { version, ...reading } = kept;
  if (version >= notification.version || notification.kind !== 'must-read') return reading;
  return { ...unread, confirmedBeforeAt: reading.confirmedAt ?? reading.confirmedBeforeAt };
}

/** The item with what is kept of it; what the server knows goes first. */
export function withKept(item: NotificationItem, kept: KeptReading | undefined): NotificationItem {
  if (kept === undefined) return item;
  const { reading } = item;
  const own = readingFor(item, kept);
  return {
    ...item,
    reading: {
      seenAt: reading.seenAt ?? own.seenAt,
      dismissedAt: reading.dismissedAt ?? own.dismissedAt,
      confirmedAt: reading.confirmedAt ?? own.confirmedAt,
      confirmedBeforeAt: reading.confirmedBeforeAt ?? own.confirmedBeforeAt,
    },
  };
}

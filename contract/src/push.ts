/** Web push: devices that asked for it, and messages on their way to them. */
import * as z from 'zod/mini';

/** As for mail; `gone` means that the browser has no subscription any more, or that the person never had one. */
export const PushState = z.enum(['queued', 'sending', 'sent', 'failed', 'gone']);
export type PushState = z.infer<typeof PushState>;

export const pushLimits = {
  /** Devices of one person that get push: phone, computers, a few browsers on each. */
  devicesPerPerson: 20,
  /** Characters. With the link the message stays below the 3,993 bytes that push services must take (RFC 8291 §4). */
  title: 120,
  body: 600,
  link: 500,
} as const;

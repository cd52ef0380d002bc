/** Web push: devices that asked for it, and messages on their way to them. */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant, Nothing } from './ids.ts';

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
  tag: 64,
  /** Characters of a subscription's address; Windows' are the longest, with about 600. */
  endpoint: 1_000,
} as const;

/** A device that gets push. */
export const PushDevice = z.object({
  id: Id,
  label: z.string(),
  createdAt: Instant,
  /** When a push service last took a message for it. */
  reachedAt: z.nullable(Instant),
  /** SHA-256 of the subscription's address, hexadecimal: a browser knows its own by it. */
  fingerprint: z.string(),
  /** True for the device that asks, as far as the sign-in tells. */
  current: z.boolean(),
});
export type PushDevice = z.infer<typeof PushDevice>;

const Devices = z.object({
  /** For the browser's `applicationServerKey` (RFC 8292), base64url. */
  publicKey: z.string(),
  devices: z.array(PushDevice),
});

/** Base64url of so many bytes, as browsers give keys. */
const bytes = (letters: number) => z.string().check(z.regex(new RegExp(`^[\\w-]{${letters}}=*$`)));

export const pushEndpoints = {
  devices: defineEndpoint({
    method: 'GET',
    path: '/api/me/push',
    summary: 'One’s devices that get push, and the key to subscribe with.',
    access: 'signed-in',
    rate: 'read',
    reply: Devices,
    problems: [],
  }),
  subscribe: defineEndpoint({
    method: 'POST',
    path: '/api/me/push',
    summary: 'Get push on this device; until it is switched off here or the device is signed out.',
    access: 'signed-in',
    rate: 'write',
    body: z.strictObject({
      endpoint: z.string().check(z.maxLength(pushLimits.endpoint)),
      /** The 65 bytes of a point of P-256, and 16 bytes of a secret (RFC 8291 §3). */
      p256dh: bytes(87),
      auth: bytes(22),
    }),
    reply: Devices,
    status: 201,
    problems: ['too-many'],
  }),
  unsubscribe: defineEndpoint({
    method: 'DELETE',
    path: '/api/me/push/{id}',
    summary: 'No more push on a device.',
    access: 'signed-in',
    rate: 'write',
    params: z.object({ id: Id }),
    reply: Nothing,
    problems: ['not-found'],
  }),
};

/** Signing in and out, who is asking, and the list of one's devices. */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant, Nothing } from './ids.ts';
import { Account } from './person.ts';

/** Response header that names, by a short public hash, the session the response was answered for ("none" without one). */
export const sessionHeader = 'slipmat-session';
/** Response header with what staff look up when something went wrong. */
export const referenceHeader = 'slipmat-reference';
/** Request header that carries the token for browsers that name no origin. */
export const csrfHeader = 'slipmat-csrf';

/** Why nobody is signed in. */
export const AnonymousReason = z.enum(['no-cookie', 'unknown', 'expired', 'revoked']);
export type AnonymousReason = z.infer<typeof AnonymousReason>;

/** One signed-in browser or app. */
export const Device = z.object({
  id: Id,
  /** Browser and system in words, such as "Firefox on Linux". */
  label: z.string(),
  /** The network it was last seen from, shortened to /24 (IPv4) or /48 (IPv6). */
  network: z.string(),
  signedInAt: Instant,
  lastSeenAt: Instant,
  current: z.boolean(),
});
export type Device = z.infer<typeof Device>;

export const Me = z.object({
  account: z.nullable(Account),
  /** Set when `account` is null. */
  anonymous: z.nullable(AnonymousReason),
  /** For the header `slipmat-csrf`, where a browser names no origin; null when nobody is signed in. */
  csrfToken: z.nullable(z.string()),
});
export type Me = z.infer<typeof Me>;

export const sessionsEndpoints = {
  signIn: defineEndpoint({
    method: 'POST',
    path: '/api/auth/sign-in',
    summary: 'Sign in with a handle or an e-mail address. Same time and answer for unknown and wrong.',
    access: 'anyone',
    rate: 'credentials',
    body: z.strictObject({
      login: z.string().check(z.trim(), z.minLength(1), z.maxLength(254)),
      password: z.string().check(z.minLength(1), z.maxLength(256)),
    }),
    reply: z.object({ account: Account }),
    problems: ['wrong-credentials'],
  }),
  signOut: defineEndpoint({
    method: 'POST',
    path: '/api/auth/sign-out',
    summary: 'Sign this browser out. Also fine when nobody is signed in.',
    access: 'anyone',
    rate: 'write',
    reply: Nothing,
    problems: [],
    duringConflict: true,
  }),
  me: defineEndpoint({
    method: 'GET',
    path: '/api/auth/me',
    summary: 'Who this browser is to the server.',
    access: 'anyone',
    rate: 'read',
    reply: Me,
    problems: [],
  }),
  devices: defineEndpoint({
    method: 'GET',
    path: '/api/auth/devices',
    summary: 'Where one is signed in, last seen first.',
    access: 'signed-in',
    rate: 'read',
    reply: z.object({ devices: z.array(Device) }),
    problems: [],
  }),
  endDevice: defineEndpoint({
    method: 'DELETE',
    path: '/api/auth/devices/{id}',
    summary: 'Sign one device out; its sockets close within a second.',
    access: 'signed-in',
    rate: 'write',
    params: z.object({ id: Id }),
    reply: Nothing,
    problems: ['not-found'],
  }),
  endOtherDevices: defineEndpoint({
    method: 'POST',
    path: '/api/auth/devices/end-others',
    summary: 'Sign every other device out.',
    access: 'signed-in',
    rate: 'write',
    reply: z.object({ ended: z.int() }),
    problems: [],
  }),
};

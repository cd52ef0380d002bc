/** Signing in and out, who is asking, and the list of one's devices. */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant, Nothing } from './ids.ts';
import { Account, Person } from './person.ts';

/** Response header that names, by a short public hash, the session the response was answered for ("none" without one). */
export const sessionHeader = 'slipmat-session';
/** Response header with what staff look up when something went wrong. */
export const referenceHeader = 'slipmat-reference';

/** Number of the newest incident that is open, for what a client finds by itself meanwhile; absent without one. */
export const incidentHeader = 'slipmat-incident';
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
  /** Where else to ask the same, cookies included, when nobody is signed in: hosts that get cookies of their own. */
  elsewhere: z.array(z.string()),
});
export type Me = z.infer<typeof Me>;

/** How a cookie of ours that this browser sent was read; several may have one name. */
export const CookieReading = z.object({
  name: z.string(),
  /** `live` signs in; `stale` once did; `unknown` never did; `foreign` is the old site's and signs in too. */
  state: z.enum(['live', 'stale', 'unknown', 'foreign']),
  /** Short public hash of the session it proves; null when it proves none. */
  session: z.nullable(z.string()),
});
export type CookieReading = z.infer<typeof CookieReading>;

/** A place that must agree about who this browser is. */
export const Service = z.object({
  name: z.string(),
  /** Answers with `ServiceAnswer`, cookies included. */
  url: z.string(),
});
export type Service = z.infer<typeof Service>;

/** What an old service behind the gate says it believes. */
export const ServiceAnswer = z.object({
  /** Short public hash of the session, or "none". */
  session: z.string(),
  handle: z.nullable(z.string()),
});
export type ServiceAnswer = z.infer<typeof ServiceAnswer>;

/** One of the accounts of a browser that is signed in to several. */
export const ConflictingAccount = z.object({
  /** Short public hash of its session. */
  session: z.string(),
  person: Person,
  signedInAt: Instant,
  /** The cookie that proves it. */
  cookie: z.string(),
});
export type ConflictingAccount = z.infer<typeof ConflictingAccount>;

/** What a page may find when it checks its own sign-in. */
export const Finding = z.enum(['agreed', 'not-kept', 'split', 'conflict', 'service-silent', 'repaired']);
export type Finding = z.infer<typeof Finding>;

/** A short public hash, or "none". */
const SessionHash = z.string().check(z.regex(/^[\w-]{4,16}$/));

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
      /** After a sign-in that this browser did not keep: give the cookie of the policy before, too. */
      fallBack: z.optional(z.boolean()),
    }),
    reply: z.object({ account: Account }),
    problems: ['wrong-credentials'],
  }),
  stepUp: defineEndpoint({
    method: 'POST',
    path: '/api/auth/step-up',
    summary:
      'Give one’s password once more, for what needs it given lately. The browser gets a new cookie for the old one.',
    access: 'signed-in',
    rate: 'credentials',
    body: z.strictObject({ password: z.string().check(z.minLength(1), z.maxLength(256)) }),
    reply: Nothing,
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
  signOutEverywhere: defineEndpoint({
    method: 'POST',
    path: '/api/auth/sign-out-everywhere',
    summary: 'Sign every device out, this one too, and end sign-ins that are under way.',
    access: 'signed-in',
    rate: 'write',
    reply: Nothing,
    problems: [],
  }),
  me: defineEndpoint({
    method: 'GET',
    path: '/api/auth/me',
    summary: 'Who this browser is to the server.',
    access: 'anyone',
    rate: 'read',
    reply: Me,
    problems: [],
    crossOrigin: true,
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
  check: defineEndpoint({
    method: 'GET',
    path: '/api/auth/check',
    summary: 'How the server read this browser’s cookies, and which services must agree with it.',
    access: 'anyone',
    rate: 'read',
    reply: z.object({
      /** Short public hash, "none" or "conflict". */
      session: z.string(),
      handle: z.nullable(z.string()),
      cookies: z.array(CookieReading),
      services: z.array(Service),
    }),
    problems: [],
    duringConflict: true,
  }),
  conflict: defineEndpoint({
    method: 'GET',
    path: '/api/auth/conflict',
    summary: 'The accounts that this browser is signed in to at once; none or one when there is no conflict.',
    access: 'anyone',
    rate: 'read',
    reply: z.object({ accounts: z.array(ConflictingAccount) }),
    problems: [],
    duringConflict: true,
  }),
  choose: defineEndpoint({
    method: 'POST',
    path: '/api/auth/choose',
    summary: 'Keep one of the accounts that this browser is signed in to; the others are signed out here.',
    access: 'anyone',
    rate: 'write',
    body: z.strictObject({ session: SessionHash }),
    reply: z.object({ account: Account }),
    problems: ['not-found'],
    duringConflict: true,
  }),
  repair: defineEndpoint({
    method: 'POST',
    path: '/api/auth/repair',
    summary: 'Take away every cookie of ours that signs nobody in, and give the live one again.',
    access: 'anyone',
    rate: 'write',
    reply: z.object({
      account: z.nullable(Account),
      /** Names of cookies that were taken away. */
      removed: z.array(z.string()),
    }),
    problems: [],
  }),
  clearCookies: defineEndpoint({
    method: 'POST',
    path: '/api/auth/clear-cookies',
    summary:
      'The last resort, by hand: sign out here and have the browser forget every cookie of the whole site, also with more cookies than the server can read.',
    access: 'anyone',
    rate: 'write',
    reply: Nothing,
    problems: [],
    duringConflict: true,
    withBrokenCookies: true,
  }),
  report: defineEndpoint({
    method: 'POST',
    path: '/api/auth/report',
    summary: 'What a page found when it checked its own sign-in; counted per kind of browser.',
    access: 'anyone',
    rate: 'write',
    body: z.strictObject({ finding: Finding }),
    reply: Nothing,
    problems: [],
    duringConflict: true,
    withBrokenCookies: true,
  }),
};

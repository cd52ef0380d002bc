/** Sending notifications: drafts, preview, what was sent, and the ledger of who has seen and confirmed. */
import * as z from 'zod/mini';
import { Audience, NotificationKind } from './audiences.ts';
import { defineEndpoint } from './endpoint.ts';
import { DisplayName, Handle, Id, IdempotencyKey, Instant, manyLines, oneLine } from './ids.ts';
import { notificationLimits, SenderRole } from './notifications.ts';

export const sendingLimits = {
  /** A week: whoever was not reached by then is reminded instead. Minutes. */
  escalateAfterMinutes: 7 * 24 * 60,
  reminderHours: 7 * 24,
  reminders: 10,
  /** Scheduled ahead, or expiring: half a year. Milliseconds. */
  aheadMs: 183 * 24 * 3_600_000,
  sentPage: 30,
  ledgerPage: 50,
  /** Points of the chart. */
  progressPoints: 48,
} as const;

const Title = oneLine(notificationLimits.titleLength);
const Text = manyLines(notificationLimits.textLength);

/** A path of this site, never `//host` or `/\host` which browsers take for another one, or an https address. */
export const NotificationLink = z
  .string()
  .check(
    z.trim(),
    z.maxLength(notificationLimits.linkLength),
    z.regex(
      /^(?:\/(?![/\\])[^\s\\]*|https:\/\/[^\s\\@/]+(?:\/[^\s\\]*)?)$/,
      'a path such as /e/friday, or an https address',
    ),
  );

/** Minutes after sending until it goes on to a channel, for those who have not read it by then; null: never. */
const After = z.nullable(z.int().check(z.minimum(0), z.maximum(sendingLimits.escalateAfterMinutes)));

/** Those who have not confirmed (or, of a normal one, not seen) are told again so often. */
export const Reminders = z.strictObject({
  everyHours: z.int().check(z.minimum(1), z.maximum(sendingLimits.reminderHours)),
  times: z.int().check(z.minimum(1), z.maximum(sendingLimits.reminders)),
});
export type Reminders = z.infer<typeof Reminders>;

export const Draft = z.strictObject({
  kind: NotificationKind,
  title: Title,
  text: Text,
  link: z.nullable(NotificationLink),
  audience: Audience,
  /** Null: now. */
  startsAt: z.nullable(Instant),
  /** Null: it stays until it is read. */
  expiresAt: z.nullable(Instant),
  pushAfter: After,
  emailAfter: After,
  reminders: z.nullable(Reminders),
});
export type Draft = z.infer<typeof Draft>;

/** What may be changed after sending. */
export const Change = z.strictObject({
  title: Title,
  text: Text,
  link: z.nullable(NotificationLink),
  expiresAt: z.nullable(Instant),
});
export type Change = z.infer<typeof Change>;

/** How many people an audience has now, by how they can be reached. */
export const Reached = z.object({
  people: z.int(),
  djs: z.int(),
  listeners: z.int(),
  /** Moderators, mentors, staff and owners. */
  team: z.int(),
  withEmail: z.int(),
  withPush: z.int(),
  /** By at least one of both. */
  withEither: z.int(),
  /** People without an account see it too. */
  public: z.boolean(),
});
export type Reached = z.infer<typeof Reached>;

export const SentState = z.enum(['scheduled', 'sending', 'sent', 'expired', 'withdrawn']);
export type SentState = z.infer<typeof SentState>;

export const LedgerCounts = z.object({
  recipients: z.int(),
  seen: z.int(),
  confirmed: z.int(),
  reminded: z.int(),
  unreachable: z.int(),
});
export type LedgerCounts = z.infer<typeof LedgerCounts>;

/** A notification as its sender and staff see it. */
export const SentNotification = z.object({
  id: Id,
  kind: NotificationKind,
  version: z.int(),
  title: z.string(),
  text: z.string(),
  link: z.nullable(z.string()),
  audience: Audience,
  from: z.object({ name: z.string(), role: SenderRole, handle: z.nullable(Handle) }),
  state: SentState,
  createdAt: Instant,
  startsAt: Instant,
  expiresAt: z.nullable(Instant),
  changedAt: z.nullable(Instant),
  withdrawnAt: z.nullable(Instant),
  pushAfter: After,
  emailAfter: After,
  reminders: z.nullable(Reminders),
  incident: z.nullable(z.int()),
  counts: LedgerCounts,
});
export type SentNotification = z.infer<typeof SentNotification>;

export const LedgerState = z.enum(['sent', 'seen', 'confirmed', 'unreachable']);
export type LedgerState = z.infer<typeof LedgerState>;

/** Why somebody could not be reached by any channel that was tried. */
export const UnreachableReason = z.enum(['no-channel', 'no-address', 'unverified', 'bounced', 'not-theirs']);
export type UnreachableReason = z.infer<typeof UnreachableReason>;

export const ChannelState = z.enum(['queued', 'sending', 'sent', 'failed', 'bounced', 'kept', 'gone']);
export type ChannelState = z.infer<typeof ChannelState>;

/** One recipient. */
export const LedgerRow = z.object({
  person: z.object({ id: Id, handle: Handle, displayName: DisplayName }),
  state: LedgerState,
  sentAt: Instant,
  seenAt: z.nullable(Instant),
  confirmedAt: z.nullable(Instant),
  /** When they confirmed an earlier version. */
  confirmedBeforeAt: z.nullable(Instant),
  remindedAt: z.nullable(Instant),
  reminders: z.int(),
  email: z.nullable(ChannelState),
  push: z.nullable(ChannelState),
  unreachable: z.nullable(UnreachableReason),
});
export type LedgerRow = z.infer<typeof LedgerRow>;

/** How many had seen and confirmed it by then. */
export const Progress = z.object({ at: Instant, seen: z.int(), confirmed: z.int() });
export type Progress = z.infer<typeof Progress>;

export const LedgerFilter = z.enum([
  'all',
  'not-seen',
  'seen',
  'not-confirmed',
  'confirmed',
  'reminded',
  'unreachable',
]);
export type LedgerFilter = z.infer<typeof LedgerFilter>;

/** What the ledger is asked for. `after`: the last person of the page before. */
export const LedgerQuery = z.object({
  filter: z._default(LedgerFilter, 'all'),
  q: z._default(z.string().check(z.trim(), z.maxLength(60)), ''),
  after: z.optional(Id),
});

const ById = z.object({ id: Id });
const One = z.object({ notification: SentNotification });
const access = { can: 'notification.send' } as const;

export const sendingEndpoints = {
  preview: defineEndpoint({
    method: 'POST',
    path: '/api/sent/preview',
    summary: 'How many people a draft would reach. Sends nothing.',
    access,
    rate: 'write',
    body: z.strictObject({ kind: NotificationKind, audience: Audience }),
    reply: z.object({ reached: Reached }),
    problems: ['not-found', 'audience-not-allowed'],
  }),
  send: defineEndpoint({
    method: 'POST',
    path: '/api/sent',
    summary: 'Send a notification, now or at its time. The same key again gives the same one.',
    access,
    rate: 'write',
    body: z.extend(Draft, { key: IdempotencyKey }),
    reply: One,
    status: 201,
    problems: ['not-found', 'audience-not-allowed', 'audience-empty', 'must-read-first'],
  }),
  list: defineEndpoint({
    method: 'GET',
    path: '/api/sent',
    summary: 'What one sent, newest first; staff see what everybody sent.',
    access,
    rate: 'read',
    query: z.object({ before: z.optional(Id) }),
    reply: z.object({ notifications: z.array(SentNotification), more: z.boolean() }),
    problems: [],
  }),
  show: defineEndpoint({
    method: 'GET',
    path: '/api/sent/{id}',
    summary: 'One of them, with how it was read over time.',
    access,
    rate: 'read',
    params: ById,
    reply: z.object({ notification: SentNotification, progress: z.array(Progress) }),
    problems: ['not-found'],
  }),
  change: defineEndpoint({
    method: 'PATCH',
    path: '/api/sent/{id}',
    summary: 'Change its words or its end. A must-read with other words is asked for again.',
    access,
    rate: 'write',
    params: ById,
    body: Change,
    reply: One,
    problems: ['not-found', 'notification-state'],
  }),
  withdraw: defineEndpoint({
    method: 'POST',
    path: '/api/sent/{id}/withdrawal',
    summary: 'Take it off every page. The ledger stays.',
    access,
    rate: 'write',
    params: ById,
    reply: One,
    problems: ['not-found', 'notification-state'],
  }),
  remind: defineEndpoint({
    method: 'POST',
    path: '/api/sent/{id}/reminder',
    summary: 'Tell those again who have not confirmed it, or, of a normal one, not seen it.',
    access,
    rate: 'write',
    params: ById,
    reply: One,
    problems: ['not-found', 'notification-state', 'too-many'],
  }),
  ledger: defineEndpoint({
    method: 'GET',
    path: '/api/sent/{id}/ledger',
    summary: 'Its recipients and what each did, by the order in which they came to this Slipmat.',
    access,
    rate: 'read',
    params: ById,
    query: LedgerQuery,
    reply: z.object({ rows: z.array(LedgerRow), more: z.boolean() }),
    problems: ['not-found'],
  }),
};

/** Mail: one's own address and how it is verified, what is on its way to whom, and the owner's outbox. */
import * as z from 'zod/mini';
import { Email } from './accounts.ts';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant } from './ids.ts';
import { Person } from './person.ts';

/**
 * `queued` waits, also for another try; `sending` is being handed to the mail server; `sent` was taken by it; `failed`
 * was given up; `bounced` means that the address takes no mail; `kept` was never sent, since no mail server is set.
 */
export const MailState = z.enum(['queued', 'sending', 'sent', 'failed', 'bounced', 'kept']);
export type MailState = z.infer<typeof MailState>;

/** What a mail is for: its last lines say why somebody gets it. */
export const MailKind = z.enum(['verification', 'account', 'notification', 'must-read']);
export type MailKind = z.infer<typeof MailKind>;

/** Why mail does not reach a person. */
export const MailUnreachable = z.enum(['no-address', 'unverified', 'bounced']);
export type MailUnreachable = z.infer<typeof MailUnreachable>;

export const mailLimits = {
  /** Characters; more is cut. RFC 5322 §2.1.1 folds at 998, people read 60. */
  subject: 200,
  /** Characters of Markdown in one mail: more is cut, and the link leads to the whole. */
  markdown: 20_000,
  /** Mails on one page of the outbox. */
  pageSize: 50,
} as const;

/** One's e-mail address and what is known about it. */
export const EmailStanding = z.object({
  email: z.nullable(z.string()),
  verifiedAt: z.nullable(Instant),
  /** The link that was sent last and is still good; its address may be one that is to take the place of `email`. */
  sent: z.nullable(z.object({ to: z.string(), at: Instant, expiresAt: Instant })),
  /** Mail to the address came back several times in a row. */
  bounced: z.boolean(),
  /** False: this Slipmat sends no mail, and its owner hands links out by hand. */
  mailIsSent: z.boolean(),
});
export type EmailStanding = z.infer<typeof EmailStanding>;

/** A mail as the owner sees it in the list. */
export const MailRow = z.object({
  id: Id,
  kind: MailKind,
  state: MailState,
  person: Person,
  /** Empty: the person had none to send to. */
  address: z.string(),
  subject: z.string(),
  tries: z.int(),
  createdAt: Instant,
  changedAt: Instant,
  /** For `queued`: when it is tried next. */
  dueAt: Instant,
  error: z.nullable(z.string()),
});
export type MailRow = z.infer<typeof MailRow>;

const Token = z.string().check(z.regex(/^[\w-]{20,64}$/));

export const mailEndpoints = {
  address: defineEndpoint({
    method: 'GET',
    path: '/api/me/email',
    summary: 'One’s e-mail address, whether it is verified, and where the last link went.',
    access: 'signed-in',
    rate: 'read',
    reply: EmailStanding,
    problems: [],
  }),
  sendLink: defineEndpoint({
    method: 'POST',
    path: '/api/me/email/link',
    summary: 'Send the link that verifies one’s address. Once a minute, ten times a day.',
    access: 'signed-in',
    rate: 'credentials',
    reply: EmailStanding,
    problems: ['email-missing'],
  }),
  changeAddress: defineEndpoint({
    method: 'PUT',
    path: '/api/me/email',
    summary:
      'Change one’s address: a verified one stays until the link sent to the new one is opened, and is told.',
    access: 'signed-in',
    rate: 'credentials',
    body: z.strictObject({ email: Email, password: z.string().check(z.maxLength(256)) }),
    reply: EmailStanding,
    problems: ['wrong-credentials', 'email-taken'],
  }),
  verify: defineEndpoint({
    method: 'POST',
    path: '/api/email/verify',
    summary: 'Verify an address with the link that was sent to it; no sign-in is needed.',
    access: 'anyone',
    rate: 'credentials',
    body: z.strictObject({ token: Token }),
    reply: z.object({ email: z.string() }),
    problems: ['verification-over', 'email-taken'],
  }),
  outbox: defineEndpoint({
    method: 'GET',
    path: '/api/mails',
    summary: 'Mails, newest first, by state and by the beginning of an address or handle.',
    access: { can: 'mail.read-any' },
    rate: 'read',
    query: z.object({
      state: z.optional(MailState),
      q: z._default(z.string().check(z.trim(), z.maxLength(254)), ''),
      before: z.optional(Id),
    }),
    reply: z.object({
      mails: z.array(MailRow),
      more: z.boolean(),
      /** Of all mails, by state. */
      counts: z.array(z.object({ state: MailState, count: z.int() })),
      mailIsSent: z.boolean(),
    }),
    problems: [],
  }),
  show: defineEndpoint({
    method: 'GET',
    path: '/api/mails/{id}',
    summary: 'One mail, whole, as text, with the link in it.',
    access: { can: 'mail.read-any' },
    rate: 'read',
    params: z.object({ id: Id }),
    reply: z.object({ mail: MailRow, text: z.string(), link: z.nullable(z.string()) }),
    problems: ['not-found'],
  }),
  sendAgain: defineEndpoint({
    method: 'POST',
    path: '/api/mails/{id}/send',
    summary: 'Send a mail that was kept, failed or bounced, or a copy of one that was sent.',
    access: { can: 'mail.read-any' },
    rate: 'write',
    params: z.object({ id: Id }),
    reply: z.object({ mail: MailRow }),
    problems: ['not-found', 'mail-not-sendable'],
  }),
};

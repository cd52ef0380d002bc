/** Mail: what is on its way to whom, and why somebody cannot be reached by it. */
import * as z from 'zod/mini';

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
} as const;

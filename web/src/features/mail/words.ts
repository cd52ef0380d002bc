/** How mail stands, in words. */
import type { MailKind, MailState } from '@slipmat/contract/mail';
import type { BadgeTone } from '../../ui/badge.tsx';

export const stateWords: Readonly<
  Record<MailState, { readonly name: string; readonly tone: BadgeTone; readonly none: string }>
> = {
  queued: { name: 'waiting', tone: 'plain', none: 'Nothing waits to be sent.' },
  sending: { name: 'being sent', tone: 'plain', none: 'Nothing is being sent at the moment.' },
  sent: { name: 'sent', tone: 'good', none: 'Nothing was sent yet.' },
  failed: { name: 'failed', tone: 'danger', none: 'Nothing failed.' },
  bounced: { name: 'came back', tone: 'danger', none: 'Nothing came back.' },
  kept: { name: 'kept', tone: 'lamp', none: 'Nothing was kept: all mail found a mail server.' },
};

export const kindWords: Readonly<Record<MailKind, string>> = {
  verification: 'verification link',
  account: 'about the account',
  notification: 'notification',
  'must-read': 'must-read',
};

const reasons: Readonly<Record<string, string>> = {
  'no-address': 'They have no e-mail address.',
  unverified: 'Their address is not verified.',
  bounced: 'Mail to their address came back several times.',
};

/** What went wrong: a reason of ours in words, or what the mail server said. */
export function errorWords(error: string): string {
  return reasons[error] ?? error;
}

/** What was sent, in words. */
import type {
  ChannelState,
  LedgerCounts,
  LedgerFilter,
  LedgerRow,
  SentNotification,
  SentState,
  UnreachableReason,
} from '@slipmat/contract/sending';
import type { BadgeTone } from '../../ui/badge.tsx';
import { counted } from '../../ui/number.ts';
import { people } from './reach-words.ts';

export const stateWords: Readonly<Record<SentState, { word: string; tone: BadgeTone }>> = {
  scheduled: { word: 'Scheduled', tone: 'plain' },
  sending: { word: 'Sending', tone: 'lamp' },
  sent: { word: 'Out', tone: 'good' },
  expired: { word: 'Over', tone: 'plain' },
  withdrawn: { word: 'Withdrawn', tone: 'danger' },
};

export const filterWords: Readonly<Record<LedgerFilter, string>> = {
  all: 'Everybody',
  'not-seen': 'Not seen yet',
  seen: 'Seen',
  'not-confirmed': 'Not confirmed yet',
  confirmed: 'Confirmed',
  reminded: 'Reminded',
  unreachable: 'Not reached',
};

/** Those that say something of this kind. */
export function filtersFor(kind: SentNotification['kind']): readonly LedgerFilter[] {
  const all: readonly LedgerFilter[] = [
    'all',
    'not-seen',
    'seen',
    'not-confirmed',
    'confirmed',
    'reminded',
    'unreachable',
  ];
  return kind === 'must-read' ? all : all.filter((one) => one !== 'confirmed' && one !== 'not-confirmed');
}

const reasonWords: Readonly<Record<UnreachableReason, string>> = {
  'no-channel': 'It does not go beyond the page.',
  'no-address': 'They have no e-mail address and no push.',
  unverified: 'Their e-mail address is not verified.',
  bounced: 'Their e-mail address takes no mail.',
  'not-theirs': 'They may not see it any more.',
};

export function unreachableWords(reason: UnreachableReason): string {
  return reasonWords[reason];
}

const channelWords: Readonly<Record<ChannelState, string>> = {
  queued: 'waits',
  sending: 'is on its way',
  sent: 'sent',
  failed: 'failed',
  bounced: 'came back',
  kept: 'kept in the owner’s outbox',
  gone: 'the browser is gone',
};

/** "E-mail sent · Push waits"; empty when nothing went beyond the page. */
export function channelsWords({ email, push }: Pick<LedgerRow, 'email' | 'push'>): string {
  return [
    email === null ? '' : `E-mail ${channelWords[email]}`,
    push === null ? '' : `Push ${channelWords[push]}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** "12 of 40 confirmed": the one number that matters for its kind. */
export function progressWords(kind: SentNotification['kind'], counts: LedgerCounts): string {
  const { recipients, seen, confirmed } = counts;
  if (recipients === 0) return 'Nobody yet';
  return kind === 'must-read'
    ? `${counted(confirmed)} of ${people(recipients)} confirmed`
    : `${counted(seen)} of ${people(recipients)} have seen it`;
}

/** How many a reminder goes to. */
export function toRemind({ kind, counts }: Pick<SentNotification, 'kind' | 'counts'>): number {
  return Math.max(0, counts.recipients - (kind === 'must-read' ? counts.confirmed : counts.seen));
}

/** True while it is on pages, or will be. */
export function isOpen(state: SentState): boolean {
  return state !== 'expired' && state !== 'withdrawn';
}

/** "after 30 minutes", "after 2 hours", "at once". */
export function afterWords(minutes: number): string {
  if (minutes === 0) return 'at once';
  if (minutes % 1440 === 0) return `after ${plural(minutes / 1440, 'day')}`;
  return minutes % 60 === 0 ? `after ${plural(minutes / 60, 'hour')}` : `after ${plural(minutes, 'minute')}`;
}

export function plural(count: number, word: string): string {
  return `${counted(count)} ${word}${count === 1 ? '' : 's'}`;
}

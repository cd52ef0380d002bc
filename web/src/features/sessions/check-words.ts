/** The words of the check page that depend on what came of it. */
import type { AnonymousReason, CookieReading } from '@slipmat/contract/sessions';
import type { AnswerRow, Outcome } from './agreement.ts';

/** The answer to "Am I really signed in?", in as few words as there are. */
export function headlineOf({ verdict, person, rows }: Outcome): string {
  switch (verdict) {
    case 'partial':
      // The API of the page is asked first, and without it the others are no more than a hint.
      if (rows[0]?.state === 'silent') return 'Not certain';
      return person === null ? 'You are not signed in' : `Yes, as ${person}`;
    case 'agreed':
      return person === null ? 'You are not signed in' : `Yes, as ${person}`;
    case 'split':
      return 'Not everywhere';
    case 'conflict':
      return 'Twice';
    case 'unknown':
      return 'Nothing answered';
  }
}

export const stateWords: Readonly<Record<AnswerRow['state'], string>> = {
  agrees: 'agrees',
  differs: 'disagrees',
  conflict: 'two accounts',
  silent: 'no answer',
};

export const reasonWords: Readonly<Record<AnonymousReason, string>> = {
  'no-cookie': 'Your browser sent no cookie that signs anybody in.',
  unknown: 'Your browser sent a cookie that the server does not know, or does not know any more.',
  expired: 'You were away for so long that the sign-in ran out.',
  revoked: 'This device was signed out, here or from another device.',
};

export const cookieWords: Readonly<Record<CookieReading['state'], string>> = {
  live: 'signs you in',
  stale: 'once signed you in, and does nothing any more',
  unknown: 'signs nobody in',
  foreign: 'is the old site’s, and signs you in too',
};

/** True for a cookie that a repair takes away. */
export function isLeftOver({ state }: CookieReading): boolean {
  return state === 'stale' || state === 'unknown';
}

/** "Took away 2 cookies that signed nobody in: a and b." */
export function removedWords(removed: readonly string[]): string {
  const [first] = removed;
  if (first === undefined) return 'No cookie had to be taken away.';
  if (removed.length === 1) return `Took away one cookie that signed nobody in: ${first}.`;
  const names = [...new Set(removed)].join(', ');
  return `Took away ${String(removed.length)} cookies that signed nobody in: ${names}.`;
}

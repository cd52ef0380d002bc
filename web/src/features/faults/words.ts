/** Words for faults. */
import type { FaultKind, FaultState, FaultSummary } from '@slipmat/contract/faults';
import type { BadgeTone } from '../../ui/badge.tsx';
import { counted } from '../../ui/number.ts';

export const kindWords: Readonly<Record<FaultKind, { readonly word: string; readonly about: string }>> = {
  server: { word: 'Server', about: 'Broke while the server answered somebody.' },
  background: { word: 'Background', about: 'Broke in work of the server that nobody waits for.' },
  page: { word: 'Page', about: 'Broke in somebody’s browser.' },
  connection: {
    word: 'Connection',
    about: 'Browsers did not reach the server, or something answered in its place.',
  },
  policy: {
    word: 'Blocked',
    about: 'The security policy of a page blocked it; most often it came from an extension.',
  },
  source: { word: 'DJ software', about: 'DJ software was refused at the source port.' },
};

export const stateWords: Readonly<Record<FaultState, { readonly word: string; readonly tone: BadgeTone }>> = {
  open: { word: 'Open', tone: 'lamp' },
  'came-back': { word: 'Came back', tone: 'danger' },
  resolved: { word: 'Resolved', tone: 'good' },
};

/** What a fault is called: what the error said, or at least what kind of it. */
export function titleOf({ name, message, code }: Pick<FaultSummary, 'name' | 'message' | 'code'>): string {
  if (message !== '') return name === 'Error' || name === '' ? message : `${name}: ${message}`;
  return name === '' || name === 'Error' ? code : `${name}: ${code}`;
}

/** "3 times, 2 people and 1 time nobody signed in". */
export function hitWords({ count, people, anonymousHits }: FaultSummary): string {
  const times = `${counted(count)} ${count === 1 ? 'time' : 'times'}`;
  const who = people === 0 ? '' : `, ${counted(people)} ${people === 1 ? 'person' : 'people'}`;
  const nobody = anonymousHits === 0 ? '' : `, ${counted(anonymousHits)} with nobody signed in`;
  return times + who + nobody;
}

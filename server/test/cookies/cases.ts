/**
 * The twenty-five cases that a change of sign-in has to survive: what happens, and what must hold. They run in the
 * jar model here (cases.test.ts, case-*.ts) and against a real Django where the old site matters, and in real
 * browsers in e2e/; whoever runs one names its number. Numbers are for ever: a case that goes leaves a gap.
 */

/** Where a case is run. `pure`: the parser, the resolver and the guard alone, over many seeds. */
export type Ground = 'pure' | 'model' | 'django' | 'proxies' | 'browsers';

export interface Case {
  readonly number: number;
  readonly title: string;
  /** What must hold, each a sentence that can be checked. */
  readonly must: readonly string[];
  readonly grounds: readonly Ground[];
}

export const cases: readonly Case[] = [
  {
    number: 1,
    title: 'a dead host-only cookie before the live one with Domain',
    must: [
      'every API, the socket and the old service name one and the same session',
      'the dead cookie is gone after the next navigation',
      'nobody is signed out',
    ],
    grounds: ['model', 'django', 'browsers'],
  },
  {
    number: 2,
    title: 'the same in every order',
    must: ['1,000 orders of the same cookies give one and the same outcome'],
    grounds: ['pure', 'model'],
  },
  {
    number: 3,
    title: 'two live cookies of one person',
    must: [
      'they are one session and one device',
      'the old one is taken away only after the new one was seen',
    ],
    grounds: ['model', 'browsers'],
  },
  {
    number: 4,
    title: 'two live cookies of different people',
    must: [
      'every API at once answers 409 session-conflict with a reference',
      'the page shows both accounts, and nobody is chosen silently',
      'after the choice exactly one is left, everywhere',
    ],
    grounds: ['model', 'django', 'browsers'],
  },
  {
    number: 5,
    title: 'a browser that does not keep the new cookie',
    must: [
      'it stays signed in with the old one',
      'it is counted as refused, once, in its segment',
      'its person is shown nothing, and the new cookie is not tried again for a week',
    ],
    grounds: ['model', 'browsers'],
  },
  {
    number: 6,
    title: 'five such browsers of one kind',
    must: [
      'the roll-out stops by itself within one evaluation and is taken back',
      'everybody stays signed in',
      'staff are shown why',
    ],
    grounds: ['model'],
  },
  {
    number: 7,
    title: 'no figures for ten minutes',
    must: ['the percentage stays', 'nothing is promoted', 'staff are alerted'],
    grounds: ['model'],
  },
  {
    number: 8,
    title: 'rolled back from 100 % during traffic',
    must: ['no request is refused because of it', 'who had only the new cookie is given the old one again'],
    grounds: ['model', 'browsers'],
  },
  {
    number: 9,
    title: 'the old site sets and deletes its own cookie beside ours',
    must: ['our cookie and the session stay as they are'],
    grounds: ['model', 'django', 'browsers'],
  },
  {
    number: 10,
    title: 'an old script writes session cookies after they became HttpOnly',
    must: [
      'what it planted signs nobody in or out',
      'what it planted under a name of ours is told of and taken away',
    ],
    grounds: ['model', 'browsers'],
  },
  {
    number: 11,
    title: 'a sibling host tosses the cookie of another session',
    must: [
      'two people are a conflict, and never a silent sign-in as the attacker',
      'signing in gives new ids, and what was tossed is dead',
    ],
    grounds: ['model', 'browsers'],
  },
  {
    number: 12,
    title: 'names and headers made to confuse',
    must: [
      'Unicode spaces, other letters, $Version, __proto__, no name and quotes make nothing of ours',
      '200 copies do not hide the right one and take no longer',
      '16 KB are answered 431 with a way to repair it',
    ],
    grounds: ['pure', 'model'],
  },
  {
    number: 13,
    title: 'the browser loses the new cookie between two requests',
    must: ['the old one serves while it lives', 'after that it is a clean session-missing, without a loop'],
    grounds: ['model', 'browsers'],
  },
  {
    number: 14,
    title: 'signing out in one tab while another renews the cookie',
    must: ['both are signed out', 'no cookie that was ever given signs in again'],
    grounds: ['model', 'browsers'],
  },
  {
    number: 15,
    title: 'twenty requests at once when the cookie is renewed',
    must: ['all succeed', 'all are given one and the same successor'],
    grounds: ['model', 'browsers'],
  },
  {
    number: 16,
    title: 'the answer with the renewed cookie is lost',
    must: [
      'asking again with the old one gives the same successor',
      'a replaced cookie that comes back late ends the session, and the log says so',
    ],
    grounds: ['model'],
  },
  {
    number: 17,
    title: 'signing out everywhere while a sign-in is under way',
    must: [
      'nothing that proves a session is left alive',
      'no live session is missing from the list of devices',
    ],
    grounds: ['model'],
  },
  {
    number: 18,
    title: 'storage does not answer while the session is looked up',
    must: ['503 storage-unavailable', 'no cookie is taken away', 'nobody is taken for anonymous'],
    grounds: ['model'],
  },
  {
    number: 19,
    title: 'where a request comes from, in every combination',
    must: [
      'the guard decides as its table says',
      'a sign-in from another site and a socket of a sibling are refused',
    ],
    grounds: ['pure', 'model', 'browsers'],
  },
  {
    number: 20,
    title: 'a browser that says nothing about where a request comes from',
    must: [
      '403 csrf-origin-missing, and the token of the session is the way through',
      'Origin null passes when Sec-Fetch-Site says same-origin',
    ],
    grounds: ['model', 'browsers'],
  },
  {
    number: 21,
    title: 'sessions of the old site are adopted',
    must: [
      'who is signed in there is signed in here without noticing, exactly once',
      'expired, forged and disabled ones are not',
    ],
    grounds: ['django'],
  },
  {
    number: 22,
    title: 'passwords of the old site',
    must: ['they sign in here', 'the old site’s sessions of that person survive it'],
    grounds: ['django'],
  },
  {
    number: 23,
    title: 'the gate in front of an old service',
    must: [
      'identity headers of clients never reach it, in any spelling',
      'it is closed, never open, when the gate does not answer',
    ],
    grounds: ['model', 'django', 'proxies'],
  },
  {
    number: 24,
    title: 'a cache holds a page of somebody who signed out since',
    must: ['no answer that names somebody may be stored', 'the page itself is the same for everybody'],
    grounds: ['model', 'browsers'],
  },
  {
    number: 25,
    title: 'the outage, once more',
    must: [
      'no browser is ever two people to two APIs',
      'nobody is signed out and nobody has to do anything',
      'every anomaly is counted',
    ],
    grounds: ['model', 'django', 'browsers'],
  },
];

/** @throws when there is none of that number. */
export function caseOf(number: number): Case {
  const found = cases.find((one) => one.number === number);
  if (found === undefined) throw new Error(`there is no case ${number}`);
  return found;
}

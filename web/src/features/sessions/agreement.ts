/** Whether everything that was asked takes this browser for the same person, and that in words. */
import { manySessions, noSession } from '../../api/identity.ts';

/** `late`: not within the time given. `unreached`: the browser got no answer, or may not read it. */
export type Silence = 'late' | 'unreached' | 'strange' | 'problem';

export type Answer =
  | {
      readonly kind: 'session';
      /** Short public hash, or "none". */
      readonly session: string;
      /** Null: nobody. Undefined: it does not say. */
      readonly handle: string | null | undefined;
    }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'silent'; readonly because: Silence; readonly detail?: string };

export interface Service {
  /** As the heading of its row. */
  readonly title: string;
  /** Within a sentence: "this page". */
  readonly name: string;
}

export interface Asked {
  readonly service: Service;
  readonly answer: Answer;
}

/**
 * `split`: some disagree. `conflict`: several accounts at once. `partial`: those that answered agree, and some did
 * not answer. `unknown`: nothing answered.
 */
export type Verdict = 'agreed' | 'split' | 'conflict' | 'partial' | 'unknown';

export interface AnswerRow {
  readonly service: Service;
  readonly state: 'agrees' | 'differs' | 'conflict' | 'silent';
  /** "Takes you for Ada (@ada)." */
  readonly words: string;
}

export interface Outcome {
  readonly verdict: Verdict;
  /** Whom the first that answered takes this browser for: a name, or null for nobody. */
  readonly person: string | null;
  /** One or two sentences that say it all. */
  readonly sentence: string;
  readonly rows: readonly AnswerRow[];
}

type Said = Extract<Answer, { kind: 'session' }>;

/** What an answer that names a session, or several at once, says. */
export function answerOf(session: string, handle: string | null | undefined): Answer {
  return session === manySessions ? { kind: 'conflict' } : { kind: 'session', session, handle };
}

/**
 * One person, however the answers name them: the handle counts where both say one, since a service may keep a
 * session of its own; otherwise the session.
 */
function isSame(a: Said, b: Said): boolean {
  if (typeof a.handle === 'string' && typeof b.handle === 'string')
    return a.handle.toLowerCase() === b.handle.toLowerCase();
  if (a.handle !== undefined && b.handle !== undefined && a.handle !== b.handle) return false;
  return a.session === b.session;
}

const silences: Readonly<Record<Silence, string>> = {
  late: 'Did not answer in time.',
  unreached: 'Did not answer: it cannot be reached, or does not let this page ask.',
  strange: 'Did not answer: what came back is not an answer to this question.',
  problem: 'Did not answer.',
};

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A name for whomever an answer is about. */
function nameOf(said: Said, all: readonly Said[], names: ReadonlyMap<string, string>): string | null {
  const known = said.handle ?? all.find((other) => other.session === said.session && other.handle)?.handle;
  if (typeof known === 'string') {
    const displayName = names.get(known.toLowerCase());
    return displayName === undefined ? `@${known}` : `${displayName} (@${known})`;
  }
  return said.session === noSession || said.handle === null ? null : 'somebody it does not name';
}

function isSaid(answer: Answer): answer is Said {
  return answer.kind === 'session';
}

/** "This page takes you for Ada (@ada). “Old chat” takes you for nobody." */
function disagreement(asked: readonly Asked[], whoOf: (said: Said) => string | null): string {
  const groups: { readonly said: Said; readonly services: string[] }[] = [];
  for (const { service, answer } of asked) {
    if (!isSaid(answer)) continue;
    const group = groups.find(({ said }) => isSame(said, answer));
    if (group === undefined) groups.push({ said: answer, services: [service.name] });
    else group.services.push(service.name);
  }
  return groups
    .map(({ said, services }) => {
      const verb = services.length === 1 ? 'takes' : 'take';
      return `${capitalized(listed(services))} ${verb} you for ${whoOf(said) ?? 'nobody'}.`;
    })
    .join(' ');
}

function verdictOf(rows: readonly AnswerRow[]): Verdict {
  const has = (state: AnswerRow['state']): boolean => rows.some((row) => row.state === state);
  if (has('conflict')) return 'conflict';
  if (has('differs')) return 'split';
  if (!has('agrees')) return 'unknown';
  return has('silent') ? 'partial' : 'agreed';
}

/**
 * Compares all answers with the first one that names somebody or nobody.
 * @param asked in the order in which they are shown; the API of this page first.
 * @param names display names by handle in lower case, as far as they are known.
 */
export function compare(asked: readonly Asked[], names: ReadonlyMap<string, string> = new Map()): Outcome {
  const all = asked.map(({ answer }) => answer).filter(isSaid);
  const first = all[0];
  const whoOf = (said: Said): string | null => nameOf(said, all, names);
  const isConflict = asked.some(({ answer }) => answer.kind === 'conflict');
  const rows = asked.map(({ service, answer }): AnswerRow => {
    if (answer.kind === 'conflict')
      return { service, state: 'conflict', words: 'Sees two accounts at once, and does nothing for either.' };
    if (answer.kind === 'silent')
      return { service, state: 'silent', words: `${silences[answer.because]} ${answer.detail ?? ''}`.trim() };
    // Where some see two accounts, whoever sees one of them is no sounder for it.
    const isAgreed = !isConflict && (first === undefined || isSame(first, answer));
    const state = isAgreed ? 'agrees' : 'differs';
    const otherSignIn = state === 'agrees' && first !== undefined && first.session !== answer.session;
    const note = otherSignIn ? ' By another sign-in than this page.' : '';
    return { service, state, words: `Takes you for ${whoOf(answer) ?? 'nobody'}.${note}` };
  });
  const verdict = verdictOf(rows);
  const person = first === undefined ? null : whoOf(first);
  return { verdict, person, rows, sentence: sentenceOf(verdict, person, rows, disagreement(asked, whoOf)) };
}

function sentenceOf(
  verdict: Verdict,
  person: string | null,
  rows: readonly AnswerRow[],
  disagreement: string,
): string {
  const agreement = person === null ? 'takes you for nobody' : `takes you for ${person}`;
  const silent = listed(rows.filter(({ state }) => state === 'silent').map(({ service }) => service.name));
  switch (verdict) {
    case 'agreed':
      return `Every part of this site ${agreement}.`;
    case 'split':
      return disagreement;
    case 'conflict':
      return 'This browser is signed in to two accounts at once. Nothing is done for either until you choose one.';
    case 'partial':
      return `Every part of this site that answered ${agreement}. No answer came from ${silent}.`;
    case 'unknown':
      return 'No part of this site answered, so nothing can be said.';
  }
}

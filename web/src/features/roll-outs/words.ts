/** The words for what is rolled out, how it stands, and what came of it. */
import type {
  FindingCount,
  RollOut,
  RollOutAct,
  RollOutEntry,
  RollOutKind,
  RollOutState,
} from '@slipmat/contract/roll-outs';
import type { BadgeTone } from '../../ui/badge.tsx';

interface KindWords {
  readonly title: string;
  /** Within a sentence: "the roll-out of the new cookie". */
  readonly name: string;
  readonly accepted: string;
  readonly refused: string;
  readonly pending: string;
  readonly issued: string;
}

export const kindWords: Readonly<Record<RollOutKind, KindWords>> = {
  cookie: {
    title: 'New cookie',
    name: 'the new cookie',
    issued: 'Given',
    accepted: 'Kept',
    refused: 'Refused',
    pending: 'Never came back',
  },
  csrf: {
    title: 'Protection against requests of other sites',
    name: 'the protection against requests of other sites',
    issued: 'Taking part',
    accepted: 'Passed',
    refused: 'Refused',
    pending: 'Never came back',
  },
};

export const stateWords: Readonly<Record<RollOutState, { readonly word: string; readonly tone: BadgeTone }>> =
  {
    ready: { word: 'Ready', tone: 'plain' },
    running: { word: 'Running', tone: 'lamp' },
    paused: { word: 'Paused', tone: 'plain' },
    stopped: { word: 'Stopped by itself', tone: 'danger' },
    'rolled-back': { word: 'Rolled back', tone: 'plain' },
    complete: { word: 'Complete', tone: 'good' },
  };

/** The step after the one it is at; undefined after the last. */
export function nextStep({ steps, percent }: Pick<RollOut, 'steps' | 'percent'>): number | undefined {
  return steps.find((step) => step > percent);
}

/** How it stands and what happens next, as a sentence or two; without the reason, which the server words. */
export function standingWords(rollOut: RollOut): string {
  const { state, verdict, percent } = rollOut;
  const next = nextStep(rollOut);
  const then = next === undefined ? 'it is complete' : `${String(next)} % of sessions follow`;
  switch (state) {
    case 'ready':
      return 'Declared, and given to nobody yet.';
    case 'paused':
      return `${String(percent)} % of sessions have it and keep it; no further one gets it.`;
    case 'stopped':
      return 'The server stopped it and took it back everywhere. Nobody was signed out.';
    case 'rolled-back':
      return 'It was taken back everywhere. Nobody was signed out.';
    case 'complete':
      return 'Every session has it. The old way is not given to anybody any more.';
    case 'running':
      break;
  }
  switch (verdict) {
    case 'promote':
      return `All is well: at the next look, ${then}.`;
    case 'too-soon':
      return `${String(percent)} % of sessions. When the step has lasted and enough answers are in, ${then}.`;
    case 'no-data':
      return `It stays at ${String(percent)} % until browsers answer again. Nothing is taken back.`;
    case 'stop':
      return 'Too many refuse it: it is being taken back.';
    case 'idle':
      return `${String(percent)} % of sessions.`;
  }
}

const acts: Readonly<Record<RollOutAct, (percent: number) => string>> = {
  declared: () => 'Declared',
  started: (percent) => `Started with ${String(percent)} %`,
  advanced: (percent) => `Next step, ${String(percent)} %, by hand`,
  promoted: (percent) => `Next step, ${String(percent)} %`,
  paused: (percent) => `Paused at ${String(percent)} %`,
  resumed: (percent) => `Resumed at ${String(percent)} %`,
  held: (percent) => `Held at ${String(percent)} %`,
  stopped: () => 'Stopped by itself and rolled back',
  'rolled-back': () => 'Rolled back',
  completed: () => 'Completed',
};

/** "Started with 1 %". */
export function entryWords({ act, percent }: Pick<RollOutEntry, 'act' | 'percent'>): string {
  return acts[act](percent);
}

/** What stands under the header of every page for staff until somebody has noted it. */
export function alertWords({ kind, state, reason }: RollOut): string {
  const does =
    state === 'stopped' ? 'stopped by itself and was taken back' : 'waits, because no answers come';
  return `The roll-out of ${kindWords[kind].name} ${does}.${reason === null ? '' : ` ${reason}`}`;
}

/** "0.4 %"; a rate that is not quite nothing is never "0 %". */
export function rateWords(rate: number): string {
  const percent = rate * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '< 0.1 %';
  return `${percent < 10 ? percent.toFixed(1) : String(Math.round(percent))} %`;
}

const findings: Readonly<Record<string, string>> = {
  agreed: 'Every part of the site agreed',
  'not-kept': 'The browser did not keep the sign-in',
  split: 'Parts of the site disagreed',
  conflict: 'Two accounts at once',
  'service-silent': 'A part of the site did not answer',
  repaired: 'Put right by a press',
  'csrf-origin-mismatch': 'A request from a page that is not trusted',
  'csrf-origin-missing': 'A request that did not say where it came from',
};

/** A finding in words; one that this page does not know, as it is. */
export function findingWords(finding: string): string {
  return findings[finding] ?? finding;
}

/** Agreement is what should be, so it stands last; the rest by how often it happened. */
export function sortedFindings(counts: readonly FindingCount[]): readonly FindingCount[] {
  const isWell = ({ finding }: FindingCount): number => (finding === 'agreed' ? 1 : 0);
  return counts.toSorted((a, b) => isWell(a) - isWell(b) || b.count - a.count);
}

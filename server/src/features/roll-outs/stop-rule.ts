/** When a roll-out goes on, waits, or is taken back: a rule over the sessions that answered. */
import type { Segment, Verdict } from '@slipmat/contract/roll-outs';
import { nameSegment } from './segment.ts';

export const stopRule = {
  /** Fewer refusals say nothing about a rate. */
  leastRefusals: 3,
  /** Refusals that are too many, of the sessions that answered. */
  rate: 0.005,
  /** In one kind of browser, without an acceptance between them. */
  refusalsInRow: 5,
  /** 99 %, one-sided. */
  z: 2.326,
  /** Without any answer for so long, nothing is known, and so nothing goes on. */
  silenceMs: 10 * 60_000,
} as const;

/** What the sessions of a revision answered. */
export interface Answers {
  readonly accepted: number;
  readonly refused: number;
  /** Of the last acceptance or refusal. */
  readonly lastAnswerAt: number | undefined;
  /** The kind of browser with the most refusals since it last accepted. */
  readonly worst: { readonly segment: Segment; readonly refusedInRow: number } | undefined;
}

/** Where the roll-out stands. */
export interface Standing {
  readonly isPaused: boolean;
  readonly percent: number;
  readonly stepMinutes: number;
  readonly stepSince: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why it stops or holds, in words; null otherwise. */
  readonly reason: string | null;
}

/**
 * Lower bound of the rate that `hits` of `of` speak for (Wilson score interval, one-sided); 0 without data.
 * It is far below hits/of while numbers are small, which is what keeps chance from stopping a roll-out.
 */
export function wilsonLowerBound(hits: number, of: number, z: number = stopRule.z): number {
  if (of <= 0 || hits <= 0) return 0;
  const rate = hits / of;
  const centre = rate + z ** 2 / (2 * of);
  const spread = z * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2));
  return Math.max(0, (centre - spread) / (1 + z ** 2 / of));
}

/** The lower bound of the rate of refusals, 0 to 1. */
export function refusalBound({ accepted, refused }: Pick<Answers, 'accepted' | 'refused'>): number {
  return wilsonLowerBound(refused, accepted + refused);
}

function perCent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}

function reasonToStop({ accepted, refused, worst }: Answers): string | undefined {
  if (worst !== undefined && worst.refusedInRow >= stopRule.refusalsInRow) {
    return `${worst.refusedInRow} sessions in a row refused it in ${nameSegment(worst.segment)}.`;
  }
  const bound = refusalBound({ accepted, refused });
  if (refused < stopRule.leastRefusals || bound <= stopRule.rate) return undefined;
  return `${refused} of ${accepted + refused} sessions refused it: with 99 % certainty more than ${perCent(bound)} of all would.`;
}

/**
 * What is to happen at this moment. The first that holds: stop, paused, no answers, the step is young, go on.
 * @param now milliseconds.
 */
export function judge(answers: Answers, standing: Standing, now: number): Judgement {
  const stop = reasonToStop(answers);
  if (stop !== undefined) return { verdict: 'stop', reason: stop };
  if (standing.isPaused) return { verdict: 'idle', reason: null };
  const { stepSince, stepMinutes, percent } = standing;
  const { lastAnswerAt } = answers;
  const answered = lastAnswerAt !== undefined && lastAnswerAt >= stepSince;
  const silentSince = answered ? lastAnswerAt : stepSince;
  if (now - silentSince >= stopRule.silenceMs) {
    const minutes = stopRule.silenceMs / 60_000;
    return {
      verdict: 'no-data',
      reason: `No session has answered for ${minutes} minutes, so it stays at ${percent} %.`,
    };
  }
  const isYoung = now - stepSince < stepMinutes * 60_000;
  return { verdict: isYoung || !answered ? 'too-soon' : 'promote', reason: null };
}

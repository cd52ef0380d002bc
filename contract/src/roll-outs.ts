/**
 * Changes of sign-in that go to browsers in steps: a new cookie policy, or CSRF from counting to refusing. Staff
 * start, pause, resume and roll back; every browser's answer is counted, and the server stops by itself.
 */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import { Instant } from './ids.ts';

/** What is rolled out: a cookie policy, or the enforcement of the CSRF guard. */
export const RollOutKind = z.enum(['cookie', 'csrf']);
export type RollOutKind = z.infer<typeof RollOutKind>;

/**
 * `ready` is declared and not begun. `stopped` was stopped by the server, which rolled back at once;
 * `rolled-back` was ended by a person.
 */
export const RollOutState = z.enum(['ready', 'running', 'paused', 'stopped', 'rolled-back', 'complete']);
export type RollOutState = z.infer<typeof RollOutState>;

/** Kinds of browsers that are counted together. */
export const Segment = z.object({
  /** Such as "Firefox". */
  family: z.string(),
  /** Major version, such as "153"; empty when it names none. */
  version: z.string(),
  /** Such as "Android". */
  system: z.string(),
  /** Inside another app. */
  webView: z.boolean(),
});
export type Segment = z.infer<typeof Segment>;

/** Sessions, each counted once in a revision. Those that never came back are `issued` less the other two. */
export const Figures = z.object({ issued: z.int(), accepted: z.int(), refused: z.int() });
export type Figures = z.infer<typeof Figures>;

export const SegmentFigures = z.object({
  ...Segment.shape,
  ...Figures.shape,
  /** Refusals since this segment last accepted. */
  refusedInRow: z.int(),
});
export type SegmentFigures = z.infer<typeof SegmentFigures>;

/** What the next evaluation will do, in the words of a table; `promote` at the next one. */
export const Verdict = z.enum(['promote', 'too-soon', 'no-data', 'stop', 'idle']);
export type Verdict = z.infer<typeof Verdict>;

export const RollOutAct = z.enum([
  'declared',
  'started',
  'advanced',
  'promoted',
  'paused',
  'resumed',
  'held',
  'stopped',
  'rolled-back',
  'completed',
]);
export type RollOutAct = z.infer<typeof RollOutAct>;

/** A line of a roll-out's history, newest first. */
export const RollOutEntry = z.object({
  at: Instant,
  act: RollOutAct,
  /** Handle; null: the server itself, or the command line. */
  by: z.nullable(z.string()),
  percent: z.int(),
  reason: z.nullable(z.string()),
});
export type RollOutEntry = z.infer<typeof RollOutEntry>;

export const RollOut = z.object({
  kind: RollOutKind,
  /** Names of the cookies, or "report only" and "enforce". */
  from: z.string(),
  to: z.string(),
  state: RollOutState,
  /** Of sessions. */
  percent: z.int(),
  steps: z.array(z.int()),
  stepMinutes: z.int(),
  /** Counts up with each start; figures are of the last. */
  revision: z.int(),
  stepSince: z.nullable(Instant),
  verdict: Verdict,
  /** Why it stopped or holds, in words. */
  reason: z.nullable(z.string()),
  /** Set until somebody of staff has acknowledged that it stopped or holds without data. */
  alertSince: z.nullable(Instant),
  figures: Figures,
  /** Lower bound of the rate of refusals, 99 % Wilson; 0 to 1. */
  refusalBound: z.number(),
  segments: z.array(SegmentFigures),
  history: z.array(RollOutEntry),
});
export type RollOut = z.infer<typeof RollOut>;

/** A cookie policy that is read, and how much it still is. */
export const PolicyUse = z.object({
  version: z.int(),
  name: z.string(),
  /** Null: the one host only. */
  domain: z.nullable(z.string()),
  isWritten: z.boolean(),
  /** Sessions that came with it in the last 24 hours. */
  usedToday: z.int(),
  lastUsedAt: z.nullable(Instant),
  /** When its reader may be removed, should nobody come with it any more; null while it is written. */
  removableAt: z.nullable(Instant),
});
export type PolicyUse = z.infer<typeof PolicyUse>;

/** What browsers found out about their own sign-in, per kind of browser, over the last seven days. */
export const FindingCount = z.object({ ...Segment.shape, finding: z.string(), count: z.int() });
export type FindingCount = z.infer<typeof FindingCount>;

/** The topic `roll-outs`, and the page of staff. */
export const RollOutsState = z.object({
  rollOuts: z.array(RollOut),
  policies: z.array(PolicyUse),
  findings: z.array(FindingCount),
});
export type RollOutsState = z.infer<typeof RollOutsState>;

export const RollOutsTopicEvent = z.object({ type: z.literal('roll-outs.changed'), state: RollOutsState });
export type RollOutsTopicEvent = z.infer<typeof RollOutsTopicEvent>;

/** The state after the event. */
export function reduceRollOuts(_state: RollOutsState, change: RollOutsTopicEvent): RollOutsState {
  return change.state;
}

/** Steps that a roll-out takes unless told otherwise, per cent of sessions. */
export const defaultSteps: readonly number[] = [1, 5, 25, 50, 100];

export const StartRollOut = z.strictObject({
  /** Ascending, the last one 100. */
  steps: z.array(z.int().check(z.minimum(1), z.maximum(100))).check(
    z.minLength(1),
    z.maxLength(10),
    z.refine(
      (steps) => steps.at(-1) === 100 && steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0)),
      'ascending, and 100 at the end',
    ),
  ),
  /** How long a step lasts at least. */
  stepMinutes: z.int().check(z.minimum(1), z.maximum(7 * 24 * 60)),
});

const manage = {
  method: 'POST',
  access: { can: 'roll-out.manage' },
  rate: 'write',
  params: z.object({ kind: RollOutKind }),
  reply: RollOutsState,
  problems: ['not-found', 'roll-out-state'],
} as const;

/** What carries a change of sign-in on to more people; taking it back waits for no password. */
const forward = {
  ...manage,
  problems: [...manage.problems, 'step-up-required'],
  needsStepUp: true,
} as const;

export const rollOutsEndpoints = {
  show: defineEndpoint({
    method: 'GET',
    path: '/api/staff/roll-outs',
    summary:
      'Roll-outs, the cookie policies that are read, and what browsers reported, as the topic `roll-outs`.',
    access: { can: 'staff.view' },
    rate: 'read',
    reply: RollOutsState,
    problems: [],
  }),
  start: defineEndpoint({
    ...forward,
    path: '/api/staff/roll-outs/{kind}/start',
    summary: 'Begin at the first step, with all figures at zero.',
    body: StartRollOut,
  }),
  pause: defineEndpoint({
    ...manage,
    path: '/api/staff/roll-outs/{kind}/pause',
    summary: 'Give the change to no further session; those that have it keep it.',
  }),
  resume: defineEndpoint({
    ...forward,
    path: '/api/staff/roll-outs/{kind}/resume',
    summary: 'Go on at the step where it was paused.',
  }),
  advance: defineEndpoint({
    ...forward,
    path: '/api/staff/roll-outs/{kind}/advance',
    summary: 'Go to the next step now; after the last one, complete: the old way is no longer written.',
    body: z.strictObject({
      /** Per cent at which it stands: nobody goes further than they meant when it went on by itself meanwhile. */
      from: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
    }),
  }),
  rollBack: defineEndpoint({
    ...manage,
    path: '/api/staff/roll-outs/{kind}/roll-back',
    summary: 'Take the change back everywhere; nobody is signed out.',
    body: z.strictObject({ reason: z.string().check(z.trim(), z.maxLength(200)) }),
  }),
  acknowledge: defineEndpoint({
    ...manage,
    path: '/api/staff/roll-outs/{kind}/acknowledge',
    summary: 'Take down the notice that it stopped or holds.',
  }),
};

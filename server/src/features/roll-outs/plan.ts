/** A roll-out's states, and what leads from one to the next. Pure: what it gives is stored elsewhere. */
import { defaultSteps, type RollOutAct, type RollOutState, type Verdict } from '@slipmat/contract/roll-outs';

export interface Plan {
  /** Versions of cookie policies; 0 (counting) and 1 (refusing) for CSRF. */
  readonly from: number;
  readonly to: number;
  readonly state: RollOutState;
  readonly percent: number;
  readonly steps: readonly number[];
  readonly stepMinutes: number;
  readonly revision: number;
  readonly stepSince: number | null;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly alertSince: number | null;
}

export type Move =
  | {
      readonly type: 'start';
      readonly from: number;
      readonly to: number;
      readonly steps: readonly number[];
      readonly stepMinutes: number;
    }
  | { readonly type: 'pause' | 'resume' | 'advance' | 'promote' | 'acknowledge' }
  | { readonly type: 'roll-back' | 'stop' | 'hold'; readonly reason: string | null }
  | { readonly type: 'judge'; readonly verdict: Verdict; readonly reason: string | null };

/** From when, and until when, a policy is written; `from` left out stays as it is. */
export interface Writing {
  readonly version: number;
  readonly from?: number;
  readonly until: number | null;
}

export interface Step {
  readonly plan: Plan;
  /** The line of the history; undefined without one. */
  readonly act: RollOutAct | undefined;
  readonly reason: string | null;
  /** For cookies. */
  readonly writings: readonly Writing[];
}

/** How long a step lasts at least, unless told otherwise. */
export const defaultStepMinutes = 60;

/** What is declared and not begun. */
export function readyPlan(from: number, to: number, revision: number): Plan {
  return {
    from,
    to,
    state: 'ready',
    percent: 0,
    steps: defaultSteps,
    stepMinutes: defaultStepMinutes,
    revision,
    stepSince: null,
    verdict: 'idle',
    reason: null,
    alertSince: null,
  };
}

const startable: ReadonlySet<RollOutState> = new Set(['ready', 'stopped', 'rolled-back']);
const undoable: ReadonlySet<RollOutState> = new Set(['running', 'paused', 'complete']);

/** True while sessions are given the change or are known to have it. */
export function isUnderWay({ state }: Pick<Plan, 'state'>): boolean {
  return state === 'running' || state === 'paused';
}

/** The step after this one; undefined after the last. */
export function nextPercent({ steps, percent }: Pick<Plan, 'steps' | 'percent'>): number | undefined {
  return steps.find((step) => step > percent);
}

function step(
  plan: Plan,
  act: RollOutAct | undefined,
  { reason = null, writings = [] }: { reason?: string | null; writings?: readonly Writing[] } = {},
): Step {
  return { plan, act, reason, writings };
}

function forward(plan: Plan, act: RollOutAct, now: number): Step {
  const percent = nextPercent(plan);
  if (percent !== undefined)
    return step({ ...plan, percent, stepSince: now, verdict: 'too-soon', reason: null }, act);
  const complete: Plan = { ...plan, state: 'complete', stepSince: null, verdict: 'idle', reason: null };
  return step(complete, 'completed', { writings: [{ version: plan.from, until: now }] });
}

function back(plan: Plan, state: 'stopped' | 'rolled-back', reason: string | null, now: number): Step {
  const writings: Writing[] = [{ version: plan.to, until: now }];
  if (plan.state === 'complete') writings.push({ version: plan.from, until: null });
  const undone: Plan = {
    ...plan,
    state,
    percent: 0,
    stepSince: null,
    verdict: state === 'stopped' ? 'stop' : 'idle',
    reason,
    alertSince: state === 'stopped' ? now : plan.alertSince,
  };
  return step(undone, state, { reason, writings });
}

function begin(plan: Plan, move: Extract<Move, { type: 'start' }>, now: number): Step {
  const { from, to, steps, stepMinutes } = move;
  const started: Plan = {
    from,
    to,
    state: 'running',
    percent: steps[0] ?? 100,
    steps,
    stepMinutes,
    revision: plan.revision + 1,
    stepSince: now,
    verdict: 'too-soon',
    reason: null,
    alertSince: null,
  };
  return step(started, 'started', { writings: [{ version: to, from: now, until: null }] });
}

/**
 * @param now milliseconds.
 * @returns undefined when the move is not possible in this state.
 */
export function take(plan: Plan, move: Move, now: number): Step | undefined {
  const isRunning = plan.state === 'running';
  switch (move.type) {
    case 'start':
      return startable.has(plan.state) ? begin(plan, move, now) : undefined;
    case 'pause':
      return isRunning
        ? step({ ...plan, state: 'paused', verdict: 'idle', reason: null }, 'paused')
        : undefined;
    case 'resume':
      return plan.state === 'paused'
        ? step({ ...plan, state: 'running', stepSince: now, verdict: 'too-soon', reason: null }, 'resumed')
        : undefined;
    case 'advance':
      return isRunning ? forward(plan, 'advanced', now) : undefined;
    case 'promote':
      return isRunning ? forward(plan, 'promoted', now) : undefined;
    case 'roll-back':
      return undoable.has(plan.state) ? back(plan, 'rolled-back', move.reason, now) : undefined;
    case 'stop':
      return isUnderWay(plan) ? back(plan, 'stopped', move.reason, now) : undefined;
    case 'hold': {
      const held: Plan = { ...plan, verdict: 'no-data', reason: move.reason, alertSince: now };
      return isRunning ? step(held, 'held', { reason: move.reason }) : undefined;
    }
    case 'judge':
      return isUnderWay(plan)
        ? step({ ...plan, verdict: move.verdict, reason: move.reason }, undefined)
        : undefined;
    case 'acknowledge':
      return step({ ...plan, alertSince: null }, undefined);
  }
}

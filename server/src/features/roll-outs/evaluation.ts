/** What the server does with a roll-out by itself: go on, hold, or take it back. */
import type { RollOutKind } from '@slipmat/contract/roll-outs';
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Changes } from './changes.ts';
import { isUnderWay, type Move, type Plan } from './plan.ts';
import { forgetSessions, oldSessions } from './session-store.ts';
import { type Judgement, judge } from './stop-rule.ts';
import { findPlan, sums, wasHeld } from './store.ts';
import { type createView, kinds } from './view.ts';

/** Rows of sessions that one evaluation forgets: a few milliseconds. */
const forgottenAtOnce = 1_000;

export interface EvaluationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly view: ReturnType<typeof createView>;
  readonly changes: Changes;
}

export function createEvaluation({ db, clock, view, changes }: EvaluationDeps) {
  /** Undefined: everything is as it was found before. */
  async function moveFor(
    kind: RollOutKind,
    plan: Plan,
    { verdict, reason }: Judgement,
  ): Promise<Move | undefined> {
    if (verdict === 'stop') return { type: 'stop', reason };
    if (verdict === 'promote') return { type: 'promote' };
    if (verdict === plan.verdict) return undefined;
    const isNewHold = verdict === 'no-data' && !(await wasHeld(db.read, kind, plan.stepSince ?? 0));
    return isNewHold ? { type: 'hold', reason } : { type: 'judge', verdict, reason };
  }

  async function evaluate(kind: RollOutKind): Promise<void> {
    const current = await view.current(db.read, kind);
    if (current === undefined || !isUnderWay(current.plan)) return;
    const { plan } = current;
    const now = clock.now();
    const standing = {
      isPaused: plan.state === 'paused',
      percent: plan.percent,
      stepMinutes: plan.stepMinutes,
      stepSince: plan.stepSince ?? now,
    };
    const judgement = judge(await sums(db.read, kind, plan.revision), standing, now);
    const move = await moveFor(kind, plan, judgement);
    // Another process that found the same at the same time was faster when this does nothing.
    if (move !== undefined) await changes.carryOut({ kind, current, move, by: null });
  }

  /** Forgets which sessions answered in revisions that are over. */
  async function tidy(kind: RollOutKind): Promise<void> {
    const plan = await findPlan(db.read, kind);
    if (plan === undefined) return;
    const kept = isUnderWay(plan) ? plan.revision : plan.revision + 1;
    const old = await oldSessions(db.read, kind, kept, forgottenAtOnce);
    if (old.length > 0) await db.write((trx) => forgetSessions(trx, kind, old));
  }

  return {
    /** Judges each roll-out once. Safe on several processes at the same time: of equal moves one is made. */
    async run(): Promise<void> {
      for (const kind of kinds) await evaluate(kind);
    },
    async tidy(): Promise<void> {
      for (const kind of kinds) await tidy(kind);
    },
  };
}

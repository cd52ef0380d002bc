/** Carries moves of a roll-out out: stored, written down, audited, told, in one transaction. */
import type { RollOutKind, RollOutsState } from '@slipmat/contract/roll-outs';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { newId, type Random } from '#server/platform/random.ts';
import type { Journal } from '#server/realtime/journal.ts';
import { type Move, type Step, take, type Writing } from './plan.ts';
import { addHistory, dropEvents, lastEvent, type Read, replacePlan, type Trx, takeTurn } from './store.ts';
import type { Current } from './view.ts';

/** Who does something; null: the server itself, or the command line. */
export type Actor = { readonly id: string; readonly handle: string } | null;

/** An entry of the audit log, about no person. */
export interface AuditEntry {
  readonly actorId: string | null;
  readonly act: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** The topic, and its key in the journal. */
export const topicName = 'roll-outs';

/** Every event carries the whole state, so that the last few serve whoever comes back as well as all would. */
const keptEvents = 5;

/** Figures are told so often at most, by one process: a little less than the time between two evaluations. */
const tellFiguresMs = 9_000;

export interface ChangesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly journal: Journal;
  readonly state: (read: Read) => Promise<RollOutsState>;
  readonly setWritten: (trx: Trx, version: number, writing: Omit<Writing, 'version'>) => Promise<void>;
  readonly audit: (trx: Trx, entry: AuditEntry) => Promise<void>;
  readonly announceChanged: () => void;
  /** The server stopped a roll-out by itself: part of the transaction that does. */
  readonly onStopped: (
    trx: Trx,
    afterCommit: AfterCommit,
    kind: RollOutKind,
    reason: string | null,
  ) => Promise<void>;
}

export interface Change {
  readonly kind: RollOutKind;
  readonly current: Current;
  readonly move: Move;
  readonly by: Actor;
}

/** False: neither staff nor those who look for a cause need to know, since the state says it. */
function isAudited({ type }: Move): boolean {
  return type !== 'judge' && type !== 'hold';
}

export type Changes = ReturnType<typeof createChanges>;

export function createChanges({ db, clock, random, log, journal, state, ...deps }: ChangesDeps) {
  async function tell(trx: Trx, afterCommit: AfterCommit): Promise<RollOutsState> {
    const fresh = await state(trx);
    const seq = await journal.append(trx, afterCommit, topicName, [
      { type: 'roll-outs.changed', state: fresh },
    ]);
    await dropEvents(trx, topicName, seq - keptEvents);
    return fresh;
  }

  async function record(trx: Trx, { kind, move, by }: Change, { plan, act, reason }: Step): Promise<void> {
    const id = newId(clock, random);
    if (act !== undefined) {
      const entry = { at: clock.now(), act, by: by?.handle ?? null, percent: plan.percent, reason };
      await addHistory(trx, id, kind, entry);
    }
    if (!isAudited(move)) return;
    const { from, to, percent, revision } = plan;
    await deps.audit(trx, {
      actorId: by?.id ?? null,
      act: `roll-out.${move.type}`,
      detail: {
        kind,
        from: String(from),
        to: String(to),
        percent: String(percent),
        revision: String(revision),
        ...(reason === null ? {} : { reason }),
      },
    });
  }

  function report({ kind, move, current }: Change, { plan, reason }: Step): void {
    const told = { kind, to: plan.to, percent: current.plan.percent, revision: plan.revision, reason };
    if (move.type === 'stop') log.error(told, 'roll-out stopped and rolled back');
    else if (move.type === 'hold') log.warn(told, 'roll-out holds: no session answers');
    else if (move.type !== 'judge') log.info({ ...told, move: move.type }, 'roll-out changed');
  }

  return {
    /**
     * @returns the state after it; undefined when the move is not possible, or another process or person was
     * faster.
     */
    async carryOut(change: Change): Promise<RollOutsState | undefined> {
      const { kind, current, move } = change;
      const step = take(current.plan, move, clock.now());
      if (step === undefined) return undefined;
      return db.write(async (trx, afterCommit) => {
        if (!(await replacePlan(trx, kind, current.stored, step.plan))) return undefined;
        if (kind === 'cookie') {
          for (const { version, ...writing } of step.writings) await deps.setWritten(trx, version, writing);
        }
        await record(trx, change, step);
        if (move.type === 'stop') await deps.onStopped(trx, afterCommit, kind, step.reason);
        const after = await tell(trx, afterCommit);
        afterCommit(() => {
          report(change, step);
          deps.announceChanged();
        });
        return after;
      });
    },
    /** Tells those who look on when anything is not as it was last told; not more often than it is bearable. */
    async tellChanges(): Promise<void> {
      const [fresh, last] = await db.snapshot(async (trx) => [
        JSON.stringify({ type: 'roll-outs.changed', state: await state(trx) }),
        await lastEvent(trx, topicName),
      ]);
      if (fresh === last) return;
      await db.write(async (trx, afterCommit) => {
        if (await takeTurn(trx, 'tell', clock.now(), tellFiguresMs)) await tell(trx, afterCommit);
      });
    },
  };
}

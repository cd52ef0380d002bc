/**
 * Roll-outs: changes of sign-in that reach browsers in steps. Counts what each session answers, goes on, holds, and
 * takes the change back by itself.
 */
import { can } from '@slipmat/contract/capabilities';
import type { RollOutKind, RollOutsState } from '@slipmat/contract/roll-outs';
import type { Finding } from '@slipmat/contract/sessions';
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Random } from '#server/platform/random.ts';
import type { Journal } from '#server/realtime/journal.ts';
import type { TopicSource } from '#server/realtime/topics.ts';
import { type Actor, type AuditEntry, type ChangesDeps, createChanges, topicName } from './changes.ts';
import { createCsrf, type Judged } from './csrf.ts';
import { createEvaluation } from './evaluation.ts';
import { createFindings } from './findings.ts';
import { createPlacing, type Versions } from './placing.ts';
import type { Move } from './plan.ts';
import type { PolicyRow, PolicyWish } from './policies.ts';
import { encodeSegment, segmentOf } from './segment.ts';
import { count, type Outcome, writers } from './session-store.ts';
import type { Read, Trx } from './store.ts';
import { createUses } from './uses.ts';
import { createView } from './view.ts';

export interface RollOutsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly journal: Journal;
  /** Every policy ever used. */
  readonly policyRows: (read: Read) => Promise<readonly PolicyRow[]>;
  /** Changes when a policy is written; `from` left out stays as it is, `until` null: still written. */
  readonly setWritten: (
    trx: Trx,
    version: number,
    writing: { readonly from?: number; readonly until: number | null },
  ) => Promise<void>;
  /** What the settings want; it is what can be rolled out when browsers are not given it. */
  readonly wish: PolicyWish;
  /** False: CSRF protection is enforced for everybody and not rolled out. */
  readonly csrfByRollOut: boolean;
  readonly audit: (trx: Trx, entry: AuditEntry) => Promise<void>;
  /** Has every process of this Slipmat call `load`. */
  readonly announceChanged: () => void;
  readonly onStopped: ChangesDeps['onStopped'];
}

/** What a session's browser did with the cookie of a policy. */
export interface CookieNote {
  readonly sessionId: string;
  /** Of the policy. */
  readonly version: number;
  readonly outcome: Outcome;
  readonly userAgent: string;
}

/** How often each of these is to be called, in milliseconds. */
export const rollOutTicks = {
  /** What was done elsewhere, by the command line too, counts here after so long at most. */
  load: 5_000,
  evaluate: 10_000,
} as const;

function nothingToRollOut(kind: RollOutKind): ProblemError {
  const why =
    kind === 'cookie'
      ? 'browsers get the cookie that the settings asked for when the server last started.'
      : 'CSRF protection is not set to be rolled out (CSRF=roll-out).';
  return new ProblemError('not-found', { detail: `Nothing is to be rolled out: ${why}` });
}

export type RollOuts = ReturnType<typeof createRollOuts>;

export function createRollOuts(deps: RollOutsDeps) {
  const { db, clock, log } = deps;
  const view = createView(deps);
  const placing = createPlacing(deps);
  const findings = createFindings(deps);
  const uses = createUses(deps);
  const writer = deps.random.bytes(1).readUInt8(0) % writers;
  const csrf = createCsrf({
    db,
    clock,
    writer,
    enforcement: placing.enforcement,
    noteFinding: findings.note,
  });
  const changes = createChanges({ ...deps, state: view.state });
  const evaluation = createEvaluation({ db, clock, view, changes });

  const show = (): Promise<RollOutsState> => db.snapshot((trx) => view.state(trx));

  /** @param from per cent at which it must stand; undefined: wherever it stands. */
  async function act(by: Actor, kind: RollOutKind, move: Move, from?: number): Promise<RollOutsState> {
    const current = await view.current(db.read, kind);
    if (current === undefined) throw nothingToRollOut(kind);
    if (from !== undefined && current.plan.percent !== from) throw new ProblemError('roll-out-state');
    // Two of staff may read the same notice.
    if (move.type === 'acknowledge' && current.plan.alertSince === null) return show();
    const state = await changes.carryOut({ kind, current, move, by });
    if (state === undefined) throw new ProblemError('roll-out-state');
    await placing.load();
    return state;
  }

  async function start(
    by: Actor,
    kind: RollOutKind,
    { steps, stepMinutes }: { readonly steps: readonly number[]; readonly stepMinutes: number },
  ): Promise<RollOutsState> {
    const current = await view.current(db.read, kind);
    if (current === undefined) throw nothingToRollOut(kind);
    if (current.target === undefined) throw new ProblemError('roll-out-state');
    return act(by, kind, { type: 'start', ...current.target, steps, stepMinutes });
  }

  /** Writes down what is in memory only. Nothing of it stops the rest, and what could not be written waits. */
  async function flush(): Promise<void> {
    const flushed = await Promise.allSettled([csrf.flush(), uses.flush(), findings.flush()]);
    for (const one of flushed) {
      if (one.status === 'rejected') log.error({ err: one.reason }, 'figures of sign-in were not written');
      else if (typeof one.value === 'number' && one.value > 0)
        log.warn(
          { dropped: one.value },
          'more answers to CSRF protection than can wait; some are not counted',
        );
    }
  }

  const topic: TopicSource = {
    kind: topicName,
    async keyFor(subject, who) {
      const may = subject === '' && who.kind === 'signed-in' && can(who.person.groups, 'staff.view');
      return may ? topicName : undefined;
    },
    state: (read) => view.state(read),
  };

  return {
    /** Reads anew where the roll-outs stand: at start, on a message of another process, by tick. */
    load: placing.load,
    /** Policies for a session, from memory. @throws Error before `load` */
    versionsFor: (sessionId: string): Versions => placing.versionsFor(sessionId),
    /**
     * Counts what a browser did with a cookie, in the transaction in which it was found out; once for each session
     * and start of the roll-out. Nothing when the policy is not being rolled out.
     */
    async noteCookie(trx: Trx, { sessionId, version, outcome, userAgent }: CookieNote): Promise<void> {
      // What this process was not told of yet counts too: a session answers once.
      const revision = placing.revisionOf(version) ?? (await placing.storedRevisionOf(trx, version));
      if (revision === undefined) return;
      const segment = encodeSegment(segmentOf(userAgent));
      await count(trx, { kind: 'cookie', revision, sessionId, segment, outcome, at: clock.now(), writer });
    },
    /**
     * Whether a refusal of the CSRF guard counts. For requests that the guard is about (not GET, HEAD, OPTIONS);
     * others would count as accepted without having been judged.
     */
    judgeCsrf(judged: Judged): 'pass' | 'refuse' {
      return csrf.judge(judged);
    },
    /** A session came with a policy's cookie. In memory; written down by tick. */
    notePolicyUse: uses.note,
    /** Counts what a page found out about its own sign-in. */
    async noteFinding(finding: Finding, userAgent: string): Promise<void> {
      findings.note(finding, userAgent);
      await findings.flush();
    },

    /** @throws ProblemError `not-found`, `roll-out-state`; the same for all that follow. */
    start,
    pause: (by: Actor, kind: RollOutKind) => act(by, kind, { type: 'pause' }),
    resume: (by: Actor, kind: RollOutKind) => act(by, kind, { type: 'resume' }),
    /** To the next step now; after the last one, complete. */
    advance: (by: Actor, kind: RollOutKind, from?: number) => act(by, kind, { type: 'advance' }, from),
    /** @param reason empty without one. */
    rollBack: (by: Actor, kind: RollOutKind, reason: string) =>
      act(by, kind, { type: 'roll-back', reason: reason === '' ? null : reason }),
    acknowledge: (by: Actor, kind: RollOutKind) => act(by, kind, { type: 'acknowledge' }),

    /** Writes down what waits, judges, and tells those who look on; by tick, on every process. */
    async evaluate(): Promise<void> {
      await flush();
      await evaluation.run();
      await placing.load();
      await changes.tellChanges();
      await evaluation.tidy();
    },
    /** Writes down what waits, before the process ends. */
    flush,
    show,
    topic,
  };
}

/** Where the roll-outs stand, in memory: asked with every request, read anew by tick and by message. */
import type { Database } from '#server/db/open.ts';
import { keepNewest } from '#server/platform/newest.ts';
import type { Enforcement } from './csrf.ts';
import { isUnderWay, type Plan } from './plan.ts';
import type { PolicyRow } from './policies.ts';
import { isWritten, newestWritten } from './policies.ts';
import { isReached } from './share.ts';
import { findPlan, type Read } from './store.ts';

/** Policies for a session, by version. */
export interface Versions {
  /** The one that everybody gets who takes no part. */
  readonly base: number;
  /** The one that is being rolled out, also while that is paused. */
  readonly next: number | undefined;
  /** True: this session is among those that get it. */
  readonly takesPart: boolean;
}

interface State {
  readonly base: number | undefined;
  readonly cookie: Plan | undefined;
  readonly enforcement: Enforcement;
}

export interface PlacingDeps {
  readonly db: Database;
  readonly policyRows: (read: Read) => Promise<readonly PolicyRow[]>;
  readonly csrfByRollOut: boolean;
}

function enforcementOf(plan: Plan | undefined, csrfByRollOut: boolean): Enforcement {
  if (!csrfByRollOut || plan?.state === 'complete') return { kind: 'all' };
  if (plan === undefined || plan.state === 'ready') return { kind: 'counting' };
  if (!isUnderWay(plan)) return { kind: 'off' };
  return { kind: 'share', percent: plan.percent, revision: plan.revision };
}

/** The roll-out, when browsers can still hold both of its policies at this address. */
function rolledOut(plan: Plan | undefined, policies: readonly PolicyRow[]): Plan | undefined {
  if (plan === undefined || !isUnderWay(plan)) return undefined;
  const isHere = (version: number): boolean =>
    policies.some((row) => row.version === version && isWritten(row));
  return isHere(plan.from) && isHere(plan.to) ? plan : undefined;
}

export function createPlacing({ db, policyRows, csrfByRollOut }: PlacingDeps) {
  let state: State | undefined;

  function loaded(): State {
    if (state === undefined) throw new Error('roll-outs are asked before they were loaded');
    return state;
  }

  const read = (): Promise<State> =>
    db.snapshot(async (trx) => {
      const policies = await policyRows(trx);
      const cookie = rolledOut(await findPlan(trx, 'cookie'), policies);
      const csrf = await findPlan(trx, 'csrf');
      return {
        base: cookie?.from ?? newestWritten(policies)?.version,
        cookie,
        enforcement: enforcementOf(csrf, csrfByRollOut),
      };
    });

  return {
    /** Reads everything anew; of several at once the one that began last counts. */
    load: keepNewest(read, (next) => {
      state = next;
    }),
    /** @throws Error before `load`, and when no policy is written. */
    versionsFor(sessionId: string): Versions {
      const { base, cookie } = loaded();
      if (base === undefined) throw new Error('no cookie policy is written');
      if (cookie === undefined) return { base, next: undefined, takesPart: false };
      const takesPart = cookie.state === 'running' && isReached('cookie', sessionId, cookie.percent);
      return { base, next: cookie.to, takesPart };
    },
    /** The revision in which sessions with this policy are counted; undefined when it is not rolled out. */
    revisionOf(version: number): number | undefined {
      const { cookie } = loaded();
      return cookie?.to === version ? cookie.revision : undefined;
    },
    /** The same, as it is stored at this moment. */
    async storedRevisionOf(read: Read, version: number): Promise<number | undefined> {
      const plan = await findPlan(read, 'cookie');
      return plan !== undefined && isUnderWay(plan) && plan.to === version ? plan.revision : undefined;
    },
    enforcement: (): Enforcement => loaded().enforcement,
  };
}

/** Roll-outs as staff see them: what is or can be rolled out, its figures, and how much each policy is in use. */
import type {
  PolicyUse,
  RollOut,
  RollOutEntry,
  RollOutKind,
  RollOutsState,
} from '@slipmat/contract/roll-outs';
import type { Clock } from '#server/platform/clock.ts';
import { dayMs, findings, usages } from './counter-store.ts';
import { isUnderWay, type Plan, readyPlan } from './plan.ts';
import { isWritten, newestWritten, type PolicyRow, type PolicyWish, unwrittenWish } from './policies.ts';
import { refusalBound } from './stop-rule.ts';
import { figures, findPlan, history, historyLength, type Read } from './store.ts';

/** The longest that a browser may hold a working cookie: the absolute life of a session. */
const longestLifeMs = 365 * dayMs;

export const kinds: readonly RollOutKind[] = ['cookie', 'csrf'];

/** The two stages of CSRF protection, in place of policy versions. */
const csrfStages = ['report only', 'enforce'] as const;

export interface ViewDeps {
  readonly clock: Clock;
  readonly policyRows: (read: Read) => Promise<readonly PolicyRow[]>;
  readonly wish: PolicyWish;
  readonly csrfByRollOut: boolean;
}

/** A roll-out as it is shown and acted on. */
export interface Current {
  readonly plan: Plan;
  /** As stored, which the shown one may come after; undefined when nothing is. */
  readonly stored: Plan | undefined;
  /** What a start would lead from and to; undefined when there is nothing to start. */
  readonly target: { readonly from: number; readonly to: number } | undefined;
}

function cookieNow(
  stored: Plan | undefined,
  policies: readonly PolicyRow[],
  wish: PolicyWish,
): Current | undefined {
  const base = newestWritten(policies);
  const to = unwrittenWish(policies, wish)?.version;
  const target = base === undefined || to === undefined ? undefined : { from: base.version, to };
  if (stored !== undefined) {
    const isOfTarget = target !== undefined && stored.to === target.to && stored.state !== 'complete';
    const isLast = stored.state === 'complete' && target === undefined;
    if (isUnderWay(stored) || isOfTarget || isLast || stored.alertSince !== null)
      return { plan: stored, stored, target };
  }
  if (target === undefined) return undefined;
  return { plan: readyPlan(target.from, target.to, stored?.revision ?? 0), stored, target };
}

export function createView({ clock, policyRows, wish, csrfByRollOut }: ViewDeps) {
  async function current(read: Read, kind: RollOutKind): Promise<Current | undefined> {
    const stored = await findPlan(read, kind);
    if (kind === 'cookie') return cookieNow(stored, await policyRows(read), wish);
    if (!csrfByRollOut) return undefined;
    return { plan: stored ?? readyPlan(0, 1, 0), stored, target: { from: 0, to: 1 } };
  }

  function nameOf(kind: RollOutKind, version: number, policies: readonly PolicyRow[]): string {
    if (kind === 'csrf') return csrfStages[version] ?? String(version);
    return policies.find((row) => row.version === version)?.name ?? String(version);
  }

  /** The history, and the declaration it began with. */
  async function historyOf(
    read: Read,
    kind: RollOutKind,
    declared: PolicyRow | undefined,
  ): Promise<RollOutEntry[]> {
    const entries = await history(read, kind);
    if (kind === 'csrf' || declared === undefined) return entries;
    const at = declared.declaredAt;
    const declaration: RollOutEntry = { at, act: 'declared', by: null, percent: 0, reason: null };
    const later = entries.filter((entry) => entry.at >= at);
    const earlier = entries.filter((entry) => entry.at < at);
    return [...later, declaration, ...earlier].slice(0, historyLength);
  }

  async function show(
    read: Read,
    kind: RollOutKind,
    policies: readonly PolicyRow[],
  ): Promise<RollOut | undefined> {
    const now = await current(read, kind);
    if (now === undefined) return undefined;
    const { plan } = now;
    // What is declared only has no figures of its own; CSRF protection counts from the beginning.
    const revision = plan.state === 'ready' && kind === 'cookie' ? -1 : plan.revision;
    const counted = await figures(read, kind, revision);
    const { issued, accepted, refused } = counted.sums;
    return {
      kind,
      from: nameOf(kind, plan.from, policies),
      to: nameOf(kind, plan.to, policies),
      state: plan.state,
      percent: plan.percent,
      steps: [...plan.steps],
      stepMinutes: plan.stepMinutes,
      revision: plan.revision,
      stepSince: plan.stepSince,
      verdict: plan.verdict,
      reason: plan.reason,
      alertSince: plan.alertSince,
      figures: { issued, accepted, refused },
      refusalBound: refusalBound({ accepted, refused }),
      segments: counted.segments,
      history: await historyOf(
        read,
        kind,
        policies.find((row) => row.version === plan.to),
      ),
    };
  }

  async function policyUses(read: Read, policies: readonly PolicyRow[]): Promise<PolicyUse[]> {
    const uses = await usages(read, clock.now());
    return policies.map((row) => {
      const use = uses.get(row.name);
      const ended = row.writtenUntil;
      return {
        version: row.version,
        name: row.name,
        domain: row.domain,
        isWritten: isWritten(row),
        usedToday: use?.today ?? 0,
        lastUsedAt: use?.lastAt ?? null,
        removableAt: ended === null ? null : Math.max(use?.lastAt ?? 0, ended) + longestLifeMs,
      };
    });
  }

  return {
    current,
    /** Everything, at one moment when `read` is a snapshot. */
    async state(read: Read): Promise<RollOutsState> {
      const policies = await policyRows(read);
      const shown: RollOut[] = [];
      for (const kind of kinds) {
        const rollOut = await show(read, kind, policies);
        if (rollOut !== undefined) shown.push(rollOut);
      }
      return {
        rollOuts: shown,
        policies: await policyUses(read, policies),
        findings: await findings(read, clock.now()),
      };
    },
  };
}

/** SQL of what is counted by day: uses of cookie policies, and findings of browsers about their own sign-in. */
import type { FindingCount } from '@slipmat/contract/roll-outs';
import { decodeSegment } from './segment.ts';
import type { Read, Trx } from './store.ts';

export const dayMs = 24 * 60 * 60_000;

/** Days since 1970, UTC. */
export function dayOf(now: number): number {
  return Math.floor(now / dayMs);
}

/** Longer than the longest life of a session, so that no use is forgotten while its cookie may live. */
const keptUseDays = 400;
/** Findings are shown for so long. */
export const findingDays = 7;
/** Kinds of browsers and findings that are shown, most often found first. */
const shownFindings = 200;

export interface Uses {
  readonly policy: string;
  readonly day: number;
  /** Further sessions on that day. */
  readonly sessions: number;
  readonly lastAt: number;
}

export async function addUses(trx: Trx, { policy, day, sessions, lastAt }: Uses): Promise<void> {
  await trx
    .insertInto('policy_uses')
    .values({ policy, day, uses: sessions, last_at: lastAt })
    .onConflict((conflict) =>
      conflict
        .columns(['policy', 'day'])
        .doUpdateSet((eb) => ({ uses: eb('policy_uses.uses', '+', sessions), last_at: lastAt })),
    )
    .execute();
  await trx
    .deleteFrom('policy_uses')
    .where('policy', '=', policy)
    .where('day', '<', day - keptUseDays)
    .execute();
}

export interface PolicyUsage {
  readonly lastAt: number;
  /** About how many sessions came with it in the last 24 hours. */
  readonly today: number;
}

/**
 * By policy name. Uses are kept by day, so that the last 24 hours are the larger of the two days they touch:
 * people who come every day are in both.
 */
export async function usages(read: Read, now: number): Promise<ReadonlyMap<string, PolicyUsage>> {
  const last = await read
    .selectFrom('policy_uses')
    .select(({ fn }) => ['policy', fn.max('last_at').as('lastAt')])
    .groupBy('policy')
    .execute();
  const recent = await read
    .selectFrom('policy_uses')
    .select(['policy', 'uses'])
    .where('day', '>=', dayOf(now) - 1)
    .where('last_at', '>', now - dayMs)
    .execute();
  const today = (policy: string): number =>
    Math.max(0, ...recent.filter((row) => row.policy === policy).map((row) => row.uses));
  return new Map(last.map(({ policy, lastAt }) => [policy, { lastAt, today: today(policy) }]));
}

export interface Found {
  readonly day: number;
  readonly finding: string;
  /** Encoded. */
  readonly segment: string;
  readonly count: number;
}

export async function addFinding(trx: Trx, { day, finding, segment, count }: Found): Promise<void> {
  await trx
    .insertInto('sign_in_findings')
    .values({ day, finding, segment, count })
    .onConflict((conflict) =>
      conflict
        .columns(['day', 'finding', 'segment'])
        .doUpdateSet((eb) => ({ count: eb('sign_in_findings.count', '+', count) })),
    )
    .execute();
}

export async function dropOldFindings(trx: Trx, today: number): Promise<void> {
  await trx
    .deleteFrom('sign_in_findings')
    .where('day', '<=', today - findingDays)
    .execute();
}

/** Of the last seven days. */
export async function findings(read: Read, now: number): Promise<FindingCount[]> {
  const rows = await read
    .selectFrom('sign_in_findings')
    .select(({ fn }) => ['finding', 'segment', fn.sum<number>('count').as('found')])
    .where('day', '>', dayOf(now) - findingDays)
    .groupBy(['finding', 'segment'])
    .orderBy('found', 'desc')
    .orderBy('finding')
    .orderBy('segment')
    .limit(shownFindings)
    .execute();
  return rows.map(({ finding, segment, found }) => ({ ...decodeSegment(segment), finding, count: found }));
}

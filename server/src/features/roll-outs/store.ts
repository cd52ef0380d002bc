/** All SQL of roll-outs: where they stand, their history, and what their sessions answered. */
import type { RollOutEntry, RollOutKind, SegmentFigures } from '@slipmat/contract/roll-outs';
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#server/db/schema.ts';
import type { Plan } from './plan.ts';
import { decodeSegment } from './segment.ts';
import type { Answers } from './stop-rule.ts';

export type Read = Kysely<Tables>;
export type Trx = Transaction<Tables>;
type Row = Selectable<Tables['roll_outs']>;

const Steps = z.array(z.number().int());

/** Lines of a history that are kept and shown; the audit log keeps every act. */
export const historyLength = 100;
/** Kinds of browsers that are shown, those with most sessions first. */
export const shownSegments = 200;

function toPlan(row: Row): Plan {
  return {
    from: row.from_version,
    to: row.to_version,
    state: row.state,
    percent: row.percent,
    steps: Steps.parse(JSON.parse(row.steps)),
    stepMinutes: row.step_minutes,
    revision: row.revision,
    stepSince: row.step_since,
    verdict: row.verdict,
    reason: row.reason,
    alertSince: row.alert_since,
  };
}

function toRow(kind: RollOutKind, plan: Plan): Insertable<Tables['roll_outs']> {
  return {
    kind,
    state: plan.state,
    from_version: plan.from,
    to_version: plan.to,
    percent: plan.percent,
    steps: JSON.stringify(plan.steps),
    step_minutes: plan.stepMinutes,
    revision: plan.revision,
    step_since: plan.stepSince,
    verdict: plan.verdict,
    reason: plan.reason,
    alert_since: plan.alertSince,
  };
}

export async function findPlan(read: Read, kind: RollOutKind): Promise<Plan | undefined> {
  const row = await read.selectFrom('roll_outs').selectAll().where('kind', '=', kind).executeTakeFirst();
  return row === undefined ? undefined : toPlan(row);
}

/**
 * Puts a plan in place of the one that was read.
 * @param before undefined: there was none.
 * @returns false when another process or person was faster.
 */
export async function replacePlan(
  trx: Trx,
  kind: RollOutKind,
  before: Plan | undefined,
  plan: Plan,
): Promise<boolean> {
  const row = toRow(kind, plan);
  if (before === undefined) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('roll_outs')
      .values(row)
      .onConflict((conflict) => conflict.column('kind').doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  const { numUpdatedRows } = await trx
    .updateTable('roll_outs')
    .set(row)
    .where('kind', '=', kind)
    .where('state', '=', before.state)
    .where('revision', '=', before.revision)
    .where('percent', '=', before.percent)
    .where('verdict', '=', before.verdict)
    .where('alert_since', 'is not distinct from', before.alertSince)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Adds a line to a history, and drops those that are too many. */
export async function addHistory(
  trx: Trx,
  id: string,
  kind: RollOutKind,
  { at, act, by, percent, reason }: RollOutEntry,
): Promise<void> {
  await trx
    .insertInto('roll_out_history')
    .values({ id, kind, at, act, by_handle: by, percent, reason })
    .execute();
  const [oldestKept] = await trx
    .selectFrom('roll_out_history')
    .select('id')
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .offset(historyLength - 1)
    .limit(1)
    .execute();
  if (oldestKept === undefined) return;
  await trx.deleteFrom('roll_out_history').where('kind', '=', kind).where('id', '<', oldestKept.id).execute();
}

/** Newest first. */
export async function history(read: Read, kind: RollOutKind): Promise<RollOutEntry[]> {
  const rows = await read
    .selectFrom('roll_out_history')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(historyLength)
    .execute();
  return rows.map(({ at, act, by_handle, percent, reason }) => ({ at, act, by: by_handle, percent, reason }));
}

/** True when it was said in this step already that nobody answers. */
export async function wasHeld(read: Read, kind: RollOutKind, since: number): Promise<boolean> {
  const row = await read
    .selectFrom('roll_out_history')
    .select('id')
    .where('kind', '=', kind)
    .where('act', '=', 'held')
    .where('at', '>=', since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export interface Sums extends Answers {
  readonly issued: number;
}

/** What a revision's sessions answered, over all kinds of browsers; reads a row for each kind. */
export async function sums(read: Read, kind: RollOutKind, revision: number): Promise<Sums> {
  const totals = await read
    .selectFrom('roll_out_counts')
    .select(({ fn }) => [
      fn.sum<number | null>('issued').as('issued'),
      fn.sum<number | null>('accepted').as('accepted'),
      fn.sum<number | null>('refused').as('refused'),
      fn.max('decided_at').as('lastAnswerAt'),
    ])
    .where('kind', '=', kind)
    .where('revision', '=', revision)
    .executeTakeFirstOrThrow();
  const worst = await read
    .selectFrom('roll_out_counts')
    .select(['segment', 'refused_in_row'])
    .where('kind', '=', kind)
    .where('revision', '=', revision)
    .where('refused_in_row', '>', 0)
    .orderBy('refused_in_row', 'desc')
    .orderBy('segment')
    .limit(1)
    .executeTakeFirst();
  return {
    issued: totals.issued ?? 0,
    accepted: totals.accepted ?? 0,
    refused: totals.refused ?? 0,
    lastAnswerAt: totals.lastAnswerAt ?? undefined,
    worst:
      worst === undefined
        ? undefined
        : { segment: decodeSegment(worst.segment), refusedInRow: worst.refused_in_row },
  };
}

/** Figures of each kind of browser, most sessions first, `shownSegments` at most. */
export async function segments(read: Read, kind: RollOutKind, revision: number): Promise<SegmentFigures[]> {
  const rows = await read
    .selectFrom('roll_out_counts')
    .select(['segment', 'issued', 'accepted', 'refused', 'refused_in_row'])
    .where('kind', '=', kind)
    .where('revision', '=', revision)
    .orderBy('issued', 'desc')
    .orderBy('segment')
    .limit(shownSegments)
    .execute();
  return rows.map(({ segment, issued, accepted, refused, refused_in_row }) => ({
    ...decodeSegment(segment),
    issued,
    accepted,
    refused,
    refusedInRow: refused_in_row,
  }));
}

/**
 * Takes the turn for something that one of several processes does at a time.
 * @returns true for one of those that ask within `everyMs`.
 */
export async function takeTurn(trx: Trx, name: string, now: number, everyMs: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('roll_out_turns')
    .values({ name, at: now })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ at: now })
        .where('roll_out_turns.at', '<=', now - everyMs),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** The last event of a topic, as JSON. */
export async function lastEvent(read: Read, topic: string): Promise<string | undefined> {
  const row = await read
    .selectFrom('topic_events')
    .select('event')
    .where('topic', '=', topic)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.event;
}

/** Drops a topic's events up to `seq`; whoever missed one of them gets a fresh snapshot. */
export async function dropEvents(trx: Trx, topic: string, seq: number): Promise<void> {
  await trx.deleteFrom('topic_events').where('topic', '=', topic).where('seq', '<=', seq).execute();
}

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

interface SegmentSums extends SegmentFigures {
  readonly lastAnswerAt: number | undefined;
}

/** The sums of each kind of browser over all writers, most sessions first; reads a row for each kind and writer. */
async function segmentSums(read: Read, kind: RollOutKind, revision: number): Promise<SegmentSums[]> {
  const rows = await read
    .selectFrom('roll_out_counts')
    .select(({ fn }) => [
      'segment',
      fn.sum<number>('issued').as('issued'),
      fn.sum<number>('accepted').as('accepted'),
      fn.sum<number>('refused').as('refused'),
      fn.max('accepted_at').as('acceptedAt'),
      fn.max('decided_at').as('lastAnswerAt'),
    ])
    .where('kind', '=', kind)
    .where('revision', '=', revision)
    .groupBy('segment')
    .orderBy('issued', 'desc')
    .orderBy('segment')
    .execute();
  const refusals = await read
    .selectFrom('roll_out_counts')
    .select(['segment', 'refused_in_row', 'row_since'])
    .where('kind', '=', kind)
    .where('revision', '=', revision)
    .where('refused_in_row', '>', 0)
    .execute();
  return rows.map(({ segment, acceptedAt, lastAnswerAt, ...figures }) => {
    const since = acceptedAt ?? 0;
    const inRow = refusals.filter((one) => one.segment === segment && (one.row_since ?? 0) > since);
    return {
      ...decodeSegment(segment),
      ...figures,
      refusedInRow: inRow.reduce((sum, one) => sum + one.refused_in_row, 0),
      lastAnswerAt: lastAnswerAt ?? undefined,
    };
  });
}

function total(rows: readonly SegmentSums[], of: 'issued' | 'accepted' | 'refused'): number {
  return rows.reduce((sum, row) => sum + row[of], 0);
}

function sumsOf(rows: readonly SegmentSums[]): Sums {
  const [worst] = rows.filter((row) => row.refusedInRow > 0).sort((a, b) => b.refusedInRow - a.refusedInRow);
  const answers = rows.flatMap(({ lastAnswerAt }) => lastAnswerAt ?? []);
  return {
    issued: total(rows, 'issued'),
    accepted: total(rows, 'accepted'),
    refused: total(rows, 'refused'),
    lastAnswerAt: answers.length === 0 ? undefined : Math.max(...answers),
    worst: worst === undefined ? undefined : { segment: worst, refusedInRow: worst.refusedInRow },
  };
}

/** What a revision's sessions answered, over all kinds of browsers. */
export async function sums(read: Read, kind: RollOutKind, revision: number): Promise<Sums> {
  return sumsOf(await segmentSums(read, kind, revision));
}

/** The same with the figures of each kind of browser, most sessions first, `shownSegments` at most. */
export async function figures(
  read: Read,
  kind: RollOutKind,
  revision: number,
): Promise<{ readonly sums: Sums; readonly segments: SegmentFigures[] }> {
  const rows = await segmentSums(read, kind, revision);
  const segments = rows.slice(0, shownSegments).map(({ lastAnswerAt: _answered, ...row }) => row);
  return { sums: sumsOf(rows), segments };
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

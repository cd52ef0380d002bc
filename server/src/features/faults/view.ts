/** Faults as staff see them. */
import { type FaultDetail, type FaultList, type FaultSummary, faultLimits } from '@slipmat/contract/faults';
import { ProblemError } from '#server/platform/problem-error.ts';
import { hourMs } from './gathering.ts';
import * as store from './store.ts';

/** Bars beside a fault in the list. */
const summaryHours = 24;

function toSummary(row: store.FaultRow, hours: readonly number[]): FaultSummary {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    code: row.code,
    name: row.name,
    message: row.message,
    place: row.place,
    count: row.count,
    people: row.people,
    anonymousHits: row.anonymous_hits,
    firstAt: row.first_at,
    lastAt: row.last_at,
    hours: [...hours],
  };
}

async function summaries(read: store.Read, rows: readonly store.FaultRow[], now: number) {
  const from = Math.floor(now / hourMs) - summaryHours + 1;
  const counts = await store.hours(
    read,
    rows.map(({ id }) => id),
    from,
  );
  return rows.map((row) => {
    const own = new Map(counts.filter((one) => one.fault_id === row.id).map((one) => [one.hour, one.count]));
    return toSummary(
      row,
      Array.from({ length: summaryHours }, (_none, index) => own.get(from + index) ?? 0),
    );
  });
}

const toBar = ({ hour, count }: { readonly hour: number; readonly count: number }) => ({
  at: hour * hourMs,
  count,
});

/** @throws ProblemError `not-found` */
export async function summaryOf(read: store.Read, id: string, now: number): Promise<FaultSummary> {
  const row = await store.find(read, id);
  const [summary] = row === undefined ? [] : await summaries(read, [row], now);
  if (summary === undefined) throw new ProblemError('not-found');
  return summary;
}

/** @throws ProblemError `not-found` when the page before ended with a fault that is no more. */
export async function listOf(
  read: store.Read,
  { before, ...filter }: store.Filter & { readonly before: string | undefined },
  now: number,
): Promise<FaultList> {
  const last = before === undefined ? undefined : await store.find(read, before);
  if (before !== undefined && last === undefined) throw new ProblemError('not-found');
  const rows = await store.list(read, filter, last, faultLimits.listPage + 1);
  const shown = rows.slice(0, faultLimits.listPage);
  const totals = await store.totals(read);
  const chart = await store.hoursOfAll(read, Math.floor(now / hourMs) - faultLimits.chartHours + 1);
  return {
    faults: await summaries(read, shown, now),
    more: rows.length > shown.length,
    totals: { open: totals.open, cameBack: totals['came-back'], resolved: totals.resolved },
    chart: chart.map(toBar),
  };
}

/** @throws ProblemError `not-found` */
export async function detailOf(read: store.Read, id: string, now: number): Promise<FaultDetail> {
  const row = await store.find(read, id);
  if (row === undefined) throw new ProblemError('not-found');
  const [fault] = await summaries(read, [row], now);
  if (fault === undefined) throw new ProblemError('not-found');
  const chart = await store.hours(read, [id], Math.floor(now / hourMs) - faultLimits.chartHours + 1);
  return {
    fault,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    cameBackAt: row.came_back_at,
    releases: { first: row.first_release, last: row.last_release },
    browsers: await store.browsers(read, id),
    people: await store.people(read, id),
    chart: chart.map(toBar),
    events: await store.eventsOf(read, id, faultLimits.samples),
  };
}

/** SQL of writing hits down. */
import { faultLimits } from '@slipmat/contract/faults';
import type { Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { type Group, isReported, type PersonHits } from './gathering.ts';
import { type Hit, isFault } from './hit.ts';

type Trx = Transaction<Tables>;

/** Rows of one statement; SQLite takes 32,766 values in one, PostgreSQL 65,535. */
const chunkSize = 500;

function chunks<T>(all: readonly T[]): T[][] {
  const list: T[][] = [];
  for (let start = 0; start < all.length; start += chunkSize) list.push(all.slice(start, start + chunkSize));
  return list;
}

/** What writing a group down found out. */
export interface Written {
  readonly faultId: string;
  readonly change: 'new' | 'came-back' | 'known';
  /** People it hit who were not hit before. */
  readonly newcomers: readonly string[];
}

/** Faults that pages told of; beyond it new ones are not taken, since anybody may make them up. */
const reportedLimit = 5_000;

/** What is only counted, beyond a budget, makes no fault; nor does what pages tell when there are too many. */
async function mayBegin(trx: Trx, group: Group): Promise<boolean> {
  if (group.samples.length === 0) return false;
  if (!isReported(group)) return true;
  const row = await trx
    .selectFrom('faults')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('kind', 'in', ['page', 'connection', 'policy'])
    .executeTakeFirst();
  return Number(row?.count ?? 0) < reportedLimit;
}

/** The fault's id, and whether it was there before; undefined when it is not to be one. */
async function faultFor(
  trx: Trx,
  id: string,
  group: Group,
): Promise<{ id: string; isNew: boolean } | undefined> {
  const find = () =>
    trx.selectFrom('faults').select('id').where('fingerprint', '=', group.fingerprint).executeTakeFirst();
  const known = await find();
  if (known !== undefined) return { id: known.id, isNew: false };
  if (!(await mayBegin(trx, group))) return undefined;
  const { first } = group;
  const inserted = await trx
    .insertInto('faults')
    .values({
      id,
      fingerprint: group.fingerprint,
      kind: first.kind,
      state: 'open',
      code: first.code,
      name: first.name,
      message: first.message,
      place: first.place,
      count: 0,
      people: 0,
      anonymous_hits: 0,
      first_at: group.firstAt,
      last_at: group.lastAt,
      first_release: first.release,
      last_release: group.lastRelease,
      resolved_at: null,
      resolved_by: null,
      came_back_at: null,
    })
    .onConflict((conflict) => conflict.column('fingerprint').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { id: inserted.id, isNew: true };
  // Another process was faster.
  const theirs = await find();
  if (theirs === undefined) throw new Error('a fault that is there was not found');
  return { id: theirs.id, isNew: false };
}

/** Hits from before it was resolved may be written down after. */
async function comeBack(trx: Trx, id: string, lastAt: number): Promise<boolean> {
  const rows = await trx
    .updateTable('faults')
    .set({ state: 'came-back', came_back_at: lastAt })
    .where('id', '=', id)
    .where('state', '=', 'resolved')
    .where('resolved_at', '<', lastAt)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** @returns those who were not hit before. */
async function writePeople(
  trx: Trx,
  faultId: string,
  people: ReadonlyMap<string, PersonHits>,
): Promise<string[]> {
  const newcomers: string[] = [];
  for (const ids of chunks([...people.keys()].toSorted())) {
    // Somebody may have left for good since.
    const there = await trx.selectFrom('people').select('id').where('id', 'in', ids).execute();
    if (there.length === 0) continue;
    const before = await trx
      .selectFrom('fault_people')
      .select('person_id')
      .where('fault_id', '=', faultId)
      .where('person_id', 'in', ids)
      .execute();
    const known = new Set(before.map(({ person_id }) => person_id));
    await trx
      .insertInto('fault_people')
      .values(
        there.map(({ id }) => {
          const { hits, firstAt, lastAt } = people.get(id) ?? { hits: 0, firstAt: 0, lastAt: 0 };
          return { fault_id: faultId, person_id: id, hits, first_at: firstAt, last_at: lastAt };
        }),
      )
      .onConflict((conflict) =>
        conflict.columns(['fault_id', 'person_id']).doUpdateSet((eb) => ({
          hits: eb('fault_people.hits', '+', eb.ref('excluded.hits')),
          last_at: eb.ref('excluded.last_at'),
        })),
      )
      .execute();
    newcomers.push(...there.map(({ id }) => id).filter((id) => !known.has(id)));
  }
  return newcomers;
}

async function writeCounts(trx: Trx, faultId: string, group: Group): Promise<void> {
  for (const [browser, count] of group.browsers) {
    await trx
      .insertInto('fault_browsers')
      .values({ fault_id: faultId, browser, count })
      .onConflict((conflict) =>
        conflict
          .columns(['fault_id', 'browser'])
          .doUpdateSet((eb) => ({ count: eb('fault_browsers.count', '+', count) })),
      )
      .execute();
  }
  for (const [hour, count] of group.hours) {
    await trx
      .insertInto('fault_hours')
      .values({ fault_id: faultId, hour, count })
      .onConflict((conflict) =>
        conflict
          .columns(['fault_id', 'hour'])
          .doUpdateSet((eb) => ({ count: eb('fault_hours.count', '+', count) })),
      )
      .execute();
  }
}

/** Of a fault, or of a plain refusal (`faultId` null). An event that is known already stays as it is. */
export async function writeEvents(trx: Trx, faultId: string | null, hits: readonly Hit[]): Promise<void> {
  for (const some of chunks(hits)) {
    const ids = [...new Set(some.flatMap(({ personId }) => personId ?? []))];
    const there =
      ids.length === 0 ? [] : await trx.selectFrom('people').select('id').where('id', 'in', ids).execute();
    const known = new Set(there.map(({ id }) => id));
    await trx
      .insertInto('fault_events')
      .values(
        some.map((hit) => ({
          reference: hit.reference,
          fault_id: faultId,
          at: hit.at,
          code: hit.code,
          place: hit.place,
          person_id: hit.personId !== undefined && known.has(hit.personId) ? hit.personId : null,
          browser: hit.browser,
          release: hit.release,
          sample: isFault(hit) ? sampleOf(hit) : null,
        })),
      )
      .onConflict((conflict) => conflict.column('reference').doNothing())
      .execute();
  }
}

function sampleOf({ name, message, frames, where, log }: Hit): string {
  return JSON.stringify({ name, message, frames, where, log });
}

/** Leaves the newest whole. */
async function trimSamples(trx: Trx, faultId: string): Promise<void> {
  const oldestKept = await trx
    .selectFrom('fault_events')
    .select('at')
    .where('fault_id', '=', faultId)
    .where('sample', 'is not', null)
    .orderBy('at', 'desc')
    .offset(faultLimits.samples - 1)
    .limit(1)
    .executeTakeFirst();
  if (oldestKept === undefined) return;
  await trx
    .updateTable('fault_events')
    .set({ sample: null })
    .where('fault_id', '=', faultId)
    .where('sample', 'is not', null)
    .where('at', '<', oldestKept.at)
    .execute();
}

/**
 * Adds a group to its fault, which is made when there is none.
 * @param id of a new fault.
 * @returns undefined when there is to be none.
 */
export async function writeGroup(trx: Trx, id: string, group: Group): Promise<Written | undefined> {
  const fault = await faultFor(trx, id, group);
  if (fault === undefined) return undefined;
  const isBack = !fault.isNew && (await comeBack(trx, fault.id, group.lastAt));
  const newcomers = await writePeople(trx, fault.id, group.people);
  await trx
    .updateTable('faults')
    .set((eb) => ({
      count: eb('count', '+', group.count),
      people: eb('people', '+', newcomers.length),
      anonymous_hits: eb('anonymous_hits', '+', group.anonymousHits),
      last_at: eb.case().when('last_at', '<', group.lastAt).then(group.lastAt).else(eb.ref('last_at')).end(),
      last_release: group.lastRelease,
    }))
    .where('id', '=', fault.id)
    .execute();
  await writeCounts(trx, fault.id, group);
  const bare = group.light.map((hit) => ({ ...hit, kind: undefined }));
  await writeEvents(trx, fault.id, [...bare, ...group.samples]);
  if (group.samples.length > 0) await trimSamples(trx, fault.id);
  return { faultId: fault.id, change: fault.isNew ? 'new' : isBack ? 'came-back' : 'known', newcomers };
}

/** Rows deleted in one go, so that no write waits long behind them. */
const pruneRows = 5_000;

/** Forgets what is older. @returns true when there may be more of it. */
export async function prune(
  trx: Trx,
  before: {
    readonly refusals: number;
    readonly events: number;
    readonly faults: number;
    readonly hour: number;
  },
): Promise<boolean> {
  const old = await trx
    .deleteFrom('fault_events')
    .where('reference', 'in', (eb) =>
      eb
        .selectFrom('fault_events')
        .select('reference')
        .where((or) =>
          or.or([
            or('at', '<', before.events),
            or.and([or('at', '<', before.refusals), or('fault_id', 'is', null)]),
          ]),
        )
        .orderBy('at')
        .limit(pruneRows),
    )
    .executeTakeFirstOrThrow();
  await trx.deleteFrom('fault_hours').where('hour', '<', before.hour).execute();
  await trx.deleteFrom('faults').where('last_at', '<', before.faults).execute();
  return old.numDeletedRows >= BigInt(pruneRows);
}

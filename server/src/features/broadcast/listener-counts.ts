/** Counts the people who listen, on this process, and tells pages and dashboards the sum over all. */
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Desk, DeskDeps } from './desk.ts';
import type { Outlets } from './outlets.ts';
import * as store from './store.ts';

/** Numbers of processes that did not count for so long are dropped. */
const staleMs = 30_000;
/** A number that did not change is written again so often, so that it does not grow stale. */
const repeatMs = 10_000;

export interface ListenerCountsDeps extends Pick<DeskDeps, 'eventById' | 'processId'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly outlets: Outlets;
}

/** @returns counts once; to be called every few seconds. */
export function createListenerCounts({ db, clock, desk, outlets, processId, eventById }: ListenerCountsDeps) {
  let repeatedAt = 0;

  async function write(counts: ReadonlyMap<string, number>): Promise<void> {
    const now = clock.now();
    await db.write(async (trx, afterCommit) => {
      for (const [eventId, listeners] of counts) {
        const event = await eventById(trx, eventId);
        if (event === undefined) continue;
        const before = (await store.listeners(trx, [eventId])).get(eventId) ?? 0;
        await store.putListenerCount(trx, { eventId, processId, listeners, now });
        const after = (await store.listeners(trx, [eventId])).get(eventId) ?? 0;
        if (after === before) continue;
        await desk.toEvent(trx, afterCommit, event.slug, [{ type: 'event.listeners', listeners: after }]);
        for (const personId of new Set([event.hostId, ...event.slots.map((slot) => slot.djId)])) {
          await desk.toDashboard(trx, afterCommit, personId, {
            type: 'dashboard.listeners',
            listeners: after,
          });
        }
      }
    });
  }

  return async function count(): Promise<void> {
    const changed = outlets.recount();
    const now = clock.now();
    const isTime = now - repeatedAt >= repeatMs;
    const counts = isTime ? outlets.counts() : changed;
    if (counts.size > 0) await write(counts);
    if (!isTime) return;
    repeatedAt = now;
    await db.write((trx) => store.dropStaleCounts(trx, now - staleMs));
  };
}

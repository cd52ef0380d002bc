/** Counts the people who listen, on this process, and tells pages and dashboards the sum over all. */
import type { Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { BroadcastEvent, Desk, DeskDeps } from './desk.ts';
import type { Outlets } from './outlets.ts';
import * as store from './store.ts';

/** Numbers of processes that did not count for so long are dropped. */
const staleMs = 30_000;
/** A number that did not change is written again so often, so that it does not grow stale. */
const repeatMs = 10_000;

type Trx = Transaction<Tables>;

export interface ListenerCountsDeps extends Pick<DeskDeps, 'eventById' | 'processId'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly outlets: Outlets;
}

/** @returns counts once; to be called every few seconds. */
export function createListenerCounts({ db, clock, desk, outlets, processId, eventById }: ListenerCountsDeps) {
  let repeatedAt = 0;

  /** Tells the event's page and the dashboards of its people the sum over all processes. */
  async function tell(trx: Trx, afterCommit: AfterCommit, event: BroadcastEvent): Promise<void> {
    const listeners = await sumOf(trx, event.id);
    await desk.toEvent(trx, afterCommit, event.slug, [{ type: 'event.listeners', listeners }]);
    for (const personId of new Set([event.hostId, ...event.slots.map((slot) => slot.djId)])) {
      await desk.toDashboard(trx, afterCommit, personId, { type: 'dashboard.listeners', listeners });
    }
  }

  /** One process after the other: two that count at once would each tell a sum without the other's number. */
  async function lock(trx: Trx, eventIds: Iterable<string>): Promise<void> {
    for (const eventId of [...eventIds].sort()) await store.lockAir(trx, eventId);
  }

  async function sumOf(trx: Trx, eventId: string): Promise<number> {
    return (await store.listeners(trx, [eventId])).get(eventId) ?? 0;
  }

  async function write(counts: ReadonlyMap<string, number>): Promise<void> {
    const now = clock.now();
    await db.write(async (trx, afterCommit) => {
      await lock(trx, counts.keys());
      for (const [eventId, listeners] of counts) {
        const event = await eventById(trx, eventId);
        if (event === undefined) continue;
        const before = await sumOf(trx, eventId);
        await store.putListenerCount(trx, { eventId, processId, listeners, now });
        if ((await sumOf(trx, eventId)) !== before) await tell(trx, afterCommit, event);
      }
    });
  }

  /** Forgets what processes that are gone counted, and tells whoever saw the sum. */
  async function dropStale(now: number): Promise<void> {
    await db.write(async (trx, afterCommit) => {
      const eventIds = await store.dropStaleCounts(trx, now - staleMs);
      await lock(trx, eventIds);
      for (const eventId of eventIds) {
        const event = await eventById(trx, eventId);
        if (event !== undefined) await tell(trx, afterCommit, event);
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
    await dropStale(now);
  };
}

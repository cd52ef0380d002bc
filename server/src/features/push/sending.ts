/** Sends queued web push: many at once, at a bounded rate, each by one process at a time. */
import { takeBudget } from '#server/db/budget.ts';
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { firstIdAt } from '#server/platform/random.ts';
import { createSender, leaseTimes } from '#server/platform/sender.ts';
import type { Post, Posted } from './post.ts';
import * as store from './sending-store.ts';

/** Requests to push services at once. */
export const pushConcurrency = 20;

const minute = 60_000;
const hour = 60 * minute;
/** Before the second try, the third…: about a day, after which the message is no news. */
export const backOff: readonly number[] = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour];

/** Settled messages are kept for so long. */
const keepMs = 90 * 24 * hour;
/** Rows forgotten in one transaction, which others wait for. */
const pruneAtOnce = 2_000;

export interface SendingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly processId: string;
  readonly perMinute: number;
  readonly post: Post;
}

function outcomeOf(posted: Posted, tries: number, now: number): store.Outcome {
  if (posted.kind === 'sent') return { state: 'sent', dueAt: now, error: null };
  if (posted.kind !== 'later') return { state: posted.kind, dueAt: now, error: posted.error };
  const wait = backOff[tries - 1];
  if (wait === undefined) return { state: 'failed', dueAt: now, error: posted.error };
  return { state: 'queued', dueAt: now + Math.max(wait, posted.afterMs), error: posted.error };
}

export function createSending({ db, clock, log, processId, perMinute, post }: SendingDeps) {
  const lease = () => ({ by: processId, until: clock.now() + leaseTimes.lease, now: clock.now() });

  async function hand(push: store.LeasedPush, signal: AbortSignal): Promise<Posted> {
    const { endpoint, p256dh, auth, title, body, link, tag } = push;
    if (endpoint === null || p256dh === null || auth === null) return { kind: 'gone', error: 'no-device' };
    if (push.tries > backOff.length + 1)
      return { kind: 'failed', error: 'Every process that tried to send this ended while it did.' };
    return post({ endpoint, p256dh, auth }, { title, body, link, tag }, signal);
  }

  return createSender<store.LeasedPush>({
    name: 'push',
    clock,
    log,
    concurrency: pushConcurrency,
    async claim(limit) {
      // Looked for outside of the transaction, so that an idle server writes nothing.
      if ((await store.duePushes(db.read, clock.now(), 1)).length === 0) return [];
      return db.write(async (trx) => {
        const now = clock.now();
        // Locks the budget first: whoever comes second looks after the first has leased.
        await takeBudget(trx, 'push', { perMinute, wanted: 0, now });
        const ids = await store.duePushes(trx, now, limit);
        const granted = await takeBudget(trx, 'push', { perMinute, wanted: ids.length, now });
        return store.leasePushes(trx, ids.slice(0, granted), lease());
      });
    },
    renew: (ids) => db.write((trx) => store.renewPushes(trx, ids, lease())),
    async send(push, signal) {
      const posted = await hand(push, signal);
      if (posted.kind !== 'sent') log.info({ push: push.id, ...posted }, 'push not taken');
      await db.write(async (trx) => {
        const now = clock.now();
        const done = { by: processId, now };
        if (!(await store.finishPush(trx, push.id, done, outcomeOf(posted, push.tries, now)))) return;
        if (posted.kind === 'sent') await store.noteReached(trx, push.device_id, now);
        if (posted.kind === 'gone' && push.endpoint !== null)
          await store.dropDevice(trx, push.device_id, push.endpoint, now);
      });
    },
  });
}

/** Forgets messages that are settled and old. For a tick. */
export async function prunePush({ db, clock }: Pick<SendingDeps, 'db' | 'clock'>): Promise<void> {
  await db.write((trx) => store.prunePushes(trx, firstIdAt(clock.now() - keepMs), pruneAtOnce));
}

/** Sends queued web push: many at once, at a bounded rate, each by one process at a time. */
import type { Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { createSending, type Queue, type SendingDeps } from '#server/db/send-queue.ts';
import type { Sender } from '#server/platform/sender.ts';
import type { Post, Posted } from './post.ts';
import { dropDevice, noteReached } from './store.ts';

export const pushQueue: Queue = { messages: 'pushes', texts: 'push_texts', order: ['due_at'] };

/** Requests to push services at once. */
export const pushConcurrency = 20;

const minute = 60_000;
const hour = 60 * minute;
/** About a day in all, after which the message is no news. */
export const backOff: readonly number[] = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour];

interface LeasedPush {
  readonly id: string;
  readonly device_id: string;
  readonly tries: number;
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
  readonly tag: string;
  /** Null: the device is gone, or its session ended. */
  readonly endpoint: string | null;
  readonly p256dh: string | null;
  readonly auth: string | null;
}

function read(trx: Transaction<Tables>, ids: readonly string[]): Promise<LeasedPush[]> {
  return trx
    .selectFrom('pushes as p')
    .innerJoin('push_texts as t', 't.id', 'p.text_id')
    .leftJoin(
      (from) =>
        from
          .selectFrom('push_devices as d')
          .innerJoin('sessions as s', 's.id', 'd.session_id')
          .select(['d.id', 'd.person_id', 'd.endpoint', 'd.p256dh', 'd.auth'])
          .where('s.ended_at', 'is', null)
          .as('live'),
      (join) => join.onRef('live.id', '=', 'p.device_id').onRef('live.person_id', '=', 'p.person_id'),
    )
    .select(['p.id', 'p.device_id', 'p.tries', 't.title', 't.body', 't.link', 't.tag'])
    .select(['live.endpoint', 'live.p256dh', 'live.auth'])
    .where('p.id', 'in', ids)
    .execute();
}

export interface PushSendingDeps extends SendingDeps {
  readonly post: Post;
}

export function createPushSending({ post, ...deps }: PushSendingDeps): Sender {
  async function hand(push: LeasedPush, signal: AbortSignal): Promise<Posted> {
    const { endpoint, p256dh, auth, title, body, link, tag } = push;
    if (endpoint === null || p256dh === null || auth === null) return { kind: 'gone', error: 'no-device' };
    return post({ endpoint, p256dh, auth }, { title, body, link, tag }, signal);
  }

  return createSending<LeasedPush, Posted>(deps, {
    ...{ name: 'push', level: 'info', queue: pushQueue, concurrency: pushConcurrency, backOff, read, hand },
    async settle(trx, push, handed, now) {
      if (handed.kind === 'sent') await noteReached(trx, push.device_id, now);
      if (handed.kind === 'gone' && push.endpoint !== null)
        await dropDevice(trx, push.device_id, push.endpoint, now);
    },
  });
}

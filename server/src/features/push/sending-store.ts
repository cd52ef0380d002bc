/** All SQL of sending web push: what is due is leased, and what became of it is written down. */
import type { PushState } from '@slipmat/contract/push';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Ids of messages that may be sent now; those of a process that is gone before all others. */
export async function duePushes(read: Read, now: number, limit: number): Promise<string[]> {
  const left = await read
    .selectFrom('pushes')
    .select('id')
    .where('state', '=', 'sending')
    .where('lease_until', '<=', now)
    .limit(limit)
    .execute();
  const queued = await read
    .selectFrom('pushes')
    .select('id')
    .where('state', '=', 'queued')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return [...left, ...queued].slice(0, limit).map(({ id }) => id);
}

export interface LeasedPush {
  readonly id: string;
  readonly device_id: string;
  readonly tries: number;
  readonly created_at: number;
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
  readonly tag: string;
  /** Null: the device is gone, or its session ended. */
  readonly endpoint: string | null;
  readonly p256dh: string | null;
  readonly auth: string | null;
}

interface Lease {
  readonly by: string;
  readonly until: number;
  readonly now: number;
}

/** Leases those of the messages that nobody else has taken meanwhile. */
export async function leasePushes(
  trx: Trx,
  ids: readonly string[],
  { by, until, now }: Lease,
): Promise<LeasedPush[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .updateTable('pushes')
    .set((eb) => ({
      state: 'sending' as const,
      tries: eb('tries', '+', 1),
      lease_by: by,
      lease_until: until,
      changed_at: now,
    }))
    .where('id', 'in', ids)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'queued'),
        eb.and([eb('state', '=', 'sending'), eb('lease_until', '<=', now)]),
      ]),
    )
    .returning('id')
    .execute();
  if (rows.length === 0) return [];
  const leased = rows.map(({ id }) => id);
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
    .select(['p.id', 'p.device_id', 'p.tries', 'p.created_at', 't.title', 't.body', 't.link', 't.tag'])
    .select(['live.endpoint', 'live.p256dh', 'live.auth'])
    .where('p.id', 'in', leased)
    .execute();
}

/** @returns how many of the leases this process still had. */
export async function renewPushes(
  trx: Trx,
  ids: readonly string[],
  { by, until }: Omit<Lease, 'now'>,
): Promise<number> {
  const rows = await trx
    .updateTable('pushes')
    .set({ lease_until: until })
    .where('id', 'in', ids)
    .where('state', '=', 'sending')
    .where('lease_by', '=', by)
    .returning('id')
    .execute();
  return rows.length;
}

export interface Outcome {
  readonly state: PushState;
  readonly dueAt: number;
  readonly error: string | null;
}

/** @returns false when the lease was lost: somebody else has the message in hand. */
export async function finishPush(
  trx: Trx,
  id: string,
  { by, now }: Pick<Lease, 'by' | 'now'>,
  { state, dueAt, error }: Outcome,
): Promise<boolean> {
  const rows = await trx
    .updateTable('pushes')
    .set({ state, due_at: dueAt, error, lease_by: null, lease_until: null, changed_at: now })
    .where('id', '=', id)
    .where('state', '=', 'sending')
    .where('lease_by', '=', by)
    .returning('id')
    .execute();
  return rows.length > 0;
}

export async function noteReached(trx: Trx, deviceId: string, now: number): Promise<void> {
  await trx.updateTable('push_devices').set({ reached_at: now }).where('id', '=', deviceId).execute();
}

/** The push service knows the subscription no more: nothing that waits for it can arrive. */
export async function dropDevice(trx: Trx, deviceId: string, endpoint: string, now: number): Promise<void> {
  const rows = await trx
    .deleteFrom('push_devices')
    .where('id', '=', deviceId)
    .where('endpoint', '=', endpoint)
    .returning('id')
    .execute();
  if (rows.length === 0) return;
  await trx
    .updateTable('pushes')
    .set({ state: 'gone', error: 'no-device', changed_at: now })
    .where('device_id', '=', deviceId)
    .where('state', '=', 'queued')
    .execute();
}

/** Forgets messages that are settled and older than an id, and texts that no message has. */
export async function prunePushes(trx: Trx, beforeId: string, limit: number): Promise<void> {
  const old = await trx
    .selectFrom('pushes')
    .select(['id', 'text_id'])
    .where('id', '<', beforeId)
    .where('state', 'not in', ['queued', 'sending'])
    .orderBy('id')
    .limit(limit)
    .execute();
  if (old.length === 0) return;
  const ids = old.map(({ id }) => id);
  await trx.deleteFrom('pushes').where('id', 'in', ids).execute();
  const texts = [...new Set(old.map(({ text_id }) => text_id))];
  await trx
    .deleteFrom('push_texts')
    .where('id', 'in', texts)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom('pushes').select('pushes.id').whereRef('pushes.text_id', '=', 'push_texts.id'),
        ),
      ),
    )
    .execute();
}

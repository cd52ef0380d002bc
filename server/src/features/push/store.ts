/** All SQL of web push. */
import type { PushState } from '@slipmat/contract/push';
import type { Kysely, Transaction } from 'kysely';
import { chunks } from '#server/db/chunks.ts';
import type { Tables } from '#server/db/schema.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Devices that push goes to: of sessions that were not ended. */
function liveDevices(read: Read) {
  return read
    .selectFrom('push_devices as d')
    .innerJoin('sessions as s', 's.id', 'd.session_id')
    .where('s.ended_at', 'is', null);
}

/** Ids of the devices of each person who has one. */
export async function devicesOf(read: Read, personIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const ids of chunks(personIds)) {
    const rows = await liveDevices(read)
      .select(['d.id', 'd.person_id'])
      .where('d.person_id', 'in', ids)
      .execute();
    for (const { id, person_id } of rows) found.set(person_id, [...(found.get(person_id) ?? []), id]);
  }
  return found;
}

/** People who have a device that gets push. */
export function idsReached(read: Read): PeopleIds {
  return liveDevices(read).select('d.person_id').$asScalar();
}

export interface NewText {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
  readonly tag: string;
}

export interface NewPush {
  readonly id: string;
  readonly key: string;
  readonly personId: string;
  /** Empty: the person has none. */
  readonly deviceId: string;
  readonly textId: string;
}

export async function insertTexts(trx: Trx, texts: readonly NewText[]): Promise<void> {
  for (const some of chunks(texts)) {
    await trx
      .insertInto('push_texts')
      .values([...some])
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

/** Those of the keys that are there already. */
export async function knownKeys(read: Read, keys: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (const some of chunks(keys)) {
    const rows = await read.selectFrom('pushes').select('key').where('key', 'in', some).execute();
    for (const { key } of rows) known.add(key);
  }
  return known;
}

export async function insertPushes(trx: Trx, pushes: readonly NewPush[], now: number): Promise<void> {
  for (const some of chunks(pushes)) {
    const rows = some.map(({ personId, deviceId, textId, ...push }) => ({
      ...push,
      person_id: personId,
      device_id: deviceId,
      text_id: textId,
      state: deviceId === '' ? ('gone' as const) : ('queued' as const),
      error: deviceId === '' ? 'no-device' : null,
      tries: 0,
      due_at: now,
      lease_by: null,
      lease_until: null,
      created_at: now,
      changed_at: now,
    }));
    await trx
      .insertInto('pushes')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['key', 'device_id']).doNothing())
      .execute();
  }
}

export interface PushStanding {
  readonly state: PushState;
  readonly error: string | null;
  readonly at: number;
}

/** What is said of a message to several devices: what went best. */
const best: readonly PushState[] = ['sent', 'sending', 'queued', 'failed', 'gone'];

/** The best outcome among the devices of each key. */
export async function statesOf(read: Read, keys: readonly string[]): Promise<Map<string, PushStanding>> {
  const found = new Map<string, PushStanding>();
  for (const some of chunks(keys)) {
    const rows = await read
      .selectFrom('pushes')
      .select(['key', 'state', 'error', 'changed_at'])
      .where('key', 'in', some)
      .execute();
    for (const { key, state, error, changed_at } of rows) {
      const before = found.get(key);
      if (before !== undefined && best.indexOf(before.state) <= best.indexOf(state)) continue;
      found.set(key, { state, error, at: changed_at });
    }
  }
  return found;
}

export interface Device {
  readonly id: string;
  readonly endpoint: string;
  readonly label: string;
  readonly created_at: number;
  readonly reached_at: number | null;
  readonly session_id: string;
}

/** The person's devices, newest first. */
export function devices(read: Read, personId: string): Promise<Device[]> {
  return liveDevices(read)
    .select(['d.id', 'd.endpoint', 'd.label', 'd.created_at', 'd.reached_at', 'd.session_id'])
    .where('d.person_id', '=', personId)
    .orderBy('d.id', 'desc')
    .execute();
}

export interface NewDevice {
  readonly id: string;
  readonly personId: string;
  readonly sessionId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly label: string;
  readonly now: number;
}

/** A browser has one subscription: it belongs to whoever signed in there last. */
export async function putDevice(trx: Trx, { now, personId, sessionId, ...device }: NewDevice): Promise<void> {
  const { endpoint, p256dh, auth, label } = device;
  const owner = { person_id: personId, session_id: sessionId };
  await trx
    .insertInto('push_devices')
    .values({ ...device, ...owner, created_at: now, reached_at: null })
    .onConflict((conflict) =>
      conflict.column('endpoint').doUpdateSet({ ...owner, p256dh, auth, label, created_at: now }),
    )
    .execute();
  // Of what waited for whoever had it before, nothing is for the new one to see.
  await trx
    .updateTable('pushes')
    .set({ state: 'gone', error: 'no-device', changed_at: now })
    .where('state', '=', 'queued')
    .where('person_id', '!=', personId)
    .where('device_id', 'in', trx.selectFrom('push_devices').select('id').where('endpoint', '=', endpoint))
    .execute();
}

/** @returns false when the person has no such device. */
export async function removeDevice(trx: Trx, id: string, personId: string): Promise<boolean> {
  const rows = await trx
    .deleteFrom('push_devices')
    .where('id', '=', id)
    .where('person_id', '=', personId)
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

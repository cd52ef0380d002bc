/** All SQL of incidents. */
import { Audience } from '@slipmat/contract/audiences';
import { incidentLimits } from '@slipmat/contract/incidents';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '#server/db/schema.ts';

export type Read = Kysely<Tables>;
export type Trx = Transaction<Tables>;

const Ids = z.array(z.string());

function toStored(row: Selectable<Tables['incidents']>) {
  const { audience, notifications, ...rest } = row;
  return {
    ...rest,
    audience: Audience.parse(JSON.parse(audience)),
    notificationIds: Ids.parse(JSON.parse(notifications)),
  };
}
export type StoredIncident = ReturnType<typeof toStored>;

export async function find(read: Read, number: number): Promise<StoredIncident | undefined> {
  const row = await read.selectFrom('incidents').selectAll().where('number', '=', number).executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** The one that this person started with this key. */
export async function findByKey(read: Read, key: string): Promise<StoredIncident | undefined> {
  const row = await read.selectFrom('incidents').selectAll().where('key', '=', key).executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** Newest first. */
export function list(read: Read) {
  return read
    .selectFrom('incidents')
    .select(['number', 'title', 'started_at as startedAt', 'resolved_at as resolvedAt'])
    .orderBy('number', 'desc')
    .limit(incidentLimits.list)
    .execute();
}

/** With what is needed of their faults to tell which problems they are about; newest first. */
export function openOnes(read: Read) {
  return read
    .selectFrom('incidents as i')
    .leftJoin('faults as f', 'f.id', 'i.fault_id')
    .select(['i.number', 'f.code', 'f.place'])
    .where('i.resolved_at', 'is', null)
    .orderBy('i.number', 'desc')
    .limit(incidentLimits.list)
    .execute();
}

/** The number after the last. @throws a duplicate at the insert when another process took it meanwhile. */
export async function nextNumber(trx: Trx): Promise<number> {
  const row = await trx
    .selectFrom('incidents')
    .select(({ fn }) => fn.max('number').as('last'))
    .executeTakeFirst();
  return Number(row?.last ?? 0) + 1;
}

export async function insert(
  trx: Trx,
  { audience, notificationIds, ...rest }: StoredIncident,
): Promise<void> {
  await trx
    .insertInto('incidents')
    .values({
      ...rest,
      audience: JSON.stringify(audience),
      notifications: JSON.stringify(notificationIds),
    })
    .execute();
}

export async function setNotifications(trx: Trx, number: number, ids: readonly string[]): Promise<void> {
  await trx
    .updateTable('incidents')
    .set({ notifications: JSON.stringify(ids) })
    .where('number', '=', number)
    .execute();
}

/** @returns false when it was resolved already. */
export async function resolve(trx: Trx, number: number, by: string, now: number): Promise<boolean> {
  const rows = await trx
    .updateTable('incidents')
    .set({ resolved_at: now, resolved_by: by })
    .where('number', '=', number)
    .where('resolved_at', 'is', null)
    .returning('number')
    .execute();
  return rows.length > 0;
}

/** Oldest first. */
export function updates(read: Read, number: number) {
  return read
    .selectFrom('incident_updates')
    .select(['at', 'by_handle as by', 'text'])
    .where('number', '=', number)
    .orderBy('id')
    .execute();
}

export async function addUpdate(
  trx: Trx,
  update: {
    readonly id: string;
    readonly number: number;
    readonly at: number;
    readonly by: string;
    readonly text: string;
  },
): Promise<void> {
  const { by, ...rest } = update;
  await trx
    .insertInto('incident_updates')
    .values({ ...rest, by_handle: by })
    .execute();
}

/** All SQL of the work that sends notifications: each piece goes on where it was left, on whichever process. */
import { type Insertable, type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export type Job = Selectable<Tables['notification_jobs']>;
export type NewJob = Omit<Insertable<Tables['notification_jobs']>, 'cursor'>;

/** The same work twice is once. */
export async function insertJobs(trx: Trx, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  await trx
    .insertInto('notification_jobs')
    .values(jobs.map((job) => ({ ...job, cursor: '' })))
    .onConflict((conflict) => conflict.columns(['notification_id', 'version', 'kind', 'round']).doNothing())
    .execute();
}

/** Forgets what is still to do for a notification. */
export async function dropJobs(trx: Trx, notificationId: string): Promise<void> {
  await trx.deleteFrom('notification_jobs').where('notification_id', '=', notificationId).execute();
}

/** Work that is due, oldest first. */
export function dueJobs(read: Read, now: number, limit: number): Promise<Job[]> {
  return read
    .selectFrom('notification_jobs')
    .selectAll()
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/**
 * The work as it stands, for the rest of the transaction this process's alone: another one waits, and goes on from
 * where this one got to.
 * @returns undefined when it is done or dropped.
 */
export function take(trx: Trx, id: string): Promise<Job | undefined> {
  return trx
    .updateTable('notification_jobs')
    .set({ cursor: sql.ref('cursor') })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

/** Notes how far it got. */
export async function advance(trx: Trx, id: string, cursor: string): Promise<void> {
  await trx.updateTable('notification_jobs').set({ cursor }).where('id', '=', id).execute();
}

export async function finish(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('notification_jobs').where('id', '=', id).execute();
}

/** True while somebody still gets the notification for the first time, or in a new version. */
export async function isExpanding(read: Read, notificationIds: readonly string[]): Promise<Set<string>> {
  if (notificationIds.length === 0) return new Set();
  const rows = await read
    .selectFrom('notification_jobs')
    .select('notification_id')
    .where('notification_id', 'in', notificationIds)
    .where('kind', '=', 'expand')
    .execute();
  return new Set(rows.map(({ notification_id }) => notification_id));
}

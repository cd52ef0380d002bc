/**
 * Forgets notifications that are long over, with their ledgers. A must-read without an expiry is over when it is
 * withdrawn: it still waits for whoever has not confirmed it. Those of incidents stay, as their incidents do.
 */
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import * as store from './store.ts';

const dayMs = 24 * 3_600_000;
/** Rows of a ledger forgotten in one transaction, which others wait for. */
const rowsAtOnce = 2_000;
/** Transactions in one round of the tick: a million rows in a few hours. */
const transactions = 50;

/** The one that has been over for longest, if that is since before `before`. */
async function oldestOver(read: Kysely<Tables>, before: number): Promise<string | undefined> {
  const row = await read
    .selectFrom('notifications')
    .select('id')
    .where('incident', 'is', null)
    .where((eb) =>
      eb.or([
        eb('withdrawn_at', '<', before),
        eb('expires_at', '<', before),
        eb.and([eb('kind', '=', 'normal'), eb('expires_at', 'is', null), eb('starts_at', '<', before)]),
      ]),
    )
    .orderBy('id')
    .executeTakeFirst();
  return row?.id;
}

/** Forgets a piece of it, and it itself when nothing else is left. */
async function forget(trx: Transaction<Tables>, id: string): Promise<void> {
  await store.lock(trx, id);
  const rows = await trx
    .selectFrom('notification_recipients')
    .select('person_id')
    .where('notification_id', '=', id)
    .orderBy('person_id')
    .limit(rowsAtOnce)
    .execute();
  const last = rows.at(-1);
  if (last !== undefined)
    await trx
      .deleteFrom('notification_recipients')
      .where('notification_id', '=', id)
      .where('person_id', '<=', last.person_id)
      .execute();
  if (rows.length < rowsAtOnce) await trx.deleteFrom('notifications').where('id', '=', id).execute();
}

export interface RetentionDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** How long what is over is kept; undefined: for ever. */
  readonly keepDays: number | undefined;
}

/** For a tick. */
export async function pruneNotifications({ db, clock, keepDays }: RetentionDeps): Promise<void> {
  if (keepDays === undefined) return;
  const before = clock.now() - keepDays * dayMs;
  for (let done = 0; done < transactions; done += 1) {
    const id = await oldestOver(db.read, before);
    if (id === undefined) return;
    await db.write((trx) => forget(trx, id));
  }
}

/** All SQL of the owner's outbox. */
import { MailState, mailLimits } from '@slipmat/contract/mail';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

function mails(read: Read) {
  return read
    .selectFrom('mails as m')
    .innerJoin('mail_texts as t', 't.id', 'm.text_id')
    .select([
      'm.id',
      'm.key',
      'm.person_id',
      'm.address',
      'm.text_id',
      'm.priority',
      'm.state',
      'm.tries',
      'm.due_at',
      'm.error',
      'm.created_at',
      'm.changed_at',
      't.kind',
      't.subject',
      't.markdown',
      't.link',
    ]);
}

export type OutboxMail = Awaited<ReturnType<ReturnType<typeof mails>['execute']>>[number];

export interface OutboxQuery {
  readonly state?: MailState | undefined;
  /** The beginning of an address or handle; empty for all. */
  readonly q: string;
  readonly before?: string | undefined;
}

/** One more than a page, newest first. */
export function outboxPage(read: Read, { state, q, before }: OutboxQuery): Promise<OutboxMail[]> {
  const pattern = `${q.toLowerCase().replaceAll(/[\\%_]/g, (match) => `\\${match}`)}%`;
  let query = mails(read);
  if (state !== undefined) query = query.where('m.state', '=', state);
  if (before !== undefined) query = query.where('m.id', '<', before);
  if (q !== '')
    query = query
      .innerJoin('people as p', 'p.id', 'm.person_id')
      .where(
        sql<boolean>`(lower(m.address) like ${pattern} escape '\\' or p.handle like ${pattern} escape '\\')`,
      );
  return query
    .orderBy('m.id', 'desc')
    .limit(mailLimits.pageSize + 1)
    .execute();
}

export function findMail(read: Read, id: string): Promise<OutboxMail | undefined> {
  return mails(read).where('m.id', '=', id).executeTakeFirst();
}

/** How many mails there are in each state. */
export async function countStates(read: Read): Promise<{ state: MailState; count: number }[]> {
  const rows = await read
    .selectFrom('mails')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return MailState.options.map((state) => ({
    state,
    count: Number(rows.find((row) => row.state === state)?.count ?? 0),
  }));
}

/** Queues a settled mail again. @returns false when it is not in that state any more. */
export async function queueAgain(
  trx: Trx,
  mail: Pick<OutboxMail, 'id' | 'state'>,
  address: string,
  now: number,
): Promise<boolean> {
  const rows = await trx
    .updateTable('mails')
    .set({ state: 'queued', address, tries: 0, due_at: now, error: null, changed_at: now })
    .where('id', '=', mail.id)
    .where('state', '=', mail.state)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** All SQL of sending mail: what is due is leased, and what became of it is written down. */
import type { MailKind, MailState } from '@slipmat/contract/mail';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Ids of mails that may be sent now, most urgent first; those of a process that is gone before all others. */
export async function dueMails(read: Read, now: number, limit: number): Promise<string[]> {
  const left = await read
    .selectFrom('mails')
    .select('id')
    .where('state', '=', 'sending')
    .where('lease_until', '<=', now)
    .orderBy('priority')
    .limit(limit)
    .execute();
  const queued = await read
    .selectFrom('mails')
    .select('id')
    .where('state', '=', 'queued')
    .where('due_at', '<=', now)
    .orderBy('priority')
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return [...left, ...queued].slice(0, limit).map(({ id }) => id);
}

export interface LeasedMail {
  readonly id: string;
  readonly person_id: string;
  readonly address: string;
  readonly tries: number;
  readonly kind: MailKind;
  readonly subject: string;
  readonly markdown: string;
  readonly link: string | null;
}

interface Lease {
  readonly by: string;
  readonly until: number;
  readonly now: number;
}

/** Leases those of the mails that nobody else has taken meanwhile. */
export async function leaseMails(
  trx: Trx,
  ids: readonly string[],
  { by, until, now }: Lease,
): Promise<LeasedMail[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .updateTable('mails')
    .set((eb) => ({
      state: 'sending' as const,
      // Counted before it is tried, so that a mail which ends every process that tries it does not go on for ever.
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
  return trx
    .selectFrom('mails as m')
    .innerJoin('mail_texts as t', 't.id', 'm.text_id')
    .select(['m.id', 'm.person_id', 'm.address', 'm.tries', 't.kind', 't.subject', 't.markdown', 't.link'])
    .where(
      'm.id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
}

/** @returns how many of the leases this process still had. */
export async function renewMails(
  trx: Trx,
  ids: readonly string[],
  { by, until }: Omit<Lease, 'now'>,
): Promise<number> {
  const rows = await trx
    .updateTable('mails')
    .set({ lease_until: until })
    .where('id', 'in', ids)
    .where('state', '=', 'sending')
    .where('lease_by', '=', by)
    .returning('id')
    .execute();
  return rows.length;
}

export interface Outcome {
  readonly state: MailState;
  readonly dueAt: number;
  readonly error: string | null;
}

/** @returns false when the lease was lost: somebody else has the mail in hand. */
export async function finishMail(
  trx: Trx,
  id: string,
  { by, now }: Pick<Lease, 'by' | 'now'>,
  { state, dueAt, error }: Outcome,
): Promise<boolean> {
  const rows = await trx
    .updateTable('mails')
    .set({ state, due_at: dueAt, error, lease_by: null, lease_until: null, changed_at: now })
    .where('id', '=', id)
    .where('state', '=', 'sending')
    .where('lease_by', '=', by)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** One more hard bounce, unless the person has another address by now. */
export async function countBounce(trx: Trx, personId: string, address: string): Promise<void> {
  await trx
    .updateTable('people')
    .set((eb) => ({ email_bounces: eb('email_bounces', '+', 1) }))
    .where('id', '=', personId)
    .where('email', '=', address)
    .execute();
}

/** The address took a mail: what came back before was not for good. */
export async function forgetBounces(trx: Trx, personId: string, address: string): Promise<void> {
  await trx
    .updateTable('people')
    .set({ email_bounces: 0 })
    .where('id', '=', personId)
    .where('email', '=', address)
    .where('email_bounces', '>', 0)
    .execute();
}

/**
 * Forgets mails that are settled and older than an id, and texts that no mail has.
 * @returns how many mails went.
 */
export async function pruneMails(trx: Trx, beforeId: string, limit: number): Promise<number> {
  const old = await trx
    .selectFrom('mails')
    .select(['id', 'text_id'])
    .where('id', '<', beforeId)
    .where('state', 'not in', ['queued', 'sending'])
    .orderBy('id')
    .limit(limit)
    .execute();
  if (old.length === 0) return 0;
  await trx
    .deleteFrom('mails')
    .where(
      'id',
      'in',
      old.map(({ id }) => id),
    )
    .execute();
  const texts = [...new Set(old.map(({ text_id }) => text_id))];
  await trx
    .deleteFrom('mail_texts')
    .where('id', 'in', texts)
    .where((eb) =>
      eb.not(
        eb.exists(eb.selectFrom('mails').select('mails.id').whereRef('mails.text_id', '=', 'mail_texts.id')),
      ),
    )
    .execute();
  return old.length;
}

/**
 * Tables that messages to people wait in: each row is leased to one process at a time, tried with growing waits, at a rate
 * that all processes share, and what became of it is written down.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { firstIdAt } from '../platform/random.ts';
import { createSender, leaseTimes, type Sender } from '../platform/sender.ts';
import { takeBudget } from './budget.ts';
import type { Database } from './open.ts';
import type { Tables } from './schema.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** What is settled is kept for so long. Milliseconds. */
const keepMs = 90 * 24 * 3_600_000;
/** Rows forgotten in one transaction, which others wait for. */
const pruneAtOnce = 2_000;

/** A queue by its tables: of the messages, and of what they say, which many share. */
export type Queue = (
  | { readonly messages: 'mails'; readonly texts: 'mail_texts' }
  | { readonly messages: 'pushes'; readonly texts: 'push_texts' }
) & {
  /** Columns that say which of two goes first. */
  readonly order: readonly ('priority' | 'due_at')[];
};

type QueueState = Tables[Queue['messages']]['state'];
/** In which a message stays. */
type Settled = Exclude<QueueState, 'queued' | 'sending' | 'kept' | 'sent'>;

/** Somebody's hold of a row, until it is over or renewed. */
interface Lease {
  readonly by: string;
  readonly until: number;
}

/** What becomes of a message. */
interface Outcome<State> {
  readonly state: State;
  readonly dueAt: number;
  readonly error: string | null;
}

/** Ids of messages that may be sent now; those of a process that is gone before all others. */
async function due(read: Read, { messages, order }: Queue, now: number, limit: number): Promise<string[]> {
  const of = (state: 'sending' | 'queued', since: 'lease_until' | 'due_at') => {
    const ripe = read.selectFrom(messages).select('id').where('state', '=', state).where(since, '<=', now);
    const ordered = order.reduce((query, column) => query.orderBy(sql.ref(column)), ripe);
    return ordered.limit(limit).execute();
  };
  const left = await of('sending', 'lease_until');
  const queued = await of('queued', 'due_at');
  return [...left, ...queued].slice(0, limit).map(({ id }) => id);
}

/** Leases those of the messages that nobody else has taken meanwhile. @returns their ids. */
async function take(
  trx: Trx,
  { messages }: Queue,
  ids: readonly string[],
  { by, until, now }: Lease & { readonly now: number },
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .updateTable(messages)
    .set((eb) => ({
      state: 'sending' as const,
      // Counted before it is tried, so that one which ends every process that tries it does not go on for ever.
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
  return rows.map(({ id }) => id);
}

/** @returns how many of the leases were still there. */
async function renew(
  trx: Trx,
  { messages }: Queue,
  ids: readonly string[],
  { by, until }: Lease,
): Promise<number> {
  const rows = await trx
    .updateTable(messages)
    .set({ lease_until: until })
    .where('id', 'in', ids)
    .where('state', '=', 'sending')
    .where('lease_by', '=', by)
    .returning('id')
    .execute();
  return rows.length;
}

/** @returns false when the lease was lost: somebody else has the message in hand. */
async function finish(
  trx: Trx,
  { messages }: Queue,
  id: string,
  { by, now, state, dueAt, error }: Pick<Lease, 'by'> & { readonly now: number } & Outcome<QueueState>,
): Promise<boolean> {
  const rows = await trx
    .updateTable(messages)
    .set({ state, due_at: dueAt, error, lease_by: null, lease_until: null, changed_at: now })
    .where('id', '=', id)
    .where('state', '=', 'sending')
    .where('lease_by', '=', by)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Forgets messages that are settled and older than `now` by a while, and texts that no message has. */
export async function pruneQueue(trx: Trx, { messages, texts }: Queue, now: number): Promise<void> {
  const old = await trx
    .selectFrom(messages)
    .select(['id', 'text_id'])
    .where('id', '<', firstIdAt(now - keepMs))
    .where('state', 'not in', ['queued', 'sending'])
    .orderBy('id')
    .limit(pruneAtOnce)
    .execute();
  if (old.length === 0) return;
  const ids = old.map(({ id }) => id);
  await trx.deleteFrom(messages).where('id', 'in', ids).execute();
  const left = trx
    .selectFrom(messages)
    .select('id')
    .whereRef('text_id', '=', sql.ref(`${texts}.id`));
  await trx
    .deleteFrom(texts)
    .where('id', 'in', [...new Set(old.map(({ text_id }) => text_id))])
    .where((eb) => eb.not(eb.exists(left)))
    .execute();
}

/** A leased row, with all that sending it takes. */
interface Job {
  readonly id: string;
  /** This one included. */
  readonly tries: number;
}

/** What became of a try: `later` is tried again, anything else is for good. */
export type Handed<State extends Settled> =
  | { readonly kind: 'sent' }
  | { readonly kind: 'later'; readonly error: string; readonly afterMs?: number }
  | { readonly kind: State; readonly error: string };

/** Every process that tried it ended while it did. */
export interface GivenUp {
  readonly kind: 'failed';
  readonly error: string;
}

export interface SendingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly processId: string;
  /** Of all processes together. */
  readonly perMinute: number;
}

/** How the messages of a queue are sent. */
export interface Channel<J extends Job, H extends Handed<Settled>> {
  /** Of its budget, and in the log. */
  readonly name: string;
  /** What it is in the log that one was not taken. */
  readonly level: 'info' | 'warn';
  readonly queue: Queue;
  /** Messages at once. */
  readonly concurrency: number;
  /** Milliseconds before the second try, the third…; one that was tried after the last one as well is given up. */
  readonly backOff: readonly number[];
  readonly read: (trx: Trx, ids: readonly string[]) => Promise<J[]>;
  readonly hand: (job: J, signal: AbortSignal) => Promise<H>;
  /** What else is written down with it. */
  readonly settle: (trx: Trx, job: J, handed: H | GivenUp, now: number) => Promise<void>;
}

function outcomeOf(
  handed: Handed<Settled>,
  tries: number,
  { now, backOff }: { readonly now: number; readonly backOff: readonly number[] },
): Outcome<QueueState> {
  if (handed.kind === 'sent') return { state: 'sent', dueAt: now, error: null };
  const { error } = handed;
  if (handed.kind !== 'later') return { state: handed.kind, dueAt: now, error };
  const wait = backOff[tries - 1];
  if (wait === undefined) return { state: 'failed', dueAt: now, error };
  const after = 'afterMs' in handed ? (handed.afterMs ?? 0) : 0;
  return { state: 'queued', dueAt: now + Math.max(wait, after), error };
}

/** The sender of a queue: many at once, at a bounded rate, each by one process at a time. */
export function createSending<J extends Job, H extends Handed<Settled>>(
  { db, clock, log, processId, perMinute }: SendingDeps,
  { name, level, queue, concurrency, backOff, ...channel }: Channel<J, H>,
): Sender {
  const lease = (): Lease => ({ by: processId, until: clock.now() + leaseTimes.lease });

  async function claim(limit: number): Promise<J[]> {
    // Looked for outside of the transaction, so that an idle server writes nothing.
    if ((await due(db.read, queue, clock.now(), 1)).length === 0) return [];
    return db.write(async (trx) => {
      const now = clock.now();
      // Locks the budget first: whoever comes second looks after the first has leased.
      await takeBudget(trx, name, { perMinute, wanted: 0, now });
      const ids = await due(trx, queue, now, limit);
      const granted = await takeBudget(trx, name, { perMinute, wanted: ids.length, now });
      const leased = await take(trx, queue, ids.slice(0, granted), { ...lease(), now });
      return leased.length === 0 ? [] : channel.read(trx, leased);
    });
  }

  return createSender<J>({
    name,
    clock,
    log,
    concurrency,
    claim,
    renew: (ids) => db.write((trx) => renew(trx, queue, ids, lease())),
    async send(job, signal) {
      const isHopeless = job.tries > backOff.length + 1;
      const handed: H | GivenUp = isHopeless
        ? { kind: 'failed', error: 'Every process that tried to send this ended while it did.' }
        : await channel.hand(job, signal);
      if (handed.kind !== 'sent') log[level]({ [name]: job.id, ...handed }, `${name} not taken`);
      await db.write(async (trx) => {
        const now = clock.now();
        const outcome = outcomeOf(handed, job.tries, { now, backOff });
        if (!(await finish(trx, queue, job.id, { by: processId, now, ...outcome }))) return;
        await channel.settle(trx, job, handed, now);
      });
    },
  });
}

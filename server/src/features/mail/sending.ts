/** Sends queued mail: some at once, at a bounded rate, each by one process at a time. */
import { takeBudget } from '#server/db/budget.ts';
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { firstIdAt } from '#server/platform/random.ts';
import { createSender, leaseTimes } from '#server/platform/sender.ts';
import { compose, type Letterhead } from './message.ts';
import * as store from './sending-store.ts';
import { type Handed, handOver, type SmtpServer } from './smtp.ts';

/** Connections to the mail server at once: providers take a handful, and more would not be faster for long. */
const concurrency = 5;

const minute = 60_000;
const hour = 60 * minute;
/** Before the second try, the third…; a mail that was tried after the last one as well is given up, after a day. */
export const backOff: readonly number[] = [
  minute,
  5 * minute,
  15 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  9 * hour,
];

/** Settled mail is kept for so long. */
const keepMs = 90 * 24 * hour;
/** Rows forgotten in one transaction, which others wait for. */
const pruneAtOnce = 2_000;

export interface SendingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly processId: string;
  readonly perMinute: number;
  readonly server: SmtpServer;
  readonly letterhead: () => Letterhead;
}

function outcomeOf(handed: Handed, tries: number, now: number): store.Outcome {
  if (handed.kind === 'sent') return { state: 'sent', dueAt: now, error: null };
  if (handed.kind !== 'later') return { state: handed.kind, dueAt: now, error: handed.error };
  const wait = backOff[tries - 1];
  if (wait === undefined) return { state: 'failed', dueAt: now, error: handed.error };
  return { state: 'queued', dueAt: now + wait, error: handed.error };
}

/** The sender of a Slipmat that has a mail server. */
export function createSending({ db, clock, log, processId, ...deps }: SendingDeps) {
  const lease = () => ({ by: processId, until: clock.now() + leaseTimes.lease, now: clock.now() });

  async function hand(mail: store.LeasedMail, signal: AbortSignal): Promise<Handed> {
    if (mail.tries > backOff.length + 1)
      return { kind: 'failed', error: 'Every process that tried to send this ended while it did.' };
    let message: Buffer;
    try {
      message = await compose(mail, deps.letterhead());
    } catch (error) {
      return { kind: 'failed', error: `The mail could not be written: ${String(error)}` };
    }
    return handOver(deps.server, mail.address, message, signal);
  }

  return createSender<store.LeasedMail>({
    name: 'mail',
    clock,
    log,
    concurrency,
    async claim(limit) {
      // Looked for outside of the transaction, so that an idle server writes nothing.
      if ((await store.dueMails(db.read, clock.now(), 1)).length === 0) return [];
      return db.write(async (trx) => {
        const now = clock.now();
        const { perMinute } = deps;
        // Locks the budget first: whoever comes second looks after the first has leased.
        await takeBudget(trx, 'mail', { perMinute, wanted: 0, now });
        const ids = await store.dueMails(trx, now, limit);
        const granted = await takeBudget(trx, 'mail', { perMinute, wanted: ids.length, now });
        return store.leaseMails(trx, ids.slice(0, granted), lease());
      });
    },
    renew: (ids) => db.write((trx) => store.renewMails(trx, ids, lease())),
    async send(mail, signal) {
      const handed = await hand(mail, signal);
      if (handed.kind !== 'sent') log.warn({ mail: mail.id, ...handed }, 'mail not taken');
      await db.write(async (trx) => {
        const now = clock.now();
        const isOurs = await store.finishMail(
          trx,
          mail.id,
          { by: processId, now },
          outcomeOf(handed, mail.tries, now),
        );
        if (!isOurs) return;
        if (handed.kind === 'bounced' && handed.isAddress)
          await store.countBounce(trx, mail.person_id, mail.address);
        if (handed.kind === 'sent') await store.forgetBounces(trx, mail.person_id, mail.address);
      });
    },
  });
}

/** Forgets mail that is settled and old. For a tick. */
export async function pruneMail({ db, clock }: Pick<SendingDeps, 'db' | 'clock'>): Promise<void> {
  await db.write((trx) => store.pruneMails(trx, firstIdAt(clock.now() - keepMs), pruneAtOnce));
}

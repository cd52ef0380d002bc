/** The owner's outbox: every mail, what became of it, and sending it again. */
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, type Random } from '#server/platform/random.ts';
import { plainText } from './message.ts';
import * as outbox from './outbox-store.ts';
import * as store from './store.ts';

export type { OutboxMail } from './outbox-store.ts';

export interface OutboxDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly publicOrigin: () => string;
  readonly isSent: boolean;
}

export function createOutbox({ db, clock, random, publicOrigin, isSent }: OutboxDeps) {
  /** @throws ProblemError `not-found` */
  async function find(id: string): Promise<outbox.OutboxMail> {
    const mail = await outbox.findMail(db.read, id);
    if (mail === undefined) throw new ProblemError('not-found');
    return mail;
  }

  /** Where a mail goes that had nowhere to go: to the address that the person has by now. */
  async function addressOf({ address, person_id }: outbox.OutboxMail): Promise<string> {
    if (address !== '') return address;
    const reach = (await store.reach(db.read, [person_id])).get(person_id);
    if (reach === undefined || 'reason' in reach) throw new ProblemError('mail-not-sendable');
    return reach.address;
  }

  return {
    page: (query: outbox.OutboxQuery) => outbox.outboxPage(db.read, query),
    counts: () => outbox.countStates(db.read),
    /** @returns the mail and its whole text. @throws ProblemError `not-found` */
    async show(id: string): Promise<{ mail: outbox.OutboxMail; text: string }> {
      const mail = await find(id);
      return { mail, text: plainText(mail, publicOrigin()) };
    },
    /** Queues it again; of one that was sent, a copy. @throws ProblemError `not-found`, `mail-not-sendable` */
    async sendAgain(id: string): Promise<outbox.OutboxMail> {
      const mail = await find(id);
      const { state, text_id, priority } = mail;
      if (!isSent || state === 'queued' || state === 'sending') throw new ProblemError('mail-not-sendable');
      const address = await addressOf(mail);
      const now = clock.now();
      if (state !== 'sent') {
        const isQueued = await db.write((trx) => outbox.queueAgain(trx, mail, address, now));
        if (!isQueued) throw new ProblemError('mail-not-sendable');
        return find(id);
      }
      const copy = newId(clock, random);
      const row = { id: copy, key: `again:${copy}`, personId: mail.person_id, textId: text_id, priority };
      await db.write((trx) =>
        store.insertMails(trx, [{ ...row, address, state: 'queued', error: null }], now),
      );
      return find(copy);
    },
  };
}

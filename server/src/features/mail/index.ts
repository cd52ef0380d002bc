/** Mail: queued in the transaction of whoever sends it, and sent later from there. */
import { createHash } from 'node:crypto';
import { type MailKind, mailLimits } from '@slipmat/contract/mail';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import { pruneQueue } from '#server/db/send-queue.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { newId, type Random } from '#server/platform/random.ts';
import type { Sender } from '#server/platform/sender.ts';
import { createOutbox } from './outbox.ts';
import { createMailSending, mailQueue } from './sending.ts';
import type { SmtpServer } from './smtp.ts';
import * as store from './store.ts';

export type { MailStanding, Reach } from './store.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** A mail to one person, to the address they have proven. */
export interface OutgoingMail {
  /** Unique for the act, such as `n:<notification>:<person>:1`: the same key again does nothing. */
  readonly key: string;
  readonly personId: string;
  readonly subject: string;
  /** CommonMark; markup and images are not shown. */
  readonly markdown: string;
  /** A path of this site or an absolute address, drawn as a button; null for none. */
  readonly link: string | null;
  readonly kind: MailKind;
}

export interface MailDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly processId: string;
  /** Such as https://radio.example, for links. */
  readonly publicOrigin: () => string;
  /** Undefined: nothing is sent, and mail stays in the outbox. */
  readonly server: (SmtpServer & { readonly from: string }) | undefined;
  readonly perMinute: number;
}

/** Without a mail server there is nothing to do. */
const idle: Sender = { run: () => Promise.resolve(), stop: () => undefined };

export type Mail = ReturnType<typeof createMail>;

/** Lower goes first. */
const priorities: Readonly<Record<MailKind, number>> = {
  verification: 0,
  account: 0,
  'must-read': 1,
  notification: 2,
};

export function createMail(deps: MailDeps) {
  const { db, clock, random, publicOrigin, server } = deps;
  const isSent = server !== undefined;
  const sender =
    server === undefined
      ? idle
      : createMailSending({
          ...deps,
          server,
          letterhead: () => ({ from: server.from, sender: server.sender, origin: publicOrigin() }),
        });

  function textOf({ kind, subject, markdown, link }: OutgoingMail): store.NewText {
    const text = {
      kind,
      subject: subject.replaceAll(/\s+/g, ' ').trim().slice(0, mailLimits.subject).toWellFormed(),
      markdown: markdown.slice(0, mailLimits.markdown).toWellFormed(),
      link: link === null ? null : new URL(link, publicOrigin()).href,
    };
    return { id: createHash('sha256').update(JSON.stringify(text)).digest('hex'), ...text };
  }

  async function put(trx: Trx, mails: readonly (OutgoingMail & { readonly reach: store.Reach })[]) {
    const texts = new Map<string, store.NewText>();
    const rows = mails.map(({ reach, ...mail }): store.NewMail => {
      const text = textOf(mail);
      texts.set(text.id, text);
      const row = {
        id: newId(clock, random),
        key: mail.key,
        personId: mail.personId,
        textId: text.id,
        priority: priorities[mail.kind],
      };
      if ('reason' in reach) return { ...row, address: '', state: 'failed', error: reach.reason };
      return { ...row, address: reach.address, state: isSent ? 'queued' : 'kept', error: null };
    });
    await store.insertTexts(trx, [...texts.values()]);
    await store.insertMails(trx, rows, clock.now());
  }

  return {
    /**
     * Queues mail in the caller's transaction; it is sent after the commit, also by another process or after a crash.
     * Somebody who cannot be reached gets a row that says so (`failed`, with the reason).
     */
    async enqueue(trx: Trx, mails: readonly OutgoingMail[]): Promise<void> {
      const reached = await store.reach(trx, [...new Set(mails.map(({ personId }) => personId))]);
      const known = mails.flatMap((mail) => {
        const reach = reached.get(mail.personId);
        return reach === undefined ? [] : [{ ...mail, reach }];
      });
      await put(trx, known);
    },
    /** Queues a mail to an address that is not proven yet, or not any more. */
    enqueueTo: (trx: Trx, address: string, mail: OutgoingMail) => put(trx, [{ ...mail, reach: { address } }]),
    idsReached: (read: Read) => store.idsReached(read),
    reach: (read: Read, personIds: readonly string[]) => store.reach(read, personIds),
    /** How mails stand, by key; a key that was never queued, or 90 days ago, is not in the map. */
    stateOf: (read: Read, keys: readonly string[]) => store.statesOf(read, keys),
    isSent,
    bouncesOf: (personId: string) => store.hasBounced(db.read, personId),
    outbox: createOutbox({ db, clock, random, publicOrigin, isSent }),
    /** Sends what is due. For a tick. */
    send: sender.run,
    /** Call before waiting for the tick. */
    stop: sender.stop,
    /** Forgets old mail. For a tick. */
    prune: () => db.write((trx) => pruneQueue(trx, mailQueue, clock.now())),
  };
}

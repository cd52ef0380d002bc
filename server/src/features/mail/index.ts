/** Mail: queued in the transaction of whoever sends it, and sent later from there. */
import { createHash } from 'node:crypto';
import { type MailKind, mailLimits } from '@slipmat/contract/mail';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import { newId, type Random } from '#server/platform/random.ts';
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
  readonly clock: Clock;
  readonly random: Random;
  /** Such as https://radio.example, for links. */
  readonly publicOrigin: () => string;
  /** False: nothing is sent, and mail stays in the outbox. */
  readonly isSent: boolean;
}

export type Mail = ReturnType<typeof createMail>;

/** Lower goes first. */
const priorities: Readonly<Record<MailKind, number>> = {
  verification: 0,
  account: 0,
  'must-read': 1,
  notification: 2,
};

export function createMail({ clock, random, publicOrigin, isSent }: MailDeps) {
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
    reach: (read: Read, personIds: readonly string[]) => store.reach(read, personIds),
    /** How mails stand, by key; a key that was never queued, or 90 days ago, is not in the map. */
    stateOf: (read: Read, keys: readonly string[]) => store.statesOf(read, keys),
  };
}

/** Sends queued mail: some at once, at a bounded rate, each by one process at a time. */
import type { MailKind } from '@slipmat/contract/mail';
import type { Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { createSending, type Queue, type SendingDeps } from '#server/db/send-queue.ts';
import type { Sender } from '#server/platform/sender.ts';
import { compose, type Letterhead } from './message.ts';
import { type Handed, handOver, type SmtpServer } from './smtp.ts';
import { countBounce, forgetBounces } from './store.ts';

export const mailQueue: Queue = { messages: 'mails', texts: 'mail_texts', order: ['priority', 'due_at'] };

/** Connections to the mail server at once: providers take a handful, and more would not be faster for long. */
const concurrency = 5;

const minute = 60_000;
const hour = 60 * minute;
/** About a day in all. */
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

interface LeasedMail {
  readonly id: string;
  readonly person_id: string;
  readonly address: string;
  readonly tries: number;
  readonly kind: MailKind;
  readonly subject: string;
  readonly markdown: string;
  readonly link: string | null;
}

function read(trx: Transaction<Tables>, ids: readonly string[]): Promise<LeasedMail[]> {
  return trx
    .selectFrom('mails as m')
    .innerJoin('mail_texts as t', 't.id', 'm.text_id')
    .select(['m.id', 'm.person_id', 'm.address', 'm.tries', 't.kind', 't.subject', 't.markdown', 't.link'])
    .where('m.id', 'in', ids)
    .execute();
}

export interface MailSendingDeps extends SendingDeps {
  readonly server: SmtpServer;
  readonly letterhead: () => Letterhead;
}

/** The sender of a Slipmat that has a mail server. */
export function createMailSending({ server, letterhead, ...deps }: MailSendingDeps): Sender {
  async function hand(mail: LeasedMail, signal: AbortSignal): Promise<Handed> {
    let message: Buffer;
    try {
      message = await compose(mail, letterhead());
    } catch (error) {
      return { kind: 'failed', error: `The mail could not be written: ${String(error)}` };
    }
    return handOver(server, mail.address, message, signal);
  }

  return createSending<LeasedMail, Handed>(deps, {
    ...{ name: 'mail', level: 'warn', queue: mailQueue, concurrency, backOff, read, hand },
    async settle(trx, mail, handed) {
      if (handed.kind === 'bounced' && handed.isAddress) await countBounce(trx, mail.person_id, mail.address);
      if (handed.kind === 'sent') await forgetBounces(trx, mail.person_id, mail.address);
    },
  });
}

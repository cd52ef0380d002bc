/** Mail over HTTP: one's own address, and the owner's outbox. */
import { type EmailStanding, type MailRow, mailLimits } from '@slipmat/contract/mail';
import type { Handlers } from '#server/http/mount.ts';
import { type SignedInPerson, toPerson } from '#server/http/who.ts';
import type { Mail } from './index.ts';
import type { OutboxMail } from './outbox.ts';

/** What is known about an address, beside how mail to it fares. */
type Standing = Pick<EmailStanding, 'email' | 'verifiedAt' | 'sent'>;

export interface MailRoutesDeps {
  readonly mail: Mail;
  readonly standing: (person: SignedInPerson) => Promise<Standing>;
  readonly sendLink: (person: SignedInPerson) => Promise<Standing>;
  readonly change: (person: SignedInPerson, input: { email: string; password: string }) => Promise<Standing>;
  readonly verify: (token: string) => Promise<{ email: string }>;
  readonly peopleByIds: (ids: readonly string[]) => Promise<readonly SignedInPerson[]>;
}

export function mailRoutes({ mail, peopleByIds, ...email }: MailRoutesDeps): Handlers<'mail'> {
  async function whole(person: SignedInPerson, standing: Standing): Promise<EmailStanding> {
    return { ...standing, bounced: await mail.bouncesOf(person.id), mailIsSent: mail.isSent };
  }

  async function toRows(mails: readonly OutboxMail[]): Promise<MailRow[]> {
    const people = await peopleByIds([...new Set(mails.map(({ person_id }) => person_id))]);
    return mails.flatMap((row) => {
      const person = people.find(({ id }) => id === row.person_id);
      if (person === undefined) return [];
      const { id, kind, state, address, subject, tries, error } = row;
      return [
        {
          id,
          kind,
          state,
          person: toPerson(person),
          address,
          subject,
          tries,
          createdAt: row.created_at,
          changedAt: row.changed_at,
          dueAt: row.due_at,
          error,
        },
      ];
    });
  }

  async function toRow(row: OutboxMail): Promise<MailRow> {
    const [mailRow] = await toRows([row]);
    if (mailRow === undefined) throw new Error('a mail has a person');
    return mailRow;
  }

  return {
    async address({ signedIn }) {
      const { person } = signedIn();
      return whole(person, await email.standing(person));
    },
    async sendLink({ signedIn }) {
      const { person } = signedIn();
      return whole(person, await email.sendLink(person));
    },
    async changeAddress({ body, signedIn }) {
      const { person } = signedIn();
      return whole(person, await email.change(person, body));
    },
    async verify({ body }) {
      const { email: address } = await email.verify(body.token);
      return { email: address };
    },
    async outbox({ query }) {
      const mails = await mail.outbox.page(query);
      return {
        mails: await toRows(mails.slice(0, mailLimits.pageSize)),
        more: mails.length > mailLimits.pageSize,
        counts: await mail.outbox.counts(),
        mailIsSent: mail.isSent,
      };
    },
    async show({ params }) {
      const { mail: row, text } = await mail.outbox.show(params.id);
      return { mail: await toRow(row), text, link: row.link };
    },
    async sendAgain({ params }) {
      return { mail: await toRow(await mail.outbox.sendAgain(params.id)) };
    },
  };
}

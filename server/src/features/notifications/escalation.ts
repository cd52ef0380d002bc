/** Notifications that go on to e-mail and web push, for those who have not read them on a page. */
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Audiences } from './audience.ts';
import type { Job } from './jobs-store.ts';
import * as recipients from './recipients-store.ts';
import * as store from './store.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Of a notification that goes on to a channel. */
export interface Outgoing {
  /** Unique for the notification, its version, the round and the person. */
  readonly key: string;
  readonly personId: string;
}

export interface OutgoingMail extends Outgoing {
  readonly subject: string;
  readonly markdown: string;
  readonly link: string | null;
  readonly kind: 'must-read' | 'notification';
}

export interface OutgoingPush extends Outgoing {
  readonly title: string;
  readonly body: string;
  readonly link: string;
  readonly tag: string;
}

export interface EscalationDeps {
  readonly clock: Clock;
  readonly audiences: Audiences;
  readonly mail: {
    readonly enqueue: (trx: Trx, mails: readonly OutgoingMail[]) => Promise<void>;
    readonly reach: (
      read: Read,
      personIds: readonly string[],
    ) => Promise<
      ReadonlyMap<
        string,
        { readonly address: string } | { readonly reason: 'no-address' | 'unverified' | 'bounced' }
      >
    >;
  };
  readonly push: {
    readonly enqueue: (trx: Trx, pushes: readonly OutgoingPush[]) => Promise<void>;
    readonly reach: (read: Read, personIds: readonly string[]) => Promise<ReadonlySet<string>>;
  };
}

/** The page that shows what waits for one. */
const centrePath = '/notifications';
/** Of a push's text; devices show two or three lines. Characters. */
const bodyLength = 160;

/** What the mail and the push of one person are called; the ledger looks them up by it. */
export function keyOf(job: Pick<Job, 'notification_id' | 'version' | 'round'>, personId: string): string {
  return `n:${job.notification_id}:${job.version}:${job.round}:${personId}`;
}

/** Markdown as a line of plain text: good enough for a notice that leads to the whole. */
export function plainLine(markdown: string): string {
  const plain = markdown
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*_`#>~]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length <= bodyLength ? plain : `${plain.slice(0, bodyLength - 1).toWellFormed()}…`;
}

/** Does a piece of a `push`, `email` or `remind` job. @returns the last person dealt with; undefined: nobody left. */
export function createEscalation({ clock, audiences, mail, push }: EscalationDeps) {
  /** Those who may still see it and want it by this channel. */
  async function willing(
    trx: Trx,
    stored: store.StoredNotification,
    channel: 'email' | 'push',
    people: readonly string[],
  ): Promise<string[]> {
    if (stored.kind === 'must-read') return [...people];
    const unwilling = await recipients.unwillingOf(trx, channel, people);
    return people.filter((id) => !unwilling.has(id));
  }

  async function sendMail(
    trx: Trx,
    stored: store.StoredNotification,
    job: Job,
    people: readonly string[],
  ): Promise<void> {
    const reminder = job.kind === 'remind' ? 'Reminder: ' : '';
    await mail.enqueue(
      trx,
      people.map((personId) => ({
        key: keyOf(job, personId),
        personId,
        subject: `${reminder}${stored.title}`,
        markdown: stored.text,
        link: stored.kind === 'must-read' ? centrePath : (stored.link ?? centrePath),
        kind: stored.kind === 'must-read' ? 'must-read' : 'notification',
      })),
    );
  }

  async function sendPush(
    trx: Trx,
    stored: store.StoredNotification,
    job: Job,
    people: readonly string[],
  ): Promise<void> {
    const isPath = stored.link?.startsWith('/') === true;
    const link = stored.kind === 'must-read' || !isPath ? centrePath : (stored.link ?? centrePath);
    await push.enqueue(
      trx,
      people.map((personId) => ({
        key: keyOf(job, personId),
        personId,
        title: stored.title,
        body: plainLine(stored.text),
        link,
        tag: `n-${stored.id}`,
      })),
    );
  }

  /** Says in the ledger who can be reached neither way. */
  async function noteUnreachable(
    trx: Trx,
    stored: store.StoredNotification,
    people: readonly string[],
    reached: Awaited<ReturnType<EscalationDeps['mail']['reach']>>,
    withPush: ReadonlySet<string>,
  ): Promise<void> {
    const byReason = Map.groupBy(
      people.filter((id) => !withPush.has(id)),
      (id) => {
        const way = reached.get(id);
        return way === undefined || 'reason' in way ? (way?.reason ?? 'no-channel') : undefined;
      },
    );
    for (const [reason, ids] of byReason) {
      if (reason === undefined) continue;
      const marked = await recipients.markUnreachable(trx, stored.id, ids, reason);
      await store.count(trx, stored.id, { unreachable: marked });
    }
  }

  async function noteLost(
    trx: Trx,
    stored: store.StoredNotification,
    people: readonly string[],
    theirs: ReadonlySet<string>,
  ): Promise<void> {
    const lost = people.filter((id) => !theirs.has(id));
    const marked = await recipients.markUnreachable(trx, stored.id, lost, 'not-theirs');
    await store.count(trx, stored.id, { unreachable: marked });
  }

  return async function escalate(
    trx: Trx,
    stored: store.StoredNotification,
    job: Job,
    after: string,
    limit: number,
  ): Promise<string | undefined> {
    const people = await recipients.unreadAfter(trx, stored, after, limit);
    const last = people.at(-1);
    if (last === undefined) return undefined;
    const theirs = await recipients.stillIn(trx, audiences, stored, people);
    await noteLost(trx, stored, people, theirs);
    const present = people.filter((id) => theirs.has(id));
    const [reached, withPush] = [await mail.reach(trx, present), await push.reach(trx, present)];
    if (job.kind !== 'push') {
      const byMail = await willing(trx, stored, 'email', present);
      const addressed = byMail.filter((id) => {
        const way = reached.get(id);
        return way !== undefined && 'address' in way;
      });
      await sendMail(trx, stored, job, addressed);
    }
    if (job.kind !== 'email') {
      const byPush = await willing(trx, stored, 'push', present);
      await sendPush(
        trx,
        stored,
        job,
        byPush.filter((id) => withPush.has(id)),
      );
    }
    await noteUnreachable(trx, stored, present, reached, withPush);
    if (job.kind === 'remind') {
      const first = await recipients.remind(trx, stored.id, present, clock.now());
      await store.count(trx, stored.id, { reminded: first });
    }
    return last;
  };
}

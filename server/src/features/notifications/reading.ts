/** What people do with their notifications: read, put away, confirm; and what an unconfirmed one holds up. */
import {
  type NotificationItem,
  type NotificationsState,
  notificationLimits,
  ordered,
  type Reading,
  unread,
} from '@slipmat/contract/notifications';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { SignedInPerson, Who } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { DirectTopic } from '#server/realtime/direct.ts';
import type { TopicSource } from '#server/realtime/topics.ts';
import type { Audiences } from './audience.ts';
import * as recipients from './recipients-store.ts';
import * as store from './store.ts';
import { toItem, toNotification, toReading } from './views.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Key of the topic for whoever has no account. */
export const publicKey = 'public';
/** Must-reads looked at for one person at once; who has more waiting is held up all the same. */
const askingAtOnce = 20;
/** How far back the topic reaches for what is put away already; what waits is always in it. */
const shownAtOnce = notificationLimits.items;

export interface ReadingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly direct: DirectTopic;
  readonly audiences: Audiences;
  readonly personById: (read: Read, id: string) => Promise<SignedInPerson | undefined>;
}

export type ReadingDesk = ReturnType<typeof createReading>;

export function createReading({ db, clock, direct, audiences, personById }: ReadingDeps) {
  /** Those that are still for the person: a group may be gone since, and nobody learns of what they may not see. */
  async function visible(
    read: Read,
    list: readonly recipients.Received[],
    person: SignedInPerson,
  ): Promise<recipients.Received[]> {
    const seen: recipients.Received[] = [];
    for (const one of list) {
      if (await audiences.has(read, one.notification, person)) seen.push(one);
    }
    return seen;
  }

  async function itemsFor(read: Read, person: SignedInPerson): Promise<NotificationItem[]> {
    const now = clock.now();
    const shown = await recipients.shownTo(read, person.id, now, shownAtOnce);
    const asking = await recipients.askingOf(read, person.id, now, askingAtOnce);
    const known = new Set(shown.map(({ notification }) => notification.id));
    const all = [...shown, ...asking.filter(({ notification }) => !known.has(notification.id))];
    const items = (await visible(read, all, person)).map(toItem);
    return ordered([...items, ...(await notYetSent(read, person, new Set(items.map(idOf)), now))]);
  }

  function idOf({ notification }: NotificationItem): string {
    return notification.id;
  }

  /** Those for everyone that were sent before the person came: they become recipients when they do something with it. */
  async function notYetSent(
    read: Read,
    person: SignedInPerson,
    known: ReadonlySet<string>,
    now: number,
  ): Promise<NotificationItem[]> {
    const items: NotificationItem[] = [];
    for (const notification of await store.publicOnes(read, now, notificationLimits.items)) {
      if (known.has(notification.id) || !(await audiences.has(read, notification, person))) continue;
      const row = await recipients.findReceived(read, person.id, notification.id);
      items.push(
        row === undefined ? { notification: toNotification(notification), reading: unread } : toItem(row),
      );
    }
    return items;
  }

  async function publicState(read: Read): Promise<NotificationsState> {
    const open = await store.publicOnes(read, clock.now(), notificationLimits.items);
    return {
      items: ordered(open.map((stored) => ({ notification: toNotification(stored), reading: unread }))),
    };
  }

  async function stateOf(read: Read, key: string): Promise<NotificationsState> {
    if (key === publicKey) return publicState(read);
    const person = await personById(read, key);
    return { items: person === undefined ? [] : await itemsFor(read, person) };
  }

  /**
   * The notification as the person received it, brought up to its newest version.
   * @throws ProblemError `not-found` when it is not theirs, or not theirs any more.
   */
  async function received(trx: Trx, person: SignedInPerson, id: string): Promise<recipients.Received> {
    const notification = await store.lock(trx, id);
    if (notification === undefined || notification.state !== 'open') throw new ProblemError('not-found');
    if (!(await audiences.has(trx, notification, person))) throw new ProblemError('not-found');
    const { added } = await recipients.expand(trx, audiences, notification, [person.id], clock.now());
    await store.count(trx, id, { recipients: added });
    const found = await recipients.findReceived(trx, person.id, id);
    if (found === undefined) throw new ProblemError('not-found');
    return found;
  }

  /** Writes what the person did, counts it, and tells their other pages. */
  async function note(
    trx: Trx,
    afterCommit: AfterCommit,
    { row, notification }: recipients.Received,
    did: { readonly dismissed?: boolean; readonly confirmed?: boolean },
  ): Promise<Reading> {
    const now = clock.now();
    const isConfirmed = did.confirmed === true && row.confirmed_at === null;
    const after: recipients.RecipientRow = {
      ...row,
      seen_at: row.seen_at ?? now,
      dismissed_at: did.dismissed === true ? (row.dismissed_at ?? now) : row.dismissed_at,
      confirmed_at: isConfirmed ? now : row.confirmed_at,
      asks: did.confirmed === true ? 0 : row.asks,
      state: did.confirmed === true || row.state === 'confirmed' ? 'confirmed' : 'seen',
      unreachable: null,
    };
    const { state, asks, seen_at, dismissed_at, confirmed_at, unreachable } = after;
    await recipients.mark(trx, row, { state, asks, seen_at, dismissed_at, confirmed_at, unreachable });
    await store.count(trx, notification.id, {
      seen: row.seen_at === null ? 1 : 0,
      confirmed: isConfirmed ? 1 : 0,
      unreachable: row.unreachable === null ? 0 : -1,
    });
    const reading = toReading(after, notification);
    afterCommit(() =>
      direct.tell([row.person_id], [{ type: 'notifications.read', id: notification.id, reading }]),
    );
    return reading;
  }

  const topic: TopicSource = {
    kind: 'notifications',
    direct,
    async keyFor(subject, who) {
      if (subject !== '' || who.kind === 'conflict') return undefined;
      return who.kind === 'signed-in' ? who.person.id : publicKey;
    },
    state: stateOf,
  };

  return {
    topic,
    state: (who: Who) =>
      db.snapshot((trx) => stateOf(trx, who.kind === 'signed-in' ? who.person.id : publicKey)),
    /** Everything that the person was sent, expired ones too. */
    async history(person: SignedInPerson, before: string | undefined) {
      const limit = notificationLimits.historyPage;
      const rows = await recipients.history(db.read, person.id, before, limit + 1);
      const items = (await visible(db.read, rows.slice(0, limit), person)).map(toItem);
      return { items, more: rows.length > limit };
    },
    /** Notes that they were on screen; those that are not the person's are passed over. */
    async see(person: SignedInPerson, ids: readonly string[]): Promise<void> {
      await db.write(async (trx, afterCommit) => {
        // In one order, so that two processes never wait for each other.
        for (const id of [...new Set(ids)].sort()) {
          try {
            const one = await received(trx, person, id);
            if (one.row.seen_at === null) await note(trx, afterCommit, one, {});
          } catch (error) {
            if (!(error instanceof ProblemError) || error.code !== 'not-found') throw error;
          }
        }
      });
    },
    /** @throws ProblemError `not-found`; `notification-state` for a must-read. */
    dismiss: (person: SignedInPerson, id: string): Promise<Reading> =>
      db.write(async (trx, afterCommit) => {
        const one = await received(trx, person, id);
        if (one.notification.kind === 'must-read') throw new ProblemError('notification-state');
        return note(trx, afterCommit, one, { dismissed: true });
      }),
    /**
     * @param version the one that was read.
     * @throws ProblemError `not-found`, `notification-changed`; `notification-state` for a normal one.
     */
    confirm: (person: SignedInPerson, id: string, version: number): Promise<Reading> =>
      db.write(async (trx, afterCommit) => {
        const one = await received(trx, person, id);
        if (one.notification.kind !== 'must-read') throw new ProblemError('notification-state');
        if (one.notification.version !== version) throw new ProblemError('notification-changed');
        return note(trx, afterCommit, one, { confirmed: true });
      }),
    /** The oldest must-read that the person has to confirm before they go on. */
    async holdingUp(read: Read, person: SignedInPerson): Promise<{ readonly title: string } | undefined> {
      const now = clock.now();
      const asking = await recipients.askingOf(read, person.id, now, askingAtOnce);
      const [first] = await visible(read, asking, person);
      if (first !== undefined) return first.notification;
      // Sent to everyone before the person came.
      for (const one of await store.publicMustReads(read, person.id, now, askingAtOnce)) {
        if (await audiences.has(read, one, person)) return one;
      }
      return undefined;
    },
  };
}

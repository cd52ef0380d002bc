/** What senders do: send, change, withdraw, remind; and how many people an audience has. */
import { type Audience, isPublic, type NotificationKind } from '@slipmat/contract/audiences';
import type { SenderRole } from '@slipmat/contract/notifications';
import {
  type Change,
  type Draft,
  type Reached,
  type SentNotification,
  sendingLimits,
} from '@slipmat/contract/sending';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { SignedInPerson, Who } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, newSecret, type Random } from '#server/platform/random.ts';
import type { DirectTopic } from '#server/realtime/direct.ts';
import type { Audiences } from './audience.ts';
import { handRound, jobsFor } from './jobs.ts';
import * as jobs from './jobs-store.ts';
import * as reach from './reach-store.ts';
import * as store from './store.ts';
import { toSent } from './views.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

const minute = 60_000;
/** Between two reminders by hand: nobody is to be pestered by an impatient press. */
const remindAgainAfterMs = 10 * minute;

/** Who sends; `system`: Slipmat itself. */
export interface Sender {
  readonly id: string | null;
  readonly name: string;
  readonly role: SenderRole;
}

export const system: Sender = { id: null, name: 'Slipmat', role: 'system' };

/** In what role somebody sends: the highest of theirs. */
export function senderOf(person: SignedInPerson): Sender {
  const { id, displayName: name, groups } = person;
  const role = (['staff', 'moderator', 'mentor'] as const).find((group) => groups.includes(group));
  return { id, name, role: groups.includes('owner') ? 'staff' : (role ?? 'dj') };
}

export interface SendingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly direct: DirectTopic;
  readonly audiences: Audiences;
  readonly reachable: reach.Reachable;
  readonly peopleByIds: (read: Read, ids: readonly string[]) => Promise<readonly SignedInPerson[]>;
  /** Has the work begun that is due. */
  readonly wake: () => void;
  /** Has every process tell whoever looks. */
  readonly opened: (stored: store.StoredNotification) => void;
}

export type SendingDesk = ReturnType<typeof createSending>;

/** A draft with what only the server says of it. */
export interface Sending extends Draft {
  /** The same key of the same sender again is the same notification. */
  readonly key: string;
  readonly incident?: number;
}

function checkTimes({ startsAt, expiresAt }: Pick<Draft, 'startsAt' | 'expiresAt'>, now: number): void {
  const fields = [];
  const latest = now + sendingLimits.aheadMs;
  if (startsAt !== null && startsAt > latest)
    fields.push({ path: 'startsAt', message: 'at most half a year ahead' });
  if (expiresAt !== null && expiresAt <= Math.max(now, startsAt ?? now))
    fields.push({ path: 'expiresAt', message: 'must be later than the start, and than now' });
  if (fields.length > 0) throw new ProblemError('invalid-input', { fields });
}

export function createSending(deps: SendingDeps) {
  const { db, clock, random, direct, audiences, peopleByIds, wake } = deps;

  async function view(read: Read, list: readonly store.StoredNotification[]): Promise<SentNotification[]> {
    const expanding = await jobs.isExpanding(
      read,
      list.map(({ id }) => id),
    );
    const senderIds = [...new Set(list.flatMap(({ sender_id }) => sender_id ?? []))];
    const senders = new Map((await peopleByIds(read, senderIds)).map(({ id, handle }) => [id, handle]));
    const now = clock.now();
    return list.map((stored) =>
      toSent(stored, {
        now,
        isExpanding: expanding.has(stored.id),
        senderHandle: senders.get(stored.sender_id ?? '') ?? null,
      }),
    );
  }

  async function viewOne(read: Read, stored: store.StoredNotification): Promise<SentNotification> {
    const [sent] = await view(read, [stored]);
    if (sent === undefined) throw new Error('one notification has one view');
    return sent;
  }

  function rowOf(draft: Sending, sender: Sender, now: number) {
    const startsAt = Math.max(draft.startsAt ?? now, now);
    return {
      id: newId(clock, random),
      key: `${sender.id ?? 'system'} ${draft.key}`,
      kind: draft.kind,
      version: 1,
      title: draft.title,
      text: draft.text,
      link: draft.link,
      before: null,
      audience: JSON.stringify(draft.audience),
      is_public: isPublic(draft.audience) ? (1 as const) : (0 as const),
      sender_id: sender.id,
      sender_name: sender.name,
      sender_role: sender.role,
      incident: draft.incident ?? null,
      state: startsAt > now ? ('scheduled' as const) : ('open' as const),
      created_at: now,
      starts_at: startsAt,
      expires_at: draft.expiresAt,
      changed_at: null,
      withdrawn_at: null,
      push_after: draft.pushAfter,
      email_after: draft.emailAfter,
      reminders: draft.reminders === null ? null : JSON.stringify(draft.reminders),
      hand_reminders: 0,
      hand_reminded_at: null,
      recipients: 0,
      seen: 0,
      confirmed: 0,
      reminded: 0,
      unreachable: 0,
    };
  }

  /** Part of the caller's transaction; the work begins after its commit. @returns the id. */
  async function put(trx: Trx, afterCommit: AfterCommit, sender: Sender, draft: Sending): Promise<string> {
    const now = clock.now();
    const row = rowOf(draft, sender, now);
    const earlier = await store.findByKey(trx, row.key);
    if (earlier !== undefined) return earlier.id;
    await store.insert(trx, row);
    const stored = store.toStored(row);
    await jobs.insertJobs(
      trx,
      jobsFor(stored, () => newId(clock, random), stored.starts_at),
    );
    afterCommit(() => {
      if (row.state === 'open') deps.opened(stored);
      wake();
    });
    return row.id;
  }

  /** Tells everybody who may have it on screen that it is over. */
  function tellGone(id: string): void {
    direct.tellAll([{ type: 'notifications.gone', id }]);
  }

  async function found(read: Read, id: string): Promise<store.StoredNotification> {
    const stored = await store.find(read, id);
    if (stored === undefined) throw new ProblemError('not-found');
    return stored;
  }

  /** The one way to a notification on a sender's behalf: somebody else's looks like none. */
  async function own(id: string, by: SignedInPerson, seesAll: boolean): Promise<store.StoredNotification> {
    const stored = await found(db.read, id);
    if (stored.sender_id !== by.id && !seesAll) throw new ProblemError('not-found');
    return stored;
  }

  /** Other words ask again where the notification is a must-read; the words before are kept for its readers. */
  async function change(
    trx: Trx,
    afterCommit: AfterCommit,
    id: string,
    wanted: Change,
  ): Promise<store.StoredNotification> {
    const now = clock.now();
    const stored = await found(trx, id);
    const { title, text, link } = stored;
    const isOther = wanted.title !== title || wanted.text !== text || wanted.link !== link;
    checkTimes({ startsAt: stored.starts_at, expiresAt: wanted.expiresAt }, now);
    const isSent = stored.state === 'open';
    const isAsking = isOther && isSent && stored.kind === 'must-read';
    const changed = await store.update(trx, id, ['scheduled', 'open'], {
      title: wanted.title,
      text: wanted.text,
      link: wanted.link,
      expires_at: wanted.expiresAt,
      ...(isOther && isSent
        ? { version: stored.version + 1, changed_at: now, before: JSON.stringify({ title, text, link }) }
        : {}),
      ...(isAsking ? { seen: 0, confirmed: 0, reminded: 0, unreachable: 0 } : {}),
    });
    if (changed === undefined) throw new ProblemError('notification-state');
    if (isAsking) {
      await jobs.dropJobs(trx, id);
      await jobs.insertJobs(
        trx,
        jobsFor(changed, () => newId(clock, random), now),
      );
    }
    afterCommit(() => {
      if (!isSent) return;
      deps.opened(changed);
      wake();
    });
    return changed;
  }

  async function withdraw(trx: Trx, afterCommit: AfterCommit, id: string): Promise<store.StoredNotification> {
    const patch = { state: 'withdrawn', withdrawn_at: clock.now() } as const;
    const changed = await store.update(trx, id, ['scheduled', 'open'], patch);
    if (changed === undefined) throw new ProblemError('notification-state');
    await jobs.dropJobs(trx, id);
    afterCommit(() => tellGone(id));
    return changed;
  }

  return {
    put,
    change,
    withdraw,
    tellGone,
    viewOne,
    own,
    /** @throws ProblemError `audience-not-allowed`, `not-found` */
    async preview(
      sender: { readonly person: SignedInPerson; readonly who: Who; readonly kind: NotificationKind },
      audience: Audience,
    ): Promise<Reached> {
      await audiences.check(db.read, audience, sender);
      const addressed = { audience, sender_id: sender.person.id };
      const counted = await reach.countReached(db.read, audiences, deps.reachable, addressed);
      return { ...counted, public: isPublic(audience) };
    },
    /**
     * Checks what somebody wrote, and sends it.
     * @throws ProblemError `audience-not-allowed`, `not-found`, `audience-empty`, `invalid-input`
     */
    async send(person: SignedInPerson, who: Who, draft: Sending): Promise<SentNotification> {
      checkTimes(draft, clock.now());
      await audiences.check(db.read, draft.audience, { person, who, kind: draft.kind });
      const addressed = { audience: draft.audience, sender_id: person.id };
      if (!isPublic(draft.audience) && !(await reach.isAnybody(db.read, audiences, addressed)))
        throw new ProblemError('audience-empty');
      const id = await db.write((trx, afterCommit) => put(trx, afterCommit, senderOf(person), draft));
      return viewOne(db.read, await found(db.read, id));
    },
    /** @param seesAll true: of everybody. */
    async list(person: SignedInPerson, seesAll: boolean, before: string | undefined) {
      const limit = sendingLimits.sentPage;
      const rows = await store.sentBefore(db.read, seesAll ? undefined : person.id, before, limit + 1);
      return { notifications: await view(db.read, rows.slice(0, limit)), more: rows.length > limit };
    },
    /** @throws ProblemError `notification-state`, `rate-limited`, `too-many` */
    async remind(trx: Trx, afterCommit: AfterCommit, id: string): Promise<void> {
      const stored = await found(trx, id);
      const now = clock.now();
      const isOver = stored.expires_at !== null && stored.expires_at <= now;
      if (stored.state !== 'open' || isOver) throw new ProblemError('notification-state');
      const wait = (stored.hand_reminded_at ?? 0) + remindAgainAfterMs - now;
      if (wait > 0) throw new ProblemError('rate-limited', { retryAfterSeconds: Math.ceil(wait / 1000) });
      if (stored.hand_reminders >= sendingLimits.reminders) throw new ProblemError('too-many');
      const round = handRound + stored.hand_reminders;
      await store.update(trx, id, ['open'], {
        hand_reminders: stored.hand_reminders + 1,
        hand_reminded_at: now,
      });
      const job = {
        notification_id: id,
        version: stored.version,
        kind: 'remind',
        due_at: now,
        round,
      } as const;
      await jobs.insertJobs(trx, [{ id: newId(clock, random), ...job }]);
      afterCommit(wake);
    },
    /** A key of its own, for what is sent by Slipmat itself once. */
    newKey: () => newSecret(random, 12),
  };
}

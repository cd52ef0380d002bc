/** Notifications: sent to an audience, read on every page, confirmed where they must be, and accounted for in a ledger. */
import { can, type Group } from '@slipmat/contract/capabilities';
import type { Draft } from '@slipmat/contract/sending';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Tables } from '#server/db/schema.ts';
import type { SignedInPerson } from '#server/http/who.ts';
import type { PeopleIds } from '#server/platform/people-ids.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Random } from '#server/platform/random.ts';
import { createDirectTopic } from '#server/realtime/direct.ts';
import { type AudienceDeps, createAudiences } from './audience.ts';
import { createLedger, type StatesOf } from './ledger.ts';
import { createReading } from './reading.ts';
import { pruneNotifications, type RetentionDeps } from './retention.ts';
import { createSending, type Sender, senderOf, system } from './sending.ts';
import * as store from './store.ts';
import { createWorker, type WorkerDeps } from './worker.ts';

type Read = Kysely<Tables>;
type Trx = Transaction<Tables>;

export interface NotificationsDeps
  extends AudienceDeps,
    RetentionDeps,
    Omit<WorkerDeps, 'direct' | 'audiences' | 'mail' | 'push'> {
  readonly random: Random;
  readonly peopleByIds: (read: Read, ids: readonly string[]) => Promise<readonly SignedInPerson[]>;
  readonly mail: WorkerDeps['mail'] & {
    readonly stateOf: StatesOf;
    readonly idsReached: (read: Read) => PeopleIds;
  };
  readonly push: WorkerDeps['push'] & {
    readonly stateOf: StatesOf;
    readonly idsReached: (read: Read) => PeopleIds;
  };
}

/** What Slipmat itself sends; what is left out is not done. */
export type SystemDraft = Pick<Draft, 'kind' | 'title' | 'text' | 'link' | 'audience'> &
  Partial<Draft> & { readonly incident?: number; readonly key?: string };

export type Notifications = ReturnType<typeof createNotifications>;

export function createNotifications(deps: NotificationsDeps) {
  const { db, hub, log, peopleByIds, mail, push } = deps;
  const direct = createDirectTopic('notifications', hub, log);
  const audiences = createAudiences(deps);
  const worker = createWorker({ ...deps, direct, audiences });
  const reading = createReading({
    ...deps,
    direct,
    audiences,
    personById: async (read, id) => (await peopleByIds(read, [id]))[0],
  });
  const sending = createSending({
    ...deps,
    direct,
    audiences,
    wake: worker.wake,
    opened: worker.opened,
    reachable: {
      idsInGroup: (read: Read, group: Group) => deps.idsInGroup(read, group),
      idsWithEmail: mail.idsReached,
      idsWithPush: push.idsReached,
    },
  });
  const ledger = createLedger({ ...deps, mailStates: mail.stateOf, pushStates: push.stateOf });

  /** @throws ProblemError `must-read-first` */
  async function refuseUnread(read: Read, person: SignedInPerson): Promise<void> {
    const first = await reading.holdingUp(read, person);
    if (first === undefined) return;
    const detail = `“${first.title}” has to be confirmed before this. It is at the top of the page.`;
    throw new ProblemError('must-read-first', { detail });
  }

  return {
    topic: reading.topic,
    reading,
    sending,
    ledger,
    tickEveryMs: 1_000,
    tick: worker.tick,
    /** Forgets what is long over. For a tick. */
    prune: () => pruneNotifications(deps),
    start: worker.start,
    settled: worker.settled,
    refuseUnread,
    /** True when the person has something to confirm before they go on. */
    isHeldUp: async (read: Read, person: SignedInPerson): Promise<boolean> =>
      (await reading.holdingUp(read, person)) !== undefined,
    /** Sends in the caller's transaction, on behalf of somebody or of Slipmat itself. @returns the id. */
    put(trx: Trx, afterCommit: AfterCommit, draft: SystemDraft, by?: SignedInPerson): Promise<string> {
      const sender: Sender = by === undefined ? system : senderOf(by);
      return sending.put(trx, afterCommit, sender, {
        startsAt: null,
        expiresAt: null,
        pushAfter: null,
        emailAfter: null,
        reminders: null,
        key: sending.newKey(),
        ...draft,
      });
    },
    change: sending.change,
    withdraw: sending.withdraw,
    /** How many people were told by these, and how many confirmed; somebody told twice is counted once. */
    toldOf: (read: Read, ids: readonly string[]) => store.told(read, ids),
    /**
     * People were hit by a fault that were not before: those of its notifications that are open are for them too.
     * @param personIds of people; others are passed over.
     */
    async tellHit(faultId: string, personIds: readonly string[]): Promise<void> {
      if (personIds.length === 0) return;
      const open = await store.openOnes(db.read, deps.clock.now(), openLookedAt);
      const about = open.filter(({ audience }) =>
        audience.to.some((part) => part.kind === 'fault' && part.faultId === faultId),
      );
      for (const { id } of about) await worker.include(id, personIds);
    },
    /** Staff see and act on what everybody sent. */
    seesAll: ({ groups }: SignedInPerson): boolean => can(groups, 'staff.view'),
  };
}

/** Open notifications looked at for those about a fault. */
const openLookedAt = 500;

/** Incidents: started by staff, told to whom it hit, marked on every problem while open, resolved, written up. */
import type { Audience, NotificationKind } from '@slipmat/contract/audiences';
import type { FaultDetail } from '@slipmat/contract/faults';
import { type Incident, incidentLimits } from '@slipmat/contract/incidents';
import type { Reached } from '@slipmat/contract/sending';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import { storageTrouble } from '#server/db/storage-error.ts';
import type { SignedIn, SignedInPerson } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { keepNewest } from '#server/platform/newest.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, type Random } from '#server/platform/random.ts';
import * as store from './store.ts';
import { notificationOf, postMortemOf } from './words.ts';

type Read = store.Read;
type Trx = store.Trx;

/** What an incident says to people, as the notifications feature takes it. */
export interface IncidentNotice {
  readonly kind: NotificationKind;
  readonly title: string;
  readonly text: string;
  readonly link: null;
  readonly audience: Audience;
  /** Left out when it is over: pages show the others as long as they are open. */
  readonly incident?: number;
  readonly key: string;
  readonly expiresAt: number | null;
}

export interface IncidentsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** In the caller's transaction. @returns the id. */
  readonly tell: (
    trx: Trx,
    afterCommit: AfterCommit,
    notice: IncidentNotice,
    by: SignedInPerson | undefined,
  ) => Promise<string>;
  /** Other words for a must-read, which asks again. */
  readonly retell: (
    trx: Trx,
    afterCommit: AfterCommit,
    id: string,
    words: Pick<IncidentNotice, 'title' | 'text' | 'link' | 'expiresAt'>,
  ) => Promise<unknown>;
  readonly withdraw: (trx: Trx, afterCommit: AfterCommit, id: string) => Promise<unknown>;
  /** @throws ProblemError `audience-not-allowed`, `not-found` */
  readonly preview: (
    sender: { readonly person: SignedInPerson; readonly who: SignedIn; readonly kind: NotificationKind },
    audience: Audience,
  ) => Promise<Reached>;
  readonly toldOf: (
    read: Read,
    ids: readonly string[],
  ) => Promise<{ readonly recipients: number; readonly told: number; readonly confirmed: number }>;
  readonly isFault: (read: Read, id: string) => Promise<boolean>;
  /** Undefined when it is not kept any more. */
  readonly faultOf: (read: Read, id: string) => Promise<FaultDetail | undefined>;
  /** Has every process call `load`. */
  readonly announceChanged: () => void;
}

/** How often the open ones are read again, for what no message told of. Milliseconds. */
export const loadIncidentsEvery = 5_000;
/** Good news is shown for so long. Milliseconds. */
const resolvedShownMs = 24 * 3_600_000;
/** Tries for a number that another process takes at the same moment. */
const numberTries = 5;

interface Open {
  readonly number: number;
  readonly code: string | null;
  readonly place: string | null;
}

export interface NewIncident {
  readonly title: string;
  readonly text: string;
  readonly kind: NotificationKind;
  readonly audience: Audience;
  readonly faultId: string | null;
  readonly key: string;
}

function over(): ProblemError {
  return new ProblemError('notification-state', { detail: 'This incident is over. Start another one.' });
}

export type Incidents = ReturnType<typeof createIncidents>;

export function createIncidents(deps: IncidentsDeps) {
  const { db, clock, random } = deps;
  let open: readonly Open[] = [];
  const load = keepNewest(
    () => store.openOnes(db.read),
    (ones) => {
      open = ones;
    },
  );

  async function found(read: Read, number: number): Promise<store.StoredIncident> {
    const stored = await store.find(read, number);
    if (stored === undefined) throw new ProblemError('not-found');
    return stored;
  }

  async function view(read: Read, stored: store.StoredIncident): Promise<Incident> {
    const detail = stored.fault_id === null ? undefined : await deps.faultOf(read, stored.fault_id);
    const { recipients, told, confirmed } = await deps.toldOf(read, stored.notificationIds);
    return {
      number: stored.number,
      title: stored.title,
      text: stored.text,
      kind: stored.kind,
      audience: stored.audience,
      startedAt: stored.started_at,
      startedBy: stored.started_by,
      resolvedAt: stored.resolved_at,
      resolvedBy: stored.resolved_by,
      updates: await store.updates(read, stored.number),
      fault: detail?.fault ?? null,
      notificationIds: [...stored.notificationIds],
      recipients,
      told,
      confirmed,
    };
  }

  const show = (number: number): Promise<Incident> =>
    db.snapshot(async (trx) => view(trx, await found(trx, number)));

  function changed(): void {
    deps.announceChanged();
  }

  /** Tells everybody who was told how it stands now; whoever put a normal one away gets it anew. */
  async function tellAgain(trx: Trx, afterCommit: AfterCommit, number: number, by: SignedInPerson) {
    const stored = await found(trx, number);
    const isResolved = stored.resolved_at !== null;
    const updates = await store.updates(trx, number);
    const words = notificationOf({ ...stored, updates, isResolved });
    const notice = noticeOf(stored, words, `update ${updates.length}`);
    const last = stored.notificationIds.at(-1);
    if (last !== undefined && stored.kind === 'must-read') {
      await deps.retell(trx, afterCommit, last, { ...words, link: null, expiresAt: notice.expiresAt });
      return;
    }
    if (last !== undefined) await deps.withdraw(trx, afterCommit, last);
    const id = await deps.tell(trx, afterCommit, notice, by);
    await store.setNotifications(trx, number, [...stored.notificationIds, id]);
  }

  function noticeOf(
    { number, kind, audience, resolved_at }: Omit<store.StoredIncident, 'notificationIds'>,
    words: { readonly title: string; readonly text: string },
    key: string,
  ): IncidentNotice {
    const isOver = resolved_at !== null;
    return {
      kind,
      ...words,
      link: null,
      audience,
      key: `incident ${number} ${key}`,
      expiresAt: isOver ? clock.now() + resolvedShownMs : null,
      ...(isOver ? {} : { incident: number }),
    };
  }

  async function begin(trx: Trx, afterCommit: AfterCommit, by: SignedInPerson, wanted: NewIncident) {
    const key = `${by.id} ${wanted.key}`;
    const earlier = await store.findByKey(trx, key);
    if (earlier !== undefined) return earlier.number;
    const { title, text, kind, audience, faultId } = wanted;
    const number = await store.nextNumber(trx);
    const words = notificationOf({ number, title, text, updates: [], isResolved: false });
    const row = {
      number,
      key,
      title,
      text,
      kind,
      audience,
      fault_id: faultId,
      started_at: clock.now(),
      started_by: by.handle,
      resolved_at: null,
      resolved_by: null,
    };
    const id = await deps.tell(trx, afterCommit, noticeOf(row, words, 'start'), by);
    await store.insert(trx, { ...row, notificationIds: [id] });
    afterCommit(changed);
    return number;
  }

  /** Two processes may take the same number at the same moment; the slower one takes the next. */
  async function beginOrAgain(by: SignedInPerson, wanted: NewIncident, tried = 1): Promise<number> {
    try {
      return await db.write((trx, afterCommit) => begin(trx, afterCommit, by, wanted));
    } catch (error) {
      if (storageTrouble(error) !== 'duplicate' || tried >= numberTries) throw error;
      return beginOrAgain(by, wanted, tried + 1);
    }
  }

  async function addUpdate(trx: Trx, number: number, by: SignedInPerson, text: string): Promise<void> {
    await store.addUpdate(trx, { id: newId(clock, random), number, at: clock.now(), by: by.handle, text });
  }

  return {
    /** Reads anew which are open: at start, on a message of another process, by tick. */
    load,
    /** Number of the incident that a problem is part of: the one about its fault, otherwise the newest open one. */
    numberOf({ code, place }: { readonly code: string; readonly place: string }): number | undefined {
      const own = open.find((one) => one.code === code && one.place === place);
      return (own ?? open[0])?.number;
    },
    /** Number of the newest that is open. */
    newestOpen: (): number | undefined => open[0]?.number,
    show,
    list: () => store.list(db.read),
    preview: (signedIn: SignedIn, kind: NotificationKind, audience: Audience) =>
      deps.preview({ person: signedIn.person, who: signedIn, kind }, audience),
    /** @throws ProblemError `not-found`, `audience-not-allowed` */
    async start(signedIn: SignedIn, wanted: NewIncident): Promise<Incident> {
      const { person } = signedIn;
      await deps.preview({ person, who: signedIn, kind: wanted.kind }, wanted.audience);
      if (wanted.faultId !== null && !(await deps.isFault(db.read, wanted.faultId)))
        throw new ProblemError('not-found');
      const number = await beginOrAgain(person, wanted);
      await load();
      return show(number);
    },
    /** @throws ProblemError `not-found`, `too-many`, `notification-state` */
    async update(by: SignedInPerson, number: number, text: string): Promise<Incident> {
      await db.write(async (trx, afterCommit) => {
        const stored = await found(trx, number);
        if (stored.resolved_at !== null) throw over();
        if ((await store.updates(trx, number)).length >= incidentLimits.updates)
          throw new ProblemError('too-many');
        await addUpdate(trx, number, by, text);
        await tellAgain(trx, afterCommit, number, by);
      });
      return show(number);
    },
    /** @throws ProblemError `not-found`, `notification-state` */
    async resolve(by: SignedInPerson, number: number, text: string): Promise<Incident> {
      await db.write(async (trx, afterCommit) => {
        await found(trx, number);
        if (!(await store.resolve(trx, number, by.handle, clock.now()))) throw over();
        await addUpdate(trx, number, by, text);
        await tellAgain(trx, afterCommit, number, by);
        afterCommit(changed);
      });
      await load();
      return show(number);
    },
    /** @throws ProblemError `not-found` */
    postMortem: (number: number): Promise<string> =>
      db.snapshot(async (trx) => {
        const stored = await found(trx, number);
        const detail = stored.fault_id === null ? undefined : await deps.faultOf(trx, stored.fault_id);
        return postMortemOf(await view(trx, stored), detail);
      }),
  };
}

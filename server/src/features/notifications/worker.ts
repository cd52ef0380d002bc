/**
 * Sends what was committed to be sent, piece by piece: each piece is one transaction that also notes how far it got,
 * so that after a crash, or on another process, the next piece goes on from there and nobody gets anything twice.
 */
import type { Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import type { DirectTopic } from '#server/realtime/direct.ts';
import type { Hub } from '#server/realtime/hub.ts';
import type { Audiences } from './audience.ts';
import { createEscalation, type EscalationDeps } from './escalation.ts';
import * as jobs from './jobs-store.ts';
import { publicKey } from './reading.ts';
import * as recipients from './recipients-store.ts';
import * as store from './store.ts';
import { toNotification, toReading } from './views.ts';

type Trx = Transaction<Tables>;

/** People dealt with in one piece: a few milliseconds of SQLite, in which nothing else happens. */
const pieceSize = 500;
/** People with a page open who are written to before all others, at once. */
const onlineAtOnce = 400;
const jobsAtOnce = 20;
/** Hub channel: a notification opened or changed, by its id. */
const openedChannel = 'notifications opened';
/** How far back ends are looked for that were missed while no process ran. Milliseconds. */
const expiryLookBackMs = 60_000;

export interface WorkerDeps extends EscalationDeps {
  readonly db: Database;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
  readonly direct: DirectTopic;
  readonly audiences: Audiences;
}

export type Worker = ReturnType<typeof createWorker>;

/** What a piece of work came to: the last person dealt with; undefined when there was nobody left. */
type Piece = string | undefined;

export function createWorker(deps: WorkerDeps) {
  const { db, hub, clock, log, direct, audiences } = deps;
  const escalate = createEscalation(deps);
  let running: Promise<void> | undefined;
  let isAsked = false;
  let isStopped = false;
  let lookedAt = clock.now() - expiryLookBackMs;
  const delivering = new Set<Promise<void>>();

  function sentEvent(stored: store.StoredNotification) {
    return [{ type: 'notifications.sent', notification: toNotification(stored) }];
  }

  /** Writes a row for the next people of the audience, and tells those of them who have a page open. */
  async function expand(
    trx: Trx,
    afterCommit: AfterCommit,
    stored: store.StoredNotification,
    after: string,
  ): Promise<Piece> {
    const people = await recipients.nextPeople(trx, audiences, stored, after, pieceSize);
    const through = people.at(-1);
    if (through === undefined) return undefined;
    const range = { after, through };
    const { written, added } = await recipients.expand(trx, audiences, stored, range, clock.now());
    await store.count(trx, stored.id, { recipients: added });
    if (written.length > 0) afterCommit(() => direct.tell(written, sentEvent(stored)));
    return through;
  }

  /** @returns false when the job is done. */
  async function doPiece(job: jobs.Job): Promise<boolean> {
    return db.write(async (trx, afterCommit) => {
      const stored = await store.lock(trx, job.notification_id);
      const current = await jobs.take(trx, job.id);
      if (stored === undefined || current === undefined) return false;
      const through = isMoot(stored, job) ? undefined : await act(trx, afterCommit, stored, current);
      if (through === undefined) await jobs.finish(trx, job.id);
      else await jobs.advance(trx, job.id, through);
      return through !== undefined;
    });
  }

  /** Nobody is to get it any more, or not in this version. */
  function isMoot({ state, version, expires_at }: store.StoredNotification, job: jobs.Job): boolean {
    const isOver = expires_at !== null && expires_at <= clock.now();
    return state === 'withdrawn' || version !== job.version || isOver;
  }

  async function act(
    trx: Trx,
    afterCommit: AfterCommit,
    stored: store.StoredNotification,
    job: jobs.Job,
  ): Promise<Piece> {
    if (job.kind !== 'expand') return escalate(trx, stored, job, job.cursor, pieceSize);
    return expand(trx, afterCommit, await openIfDue(trx, afterCommit, stored, job), job.cursor);
  }

  /** The first piece opens what was scheduled. */
  async function openIfDue(
    trx: Trx,
    afterCommit: AfterCommit,
    stored: store.StoredNotification,
    job: jobs.Job,
  ): Promise<store.StoredNotification> {
    if (job.cursor !== '') return stored;
    const open = await store.update(trx, stored.id, ['scheduled'], { state: 'open' });
    if (open !== undefined) afterCommit(() => opened(open));
    return open ?? stored;
  }

  /** Has every process tell whoever looks. Call it after the commit. */
  function opened(stored: store.StoredNotification): void {
    if (stored.is_public === 1) direct.tell([publicKey], sentEvent(stored));
    hub.publish(openedChannel, Buffer.from(stored.id));
  }

  /** Those with a page open on this process get it before the work comes to them. */
  async function deliverHere(id: string): Promise<void> {
    const online = [...direct.keys()].filter((key) => key !== publicKey);
    for (let first = 0; first < online.length; first += onlineAtOnce) {
      const people = online.slice(first, first + onlineAtOnce);
      await db.write(async (trx, afterCommit) => {
        // Locked, so that nobody is told of it after they were told that it is withdrawn.
        const stored = await store.lock(trx, id);
        if (stored?.state !== 'open') return;
        // A change of a normal one is shown to its recipients and makes nobody else one.
        if (stored.kind === 'must-read' || stored.version === 1) {
          const { added } = await recipients.expand(trx, audiences, stored, people, clock.now());
          await store.count(trx, id, { recipients: added });
        }
        const rows = await recipients.among(trx, id, people);
        afterCommit(() => tellHere(stored, rows));
      });
    }
  }

  /** One event for all who have not read it; who has, on another device, is told that too. */
  function tellHere(stored: store.StoredNotification, rows: readonly recipients.RecipientRow[]): void {
    const readings = rows.map((row) => ({ personId: row.person_id, reading: toReading(row, stored) }));
    const isUnread = ({ reading }: (typeof readings)[number]): boolean =>
      Object.values(reading).every((at) => at === null);
    direct.tellHere(
      readings.filter(isUnread).map(({ personId }) => personId),
      sentEvent(stored),
    );
    for (const { personId, reading } of readings.filter((one) => !isUnread(one)))
      direct.tellHere(
        [personId],
        [...sentEvent(stored), { type: 'notifications.read', id: stored.id, reading }],
      );
  }

  /** Writes a row for these people, as far as they are in the audience, and tells them. */
  async function include(id: string, people: readonly string[]): Promise<void> {
    await db.write(async (trx, afterCommit) => {
      const stored = await store.lock(trx, id);
      if (stored?.state !== 'open') return;
      const { written, added } = await recipients.expand(trx, audiences, stored, people, clock.now());
      await store.count(trx, stored.id, { recipients: added });
      if (written.length > 0) afterCommit(() => direct.tell(written, sentEvent(stored)));
    });
  }

  async function doJob(job: jobs.Job): Promise<void> {
    let isMore = true;
    while (isMore && !isStopped) {
      // Whoever has a page open does not wait for a hundred thousand who have not.
      await Promise.all(delivering);
      isMore = await doPiece(job);
    }
  }

  async function drain(): Promise<void> {
    /** Left for the next time, so that one that fails holds up none of the others. */
    const failed = new Set<string>();
    while (!isStopped) {
      isAsked = false;
      const all = await jobs.dueJobs(db.read, clock.now(), jobsAtOnce);
      const due = all.filter(({ id }) => !failed.has(id));
      for (const job of due) {
        try {
          await doJob(job);
        } catch (error) {
          failed.add(job.id);
          const { notification_id: notification, kind } = job;
          log.error({ err: error, notification, kind }, 'not sent yet; the next round tries again');
        }
      }
      if (due.length === 0 && !isAsked) return;
    }
  }

  /** Does all that is due; @returns when it is done. */
  function work(): Promise<void> {
    isAsked = true;
    running ??= drain().finally(() => {
      running = undefined;
    });
    return running;
  }

  /** Tells whoever has one on screen whose end has come. */
  async function tellExpired(): Promise<void> {
    const now = clock.now();
    for (const { id } of await store.expiredBetween(db.read, lookedAt, now))
      direct.tellHere(null, [{ type: 'notifications.gone', id }]);
    lookedAt = now;
  }

  return {
    opened,
    include,
    /** Begins the work that is due now; what fails is tried again by the next tick. */
    wake(): void {
      work().catch((error: unknown) => log.error({ err: error }, 'notifications not sent yet'));
    },
    /** Once a second. */
    async tick(): Promise<void> {
      await tellExpired();
      await work();
    },
    async start(): Promise<() => void> {
      const stopDirect = await direct.start();
      const stopOpened = await hub.subscribe(openedChannel, (message) => {
        const delivery = deliverHere(message.toString())
          .catch((error: unknown) =>
            log.error({ err: error }, 'not delivered at once; the work comes to everybody'),
          )
          .finally(() => delivering.delete(delivery));
        delivering.add(delivery);
      });
      return () => {
        isStopped = true;
        stopDirect();
        stopOpened();
      };
    },
    /** Resolves when the piece under way is written. */
    async settled(): Promise<void> {
      isStopped = true;
      await Promise.all([running, ...delivering]);
    },
  };
}

/**
 * Faults: takes in what broke, gathers it in memory, writes it down by tick, and shows it to staff. Taking in never
 * throws and never waits, whatever storage does.
 */
import { type FaultDetail, type FaultReport, faultLimits } from '@slipmat/contract/faults';
import type { PolicyReport } from '@slipmat/contract/policy-violations';
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import type { LogLines } from '#server/platform/log-lines.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, newSecret, type Random } from '#server/platform/random.ts';
import type { Dsn } from '#server/platform/sentry-dsn.ts';
import { createBudget } from './budget.ts';
import { createGathering, hourMs } from './gathering.ts';
import { type FaultHit, isFault } from './hit.ts';
import { prune, type Written, writeEvents, writeGroup } from './hits-store.ts';
import {
  hitOfLogLine,
  hitOfPolicyReport,
  hitOfRefusal,
  hitOfReport,
  hitOfSource,
  type Refusal,
} from './intake.ts';
import { createPolicyReports, type Teller } from './policy-reports.ts';
import type { Release } from './release.ts';
import { createSentry } from './sentry.ts';
import * as store from './store.ts';
import { createTelling, type StaffNotice } from './telling.ts';
import { detailOf, listOf, summaryOf } from './view.ts';

export interface FaultsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly logLines: LogLines;
  readonly release: Release;
  readonly sentryDsn: Dsn | undefined;
  /** Tells staff of a new fault or one that came back. */
  readonly tellStaff: (notice: StaffNotice) => Promise<void>;
}

/** A fault that hit people whom it had not hit before. */
export interface FreshlyHit {
  readonly faultId: string;
  readonly personIds: readonly string[];
}

/** Who tells of a failure of a page. */
export interface ReportFrom extends Teller {
  readonly personId: string | undefined;
}

export type OnHit = (hit: FreshlyHit) => Promise<void>;

/** How often each of these is to be called, in milliseconds. */
export const faultTicks = { flush: 1_000, digest: 60_000, prune: 10 * 60_000 } as const;

const dayMs = 24 * hourMs;
/** Plain refusals: as long as a person may take to come and ask. */
const keptRefusals = 7 * dayMs;
const keptEvents = 30 * dayMs;
/** More than can come in until it is pruned again. */
const pruneRounds = 10;
/** After the last time that a fault happened. */
const keptFaults = 180 * dayMs;

export type Faults = ReturnType<typeof createFaults>;

export function createFaults(deps: FaultsDeps) {
  const { db, clock, random, log, logLines, release } = deps;
  const gathering = createGathering();
  const budget = createBudget();
  const onHits: OnHit[] = [];
  const sentry = createSentry(deps.sentryDsn, clock.now);
  const telling = createTelling({
    now: clock.now,
    summaryOf: (id) => summaryOf(db.read, id, clock.now()),
    tell: deps.tellStaff,
  });
  let isFailing = false;

  const newReference = (): string => newSecret(random, 9);

  /**
   * @param isWhole false: there were too many in this minute, and it is only counted.
   * @param earlier references of the same that are counted in it.
   */
  function take(hit: FaultHit, isWhole: boolean, earlier: readonly string[] = []): void {
    gathering.add(hit, isWhole, earlier);
    if (isWhole) sentry.forward(hit);
  }

  const may = (kind: Parameters<typeof budget.take>[0]): boolean => budget.take(kind, clock.now());
  const policyReports = createPolicyReports({ clock, take: (hit) => take(hit, may('report')) });

  function noteRefusal(refusal: Refusal): void {
    const isWhole = may(refusal.isFault ? 'fault' : 'refusal');
    const hit = hitOfRefusal(refusal, {
      at: clock.now(),
      release: release.server,
      // While everything fails, nobody goes through the log for what is only counted.
      log: () => (isWhole ? logLines.of(refusal.reference, faultLimits.logLines) : []),
    });
    if (isFault(hit)) take(hit, isWhole);
    else if (isWhole) gathering.addRefusal(hit);
  }

  logLines.onError((line) => {
    const context = { at: clock.now(), release: release.server, reference: newReference() };
    const hit = hitOfLogLine(line, context);
    if (hit !== undefined) take(hit, may('fault'));
  });

  /** Failures of those who are told are theirs, and change nothing about what is written down. */
  async function tell(written: readonly Written[]): Promise<void> {
    const acts = [
      telling.written(written),
      ...written
        .filter(({ newcomers }) => newcomers.length > 0)
        .flatMap(({ faultId, newcomers }) => onHits.map((act) => act({ faultId, personIds: newcomers }))),
    ];
    for (const one of await Promise.allSettled(acts)) {
      if (one.status === 'rejected')
        log.error({ err: one.reason, ofFaults: true }, 'somebody was not told of a fault');
    }
  }

  async function flush(): Promise<void> {
    if (gathering.waiting() === 0) return;
    const taken = gathering.take();
    const groups = taken.groups.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    const ids = groups.map(() => newId(clock, random));
    try {
      const written = await db.write(async (trx) => {
        const list: Written[] = [];
        for (const [index, group] of groups.entries()) {
          const one = await writeGroup(trx, ids[index] ?? '', group);
          if (one !== undefined) list.push(one);
        }
        await writeEvents(trx, null, taken.refusals);
        return list;
      });
      isFailing = false;
      await tell(written);
    } catch (error) {
      gathering.putBack(taken);
      if (!isFailing)
        log.error({ err: error, ofFaults: true }, 'faults wait in memory: storage does not take them');
      isFailing = true;
    }
  }

  /** @throws ProblemError `not-found` */
  async function change(id: string, act: (trx: store.Trx) => Promise<void>) {
    await flush();
    await db.write(async (trx) => {
      if (!(await store.exists(trx, id))) throw new ProblemError('not-found');
      await act(trx);
    });
    return detailOf(db.read, id, clock.now());
  }

  return {
    /** Takes in what somebody was answered with. Never throws. */
    noteRefusal,
    /** Takes in what a page tells. @returns how many. */
    noteReports(reports: readonly FaultReport[], from: ReportFrom): number {
      const { userAgent, personId } = from;
      for (const report of reports) {
        const context = { now: clock.now(), release: release.ofBuild(report.build), userAgent, personId };
        const hit = hitOfReport(report, context);
        if (hit.kind === 'policy') policyReports.toldByPage(hit, from);
        const isWhole = may('report');
        take(
          hit,
          isWhole,
          report.earlier?.filter(() => isWhole && may('report')),
        );
      }
      return reports.length;
    },
    /** Takes in what a browser tells of the security policy of a page. */
    notePolicyReport(report: PolicyReport, from: ReportFrom): void {
      const { userAgent, personId } = from;
      const context = {
        at: clock.now(),
        release: release.server,
        reference: newReference(),
        userAgent,
        personId,
      };
      policyReports.hold(hitOfPolicyReport(report, context), from);
    },
    /** Takes in that DJ software was refused. */
    noteSource(refused: {
      readonly reason: string;
      readonly client: string;
      readonly personId: string;
    }): void {
      const context = { at: clock.now(), release: release.server, reference: newReference() };
      take(hitOfSource(refused, context), may('fault'));
    },
    /** Writes down what waits; by tick, and before the process ends. Never throws: it waits on in memory. */
    flush,
    async prune(): Promise<void> {
      const now = clock.now();
      const before = {
        refusals: now - keptRefusals,
        events: now - keptEvents,
        faults: now - keptFaults,
        hour: Math.floor((now - keptFaults) / hourMs),
      };
      for (let round = 0; round < pruneRounds; round += 1) {
        if (!(await db.write((trx) => prune(trx, before)))) return;
      }
    },
    /** Tells staff together what was too much to be told one by one; by tick. */
    digest: telling.digest,
    /** Events whose references were not kept, because there were too many. */
    dropped: gathering.dropped,
    /** Events that the service they are forwarded to did not take. */
    notForwarded: sentry.failed,
    /** Writes down what waits, before the process ends. */
    async close(): Promise<void> {
      policyReports.close();
      await flush();
      await sentry.close();
    },

    exists: store.exists,
    /** A subquery of person ids. */
    hitBy: store.hitBy,
    /** Calls `act` after a fault hit people whom it had not hit before; a failure of it is logged. */
    onHit(act: OnHit): void {
      onHits.push(act);
    },
    /** Undefined when it is not kept any more. */
    async detailOf(read: store.Read, id: string): Promise<FaultDetail | undefined> {
      return (await store.exists(read, id)) ? detailOf(read, id, clock.now()) : undefined;
    },

    list: (query: Parameters<typeof listOf>[1]) => db.snapshot((trx) => listOf(trx, query, clock.now())),
    show: (id: string) => db.snapshot((trx) => detailOf(trx, id, clock.now())),
    /** @throws ProblemError `not-found` */
    async lookUp(reference: string) {
      // Somebody may read out their reference the second they get it.
      await flush();
      const event = await store.eventByReference(db.read, reference);
      if (event === undefined) throw new ProblemError('not-found');
      const fault = event.faultId === null ? null : await summaryOf(db.read, event.faultId, clock.now());
      return { event, fault };
    },
    resolve: (id: string, by: string) => change(id, (trx) => store.resolve(trx, id, by, clock.now())),
    reopen: (id: string) => change(id, (trx) => store.reopen(trx, id)),
  };
}

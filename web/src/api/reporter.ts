/**
 * Tells staff what broke in this page: once for the same thing, at most so much, never about itself. What cannot be
 * told now, because there is no connection, is kept and told later.
 */
import { FaultReport, faultLimits } from '@slipmat/contract/faults';
import * as z from 'zod/mini';
import { safeParse } from 'zod/mini';
import type { Clock } from './clock.ts';
import { isUnknownToServer, type ReportContext, reportOf } from './failure-report.ts';
import type { Notice, ProblemCentre } from './problem-centre.ts';
import { silence } from './silence.ts';

export const reporterLimits = {
  /** What breaks together is told together. Milliseconds. */
  gather: 1_000,
  /** Different failures of a page in a minute; a page with more is broken in one way. */
  perMinute: 20,
  perPage: 200,
  /** The same failure again is told after so long, with how many times, and then each time after twice as long. */
  again: 10_000,
  againAtMost: 600_000,
  /** Waiting for a connection; about 20 kB of the 5 MB that a site may keep. */
  kept: 30,
  /** Different failures remembered, to tell them apart. */
  known: 200,
} as const;

const storageKey = 'slipmat-reports';
const Kept = z.array(FaultReport).check(z.maxLength(reporterLimits.kept));
const because = 'reports are for staff only, and a report of a failed report would never end';

export interface ReporterParts {
  readonly centre: Pick<ProblemCentre, 'list' | 'subscribe'>;
  readonly clock: Clock;
  /** Where reports wait for a connection; undefined where the browser keeps nothing. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
  /** False: the browser did not take it. */
  readonly send: (body: string) => boolean;
  readonly isOnline: () => boolean;
  readonly context: () => ReportContext;
}

export interface Reporter {
  /** Tells now what waits; what cannot be told is kept. For when the page goes away. */
  leave(): void;
  /** Tells what waits, when there is a connection again. */
  online(): void;
  /** Takes a failure that the centre does not show. */
  add(report: FaultReport): void;
  stop(): void;
}

/** The same failure, as staff tell it apart: by notice and error. */
interface Known {
  /** When it may be told again. Milliseconds since 1970. */
  readonly from: number;
  readonly wait: number;
  /** What was not told yet: the newest, how often, and the references that were shown, oldest first. */
  readonly untold:
    | { readonly report: FaultReport; readonly times: number; readonly shown: readonly string[] }
    | undefined;
}

const minuteMs = 60_000;
/** Of one report, by the contract. */
const mostTimes = 1_000;

const unreached: readonly string[] = ['network-unreachable', 'timed-out'];

/** Puts it in as the newest; the oldest makes room. */
function putLast<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > reporterLimits.known && !oldest.done) map.delete(oldest.value);
}

/** Begins with what the centre has already, and with what was kept by an earlier page. */
export function createReporter({ centre, clock, storage, send, isOnline, context }: ReporterParts): Reporter {
  /** How often each notice of the centre was there; it counts failures in one that look the same to the person. */
  const seen = new Map<number, number>();
  const known = new Map<string, Known>();
  let waiting: FaultReport[] = [];
  let minute = 0;
  let inMinute = 0;
  let inPage = 0;
  let stopTimer: (() => void) | undefined;
  let stopLooking: (() => void) | undefined;

  const quietly = (act: () => void): void => {
    try {
      act();
    } catch (failure) {
      silence(failure, because);
    }
  };

  function mayTake(): boolean {
    const current = Math.floor(clock.now() / minuteMs);
    if (current !== minute) inMinute = 0;
    minute = current;
    if (inMinute >= reporterLimits.perMinute || inPage >= reporterLimits.perPage) return false;
    inMinute += 1;
    inPage += 1;
    return true;
  }

  /** Takes in what is new of a notice. It may be put away, or be about something else, before it can be told. */
  function note(notice: Notice): void {
    const times = notice.times - (seen.get(notice.id) ?? 0);
    if (times <= 0) return;
    putLast(seen, notice.id, notice.times);
    const report = reportOf(notice, times, context());
    const key = `${String(notice.id)} ${report.name} ${report.message}`;
    const { untold, ...rest } = known.get(key) ?? { from: 0, wait: 0, untold: undefined };
    const shown = (untold?.shown ?? []).filter((reference) => reference !== report.reference);
    putLast(known, key, {
      ...rest,
      untold: {
        report,
        times: times + (untold?.times ?? 0),
        shown: [...shown, report.reference].slice(-faultLimits.earlier - 1),
      },
    });
  }

  /** Has what may be told now told. @param final the page goes away: what was only counted is told too. */
  function queueDue(final: boolean): void {
    const now = clock.now();
    for (const [key, { from, wait, untold }] of known) {
      if (untold === undefined || (from > now && !final)) continue;
      if (!mayTake()) return;
      const next = wait === 0 ? reporterLimits.again : Math.min(wait * 2, reporterLimits.againAtMost);
      known.set(key, { from: now + next, wait: next, untold: undefined });
      const earlier = untold.shown.slice(0, -1);
      const report = { ...untold.report, times: Math.min(untold.times, mostTimes) };
      enqueue(earlier.length === 0 ? report : { ...report, earlier });
    }
  }

  /** Looks again when the next may be told: what was too much for this minute is told in the next one. */
  function lookLater(): void {
    stopLooking?.();
    stopLooking = undefined;
    const now = clock.now();
    const waits = [...known.values()].flatMap(({ from, untold }) =>
      untold === undefined ? [] : [from > now ? from - now : minuteMs - (now % minuteMs)],
    );
    if (waits.length === 0 || inPage >= reporterLimits.perPage) return;
    stopLooking = clock.after(Math.min(...waits), () => {
      stopLooking = undefined;
      quietly(() => look(false));
    });
  }

  function look(final: boolean): void {
    for (const notice of centre.list()) if (isUnknownToServer(notice)) note(notice);
    queueDue(final);
    lookLater();
  }

  function enqueue(report: FaultReport): void {
    waiting = [...waiting, report].slice(-reporterLimits.kept);
    stopTimer ??= clock.after(reporterLimits.gather, () => {
      stopTimer = undefined;
      quietly(tell);
    });
  }

  /** They have passed once the server was reached. */
  const isReached = (): boolean =>
    isOnline() && !centre.list().some(({ problem, passed }) => !passed && unreached.includes(problem.code));

  function tell(): void {
    while (waiting.length > 0 && isReached()) {
      const some = waiting.slice(0, faultLimits.reports);
      if (!send(JSON.stringify({ reports: some }))) break;
      waiting = waiting.slice(some.length);
    }
    keep();
  }

  function keep(): void {
    if (waiting.length === 0) storage?.removeItem(storageKey);
    else storage?.setItem(storageKey, JSON.stringify(waiting));
  }

  function recall(): void {
    const text = storage?.getItem(storageKey) ?? null;
    if (text === null) return;
    storage?.removeItem(storageKey);
    const parsed = safeParse(Kept, JSON.parse(text));
    if (parsed.success) for (const report of parsed.data) enqueue(report);
  }

  quietly(recall);
  quietly(() => look(false));
  const stopListening = centre.subscribe(() =>
    quietly(() => {
      look(false);
      if (waiting.length > 0 && stopTimer === undefined) tell();
    }),
  );

  return {
    leave: () =>
      quietly(() => {
        look(true);
        tell();
      }),
    online: () => quietly(tell),
    add: (report) =>
      quietly(() => {
        if (mayTake()) enqueue(report);
      }),
    stop() {
      stopListening();
      stopTimer?.();
      stopLooking?.();
    },
  };
}

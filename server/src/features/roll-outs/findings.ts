/** What browsers found out about their own sign-in: gathered, and written down together. */
import type { Database } from '#server/db/open.ts';
import type { Clock } from '#server/platform/clock.ts';
import { addFinding, dayOf, dropOldFindings, type Found } from './counter-store.ts';
import { encodeSegment, segmentOf, unknownSegment } from './segment.ts';

/** Kinds of browsers that one process counts apart in a day; anybody may report, under any name. */
const segmentsPerDay = 200;
/** Different findings waiting to be written down; the words are a dozen. */
const waitingLimit = 2_000;

export function createFindings({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
  const waiting = new Map<string, Found>();
  const segments = new Set<string>();
  let day = 0;

  function segmentFor(userAgent: string): string {
    const today = dayOf(clock.now());
    if (today !== day) segments.clear();
    day = today;
    const segment = encodeSegment(segmentOf(userAgent));
    if (!segments.has(segment) && segments.size >= segmentsPerDay) return encodeSegment(unknownSegment);
    segments.add(segment);
    return segment;
  }

  function add(found: Found): void {
    const key = `${found.day} ${found.finding} ${found.segment}`;
    const count = (waiting.get(key)?.count ?? 0) + found.count;
    if (waiting.has(key) || waiting.size < waitingLimit) waiting.set(key, { ...found, count });
  }

  return {
    /** @param finding one of few words, never what a client sent. */
    note(finding: string, userAgent: string): void {
      const segment = segmentFor(userAgent);
      add({ day: dayOf(clock.now()), finding, segment, count: 1 });
    },
    /** @throws when storage does not answer; nothing is lost then. */
    async flush(): Promise<void> {
      const due = [...waiting.values()];
      if (due.length === 0) return;
      waiting.clear();
      try {
        await db.write(async (trx) => {
          for (const found of due) await addFinding(trx, found);
          await dropOldFindings(trx, dayOf(clock.now()));
        });
      } catch (error) {
        for (const found of due) add(found);
        throw error;
      }
    },
  };
}

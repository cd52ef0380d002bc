/** How many sessions still come with each cookie policy: counted in memory, written down by tick. */
import type { Database } from '#server/db/open.ts';
import { BoundedMap } from '#server/platform/bounded-map.ts';
import type { Clock } from '#server/platform/clock.ts';
import { addUses, dayOf, type Uses } from './counter-store.ts';

/** Policies counted at once, those of old sites among them; a site has two or three. */
const policyLimit = 32;
/**
 * Sessions remembered per policy, so that each counts once a day; about 4 MB. On a busier site one that comes back
 * after so many others is counted again.
 */
const sessionLimit = 20_000;
/** How exact "last used" is, as long as no further session comes. */
const lastUseStepMs = 60_000;

interface Counter {
  day: number;
  sessions: BoundedMap<string, true>;
  /** Sessions not yet written down. */
  fresh: number;
  lastAt: number;
  writtenLastAt: number;
}

export function createUses({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
  const counters = new BoundedMap<string, Counter>(policyLimit);
  const known: Set<string> = new Set();

  function counterOf(policy: string, day: number): Counter {
    const counter = counters.get(policy);
    if (counter !== undefined && counter.day === day) return counter;
    const begun: Counter = {
      day,
      sessions: new BoundedMap(sessionLimit),
      fresh: 0,
      lastAt: 0,
      writtenLastAt: 0,
    };
    counters.set(policy, begun);
    return begun;
  }

  /** What there is to write down, and marks it as written. */
  function takeDue(): Uses[] {
    const due: Uses[] = [];
    for (const policy of known) {
      const counter = counters.get(policy);
      if (counter === undefined) {
        known.delete(policy);
        continue;
      }
      const isDue = counter.fresh > 0 || counter.lastAt - counter.writtenLastAt >= lastUseStepMs;
      if (!isDue) continue;
      due.push({ policy, day: counter.day, sessions: counter.fresh, lastAt: counter.lastAt });
      counter.fresh = 0;
      counter.writtenLastAt = counter.lastAt;
    }
    return due;
  }

  /** Puts back what could not be written. */
  function putBack({ policy, day, sessions }: Uses): void {
    const counter = counters.get(policy);
    if (counter === undefined || counter.day !== day) return;
    counter.fresh += sessions;
    counter.writtenLastAt = 0;
  }

  return {
    /** A session came with the policy's cookie. */
    note(policy: string, sessionId: string): void {
      const now = clock.now();
      const counter = counterOf(policy, dayOf(now));
      known.add(policy);
      counter.lastAt = now;
      if (counter.sessions.get(sessionId) !== undefined) return;
      counter.sessions.set(sessionId, true);
      counter.fresh += 1;
    },
    /** @throws when storage does not answer; nothing is lost then. */
    async flush(): Promise<void> {
      const due = takeDue();
      if (due.length === 0) return;
      try {
        await db.write(async (trx) => {
          for (const uses of due) await addUses(trx, uses);
        });
      } catch (error) {
        for (const uses of due) putBack(uses);
        throw error;
      }
    },
  };
}

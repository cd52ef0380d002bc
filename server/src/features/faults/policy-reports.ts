/**
 * What browsers tell by themselves of a security policy. A page whose code runs tells the same, with the reference that
 * its person was shown, so what the browser said is held back for a while and counts only when the page says nothing.
 */
import type { Cancel, Clock } from '#server/platform/clock.ts';
import type { FaultHit } from './hit.ts';

/** Pages tell within seconds (`web/src/api/reporter.ts`). Milliseconds. */
export const heldFor = 5_000;
/** A page tells the same again in growing waits, and says then how often it was: that long it speaks for itself. */
const speaksFor = 3_600_000;
/** Violations held, and pages remembered, at once; more are not told apart from pages that say nothing. */
const limit = 2_000;

/** Who told, as far as it can be known without a cookie. Kept in memory for an hour at most. */
export interface Teller {
  readonly address: string;
  readonly userAgent: string;
}

interface Held {
  readonly cancel: Cancel;
  hit: FaultHit;
}

export interface PolicyReportsDeps {
  readonly clock: Clock;
  readonly take: (hit: FaultHit) => void;
}

export function createPolicyReports({ clock, take }: PolicyReportsDeps) {
  const held = new Map<string, Held>();
  /** Until when the page speaks for itself; oldest first. */
  const speaking = new Map<string, number>();

  const keyOf = ({ address, userAgent }: Teller, message: string): string =>
    `${address}\n${userAgent}\n${message}`;

  function letGo(key: string): void {
    const one = held.get(key);
    if (one === undefined) return;
    held.delete(key);
    one.cancel();
    take(one.hit);
  }

  return {
    /** The browser told. */
    hold(hit: FaultHit, teller: Teller): void {
      const key = keyOf(teller, hit.message);
      if ((speaking.get(key) ?? 0) > clock.now()) return;
      const before = held.get(key);
      if (before !== undefined) before.hit = { ...hit, times: before.hit.times + 1 };
      else if (held.size >= limit) take(hit);
      else held.set(key, { hit, cancel: clock.after(heldFor, () => letGo(key)) });
    },
    /** The page told of it itself. */
    toldByPage({ message }: FaultHit, teller: Teller): void {
      const key = keyOf(teller, message);
      held.get(key)?.cancel();
      held.delete(key);
      speaking.delete(key);
      speaking.set(key, clock.now() + speaksFor);
      for (const oldest of speaking.keys()) {
        if (speaking.size <= limit) break;
        speaking.delete(oldest);
      }
    },
    /** Takes in what is held, before the process ends. */
    close(): void {
      for (const key of [...held.keys()]) letGo(key);
    },
  };
}

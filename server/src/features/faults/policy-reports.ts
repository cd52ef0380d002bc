/**
 * What browsers tell by themselves of a security policy. A page whose code runs tells the same, with the reference that
 * its person was shown, so what the browser said is held back for a while and counts only when the page says nothing.
 */
import { hash } from 'node:crypto';
import type { Cancel, Clock } from '#server/platform/clock.ts';
import type { FaultHit } from './hit.ts';

/** Pages tell within seconds (`web/src/api/reporter.ts`). Milliseconds. */
export const heldFor = 5_000;
/**
 * A page tells the same again after ten minutes at most, and says then how often it was: that long it speaks for itself.
 * Whoever shares its address and kind of browser is not told apart from it meanwhile.
 */
const speaksFor = 11 * 60_000;
/** Violations held, and pages remembered, at once; more are not told apart from pages that say nothing. */
const limit = 2_000;

/** Who told, as far as it can be known without a cookie, which not every browser sends with its report. */
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

/** Two people behind one address are nobody in particular. */
function again(before: FaultHit, hit: FaultHit): FaultHit {
  const personId = before.personId === hit.personId ? hit.personId : undefined;
  return { ...hit, personId, times: before.times + 1 };
}

export function createPolicyReports({ clock, take }: PolicyReportsDeps) {
  const held = new Map<string, Held>();
  /** Until when the page speaks for itself; oldest first. */
  const speaking = new Map<string, number>();

  /** Of a known length, whatever a browser calls itself. */
  const keyOf = ({ address, userAgent }: Teller, message: string): string =>
    hash('sha256', JSON.stringify([address, userAgent, message]), 'base64url');

  /** Those who were put in first are over first. */
  function forgetSpeakers(): void {
    for (const [key, until] of speaking) {
      if (until > clock.now() && speaking.size <= limit) return;
      speaking.delete(key);
    }
  }

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
      forgetSpeakers();
      const key = keyOf(teller, hit.message);
      if (speaking.has(key)) return;
      const before = held.get(key);
      if (before !== undefined) before.hit = again(before.hit, hit);
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
      forgetSpeakers();
    },
    /** Takes in what is held, before the process ends. */
    close(): void {
      for (const key of [...held.keys()]) letGo(key);
    },
  };
}

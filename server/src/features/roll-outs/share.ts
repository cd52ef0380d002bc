/** Which sessions a roll-out has reached, by chance that stays the same. */
import { hash } from 'node:crypto';
import type { RollOutKind } from '@slipmat/contract/roll-outs';

/** Places that the hash is mapped to: hundredths of a per cent. */
const places = 10_000;

/**
 * Where a session stands between 0 and 99.99 per cent: even, the same on every process and at every step, and
 * another for each kind, so that not the same people are first every time.
 */
export function shareOf(kind: RollOutKind, sessionId: string): number {
  const drawn = Number.parseInt(hash('sha256', `roll-out ${kind} ${sessionId}`, 'hex').slice(0, 8), 16);
  return Math.floor((drawn / 2 ** 32) * places) / 100;
}

/** True when the session is among the first `percent` per cent. */
export function isReached(kind: RollOutKind, sessionId: string, percent: number): boolean {
  return percent > 0 && shareOf(kind, sessionId) < percent;
}

/** Chance that can be broken, so that whatever makes a secret fails in a way that nobody foresaw. */
import { type Random, systemRandom } from '#server/platform/random.ts';

/** What the error says; part of it is somebody's. */
export const secretMessage = 'no key for "anna" <anna@example.com> at 10.1.2.3 in /etc/slipmat/key line 7';

export interface BrokenRandom extends Random {
  broken: boolean;
}

export function breakableRandom(): BrokenRandom {
  return {
    broken: false,
    bytes(length) {
      if (this.broken && length > 16) throw new Error(secretMessage);
      return systemRandom.bytes(length);
    },
  };
}

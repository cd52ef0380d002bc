/** Budgets of requests: a token bucket per class and asker, in memory and bounded. */
import type { RateClass } from '@slipmat/contract/endpoint';
import { BoundedMap } from '../platform/bounded-map.ts';
import type { Clock } from '../platform/clock.ts';
import { ProblemError } from '../platform/problem-error.ts';

interface Budget {
  /** Requests at once. */
  readonly burst: number;
  readonly perMinute: number;
}

/** By address (IPv4, or the /64 of IPv6): a household or an office behind one address stays below them. */
export const budgets: Readonly<Record<RateClass, Budget>> = {
  read: { burst: 240, perMinute: 1_200 },
  write: { burst: 60, perMinute: 240 },
  // Guessing passwords is limited per account in the sessions feature as well.
  credentials: { burst: 30, perMinute: 60 },
  upload: { burst: 10, perMinute: 20 },
  // A page sends a report of several failures at most every ten seconds; a whole office may have the same trouble.
  report: { burst: 40, perMinute: 60 },
  // A browser sends one for each piece that it blocks, and an extension may put dozens into every page.
  'policy-report': { burst: 120, perMinute: 240 },
};

/** Askers remembered; forgetting the least recent one gives it a full budget again, which harms nobody. */
const rememberedAskers = 50_000;

interface Bucket {
  tokens: number;
  at: number;
}

export interface RateLimit {
  /** Takes one token. @throws ProblemError `rate-limited` with the seconds to wait. */
  take(key: string, budget: Budget): void;
}

/** Makes a limiter with its own memory. */
export function createRateLimit(clock: Clock): RateLimit {
  const buckets = new BoundedMap<string, Bucket>(rememberedAskers);
  return {
    take(key, { burst, perMinute }) {
      const now = clock.now();
      const bucket = buckets.get(key) ?? { tokens: burst, at: now };
      const refilled = Math.min(burst, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000);
      if (refilled < 1) {
        buckets.set(key, { tokens: refilled, at: now });
        const retryAfterSeconds = Math.ceil(((1 - refilled) * 60) / perMinute);
        throw new ProblemError('rate-limited', { retryAfterSeconds });
      }
      buckets.set(key, { tokens: refilled - 1, at: now });
    },
  };
}

/** Whoever holds a session may guess at its person's password so often, from whatever address. */
const passwordTries = { burst: 10, perMinute: 1 };

/** Counts one try at the password of somebody who is signed in. @throws ProblemError `rate-limited` */
export function limitPassword(rateLimit: RateLimit, personId: string): void {
  rateLimit.take(`password of ${personId}`, passwordTries);
}

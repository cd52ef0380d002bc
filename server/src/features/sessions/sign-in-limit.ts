/**
 * Limits on guessing passwords that cannot be used to lock somebody out: they count per account and address
 * together, and per account only for networks from which the person never signed in.
 */
import type { RateLimit } from '#server/http/rate-limit.ts';
import { limitKey } from '#server/platform/network.ts';

/** One address guessing at one account. */
const pair = { burst: 10, perMinute: 1 };
/** All unknown networks together guessing at one account; people on networks of theirs are not counted. */
const strangers = { burst: 100, perMinute: 5 };

/**
 * Counts one try.
 * @param account the person's id, so that handle and e-mail share a budget, or what was typed when there is none:
 *   unknown accounts are counted alike, so that the limit tells nobody which exist.
 * @throws ProblemError `rate-limited`
 */
export function limitSignIn(
  rateLimit: RateLimit,
  { account, address, isKnownNetwork }: { account: string; address: string; isKnownNetwork: boolean },
): void {
  rateLimit.take(`sign-in ${limitKey(address)} ${account}`, pair);
  if (!isKnownNetwork) rateLimit.take(`sign-in strangers ${account}`, strangers);
}

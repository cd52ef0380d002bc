/** `Set-Cookie` lines of one response, in the order in which they must stand: expiries first, the live cookie last. */
import type { Asker } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { SentCookies } from './cookie-header.ts';
import type { CookiePlan } from './cookie-plan.ts';
import { type CookiePolicy, expireLine, expireLinesEverywhere, setLine } from './policies.ts';
import type { LiveCredential } from './resolve.ts';

/** Where the request was sent to, which says where its cookies may lie. */
export type Place = Pick<Asker, 'host' | 'path'>;

export type CookieLines = ReturnType<typeof createCookieLines>;

export function createCookieLines(policies: () => readonly CookiePolicy[], clock: Clock) {
  /** The cookie as the browser has it. */
  function live({ candidate, record }: LiveCredential): string {
    const policy = policies().find(({ name }) => name === candidate.name);
    if (policy === undefined) throw new Error('a cookie of no policy cannot be set again');
    return setLine(policy, candidate.value, record.absoluteExpiresAt - clock.now());
  }

  return {
    live,
    /** What the plan takes away and sets again. */
    of(plan: CookiePlan, sent: SentCookies, { host, path }: Place): string[] {
      const gone = plan.expire.flatMap((policy) =>
        (sent.pairs.get(policy.name) ?? 0) > 1
          ? expireLinesEverywhere(policy, host, path)
          : [expireLine(policy)],
      );
      return [...gone, ...plan.again.map(live)];
    },
    /** Takes away what was sent, wherever it may lie. */
    everywhere: (sent: SentCookies, { host, path }: Place): string[] =>
      policies()
        .filter(({ name }) => sent.pairs.has(name))
        .flatMap((policy) => expireLinesEverywhere(policy, host, path)),
  };
}

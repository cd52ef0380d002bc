/**
 * Step-up: a person who is signed in gives their password once more, for acts whose effect outlasts the session. What
 * rises is not the session but one new cookie of it, made by chance and given to this browser only (OWASP ASVS 7.2.4):
 * no copy of the old one, and no cookie of the old site, rises with it.
 */
import type { Database } from '#server/db/open.ts';
import type { Asker, SignedIn } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newSecret, type Random } from '#server/platform/random.ts';
import { hashToken } from '#server/platform/token.ts';
import { cookieValue, type SentCookies } from './cookie-header.ts';
import type { CookieLines } from './cookie-lines.ts';
import type { CookiePlan } from './cookie-plan.ts';
import { insertCredential } from './credential-store.ts';
import { type CookiePolicy, setLine } from './policies.ts';
import { publicHash } from './public-hash.ts';
import type { LiveCredential, Looked, Resolution } from './resolve.ts';
import { sessionTimes } from './session-times.ts';
import * as store from './store.ts';

export interface SteppingUpDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly policies: () => readonly CookiePolicy[];
  readonly lookUp: (cookieHeader: string | undefined) => Promise<Looked>;
  readonly planFor: (resolution: Resolution, sent: SentCookies, host: string) => CookiePlan;
  readonly lines: CookieLines;
  readonly versionsFor: (sessionId: string) => { readonly base: number };
}

/** When the person gave their password for any of the cookies that came; null: for none. */
export function lastAuthenticated(live: readonly LiveCredential[]): number | null {
  const times = live.flatMap(({ record }) => record.authenticatedAt ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

export function createSteppingUp({ db, clock, random, policies, lookUp, ...deps }: SteppingUpDeps) {
  /** One that the browser is known to keep; a browser with the old site's cookie only gets what everybody gets. */
  function policyFor(live: readonly LiveCredential[], sessionId: string): CookiePolicy {
    const own = live.find(({ candidate }) => !candidate.isForeign)?.record.policy;
    const { base } = deps.versionsFor(sessionId);
    const policy = policies().find(({ name, version }) =>
      own === undefined ? version === base : name === own,
    );
    if (policy === undefined) throw new Error('no cookie policy is written');
    return policy;
  }

  return {
    /** True when the person gave their password lately, in this browser. */
    hasSteppedUp: ({ authenticatedAt }: SignedIn): boolean =>
      authenticatedAt !== null && clock.now() - authenticatedAt < sessionTimes.stepUpLasts,
    /**
     * Call when the password was right.
     * @throws ProblemError `session-revoked` when the session ended meanwhile.
     */
    async stepUp({ sessionId }: SignedIn, asker: Asker) {
      const { resolution, sent } = await lookUp(asker.cookieHeader);
      const live = resolution.kind === 'anonymous' ? [] : resolution.live;
      const mine = live.filter(({ record }) => record.sessionId === sessionId);
      const [newest] = mine;
      if (newest === undefined) throw new ProblemError('session-revoked');
      const under = policyFor(mine, sessionId);
      const [id, secret] = [newSecret(random, 16), newSecret(random, 32)];
      const now = clock.now();
      await db.write(async (trx) => {
        if (!(await store.lockAlive(trx, sessionId))) throw new ProblemError('session-revoked');
        const secretHash = hashToken(secret);
        await insertCredential(trx, {
          id,
          sessionId,
          policy: under.name,
          secretHash,
          now,
          authenticatedAt: now,
        });
      });
      const plan = deps.planFor(resolution, sent, asker.host);
      const again = plan.again.filter(({ candidate }) => candidate.name !== under.name);
      const given = setLine(under, cookieValue(id, secret), newest.record.absoluteExpiresAt - now);
      return {
        session: publicHash(sessionId),
        cookieLines: [...deps.lines.of({ ...plan, again }, sent, asker), given],
      };
    },
  };
}

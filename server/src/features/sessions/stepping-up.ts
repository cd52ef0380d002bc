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
import type { CookiePlan, Placing } from './cookie-plan.ts';
import { insertCredential } from './credential-store.ts';
import type { Credentials } from './credentials.ts';
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
  readonly placing: (sessionId: string) => Placing;
  readonly renew: Credentials['renew'];
  readonly lines: CookieLines;
}

/** When the person gave their password for any of the cookies that came; null: for none. */
export function lastAuthenticated(live: readonly LiveCredential[]): number | null {
  const times = live.flatMap(({ record }) => record.authenticatedAt ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** A credential that was just made. */
interface Risen {
  readonly id: string;
  readonly secret: string;
  readonly under: CookiePolicy;
  readonly now: number;
}

export function createSteppingUp({ db, clock, random, policies, lookUp, ...deps }: SteppingUpDeps) {
  /** One that the browser is known to keep; a browser with the old site's cookie only gets what everybody gets. */
  function policyFor(live: readonly LiveCredential[], sessionId: string): CookiePolicy {
    const own = live.find(({ candidate }) => !candidate.isForeign)?.record.policy;
    const { base } = deps.placing(sessionId);
    return policies().find(({ name }) => name === own) ?? base;
  }

  /** The credential as a request that brings it would have it. */
  function asLive({ record }: LiveCredential, { id, secret, under, now }: Risen): LiveCredential {
    const value = cookieValue(id, secret);
    return {
      candidate: { name: under.name, value, credentialId: id, secret, isForeign: false },
      record: {
        ...record,
        id,
        policy: under.name,
        issuedAt: now,
        firstSeenAt: null,
        graceUntil: null,
        authenticatedAt: now,
      },
    };
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
      const cookieLines = [
        ...deps.lines.of({ ...plan, again }, sent, asker),
        setLine(under, cookieValue(id, secret), newest.record.absoluteExpiresAt - now),
      ];
      // A move to another policy that is due goes on from the new cookie.
      if (plan.renew !== undefined && plan.renew.under !== under) {
        const risen = asLive(newest, { id, secret, under, now });
        cookieLines.push(await deps.renew(risen, plan.renew.under, asker.userAgent));
      }
      return { session: publicHash(sessionId), cookieLines };
    },
  };
}

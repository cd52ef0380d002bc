/**
 * Step-up: a person who is signed in gives their password once more, for acts whose effect outlasts the session. The
 * browser gets a new cookie for the old one (OWASP ASVS 7.2.4), so that a copy of the old one does not rise with it.
 */
import type { Database } from '#server/db/open.ts';
import type { Asker, SignedIn } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { publicHash } from './public-hash.ts';
import type { Looked } from './resolve.ts';
import { sessionTimes } from './session-times.ts';
import * as store from './store.ts';

export interface SteppingUpDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly lookUp: (cookieHeader: string | undefined) => Promise<Looked>;
  /** As for any response that may set cookies, with a successor for the credential that came. */
  readonly renewedLines: (looked: Looked, asker: Asker) => Promise<readonly string[]>;
}

export function createSteppingUp({ db, clock, lookUp, renewedLines }: SteppingUpDeps) {
  return {
    /** True when the person gave their password lately in this session. */
    hasSteppedUp: ({ authenticatedAt }: SignedIn): boolean =>
      authenticatedAt !== null && clock.now() - authenticatedAt < sessionTimes.stepUpLasts,
    /**
     * Call when the password was right.
     * @throws ProblemError `session-revoked` when the session ended meanwhile.
     */
    async stepUp({ sessionId }: SignedIn, asker: Asker) {
      const now = clock.now();
      const isAlive = await db.write((trx) => store.setAuthenticated(trx, sessionId, now));
      if (!isAlive) throw new ProblemError('session-revoked');
      const cookieLines = await renewedLines(await lookUp(asker.cookieHeader), asker);
      return { session: publicHash(sessionId), until: now + sessionTimes.stepUpLasts, cookieLines };
    },
  };
}

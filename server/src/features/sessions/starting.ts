/** Signing a browser in: a session and the cookies that prove it. */
import type { Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Asker } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { networkOf } from '#server/platform/network.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, newSecret, type Random } from '#server/platform/random.ts';
import { hashToken } from '#server/platform/token.ts';
import { cookieValue } from './cookie-header.ts';
import type { Placing } from './cookie-plan.ts';
import { insertCredential } from './credential-store.ts';
import type { CookieNote } from './credentials.ts';
import { deviceLabel } from './device-label.ts';
import { type CookiePolicy, setLine } from './policies.ts';
import { lifeFrom, sessionTimes } from './session-times.ts';
import * as store from './store.ts';

type Trx = Transaction<Tables>;

/** The request that signs in. */
export interface StartFrom extends Omit<Asker, 'isBrowserVisit'> {
  /**
   * When the person was last signed out of everything, as read before they proved who they are: somebody who was since
   * then is not signed in. Null: never, or they are new.
   */
  readonly signedOutAt: number | null;
  /** The browser did not keep the cookie that it was given a moment ago. */
  readonly fallBack?: boolean;
}

export interface StartingDeps {
  /** Every policy ever used, oldest first. */
  readonly policies: () => readonly CookiePolicy[];
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly announceEnded: (sessionIds: readonly string[]) => void;
  readonly placing: (sessionId: string) => Placing;
  readonly note: (
    trx: Trx,
    sessionId: string,
    policy: string,
    outcome: CookieNote['outcome'],
    userAgent: string,
  ) => Promise<void>;
}

/** What a browser is given when it is signed in. */
export interface Started {
  readonly sessionId: string;
  readonly lines: readonly string[];
  readonly written: readonly CookiePolicy[];
}

export function createStarting({ db, clock, random, policies, ...deps }: StartingDeps) {
  /** The newest policy of other cookies than these, which a browser that refuses these may keep. */
  function before(given: CookiePolicy): CookiePolicy | undefined {
    return policies().findLast(
      (known) => known !== given && known.secure === given.secure && known.from !== null,
    );
  }

  /**
   * The one known to be kept and, during a roll-out, the new one besides. For a browser that keeps neither, what was
   * written before.
   */
  function policiesOf(sessionId: string, fallBack: boolean): readonly CookiePolicy[] {
    const { base, next, takesPart } = deps.placing(sessionId);
    const older = fallBack ? before(base) : undefined;
    if (older !== undefined && older !== next) return [older, base];
    return next === undefined || !takesPart ? [base] : [base, next];
  }

  async function insert(trx: Trx, personId: string, from: StartFrom, made: Made): Promise<void> {
    const { id, now, given } = made;
    await store.insertSession(trx, {
      id,
      personId,
      ...lifeFrom(now),
      deviceLabel: deviceLabel(from.userAgent),
      network: networkOf(from.address),
      awaiting: given[1]?.policy.name,
    });
    for (const [index, one] of given.entries()) {
      const secretHash = hashToken(one.secret);
      // One later, so that the new one is the newer of the two.
      const issuedAt = now + index;
      await insertCredential(trx, {
        id: one.id,
        sessionId: id,
        policy: one.policy.name,
        secretHash,
        now: issuedAt,
        authenticatedAt: now,
      });
      if (index > 0) await deps.note(trx, id, one.policy.name, 'issued', from.userAgent);
    }
  }

  interface Made {
    readonly id: string;
    readonly now: number;
    readonly given: readonly {
      readonly policy: CookiePolicy;
      readonly id: string;
      readonly secret: string;
    }[];
  }

  /** @param replaced sessions that the browser's cookies prove, which end. */
  async function start(personId: string, from: StartFrom, replaced: readonly string[]): Promise<Started> {
    const now = clock.now();
    const id = newId(clock, random);
    const written = policiesOf(id, from.fallBack === true);
    const given = written.map((policy) => ({
      policy,
      id: newSecret(random, 16),
      secret: newSecret(random, 32),
    }));
    await db.write(async (trx, afterCommit) => {
      if (from.signedOutAt !== (await store.lockSignedOutAt(trx, personId)))
        throw new ProblemError('session-revoked');
      const known = await store.liveSessions(trx, personId, now);
      const surplus = known.slice(store.devicesPerPerson - 1).map((row) => row.id);
      const ended = await store.endSessions(trx, [...replaced, ...surplus], now);
      await insert(trx, personId, from, { id, now, given });
      afterCommit(() => deps.announceEnded(ended));
    });
    const lines = given.map(({ policy, id: credentialId, secret }) =>
      setLine(policy, cookieValue(credentialId, secret), sessionTimes.absolute),
    );
    return { sessionId: id, lines, written };
  }

  return { start };
}

/**
 * Sessions of the old site. A cookie of its that we never saw is looked up there once; whose it is, is signed in
 * here too, and from then on the cookie is a credential of that session. It is dead with its session, and not
 * adopted again then.
 */
import type { Database } from '#server/db/open.ts';
import { storageTrouble } from '#server/db/storage-error.ts';
import type { Asker } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { networkOf } from '#server/platform/network.ts';
import { newId, type Random } from '#server/platform/random.ts';
import { silence } from '#server/platform/silence.ts';
import { hashToken } from '#server/platform/token.ts';
import type { Candidate } from './cookie-header.ts';
import { insertNewCredential } from './credential-store.ts';
import { deviceLabel } from './device-label.ts';
import { foreignPolicy, type Looked } from './resolve.ts';
import { lifeFrom } from './session-times.ts';
import * as store from './store.ts';

/** Whose session of the old site a cookie proves. */
export interface ForeignSession {
  readonly personId: string;
  /** When they last signed in there, milliseconds. */
  readonly lastLoginAt: number | undefined;
}

/** Looks a cookie value up; undefined when it is nobody's. @throws ProblemError `storage-unavailable` */
export type AdoptSession = (value: string) => Promise<ForeignSession | undefined>;

export interface ForeignDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly adopt: AdoptSession;
}

export function createForeignSessions({ db, clock, random, adopt }: ForeignDeps) {
  /** The session here of the same person, if this browser has one. */
  function ownSession({ resolution }: Looked, personId: string): string | undefined {
    if (resolution.kind === 'anonymous') return undefined;
    return resolution.live.find(({ record }) => record.person.id === personId)?.record.sessionId;
  }

  /** @returns false when the session is from before the person was signed out everywhere. */
  async function keep(
    candidate: Candidate,
    { personId, lastLoginAt }: ForeignSession,
    looked: Looked,
    asker: Asker,
  ): Promise<boolean> {
    const now = clock.now();
    const own = ownSession(looked, personId);
    const id = own ?? newId(clock, random);
    return db.write(async (trx) => {
      const signedOutAt = await store.lockSignedOutAt(trx, personId);
      if (signedOutAt !== null && signedOutAt > (lastLoginAt ?? 0)) return false;
      if (own === undefined) {
        await store.insertSession(trx, {
          id,
          personId,
          ...lifeFrom(now),
          deviceLabel: deviceLabel(asker.userAgent),
          network: networkOf(asker.address),
        });
      }
      await insertNewCredential(trx, {
        id: candidate.credentialId,
        sessionId: id,
        policy: foreignPolicy(candidate.name),
        secretHash: hashToken(candidate.secret),
        now,
        authenticatedAt: null,
        seenAt: now,
      });
      return true;
    });
  }

  /** The old site's silence is no answer, unless a cookie of our own says already who this is. */
  async function lookUp(candidate: Candidate, looked: Looked): Promise<ForeignSession | undefined> {
    try {
      return await adopt(candidate.value);
    } catch (error) {
      if (looked.resolution.kind === 'anonymous') throw error;
      silence(
        error,
        'our own cookie says who this is; the old site’s is asked about again with the next request',
      );
      return undefined;
    }
  }

  /** @returns true when something was adopted, here or by a racing request, so that a second look finds it. */
  async function adoptOne(candidate: Candidate, looked: Looked, asker: Asker): Promise<boolean> {
    const found = await lookUp(candidate, looked);
    if (found === undefined) return false;
    try {
      return await keep(candidate, found, looked, asker);
    } catch (error) {
      // Another request with the same cookie was first: its session is this one's too.
      if (storageTrouble(error) !== 'duplicate') throw error;
      return true;
    }
  }

  return {
    /** Adopts what the browser sent of the old site's and we never saw. */
    async adopt(looked: Looked, asker: Asker): Promise<boolean> {
      const known = new Set(looked.records.map(({ id }) => id));
      const unseen = looked.sent.candidates.filter(
        (candidate) => candidate.isForeign && !known.has(candidate.credentialId),
      );
      let adopted = false;
      for (const candidate of unseen) adopted = (await adoptOne(candidate, looked, asker)) || adopted;
      return adopted;
    },
  };
}

/**
 * Sessions of the old site. A cookie of its that we never saw is looked up there once; whose it is, is signed in
 * here too, and from then on the cookie is an old credential like any other. Once our own cookie is seen, it proves
 * nothing any more, and once its session ended it is not adopted again.
 */
import type { Database } from '#server/db/open.ts';
import { storageTrouble } from '#server/db/storage-error.ts';
import type { Asker } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { networkOf } from '#server/platform/network.ts';
import { newId, type Random } from '#server/platform/random.ts';
import { hashToken } from '#server/platform/token.ts';
import type { Candidate } from './cookie-header.ts';
import { insertNewCredential } from './credential-store.ts';
import { deviceLabel } from './device-label.ts';
import { foreignPolicy, type Looked } from './resolve.ts';
import { sessionTimes } from './session-times.ts';
import * as store from './store.ts';

/** Whose session of the old site the cookie value proves; undefined when nobody's. @throws ProblemError `storage-unavailable` */
export type AdoptSession = (value: string) => Promise<string | undefined>;

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

  async function keep(candidate: Candidate, personId: string, looked: Looked, asker: Asker): Promise<void> {
    const now = clock.now();
    const own = ownSession(looked, personId);
    const id = own ?? newId(clock, random);
    await db.write(async (trx) => {
      if (own === undefined) {
        await store.insertSession(trx, {
          id,
          personId,
          now,
          idleExpiresAt: now + sessionTimes.idle,
          absoluteExpiresAt: now + sessionTimes.absolute,
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
        seenAt: now,
      });
    });
  }

  /** @returns true when something was adopted, here or by a racing request, so that a second look finds it. */
  async function adoptOne(candidate: Candidate, looked: Looked, asker: Asker): Promise<boolean> {
    const personId = await adopt(candidate.value);
    if (personId === undefined) return false;
    try {
      await keep(candidate, personId, looked, asker);
    } catch (error) {
      // Another request with the same cookie was first: its session is this one's too.
      if (storageTrouble(error) !== 'duplicate') throw error;
    }
    return true;
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

/** Stream keys: made, rotated, revoked, and checked when an encoder connects. */
import { broadcastLimits, type StreamKey } from '@slipmat/contract/broadcast';
import type { Database } from '#server/db/open.ts';
import type { SignedInPerson } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, type Random } from '#server/platform/random.ts';
import { hashToken } from '#server/platform/token.ts';
import * as store from './keys-store.ts';

/** Letters and digits that nobody mistakes for others when typing a key from a screen. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
/** 24 of 31 letters: 118 bits. */
const keyLength = 24;
const hintLength = 4;

function newKey(random: Random): string {
  let key = '';
  while (key.length < keyLength) {
    for (const byte of random.bytes(keyLength * 2)) {
      // Bytes past the last whole multiple would make the first letters likelier.
      if (byte >= 256 - (256 % alphabet.length) || key.length >= keyLength) continue;
      key += alphabet.charAt(byte % alphabet.length);
    }
  }
  return key;
}

function toStreamKey(row: store.KeyRow): StreamKey {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}

export type KeyVerdict =
  | { readonly kind: 'good'; readonly keyId: string }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'wrong' };

export type StreamKeys = ReturnType<typeof createStreamKeys>;

export interface StreamKeysDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
}

export function createStreamKeys({ db, clock, random }: StreamKeysDeps) {
  return {
    async list(person: SignedInPerson): Promise<StreamKey[]> {
      return (await store.liveKeys(db.read, person.id)).map(toStreamKey);
    },
    /** @returns the key and its secret, which is not stored. @throws ProblemError `too-many` */
    async create(person: SignedInPerson, name: string): Promise<{ key: StreamKey; secret: string }> {
      if ((await store.liveKeys(db.read, person.id)).length >= broadcastLimits.keysPerDj)
        throw new ProblemError('too-many');
      const secret = newKey(random);
      const row: store.KeyRow = {
        id: newId(clock, random),
        person_id: person.id,
        name,
        secret_hash: hashToken(secret),
        hint: secret.slice(0, hintLength),
        created_at: clock.now(),
        last_used_at: null,
        revoked_at: null,
      };
      await db.write((trx) => store.insertKey(trx, row));
      return { key: toStreamKey(row), secret };
    },
    /** @throws ProblemError `not-found` */
    async rotate(person: SignedInPerson, id: string): Promise<{ key: StreamKey; secret: string }> {
      const secret = newKey(random);
      const changed = { secret_hash: hashToken(secret), hint: secret.slice(0, hintLength) };
      const row = await db.write((trx) => store.changeSecret(trx, id, person.id, changed));
      if (row === undefined) throw new ProblemError('not-found');
      return { key: toStreamKey(row), secret };
    },
    /** @throws ProblemError `not-found` */
    async revoke(person: SignedInPerson, id: string): Promise<void> {
      const isRevoked = await db.write((trx) => store.revokeKey(trx, id, person.id, clock.now()));
      if (!isRevoked) throw new ProblemError('not-found');
    },
    async check(personId: string, secret: string): Promise<KeyVerdict> {
      const row = await store.findKey(db.read, personId, hashToken(secret));
      if (row === undefined) return { kind: 'wrong' };
      return row.revoked_at === null ? { kind: 'good', keyId: row.id } : { kind: 'revoked' };
    },
    /** Whose the secret is, if it is a live key's. */
    async ownerOf(
      secret: string,
    ): Promise<{ readonly personId: string; readonly keyId: string } | undefined> {
      const row = await store.findBySecret(db.read, hashToken(secret));
      return row === undefined ? undefined : { personId: row.person_id, keyId: row.id };
    },
    async noteUse(keyId: string): Promise<void> {
      await db.write((trx) => store.touchKey(trx, keyId, clock.now()));
    },
  };
}

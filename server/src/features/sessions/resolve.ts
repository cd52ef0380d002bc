/**
 * Who the candidates of one request are. Pure: possession authenticates, position never does.
 */
import { timingSafeEqual } from 'node:crypto';
import type { AnonymousReason } from '@slipmat/contract/sessions';
import type { SignedInPerson } from '#server/http/who.ts';
import { hashToken } from '#server/platform/token.ts';
import type { Candidate } from './cookie-header.ts';

/** A credential with its session and person, as stored. */
export interface CredentialRecord {
  readonly id: string;
  readonly policy: string;
  readonly secretHash: string;
  readonly issuedAt: number;
  readonly firstSeenAt: number | null;
  readonly successorId: string | null;
  readonly graceUntil: number | null;
  readonly sessionId: string;
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly endedAt: number | null;
  readonly person: SignedInPerson;
}

/** A candidate that proves a session. */
export interface LiveCredential {
  readonly candidate: Candidate;
  readonly record: CredentialRecord;
}

export type Resolution =
  | { readonly kind: 'anonymous'; readonly reason: AnonymousReason }
  | {
      readonly kind: 'signed-in';
      /** The newest of the live credentials. */
      readonly credential: LiveCredential;
      readonly live: readonly LiveCredential[];
    }
  | { readonly kind: 'conflict'; readonly live: readonly LiveCredential[] };

function sameHash(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** `alive`, or why not. */
function judge(record: CredentialRecord, now: number): 'alive' | AnonymousReason {
  if (record.endedAt !== null) return 'revoked';
  if (record.idleExpiresAt <= now || record.absoluteExpiresAt <= now) return 'expired';
  return record.graceUntil !== null && record.graceUntil <= now ? 'unknown' : 'alive';
}

/** The most telling reason first: a revoked session explains more than an unknown cookie beside it. */
const reasonOrder: readonly AnonymousReason[] = ['revoked', 'expired', 'unknown', 'no-cookie'];

/**
 * @param candidates every cookie of every policy that the browser sent.
 * @param records what storage knows of their ids, in any order.
 */
export function resolve(
  candidates: readonly Candidate[],
  records: readonly CredentialRecord[],
  now: number,
): Resolution {
  const live: LiveCredential[] = [];
  const reasons = new Set<AnonymousReason>([candidates.length === 0 ? 'no-cookie' : 'unknown']);
  for (const candidate of candidates) {
    const record = records.find((known) => known.id === candidate.credentialId);
    if (record === undefined || !sameHash(hashToken(candidate.secret), record.secretHash)) continue;
    const verdict = judge(record, now);
    if (verdict === 'alive') live.push({ candidate, record });
    else reasons.add(verdict);
  }
  const credential = live.toSorted((a, b) => b.record.issuedAt - a.record.issuedAt)[0];
  if (credential === undefined) {
    return { kind: 'anonymous', reason: reasonOrder.find((reason) => reasons.has(reason)) ?? 'unknown' };
  }
  const people = new Set(live.map(({ record }) => record.person.id));
  return people.size > 1 ? { kind: 'conflict', live } : { kind: 'signed-in', credential, live };
}

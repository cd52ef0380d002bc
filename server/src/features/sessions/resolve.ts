/**
 * Who the candidates of one request are. Pure: possession authenticates, position never does.
 */
import { timingSafeEqual } from 'node:crypto';
import type { AnonymousReason } from '@slipmat/contract/sessions';
import type { SignedInPerson } from '#server/http/who.ts';
import { hashToken } from '#server/platform/token.ts';
import type { Candidate, SentCookies } from './cookie-header.ts';

/** A credential with its session and person, as stored. */
export interface CredentialRecord {
  readonly id: string;
  /** Name of the cookie that it was written under. */
  readonly policy: string;
  readonly secretHash: string;
  readonly issuedAt: number;
  readonly firstSeenAt: number | null;
  readonly graceUntil: number | null;
  readonly sessionId: string;
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly endedAt: number | null;
  /** When the person gave their password for it, or for the one that it followed; null: they did not. */
  readonly authenticatedAt: number | null;
  readonly awaited: Awaited | undefined;
  /** A cookie that this browser does not keep. */
  readonly refused: { readonly policy: string; readonly until: number } | undefined;
  readonly person: SignedInPerson;
}

/** A cookie under a new policy that was given to the session's browser and did not come back yet. */
export interface Awaited {
  readonly policy: string;
  readonly since: number;
  /** First visit without it. */
  readonly firstReturnAt: number | null;
}

/** A candidate that proves a session. */
export interface LiveCredential {
  readonly candidate: Candidate;
  readonly record: CredentialRecord;
}

export type Resolution =
  | {
      readonly kind: 'anonymous';
      readonly reason: AnonymousReason;
      /** Replaced long ago, and its session is alive: somebody has a copy of a cookie. */
      readonly replaced: CredentialRecord | undefined;
    }
  | {
      readonly kind: 'signed-in';
      /** The newest of the live credentials. */
      readonly credential: LiveCredential;
      readonly live: readonly LiveCredential[];
    }
  | { readonly kind: 'conflict'; readonly live: readonly LiveCredential[] };

/** What one request's cookies are. */
export interface Looked {
  readonly sent: SentCookies;
  /** Of every candidate that storage knows. */
  readonly records: readonly CredentialRecord[];
  readonly resolution: Resolution;
}

function sameHash(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** The name of the old site's cookie as a policy. */
export function foreignPolicy(name: string): string {
  return `old:${name}`;
}

/** Under another name than the server gave it, somebody else wrote the cookie: it proves nothing. */
function belongs(candidate: Candidate, record: CredentialRecord): boolean {
  const policy = candidate.isForeign ? foreignPolicy(candidate.name) : candidate.name;
  return policy === record.policy && sameHash(hashToken(candidate.secret), record.secretHash);
}

/** `alive`, or why not. */
function judge(record: CredentialRecord, now: number): 'alive' | 'replaced' | AnonymousReason {
  if (record.endedAt !== null) return 'revoked';
  if (record.idleExpiresAt <= now || record.absoluteExpiresAt <= now) return 'expired';
  return record.graceUntil !== null && record.graceUntil <= now ? 'replaced' : 'alive';
}

/** The most telling reason first: a revoked session explains more than an unknown cookie beside it. */
const reasonOrder: readonly AnonymousReason[] = ['revoked', 'expired', 'unknown', 'no-cookie'];

/** Our own before the old site's, then the newest; the id decides what time does not. */
function byPrecedence(a: LiveCredential, b: LiveCredential): number {
  const foreign = Number(a.candidate.isForeign) - Number(b.candidate.isForeign);
  return foreign || b.record.issuedAt - a.record.issuedAt || (a.record.id < b.record.id ? -1 : 1);
}

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
  let replaced: CredentialRecord | undefined;
  for (const candidate of candidates) {
    const record = records.find((known) => known.id === candidate.credentialId);
    if (record === undefined || !belongs(candidate, record)) continue;
    const verdict = judge(record, now);
    if (verdict === 'alive') live.push({ candidate, record });
    else if (verdict !== 'replaced') reasons.add(verdict);
    else if (!candidate.isForeign) replaced = record;
  }
  live.sort(byPrecedence);
  const [credential] = live;
  if (credential === undefined) {
    const reason = reasonOrder.find((known) => reasons.has(known)) ?? 'unknown';
    return { kind: 'anonymous', reason, replaced };
  }
  const people = new Set(live.map(({ record }) => record.person.id));
  return people.size > 1 ? { kind: 'conflict', live } : { kind: 'signed-in', credential, live };
}

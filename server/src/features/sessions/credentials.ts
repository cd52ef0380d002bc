/** Giving credentials to browsers, and noting which of them come back. */
import { createHmac, type KeyObject } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import { silence } from '#server/platform/silence.ts';
import { hashToken } from '#server/platform/token.ts';
import { cookieValue } from './cookie-header.ts';
import { insertCredential, markSeen } from './credential-store.ts';
import type { CookiePolicy } from './policies.ts';
import { isWritten, setLine } from './policies.ts';
import type { Awaited, CredentialRecord, LiveCredential } from './resolve.ts';
import { sessionTimes } from './session-times.ts';
import * as store from './store.ts';

type Trx = Transaction<Tables>;

/** What became of a cookie under a policy that a session was moved to. */
export interface CookieNote {
  readonly sessionId: string;
  readonly version: number;
  readonly outcome: 'issued' | 'accepted' | 'refused';
  readonly userAgent: string;
}

export interface CredentialsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly policies: () => readonly CookiePolicy[];
  /** Shared by all processes, so that each makes the same successor. */
  readonly rotationKey: KeyObject;
  /** Counts for the roll-out, in the transaction of what it counts. */
  readonly noteCookie: (trx: Trx, note: CookieNote) => Promise<void>;
}

export type Credentials = ReturnType<typeof createCredentials>;

export function createCredentials({ db, clock, policies, rotationKey, noteCookie }: CredentialsDeps) {
  function policyOf(name: string): CookiePolicy | undefined {
    return policies().find((policy) => policy.name === name);
  }

  /** True of what was given before its policy was last begun: an earlier attempt to roll it out is over. */
  function isFromBefore(policy: string, givenAt: number): boolean {
    const from = policyOf(policy)?.from ?? null;
    return from !== null && givenAt < from;
  }

  /** What the attempt under way waits for. */
  function awaitedNow({ awaited }: CredentialRecord): Awaited | undefined {
    if (awaited === undefined || isFromBefore(awaited.policy, awaited.since)) return undefined;
    const policy = policyOf(awaited.policy);
    return policy !== undefined && isWritten(policy) ? awaited : undefined;
  }

  /** When the credential's cookie was given under a policy that its session was moved to; undefined when it was not. */
  function movedAt({ policy, awaited, refused }: CredentialRecord): number | undefined {
    if (awaited?.policy === policy) return awaited.since;
    return refused?.policy === policy ? refused.until - sessionTimes.refusedFor : undefined;
  }

  async function note(
    trx: Trx,
    sessionId: string,
    policy: string,
    outcome: CookieNote['outcome'],
    userAgent: string,
  ): Promise<void> {
    const version = policyOf(policy)?.version;
    if (version !== undefined) await noteCookie(trx, { sessionId, version, outcome, userAgent });
  }

  /**
   * The credential that follows, made from the one it follows, so that racing requests on any process give the
   * browser one and the same successor.
   */
  function successorOf({ candidate }: LiveCredential, under: CookiePolicy): { id: string; secret: string } {
    const derive = (part: string): Buffer =>
      createHmac('sha256', rotationKey)
        .update(`${part} ${under.name} ${candidate.credentialId} ${candidate.secret}`)
        .digest();
    return {
      id: derive('id').subarray(0, 16).toString('base64url'),
      secret: derive('secret').toString('base64url'),
    };
  }

  /**
   * Gives the session a successor under the policy; the old credential stays valid until the new one is seen. It is the
   * newer of the two by any clock, since being seen it ends what is older.
   */
  async function renew(credential: LiveCredential, under: CookiePolicy, userAgent: string): Promise<string> {
    const { record } = credential;
    const now = Math.max(clock.now(), record.issuedAt + 1);
    const next = successorOf(credential, under);
    const isMove = record.policy !== under.name;
    await db.write(async (trx) => {
      await insertCredential(trx, {
        id: next.id,
        sessionId: record.sessionId,
        policy: under.name,
        secretHash: hashToken(next.secret),
        now,
        authenticatedAt: record.authenticatedAt,
      });
      if (!isMove || awaitedNow(record)?.policy === under.name) return;
      await store.setAwaited(trx, record.sessionId, under.name, now);
      await note(trx, record.sessionId, under.name, 'issued', userAgent);
    });
    return setLine(under, cookieValue(next.id, next.secret), record.absoluteExpiresAt - now);
  }

  /** The credential came back for the first time: those before it live on for a moment only. */
  async function accept(trx: Trx, record: CredentialRecord, userAgent: string): Promise<void> {
    const now = clock.now();
    await markSeen(trx, record, now, now + sessionTimes.grace);
    const givenAt = movedAt(record);
    if (givenAt === undefined) return;
    await store.clearAwaited(trx, record.sessionId);
    if (!isFromBefore(record.policy, givenAt))
      await note(trx, record.sessionId, record.policy, 'accepted', userAgent);
  }

  /**
   * What a visit without the awaited cookie says: nothing yet, one return noted, or that the browser does not keep it.
   */
  function judgeReturn(record: CredentialRecord, now: number): 'nothing' | 'first' | 'refused' {
    const awaited = awaitedNow(record);
    if (awaited === undefined || now - awaited.since <= sessionTimes.returnAfter) return 'nothing';
    if (awaited.firstReturnAt === null) return 'first';
    return now - awaited.firstReturnAt > sessionTimes.returnAfter ? 'refused' : 'nothing';
  }

  async function noteReturn(trx: Trx, record: CredentialRecord, userAgent: string): Promise<void> {
    const now = clock.now();
    const { awaited } = record;
    const verdict = judgeReturn(record, now);
    if (awaited === undefined || verdict === 'nothing') return;
    if (verdict === 'first') return store.setFirstReturn(trx, record.sessionId, now);
    const until = now + sessionTimes.refusedFor;
    if (await store.setRefused(trx, record.sessionId, awaited.policy, until))
      await note(trx, record.sessionId, awaited.policy, 'refused', userAgent);
  }

  /**
   * Notes that the credentials came back and that the person is here.
   * @param wanted name of the policy that the session is to be under.
   * @param isBrowserVisit see `Asker`.
   */
  async function noteVisit(
    live: readonly LiveCredential[],
    { wanted, isBrowserVisit, userAgent }: { wanted: string; isBrowserVisit: boolean; userAgent: string },
  ): Promise<void> {
    const now = clock.now();
    const [first] = live;
    if (first === undefined) return;
    const { record } = first;
    const unseen = live.filter((one) => one.record.firstSeenAt === null).map((one) => one.record);
    const awaited = record.awaited?.policy;
    const lacksAwaited =
      isBrowserVisit && awaited === wanted && live.every((one) => one.record.policy !== awaited);
    const isReturn = lacksAwaited && judgeReturn(record, now) !== 'nothing';
    const isAway = now - record.lastSeenAt >= sessionTimes.lastSeenStep;
    if (unseen.length === 0 && !isReturn && !isAway) return;
    try {
      await db.write(async (trx) => {
        for (const one of unseen) await accept(trx, one, userAgent);
        if (isReturn) await noteReturn(trx, record, userAgent);
        await store.touchSession(trx, record.sessionId, now, now + sessionTimes.idle);
      });
    } catch (error) {
      silence(error, 'the next request notes it; who is asking is known either way');
    }
  }

  return {
    renew,
    noteVisit,
    note,
  };
}

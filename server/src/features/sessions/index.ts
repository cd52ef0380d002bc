/** Sessions: who is asking, signing a browser in and out. The only reader of cookies. */
import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Database } from '#server/db/open.ts';
import type { Asker, Identified, SignedIn, Who } from '#server/http/who.ts';
import { noSession } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { networkOf } from '#server/platform/network.ts';
import { newId, newSecret, type Random } from '#server/platform/random.ts';
import { silence } from '#server/platform/silence.ts';
import { hashToken } from '#server/platform/token.ts';
import { cookieValue, readCandidates } from './cookie-header.ts';
import { deviceLabel } from './device-label.ts';
import { type CookiePolicy, currentPolicy, expireLine, setLine } from './policies.ts';
import { type LiveCredential, type Resolution, resolve } from './resolve.ts';
import * as store from './store.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Times of a session, in milliseconds. */
export const sessionTimes = {
  /** Without a visit for so long, it ends. */
  idle: 30 * day,
  /** Ends at the latest; below the 400 days that browsers keep a cookie. */
  absolute: 365 * day,
  /** A credential is replaced after this time. */
  rotateAfter: 1 * day,
  /** A replaced credential lives on for requests that were under way. */
  grace: 1 * minute,
  /** How exact "last seen" is; each step is a write. */
  lastSeenStep: 5 * minute,
} as const;

export interface SessionsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly policies: readonly CookiePolicy[];
  /** 32 bytes that every process of this Slipmat shares and nobody else knows. */
  readonly secret: Buffer;
  /** Tells every process that these sessions ended. */
  readonly announceEnded: (sessionIds: readonly string[]) => void;
}

export interface StartedSession {
  /** Short public hash. */
  readonly session: string;
  readonly cookieLines: readonly string[];
}

/** Names a session in public: cannot be turned back into anything that signs in. */
export function publicHash(sessionId: string): string {
  return hash('sha256', `session ${sessionId}`, 'base64url').slice(0, 12);
}

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions(deps: SessionsDeps) {
  const { db, clock, random, policies } = deps;
  const policy = currentPolicy(policies);
  const deriveKey = (purpose: string): KeyObject =>
    createSecretKey(createHmac('sha256', deps.secret).update(purpose).digest());
  const findCredentials = store.credentialFinder(db.read);
  const rotationKey = deriveKey('credential rotation');
  const csrfKey = deriveKey('csrf');

  async function lookUp(cookieHeader: string | undefined) {
    const sent = readCandidates(cookieHeader, policies);
    const ids = sent.candidates.map((candidate) => candidate.credentialId);
    const records = ids.length === 0 ? [] : await findCredentials(ids);
    return { sent, resolution: resolve(sent.candidates, records, clock.now()) };
  }

  /** Notes that the credential came back, and that the person is here. */
  async function noteSeen({ record }: LiveCredential): Promise<void> {
    const now = clock.now();
    const isNew = record.firstSeenAt === null;
    if (!isNew && now - record.lastSeenAt < sessionTimes.lastSeenStep) return;
    try {
      await db.write(async (trx) => {
        if (isNew) await store.markSeen(trx, record.id, now, now + sessionTimes.grace);
        await store.touchSession(trx, record.sessionId, now, now + sessionTimes.idle);
      });
    } catch (error) {
      silence(error, 'the next request notes it; who is asking is known either way');
    }
  }

  /**
   * The credential that follows, made from the one it follows, so that racing requests on any process give the
   * browser one and the same successor.
   */
  function successorOf({ candidate }: LiveCredential): { id: string; secret: string } {
    const derive = (part: string): Buffer =>
      createHmac('sha256', rotationKey)
        .update(`${part} ${candidate.credentialId} ${candidate.secret}`)
        .digest();
    return {
      id: derive('id').subarray(0, 16).toString('base64url'),
      secret: derive('secret').toString('base64url'),
    };
  }

  async function rotate(credential: LiveCredential): Promise<readonly string[]> {
    const now = clock.now();
    const { record } = credential;
    const next = successorOf(credential);
    await db.write(async (trx) => {
      const hash = hashToken(next.secret);
      await store.insertCredential(trx, {
        id: next.id,
        sessionId: record.sessionId,
        policy: policy.name,
        secretHash: hash,
        now,
      });
      await store.setSuccessor(trx, record.id, next.id);
    });
    return [setLine(policy, cookieValue(next.id, next.secret), record.absoluteExpiresAt - now)];
  }

  /** Lines for a response that may set cookies: dead cookies away, an old credential renewed. */
  async function cookieLines(
    resolution: Resolution,
    sent: readonly CookiePolicy[],
  ): Promise<readonly string[]> {
    if (resolution.kind === 'conflict') return [];
    if (resolution.kind === 'anonymous') return sent.map(expireLine);
    const { credential, live } = resolution;
    const livePolicies = new Set(live.map(({ candidate }) => candidate.policy));
    const dead = sent.filter((known) => !livePolicies.has(known)).map(expireLine);
    const isOld = clock.now() - credential.record.issuedAt >= sessionTimes.rotateAfter;
    const isSuperseded = credential.record.graceUntil !== null;
    return isOld && !isSuperseded ? [...dead, ...(await rotate(credential))] : dead;
  }

  function whoOf(resolution: Resolution): Who {
    if (resolution.kind !== 'signed-in')
      return resolution.kind === 'conflict' ? { kind: 'conflict' } : resolution;
    const { record } = resolution.credential;
    return {
      kind: 'signed-in',
      person: record.person,
      sessionId: record.sessionId,
      get csrfToken() {
        return csrfToken(record.id);
      },
    };
  }

  function csrfToken(credentialId: string): string {
    return createHmac('sha256', csrfKey).update(credentialId).digest('base64url');
  }

  async function identify({ cookieHeader }: Asker): Promise<Identified> {
    const { sent, resolution } = await lookUp(cookieHeader);
    if (resolution.kind === 'signed-in') await noteSeen(resolution.credential);
    const who = whoOf(resolution);
    return {
      who,
      session:
        who.kind === 'signed-in'
          ? publicHash(who.sessionId)
          : who.kind === 'conflict'
            ? 'conflict'
            : noSession,
      cookieLines: () => cookieLines(resolution, sent.policiesSent),
    };
  }

  /** Ends sessions and tells every process, after the commit. */
  async function end(sessionIds: readonly string[]): Promise<number> {
    return db.write(async (trx, afterCommit) => {
      const ended = await store.endSessions(trx, sessionIds, clock.now());
      afterCommit(() => deps.announceEnded(ended));
      return ended.length;
    });
  }

  /**
   * Signs a browser in. Sessions that its cookies prove end: one browser is one person.
   * @param cookieHeader the request's own.
   */
  async function start(
    personId: string,
    from: { readonly cookieHeader: string | undefined; readonly userAgent: string; readonly address: string },
  ): Promise<StartedSession> {
    const { resolution } = await lookUp(from.cookieHeader);
    const replaced =
      resolution.kind === 'anonymous' ? [] : resolution.live.map(({ record }) => record.sessionId);
    const now = clock.now();
    const id = newId(clock, random);
    const credential = { id: newSecret(random, 16), secret: newSecret(random, 32) };
    await db.write(async (trx, afterCommit) => {
      const known = await store.liveSessions(trx, personId, now);
      const surplus = known.slice(store.devicesPerPerson - 1).map((row) => row.id);
      const ended = await store.endSessions(trx, [...replaced, ...surplus], now);
      await store.insertSession(trx, {
        id,
        personId,
        now,
        idleExpiresAt: now + sessionTimes.idle,
        absoluteExpiresAt: now + sessionTimes.absolute,
        deviceLabel: deviceLabel(from.userAgent),
        network: networkOf(from.address),
      });
      const secretHash = hashToken(credential.secret);
      await store.insertCredential(trx, {
        id: credential.id,
        sessionId: id,
        policy: policy.name,
        secretHash,
        now,
      });
      afterCommit(() => deps.announceEnded(ended));
    });
    const line = setLine(policy, cookieValue(credential.id, credential.secret), sessionTimes.absolute);
    return { session: publicHash(id), cookieLines: [...staleLines(from.cookieHeader), line] };
  }

  /** Expiry lines for policies that the browser sent and that the new cookie does not replace. */
  function staleLines(cookieHeader: string | undefined): string[] {
    return readCandidates(cookieHeader, policies)
      .policiesSent.filter((sent) => sent !== policy)
      .map(expireLine);
  }

  return {
    identify,
    start,
    end,
    /** Ends every session that the browser's cookies prove. @returns expiry lines for all it sent. */
    async signOut(cookieHeader: string | undefined): Promise<readonly string[]> {
      const { sent, resolution } = await lookUp(cookieHeader);
      if (resolution.kind !== 'anonymous') await end(resolution.live.map(({ record }) => record.sessionId));
      return sent.policiesSent.map(expireLine);
    },
    /** The person of an open socket, looked up anew: a revoked session or group counts at once. */
    async refresh(who: SignedIn): Promise<Who> {
      const person = await store.findSession(db.read, who.sessionId, clock.now());
      return person === undefined ? { kind: 'anonymous', reason: 'revoked' } : { ...who, person };
    },
    async devices(who: SignedIn) {
      const rows = await store.liveSessions(db.read, who.person.id, clock.now());
      return rows.map((row) => ({
        id: row.id,
        label: row.device_label,
        network: row.network,
        signedInAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        current: row.id === who.sessionId,
      }));
    },
    /** True when the person signed in from this address's network before. */
    knowsNetwork: (personId: string, address: string) =>
      store.knowsNetwork(db.read, personId, networkOf(address)),
    /** True when the token was made for one of the credentials in the cookie header. */
    isCsrfToken(token: string, cookieHeader: string): boolean {
      const given = Buffer.from(token);
      return readCandidates(cookieHeader, policies).candidates.some((candidate) => {
        const expected = Buffer.from(csrfToken(candidate.credentialId));
        return expected.length === given.length && timingSafeEqual(expected, given);
      });
    },
  };
}

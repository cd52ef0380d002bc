/** Sessions: who is asking, signing a browser in and out. The only reader of cookies. */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { CookieReading } from '@slipmat/contract/sessions';
import type { Transaction } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Asker, Identified, SignedIn, Who } from '#server/http/who.ts';
import { noSession } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { networkOf } from '#server/platform/network.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Random } from '#server/platform/random.ts';
import { readCookies, type SentCookies } from './cookie-header.ts';
import { type CookiePlan, type Placing, planCookies, targetPolicy } from './cookie-plan.ts';
import { type CookieNote, createCredentials } from './credentials.ts';
import { type AdoptSession, createForeignSessions } from './foreign.ts';
import { type CookiePolicy, expireLine, expireLinesEverywhere, isWritten, setLine } from './policies.ts';
import { type CredentialRecord, type LiveCredential, type Resolution, resolve } from './resolve.ts';
import { sessionTimes } from './session-times.ts';
import { createStarting, type StartFrom } from './starting.ts';
import * as store from './store.ts';

export { sessionTimes } from './session-times.ts';

/** Where a roll-out of a cookie policy stands for a session, by policy versions. */
export interface Versions {
  readonly base: number;
  readonly next: number | undefined;
  readonly takesPart: boolean;
}

export interface SessionsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Every policy ever used, oldest first. */
  readonly policies: readonly CookiePolicy[];
  /** 32 bytes that every process of this Slipmat shares and nobody else knows. */
  readonly secret: Buffer;
  /** Tells every process that these sessions ended. */
  readonly announceEnded: (sessionIds: readonly string[]) => void;
  readonly versionsFor: (sessionId: string) => Versions;
  readonly noteCookie: (trx: Transaction<Tables>, note: CookieNote) => Promise<void>;
  readonly notePolicyUse: (policyName: string, sessionId: string) => void;
  /** The old site's sessions, which are adopted. */
  readonly foreign: { readonly cookieName: string; readonly adopt: AdoptSession } | undefined;
}

/** Names a session in public: cannot be turned back into anything that signs in. */
export function publicHash(sessionId: string): string {
  return hash('sha256', `session ${sessionId}`, 'base64url').slice(0, 12);
}

/** What a request is answered by, as far as cookies go. */
type Place = Pick<Asker, 'host' | 'path'>;

interface Looked {
  readonly sent: SentCookies;
  readonly records: readonly CredentialRecord[];
  readonly resolution: Resolution;
}

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions(deps: SessionsDeps) {
  const { db, clock, policies, log } = deps;
  const deriveKey = (purpose: string): KeyObject =>
    createSecretKey(createHmac('sha256', deps.secret).update(purpose).digest());
  const csrfKey = deriveKey('csrf');
  const rotationKey = deriveKey('credential rotation');
  const findCredentials = store.credentialFinder(db.read);
  const names = { own: new Set(policies.map(({ name }) => name)), foreign: deps.foreign?.cookieName };
  const credentials = createCredentials({ db, clock, policies, rotationKey, noteCookie: deps.noteCookie });
  const starting = createStarting({ ...deps, placing, note: credentials.note });
  const foreign =
    deps.foreign === undefined
      ? undefined
      : createForeignSessions({ ...deps, adopt: deps.foreign.adopt, findCredentials });

  function byVersion(version: number): CookiePolicy {
    const policy = policies.find((known) => known.version === version) ?? policies.findLast(isWritten);
    if (policy === undefined) throw new Error('no cookie policy is written');
    return policy;
  }

  function placing(sessionId: string): Placing {
    const { base, next, takesPart } = deps.versionsFor(sessionId);
    return { base: byVersion(base), next: next === undefined ? undefined : byVersion(next), takesPart };
  }

  async function lookUp(cookieHeader: string | undefined): Promise<Looked> {
    const sent = readCookies(cookieHeader, names);
    const ids = sent.candidates.map((candidate) => candidate.credentialId);
    const records = ids.length === 0 ? [] : await findCredentials(ids);
    return { sent, records, resolution: resolve(sent.candidates, records, clock.now()) };
  }

  /** As `lookUp`, after the old site was asked about cookies of its that we never saw. */
  async function lookUpAdopting(asker: Asker): Promise<Looked> {
    const looked = await lookUp(asker.cookieHeader);
    if (foreign === undefined) return looked;
    return (await foreign.adopt(looked, asker)) ? lookUp(asker.cookieHeader) : looked;
  }

  function linesOf(plan: CookiePlan, sent: SentCookies, { host, path }: Place): string[] {
    const gone = plan.expire.flatMap((policy) =>
      (sent.pairs.get(policy.name) ?? 0) > 1
        ? expireLinesEverywhere(policy, host, path)
        : [expireLine(policy)],
    );
    const again = plan.again.map(liveLine);
    return [...gone, ...again];
  }

  /** The cookie as the browser has it. */
  function liveLine({ candidate, record }: LiveCredential): string {
    const policy = policies.find(({ name }) => name === candidate.name);
    if (policy === undefined) throw new Error('a cookie of no policy cannot be set again');
    return setLine(policy, candidate.value, record.absoluteExpiresAt - clock.now());
  }

  function planFor(resolution: Resolution, sent: SentCookies): CookiePlan {
    const sessionId = resolution.kind === 'signed-in' ? resolution.credential.record.sessionId : '';
    const { rotateAfter } = sessionTimes;
    return planCookies({
      resolution,
      sent,
      policies,
      placing: placing(sessionId),
      now: clock.now(),
      rotateAfter,
    });
  }

  /** Lines for a response that may set cookies: dead cookies away, an old credential renewed, in this order. */
  async function cookieLines({ resolution, sent }: Looked, asker: Asker): Promise<readonly string[]> {
    const plan = planFor(resolution, sent);
    const lines = linesOf(plan, sent, asker);
    if (plan.renew === undefined) return lines;
    const { credential, under } = plan.renew;
    return [...lines, await credentials.renew(credential, under, asker.userAgent)];
  }

  function csrfToken(sessionId: string): string {
    return createHmac('sha256', csrfKey).update(sessionId).digest('base64url');
  }

  function whoOf(resolution: Resolution): Who {
    if (resolution.kind === 'conflict') return { kind: 'conflict' };
    if (resolution.kind === 'anonymous') return { kind: 'anonymous', reason: resolution.reason };
    const { record } = resolution.credential;
    return {
      kind: 'signed-in',
      person: record.person,
      sessionId: record.sessionId,
      get csrfToken() {
        return csrfToken(record.sessionId);
      },
    };
  }

  function sessionOf(who: Who): string {
    if (who.kind === 'signed-in') return publicHash(who.sessionId);
    return who.kind === 'conflict' ? 'conflict' : noSession;
  }

  /** Two sessions of one person in one browser become one, so that the list of devices shows it once. */
  async function merge({ credential, live }: Extract<Resolution, { kind: 'signed-in' }>): Promise<void> {
    const kept = credential.record.sessionId;
    const others = [...new Set(live.map(({ record }) => record.sessionId))].filter((id) => id !== kept);
    if (others.length === 0) return;
    await db.write(async (trx, afterCommit) => {
      for (const id of others) await store.moveCredentials(trx, id, kept);
      const ended = await store.endSessions(trx, others, clock.now());
      afterCommit(() => deps.announceEnded(ended));
    });
  }

  /**
   * A credential that was replaced, and whose successor the browser had shown, came back alone: one of the two is a
   * copy, and nobody can tell which. The session ends, and the log says so.
   */
  async function endCopied(record: CredentialRecord, asker: Asker): Promise<void> {
    const session = publicHash(record.sessionId);
    log.warn(
      { session, network: networkOf(asker.address) },
      'a replaced cookie came back; its session was ended',
    );
    await end([record.sessionId]);
  }

  async function noteVisit(looked: Looked, asker: Asker): Promise<void> {
    const { resolution } = looked;
    if (resolution.kind === 'anonymous' && resolution.replaced !== undefined && asker.isBrowserVisit)
      await endCopied(resolution.replaced, asker);
    if (resolution.kind !== 'signed-in') return;
    const { sessionId } = resolution.credential.record;
    for (const { record } of resolution.live) deps.notePolicyUse(record.policy, sessionId);
    const wanted = targetPolicy(resolution, placing(sessionId), clock.now());
    await credentials.noteVisit(resolution.live, { ...asker, wanted });
    if (asker.isBrowserVisit) await merge(resolution);
  }

  async function identify(asker: Asker): Promise<Identified> {
    const looked = await lookUpAdopting(asker);
    await noteVisit(looked, asker);
    const who = whoOf(looked.resolution);
    return { who, session: sessionOf(who), cookieLines: () => cookieLines(looked, asker) };
  }

  /** Ends sessions and tells every process, after the commit. */
  async function end(sessionIds: readonly string[]): Promise<number> {
    return db.write(async (trx, afterCommit) => {
      const ended = await store.endSessions(trx, sessionIds, clock.now());
      afterCommit(() => deps.announceEnded(ended));
      return ended.length;
    });
  }

  function everywhere(sent: SentCookies, place: Place): string[] {
    return policies
      .filter(({ name }) => sent.pairs.has(name))
      .flatMap((policy) => expireLinesEverywhere(policy, place.host, place.path));
  }

  return {
    identify,
    end,
    /**
     * Signs a browser in. Sessions that its cookies prove end: one browser is one person.
     * @throws ProblemError `session-revoked` when the person was signed out everywhere after they proved who they are.
     */
    async start(personId: string, from: StartFrom) {
      const { sent, resolution } = await lookUp(from.cookieHeader);
      const replaced =
        resolution.kind === 'anonymous' ? [] : resolution.live.map(({ record }) => record.sessionId);
      const { sessionId, lines, written } = await starting.start(personId, from, replaced);
      const stale = policies
        .filter(({ name }) => sent.pairs.has(name))
        .filter((policy) => !written.includes(policy) || (sent.pairs.get(policy.name) ?? 0) > 1)
        .flatMap((policy) => expireLinesEverywhere(policy, from.host, from.path));
      return { session: publicHash(sessionId), cookieLines: [...stale, ...lines] };
    },
    /** Ends every session that the browser's cookies prove. @returns expiry lines for all it sent. */
    async signOut(cookieHeader: string | undefined, place: Place): Promise<readonly string[]> {
      const { sent, resolution } = await lookUp(cookieHeader);
      if (resolution.kind !== 'anonymous') await end(resolution.live.map(({ record }) => record.sessionId));
      return everywhere(sent, place);
    },
    /** Ends all of the person's sessions, and those of sign-ins under way. @returns expiry lines for this browser. */
    async signOutEverywhere(personId: string, cookieHeader: string | undefined, place: Place) {
      await db.write(async (trx, afterCommit) => {
        const ended = await store.endAllSessions(trx, personId, clock.now());
        afterCommit(() => deps.announceEnded(ended));
      });
      return everywhere(readCookies(cookieHeader, names), place);
    },
    /** The accounts that the browser is signed in to, newest sign-in first. */
    async accounts(cookieHeader: string | undefined) {
      const { resolution } = await lookUp(cookieHeader);
      if (resolution.kind === 'anonymous') return [];
      const found = new Map(resolution.live.map((live) => [live.record.person.id, live] as const));
      return [...found.values()].map(({ record, candidate }) => ({
        session: publicHash(record.sessionId),
        person: record.person,
        signedInAt: record.startedAt,
        cookie: candidate.name,
      }));
    },
    /**
     * Keeps one of the accounts that the browser is signed in to, and signs the others out in it.
     * @throws ProblemError `not-found` when none of its sessions is the named one.
     */
    async choose(session: string, cookieHeader: string | undefined, place: Place) {
      const { sent, resolution } = await lookUp(cookieHeader);
      const live = resolution.kind === 'anonymous' ? [] : resolution.live;
      const chosen = live.find(({ record }) => publicHash(record.sessionId) === session);
      if (chosen === undefined) throw new ProblemError('not-found');
      const kept = live.filter(({ record }) => record.person.id === chosen.record.person.id);
      await end(live.filter((one) => !kept.includes(one)).map(({ record }) => record.sessionId));
      const plan = planFor({ kind: 'signed-in', credential: chosen, live: kept }, sent);
      return { person: chosen.record.person, session, cookieLines: linesOf(plan, sent, place) };
    },
    /** Every cookie that signs nobody in away, wherever it lies; the live ones again. */
    async repair(cookieHeader: string | undefined, place: Place) {
      const { sent, resolution } = await lookUp(cookieHeader);
      const plan = planFor(resolution, sent);
      const live = resolution.kind === 'signed-in' ? resolution.live : [];
      const keep = live.filter(({ record, candidate }) => record.graceUntil === null && !candidate.isForeign);
      const needed = new Set(keep.map(({ candidate }) => candidate.name));
      const lines = [...everywhere(sent, place), ...keep.toReversed().map(liveLine)];
      const removed = plan.expire.map(({ name }) => name).filter((name) => !needed.has(name));
      const who = whoOf(resolution);
      return {
        person: who.kind === 'signed-in' ? who.person : null,
        session: sessionOf(who),
        removed,
        cookieLines: lines,
      };
    },
    /** How each cookie of ours was read. */
    async readings(cookieHeader: string | undefined): Promise<CookieReading[]> {
      const { sent, records, resolution } = await lookUp(cookieHeader);
      const live = resolution.kind === 'anonymous' ? [] : resolution.live;
      const read = sent.candidates.map((candidate): CookieReading => {
        const proof = live.find((one) => one.candidate === candidate);
        const isKnown = records.some(({ id }) => id === candidate.credentialId);
        const state = candidate.isForeign
          ? 'foreign'
          : proof !== undefined
            ? 'live'
            : isKnown
              ? 'stale'
              : 'unknown';
        return {
          name: candidate.name,
          state,
          session: proof === undefined ? null : publicHash(proof.record.sessionId),
        };
      });
      const unreadable = [...sent.pairs].flatMap(([name, count]) => {
        const readable = sent.candidates.filter((candidate) => candidate.name === name).length;
        return Array.from({ length: count - readable }, () => ({
          name,
          state: 'unknown' as const,
          session: null,
        }));
      });
      return [...read, ...unreadable];
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
  };
}

/** Sessions: who is asking, signing a browser in and out. The only reader of cookies. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Asker, Identified, SignedIn, SignedInPerson, Who } from '#server/http/who.ts';
import { noSession } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { networkOf } from '#server/platform/network.ts';
import type { Random } from '#server/platform/random.ts';
import { type KnownNames, readCookies, type SentCookies } from './cookie-header.ts';
import { createCookieLines, type Place } from './cookie-lines.ts';
import { type CookiePlan, type Placing, planCookies, targetPolicy } from './cookie-plan.ts';
import { credentialFinder, moveCredentials } from './credential-store.ts';
import { type CookieNote, createCredentials } from './credentials.ts';
import { type AdoptSession, createForeignSessions } from './foreign.ts';
import { type CookiePolicy, expireLinesEverywhere, isWritten } from './policies.ts';
import { prune } from './pruning.ts';
import { publicHash } from './public-hash.ts';
import { createRepairing } from './repairing.ts';
import { type CredentialRecord, type Looked, type Resolution, resolve } from './resolve.ts';
import { sessionTimes } from './session-times.ts';
import { createStarting, type StartFrom } from './starting.ts';
import { createSteppingUp, lastAuthenticated } from './stepping-up.ts';
import * as store from './store.ts';

export { publicHash } from './public-hash.ts';
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
  /** Every policy ever used, oldest first; another process may declare one. */
  readonly policies: () => readonly CookiePolicy[];
  /** Hosts of old sites, which get shared cookies only. */
  readonly otherHosts: readonly string[];
  /** 32 bytes that every process of this Slipmat shares and nobody else knows. */
  readonly secret: Buffer;
  /** Tells every process that these sessions ended. */
  readonly announceEnded: (sessionIds: readonly string[]) => void;
  /** A cookie of the person was copied, and its session ended: part of the transaction that does. */
  readonly onCopied: (
    trx: Transaction<Tables>,
    afterCommit: AfterCommit,
    person: SignedInPerson,
  ) => Promise<void>;
  readonly versionsFor: (sessionId: string) => Versions;
  readonly noteCookie: (trx: Transaction<Tables>, note: CookieNote) => Promise<void>;
  readonly notePolicyUse: (policyName: string, sessionId: string) => void;
  /** The old site's sessions, which are adopted. */
  readonly foreign: { readonly cookieName: string; readonly adopt: AdoptSession } | undefined;
}

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions(deps: SessionsDeps) {
  const { db, clock, policies, log } = deps;
  const deriveKey = (purpose: string): KeyObject =>
    createSecretKey(createHmac('sha256', deps.secret).update(purpose).digest());
  const csrfKey = deriveKey('csrf');
  const rotationKey = deriveKey('credential rotation');
  const findCredentials = credentialFinder(db.read);
  const credentials = createCredentials({ db, clock, policies, rotationKey, noteCookie: deps.noteCookie });
  const lines = createCookieLines(policies, clock);
  const starting = createStarting({ ...deps, placing, note: credentials.note });
  const foreign =
    deps.foreign === undefined ? undefined : createForeignSessions({ ...deps, adopt: deps.foreign.adopt });

  let known: { readonly of: readonly CookiePolicy[]; readonly names: KnownNames } | undefined;

  /** Made anew only when the list of policies was read anew: every request asks. */
  function names(): KnownNames {
    const list = policies();
    if (known?.of !== list) {
      const own = new Set(list.map(({ name }) => name));
      known = { of: list, names: { own, foreign: deps.foreign?.cookieName } };
    }
    return known.names;
  }

  function byVersion(version: number): CookiePolicy {
    const policy = policies().find((known) => known.version === version) ?? policies().findLast(isWritten);
    if (policy === undefined) throw new Error('no cookie policy is written');
    return policy;
  }

  function placing(sessionId: string): Placing {
    const { base, next, takesPart } = deps.versionsFor(sessionId);
    return { base: byVersion(base), next: next === undefined ? undefined : byVersion(next), takesPart };
  }

  async function lookUp(cookieHeader: string | undefined): Promise<Looked> {
    const sent = readCookies(cookieHeader, names());
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

  /**
   * Where the session stands on this host: one of an old site gets a shared cookie as soon as there is one, since
   * that alone makes somebody known there known here.
   */
  function placingAt(sessionId: string, host: string): Placing {
    const place = placing(sessionId);
    const isOther = deps.otherHosts.includes(host);
    return isOther && place.next?.scope.kind === 'domain' ? { ...place, takesPart: true } : place;
  }

  function planFor(resolution: Resolution, sent: SentCookies, host: string): CookiePlan {
    const sessionId = resolution.kind === 'signed-in' ? resolution.credential.record.sessionId : '';
    const { rotateAfter } = sessionTimes;
    const plan = planCookies({
      resolution,
      sent,
      policies: policies(),
      placing: placingAt(sessionId, host),
      now: clock.now(),
      rotateAfter,
    });
    const isUseless = plan.renew?.under.scope.kind === 'host' && deps.otherHosts.includes(host);
    return isUseless ? { ...plan, renew: undefined } : plan;
  }

  /** Lines for a response that may set cookies: dead cookies away, an old credential renewed, in this order. */
  async function cookieLines({ resolution, sent }: Looked, asker: Asker): Promise<readonly string[]> {
    const plan = planFor(resolution, sent, asker.host);
    const first = lines.of(plan, sent, asker);
    if (plan.renew === undefined) return first;
    const { credential, under } = plan.renew;
    return [...first, await credentials.renew(credential, under, asker.userAgent)];
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
      authenticatedAt: lastAuthenticated(resolution.live),
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
      for (const id of others) await moveCredentials(trx, id, kept);
      const ended = await store.endSessions(trx, others, clock.now());
      afterCommit(() => deps.announceEnded(ended));
    });
  }

  /**
   * A credential that was replaced, and whose successor the browser had shown, came back alone: one of the two is a
   * copy, and nobody can tell which. The session ends, and its person is told.
   */
  async function endCopied(record: CredentialRecord, asker: Asker): Promise<void> {
    const session = publicHash(record.sessionId);
    log.warn(
      { session, network: networkOf(asker.address) },
      'a replaced cookie came back; its session was ended',
    );
    await db.write(async (trx, afterCommit) => {
      const ended = await store.endSessions(trx, [record.sessionId], clock.now());
      // Requests that came together tell it once.
      if (ended.length > 0) await deps.onCopied(trx, afterCommit, record.person);
      afterCommit(() => deps.announceEnded(ended));
    });
  }

  async function noteVisit(looked: Looked, asker: Asker): Promise<void> {
    const { resolution, sent } = looked;
    const isAlone = resolution.kind === 'anonymous' && !sent.hasUnknownOwn;
    if (isAlone && resolution.replaced !== undefined && asker.isBrowserVisit)
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
      const { sessionId, lines: given, written } = await starting.start(personId, from, replaced);
      const stale = policies()
        .filter(({ name }) => sent.pairs.has(name))
        .filter((policy) => !written.includes(policy) || (sent.pairs.get(policy.name) ?? 0) > 1)
        .flatMap((policy) => expireLinesEverywhere(policy, from.host, from.path));
      return { session: publicHash(sessionId), cookieLines: [...stale, ...given] };
    },
    /** Ends every session that the browser's cookies prove. @returns expiry lines for all it sent. */
    async signOut(cookieHeader: string | undefined, place: Place): Promise<readonly string[]> {
      const { sent, resolution } = await lookUp(cookieHeader);
      if (resolution.kind !== 'anonymous') await end(resolution.live.map(({ record }) => record.sessionId));
      return lines.everywhere(sent, place);
    },
    /** Ends all of the person's sessions, and those of sign-ins under way. @returns expiry lines for this browser. */
    async signOutEverywhere(personId: string, cookieHeader: string | undefined, place: Place) {
      await db.write(async (trx, afterCommit) => {
        const ended = await store.endAllSessions(trx, personId, clock.now());
        afterCommit(() => deps.announceEnded(ended));
      });
      return lines.everywhere(readCookies(cookieHeader, names()), place);
    },
    ...createSteppingUp({ ...deps, lookUp, planFor, placing, lines, renew: credentials.renew }),
    ...createRepairing({ lookUp, planFor, lines, end, renew: credentials.renew }),
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
    /** Those of the sessions that have ended. */
    endedOf: (sessionIds: ReadonlySet<string>) => store.endedOf(db.read, [...sessionIds]),
    /** Forgets sessions that ended long ago; for a tick. */
    async prune(): Promise<void> {
      await db.write((trx) => prune(trx, clock.now()));
    },
    /** True when the person signed in from this address's network before. */
    knowsNetwork: (personId: string, address: string) =>
      store.knowsNetwork(db.read, personId, networkOf(address)),
  };
}

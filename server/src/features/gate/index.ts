/**
 * The gate: tells a reverse proxy whether a request for an old site may pass, and who it is from, in one signed
 * header that the old site verifies. It reads and never changes anything; whatever it cannot tell is a no.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Problem, ProblemCode } from '@slipmat/contract/problems';
import { csrfHeader, sessionHeader } from '@slipmat/contract/sessions';
import { SignJWT } from 'jose';
import type { Database } from '#server/db/open.ts';
import { judgeOrigin, safeMethods } from '#server/http/origin-guard.ts';
import { type CsrfFacts, checkAccess } from '#server/http/pipeline.ts';
import type { Failures } from '#server/http/problem-handler.ts';
import type { Identified, Identify, Who } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import type { Random } from '#server/platform/random.ts';
import { createKeys, type PublishedKey } from './keys.ts';
import { type OriginalRequest, originalRequest } from './original-request.ts';
import { gateStatus, refuse } from './refusal.ts';

/** The header that the old site believes. */
export const identityHeader = 'slipmat-identity';
/** Keeps a token made for something else from being taken for an identity (RFC 8725 §3.11). */
export const identityType = 'slipmat-identity+jwt';
/** Long enough for a request to reach the old site, too short to be worth stealing. */
const identitySeconds = 30;

export interface GateDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly identify: Identify;
  /** Our own origin. */
  readonly issuer: () => string;
  /** Origins of the old sites. */
  readonly audiences: readonly string[];
  /** Exact origins of our own pages; each old site's own is added for its requests. */
  readonly trustedOrigins: ReadonlySet<string>;
  /** See `PipelineDeps`. */
  readonly judgeCsrf: (facts: CsrfFacts) => 'pass' | 'refuse';
  readonly isCsrfStaged: boolean;
  readonly failures: Failures;
  /** The person's id on the old site, when they were adopted from there. */
  readonly foreignIdOf: (personId: string) => Promise<string | undefined>;
}

export interface GateQuestion {
  readonly headers: IncomingHttpHeaders;
  /** The client's, proxies considered. */
  readonly address: string;
  /** True: nobody may pass too, as nobody. */
  readonly allowAnonymous: boolean;
  /** What staff look up. */
  readonly reference: string;
}

export interface GateAnswer {
  readonly status: 200 | 401 | 403;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: pass. */
  readonly problem: Problem | undefined;
}

export interface Gate {
  /** Never rejects: what fails is a no with its true problem, and is logged. */
  check(question: GateQuestion): Promise<GateAnswer>;
  /** @throws ProblemError `storage-unavailable` */
  publishedKeys(): Promise<readonly PublishedKey[]>;
  /** For a tick, about once a minute: see `GateKeys.rotate`. */
  rotate(): Promise<void>;
}

/** One value of a header; several lines of one name are not one value, and count as what they are joined. */
function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.join(', ');
}

/** True when the token was made for the session that asks. */
function isToken(given: string | undefined, who: Who): boolean {
  if (given === undefined || who.kind !== 'signed-in') return false;
  const [left, right] = [Buffer.from(given), Buffer.from(who.csrfToken)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What binds an identity to one path and query: SHA-256 of the bytes of the request target, as base64url. */
export function targetHash(target: string): string {
  return hash('sha256', Buffer.from(target, 'latin1'), 'base64url');
}

export function createGate(deps: GateDeps): Gate {
  const { clock, log, issuer } = deps;
  const keys = createKeys(deps);
  const audiences = new Set(deps.audiences);

  function originProblem(asked: OriginalRequest, headers: IncomingHttpHeaders): ProblemCode | undefined {
    const origin = header(headers, 'origin');
    if (origin === asked.audience) return undefined;
    const facts = {
      method: asked.method,
      isWebSocket: asked.isWebSocket,
      origin,
      secFetchSite: header(headers, 'sec-fetch-site'),
      hasCookie: header(headers, 'cookie') !== undefined,
    };
    return judgeOrigin(facts, deps.trustedOrigins);
  }

  /** The guard of the API (`checkCsrf` of the pipeline), for the request that is asked for. @throws its code. */
  function checkCsrf(asked: OriginalRequest, headers: IncomingHttpHeaders, who: Who): void {
    if (safeMethods.has(asked.method) && !asked.isWebSocket) return;
    const code = originProblem(asked, headers);
    if (code === undefined && !deps.isCsrfStaged) return;
    const isProven = code === 'csrf-origin-missing' && isToken(header(headers, csrfHeader), who);
    const left = isProven ? undefined : code;
    const sessionId = who.kind === 'signed-in' ? who.sessionId : undefined;
    const userAgent = header(headers, 'user-agent') ?? '';
    const verdict = deps.judgeCsrf({ code: left, sessionId, userAgent });
    if (verdict === 'refuse' && left !== undefined) throw new ProblemError(left);
  }

  async function sign(asked: OriginalRequest, { who, session }: Identified): Promise<string> {
    const person = who.kind === 'signed-in' ? who.person : undefined;
    const oldId = person === undefined ? undefined : await deps.foreignIdOf(person.id);
    const { kid, key } = await keys.signer();
    const now = Math.floor(clock.now() / 1000);
    const claims = {
      iss: issuer(),
      aud: asked.audience,
      sub: person?.id ?? '',
      handle: person?.handle ?? '',
      old_id: oldId ?? null,
      sid: session,
      method: asked.method,
      uri: targetHash(asked.target),
      iat: now,
      nbf: now,
      exp: now + identitySeconds,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: identityType, kid }).sign(key);
  }

  async function identify(asked: OriginalRequest, { headers, address }: GateQuestion): Promise<Identified> {
    return deps.identify({
      cookieHeader: header(headers, 'cookie'),
      userAgent: header(headers, 'user-agent') ?? '',
      address,
      host: new URL(asked.audience).hostname,
      path: asked.target.split('?')[0] ?? '/',
      isBrowserVisit: false,
    });
  }

  return {
    async check(question) {
      const { headers, allowAnonymous, reference } = question;
      let asked: OriginalRequest | undefined;
      let session: string | undefined;
      let personId: string | undefined;
      const sessionNamed = () => (session === undefined ? {} : { [sessionHeader]: session });
      try {
        asked = originalRequest(headers, audiences);
        const identified = await identify(asked, question);
        session = identified.session;
        if (identified.who.kind === 'signed-in') personId = identified.who.person.id;
        checkAccess(allowAnonymous ? 'anyone' : 'signed-in', identified.who, { duringConflict: false });
        checkCsrf(asked, headers, identified.who);
        const identity = { [identityHeader]: await sign(asked, identified) };
        return { status: 200, headers: { ...identity, ...sessionNamed() }, problem: undefined };
      } catch (error) {
        const line = { gate: asked?.audience, method: asked?.method };
        const problem = deps.failures.describe(error, {
          reference,
          log: log.child(line),
          place: 'the gate',
          userAgent: header(headers, 'user-agent') ?? '',
          personId,
        });
        const refusal = refuse(problem, issuer(), asked);
        return { status: gateStatus(problem), headers: { ...refusal, ...sessionNamed() }, problem };
      }
    },
    publishedKeys: keys.published,
    rotate: keys.rotate,
  };
}

/**
 * The checks that every request of the API passes, in this order. A row is one check; `head` rows run before the
 * body is read, so that nobody makes the server read what it will refuse.
 *
 *   size      Fastify's bodyLimit and header limit, per endpoint
 *   rate      budget of the asker's address
 *   origin    CSRF: comes from our own pages
 *   identify  who is asking
 *   csrf      what the origin alone did not settle: a token instead of one, a guard that is being rolled out
 *   access    may they
 *   step-up   did they give their password lately, where that is needed
 *   validate  params, query and body against the contract
 *   handler   the feature
 *   map       the reply against the contract
 */
import { timingSafeEqual } from 'node:crypto';
import { can } from '@slipmat/contract/capabilities';
import { type Access, type Endpoint, isBytesBody } from '@slipmat/contract/endpoint';
import type { FieldProblem, ProblemCode } from '@slipmat/contract/problems';
import { csrfHeader } from '@slipmat/contract/sessions';
import type { FastifyRequest } from 'fastify';
import { config, locales, safeParse, type z } from 'zod';
import { limitKey } from '../platform/network.ts';
import { ProblemError } from '../platform/problem-error.ts';
import { judgeOrigin, safeMethods } from './origin-guard.ts';
import { budgets, type RateLimit } from './rate-limit.ts';
import type { Asker, Identified, Identify, SignedIn, Who } from './who.ts';

export interface PipelineDeps {
  readonly identify: Identify;
  readonly rateLimit: RateLimit;
  /** Exact origins of our own pages. */
  readonly trustedOrigins: ReadonlySet<string>;
  /**
   * What to do about a request that the guard would refuse (`code`) or let pass (undefined): while the guard is
   * being rolled out, it only counts for those who are not part of it yet.
   */
  readonly judgeCsrf: (facts: CsrfFacts) => 'pass' | 'refuse';
  /** True while the guard may let pass what it would refuse. */
  readonly isCsrfStaged: boolean;
  /** True when the person gave their password lately. */
  readonly hasSteppedUp: (who: SignedIn) => boolean;
}

export interface CsrfFacts {
  readonly code: ProblemCode | undefined;
  readonly sessionId: string | undefined;
  readonly userAgent: string;
}

/** One header as a string; several lines of one name are not one value. */
function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.join(',');
}

export function checkRate(request: FastifyRequest, endpoint: Endpoint, deps: PipelineDeps): void {
  deps.rateLimit.take(`${endpoint.rate} ${limitKey(request.ip)}`, budgets[endpoint.rate]);
}

/** The request as `identify` takes it. */
export function askerOf(request: FastifyRequest): Asker {
  return {
    cookieHeader: header(request, 'cookie'),
    userAgent: header(request, 'user-agent') ?? '',
    address: request.ip,
    host: request.hostname.toLowerCase(),
    path: request.url.split('?')[0] ?? '/',
    isBrowserVisit: true,
  };
}

/** What the guard says of the request by itself, without knowing who asks. */
export function originProblem(request: FastifyRequest, deps: PipelineDeps): ProblemCode | undefined {
  return judgeOrigin(
    {
      method: request.method,
      isWebSocket: false,
      origin: header(request, 'origin'),
      secFetchSite: header(request, 'sec-fetch-site'),
      hasCookie: header(request, 'cookie') !== undefined,
    },
    deps.trustedOrigins,
  );
}

/**
 * Refuses before anything else is done what nothing known later can make right.
 * @throws ProblemError `csrf-origin-mismatch`, `csrf-origin-missing`
 */
export function checkOrigin(request: FastifyRequest, deps: PipelineDeps): ProblemCode | undefined {
  const code = originProblem(request, deps);
  const mayHaveToken = code === 'csrf-origin-missing' && header(request, csrfHeader) !== undefined;
  if (code !== undefined && !mayHaveToken && !deps.isCsrfStaged) throw new ProblemError(code);
  return code;
}

function isToken(given: string | undefined, who: Who): boolean {
  if (given === undefined || who.kind !== 'signed-in') return false;
  const [left, right] = [Buffer.from(given), Buffer.from(who.csrfToken)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The guard's last word, with the asker known: a token bound to their session stands in for an origin.
 * @throws ProblemError `csrf-origin-mismatch`, `csrf-origin-missing`
 */
export function checkCsrf(
  request: FastifyRequest,
  code: ProblemCode | undefined,
  who: Who,
  deps: PipelineDeps,
): void {
  if (safeMethods.has(request.method) || (code === undefined && !deps.isCsrfStaged)) return;
  const isProven = code === 'csrf-origin-missing' && isToken(header(request, csrfHeader), who);
  const left = isProven ? undefined : code;
  const verdict = deps.judgeCsrf({
    code: left,
    sessionId: who.kind === 'signed-in' ? who.sessionId : undefined,
    userAgent: header(request, 'user-agent') ?? '',
  });
  if (verdict === 'refuse' && left !== undefined) throw new ProblemError(left);
}

export function identifyRequest(request: FastifyRequest, deps: PipelineDeps): Promise<Identified> {
  return deps.identify(askerOf(request));
}

const missingSession = {
  'no-cookie': 'session-missing',
  unknown: 'session-missing',
  expired: 'session-expired',
  revoked: 'session-revoked',
} as const;

/** @throws ProblemError when the asker may not; an unknown capability means no. */
export function checkAccess(access: Access, who: Who, options: { duringConflict: boolean }): void {
  if (who.kind === 'conflict') {
    if (options.duringConflict) return;
    throw new ProblemError('session-conflict');
  }
  if (access === 'anyone') return;
  if (who.kind === 'anonymous') throw new ProblemError(missingSession[who.reason]);
  if (access !== 'signed-in' && !can(who.person.groups, access.can)) throw new ProblemError('not-allowed');
}

/** @throws ProblemError `step-up-required`; after `checkAccess`. */
export function checkStepUp({ needsStepUp }: Endpoint, who: Who, { hasSteppedUp }: PipelineDeps): void {
  if (needsStepUp !== true) return;
  if (who.kind !== 'signed-in' || !hasSteppedUp(who)) throw new ProblemError('step-up-required');
}

/** What is wrong with a field is said in English; the contract's schemas bring few words of their own. */
config(locales.en());

function fieldProblems(error: z.core.$ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
}

/** The parsed value. @throws ProblemError `unknown-field` or `invalid-input` with the fields. */
export function validate<S extends z.core.$ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const onlyUnknown = parsed.error.issues.every((issue) => issue.code === 'unrecognized_keys');
  throw new ProblemError(onlyUnknown ? 'unknown-field' : 'invalid-input', {
    fields: fieldProblems(parsed.error),
  });
}

function validateBody(endpoint: Endpoint, body: unknown): unknown {
  if (endpoint.body === undefined) return {};
  if (isBytesBody(endpoint.body)) {
    if (body instanceof Uint8Array) return body;
    throw new ProblemError('unsupported-media-type');
  }
  return validate(endpoint.body, body ?? {});
}

/** Params, query and body of the request, parsed. */
export function validateRequest(
  request: FastifyRequest,
  endpoint: Endpoint,
): { params: unknown; query: unknown; body: unknown } {
  return {
    params: endpoint.params === undefined ? {} : validateParams(endpoint.params, request.params),
    query: endpoint.query === undefined ? {} : validate(endpoint.query, request.query),
    body: validateBody(endpoint, request.body),
  };
}

/** An address that cannot be of anything is not found, rather than a mistake in a form. */
function validateParams(schema: z.core.$ZodType, params: unknown): unknown {
  const parsed = safeParse(schema, params);
  if (parsed.success) return parsed.data;
  throw new ProblemError('not-found');
}

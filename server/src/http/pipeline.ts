/**
 * The checks that every request of the API passes, in this order. A row is one check; `head` rows run before the
 * body is read, so that nobody makes the server read what it will refuse.
 *
 *   size      Fastify's bodyLimit and header limit, per endpoint
 *   rate      budget of the asker's address
 *   origin    CSRF: comes from our own pages
 *   identify  who is asking
 *   access    may they
 *   validate  params, query and body against the contract
 *   handler   the feature
 *   map       the reply against the contract
 */
import { can } from '@slipmat/contract/capabilities';
import { type Access, type Endpoint, isBytesBody } from '@slipmat/contract/endpoint';
import type { FieldProblem } from '@slipmat/contract/problems';
import { csrfHeader } from '@slipmat/contract/sessions';
import type { FastifyRequest } from 'fastify';
import { config, locales, safeParse, type z } from 'zod';
import { limitKey } from '../platform/network.ts';
import { ProblemError } from '../platform/problem-error.ts';
import { judgeOrigin } from './origin-guard.ts';
import { budgets, type RateLimit } from './rate-limit.ts';
import type { Identified, Identify, Who } from './who.ts';

export interface PipelineDeps {
  readonly identify: Identify;
  readonly rateLimit: RateLimit;
  /** Exact origins of our own pages. */
  readonly trustedOrigins: ReadonlySet<string>;
  /** True when the token belongs to one of the sessions named by the cookie header. */
  readonly isCsrfToken: (token: string, cookieHeader: string) => boolean;
}

/** One header as a string; several lines of one name are not one value. */
function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.join(',');
}

export function checkRate(request: FastifyRequest, endpoint: Endpoint, deps: PipelineDeps): void {
  deps.rateLimit.take(`${endpoint.rate} ${limitKey(request.ip)}`, budgets[endpoint.rate]);
}

export function checkOrigin(request: FastifyRequest, deps: PipelineDeps): void {
  const cookieHeader = header(request, 'cookie');
  const token = header(request, csrfHeader);
  const code = judgeOrigin(
    {
      method: request.method,
      isWebSocket: false,
      origin: header(request, 'origin'),
      secFetchSite: header(request, 'sec-fetch-site'),
      hasCookie: cookieHeader !== undefined,
      hasToken: token !== undefined && cookieHeader !== undefined && deps.isCsrfToken(token, cookieHeader),
    },
    deps.trustedOrigins,
  );
  if (code !== undefined) throw new ProblemError(code);
}

export function identifyRequest(request: FastifyRequest, deps: PipelineDeps): Promise<Identified> {
  return deps.identify({
    cookieHeader: header(request, 'cookie'),
  });
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

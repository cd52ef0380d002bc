/**
 * The Cookie header, read so that nothing in it can win by its position or its spelling: every pair is kept,
 * names are compared byte for byte, nothing is decoded, only SP and HTAB are trimmed (RFC 6265bis §5.6;
 * trimming Unicode spaces would let `U+2000__Host-x` pass for `__Host-x`).
 */
import { ProblemError } from '#server/platform/problem-error.ts';
import type { CookiePolicy } from './policies.ts';

/**
 * Bytes; browsers send at most about 8 kB to a site that is in order. It bounds the candidates too, to about 200:
 * a lower cap on them would let a cookie's position decide, and a neighbour's junk push the right one out.
 */
const headerLimit = 16 * 1024;

const valuePattern = /^v1\.([\w-]{22})\.([\w-]{43})$/;

/** A cookie that may prove a session. */
export interface Candidate {
  readonly policy: CookiePolicy;
  readonly credentialId: string;
  readonly secret: string;
}

export interface CookieCandidates {
  readonly candidates: readonly Candidate[];
  /** Policies of which the browser sent a pair, well-formed or not. */
  readonly policiesSent: readonly CookiePolicy[];
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** Every pair of the header, in order. */
export function cookiePairs(header: string): readonly (readonly [name: string, value: string])[] {
  return header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [] : [[trim(pair.slice(0, equals)), trim(pair.slice(equals + 1))] as const];
  });
}

/** @throws ProblemError `header-too-large` */
export function readCandidates(
  header: string | undefined,
  policies: readonly CookiePolicy[],
): CookieCandidates {
  if (header === undefined) return { candidates: [], policiesSent: [] };
  if (header.length > headerLimit) throw new ProblemError('header-too-large');
  const candidates = new Map<string, Candidate>();
  const policiesSent = new Set<CookiePolicy>();
  for (const [name, value] of cookiePairs(header)) {
    const policy = policies.find((known) => known.name === name);
    if (policy === undefined) continue;
    policiesSent.add(policy);
    const [, credentialId, secret] = valuePattern.exec(value) ?? [];
    if (credentialId === undefined || secret === undefined) continue;
    candidates.set(value, { policy, credentialId, secret });
  }
  return { candidates: [...candidates.values()], policiesSent: [...policiesSent] };
}

/** The cookie's value: version, credential id, secret. */
export function cookieValue(credentialId: string, secret: string): string {
  return `v1.${credentialId}.${secret}`;
}

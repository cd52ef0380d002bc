/**
 * The Cookie header, read so that nothing in it can win by its position or its spelling: every pair is kept,
 * names are compared byte for byte, nothing is decoded, only SP and HTAB are trimmed (RFC 6265bis §5.6;
 * trimming Unicode spaces would let `U+2000__Host-x` pass for `__Host-x`).
 */
import { hash } from 'node:crypto';
import { ProblemError } from '#server/platform/problem-error.ts';

/**
 * Bytes; browsers send at most about 8 kB to a site that is in order. It bounds the candidates too, to about 200:
 * a lower cap on them would let a cookie's position decide, and a neighbour's junk push the right one out.
 */
const headerLimit = 16 * 1024;
/**
 * Cookies of the old site that are looked at, each of which may cost a question to it once: more than a browser
 * keeps for one domain (RFC 6265bis §6.1), so that junk hides none.
 */
const foreignLimit = 64;

const valuePattern = /^v1\.([\w-]{22})\.([\w-]{43})$/;

/** A cookie that may prove a session. */
export interface Candidate {
  readonly name: string;
  readonly value: string;
  readonly credentialId: string;
  readonly secret: string;
  /** The old site's own: it is read, and neither written nor expired. */
  readonly isForeign: boolean;
}

export interface SentCookies {
  readonly candidates: readonly Candidate[];
  /** How many pairs of each of our names came, well-formed or not. */
  readonly pairs: ReadonlyMap<string, number>;
  /** A cookie that looks like ours came under a name that this process was not told of yet. */
  readonly hasUnknownOwn: boolean;
}

/** Which names are read. */
export interface KnownNames {
  readonly own: ReadonlySet<string>;
  /** The old site's session cookie. */
  readonly foreign: string | undefined;
}

export const noCookies: SentCookies = { candidates: [], pairs: new Map(), hasUnknownOwn: false };

/** Every name that a policy can have (`policyName`). */
const ownLooking = /^(?:__Host-|__Secure-)?slipmat(?:-\d+)?$/;

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

/** The id under which a cookie of the old site is known to us: nobody can choose it to meet another's. */
function foreignCredentialId(name: string, value: string): string {
  return hash('sha256', `${name}=${value}`, 'base64url').slice(0, 22);
}

/** @throws ProblemError `header-too-large` */
export function readCookies(header: string | undefined, names: KnownNames): SentCookies {
  if (header === undefined) return noCookies;
  if (header.length > headerLimit) throw new ProblemError('header-too-large');
  const candidates = new Map<string, Candidate>();
  const pairs = new Map<string, number>();
  let foreign = 0;
  let hasUnknownOwn = false;
  for (const [name, value] of cookiePairs(header)) {
    if (name === names.foreign && value !== '' && foreign < foreignLimit) {
      foreign += 1;
      const credentialId = foreignCredentialId(name, value);
      candidates.set(`${name}=${value}`, { name, value, credentialId, secret: value, isForeign: true });
    }
    if (!names.own.has(name)) {
      hasUnknownOwn ||= ownLooking.test(name);
      continue;
    }
    pairs.set(name, (pairs.get(name) ?? 0) + 1);
    const [, credentialId, secret] = valuePattern.exec(value) ?? [];
    if (credentialId === undefined || secret === undefined) continue;
    candidates.set(`${name}=${value}`, { name, value, credentialId, secret, isForeign: false });
  }
  return { candidates: [...candidates.values()], pairs, hasUnknownOwn };
}

/** The cookie's value: version, credential id, secret. */
export function cookieValue(credentialId: string, secret: string): string {
  return `v1.${credentialId}.${secret}`;
}

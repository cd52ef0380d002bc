/**
 * A `Set-Cookie` line as a browser reads it: RFC 6265bis §5.6 (parsing) and §5.1 (dates, paths, domains). Written
 * for the tests, so that what they call a browser shares no code with the server that it judges.
 */
import { isIP } from 'node:net';

export type SameSite = 'Strict' | 'Lax' | 'None' | 'Default';

/** What a line asks for; nothing is checked against the address that it came from yet. */
export interface CookieRequest {
  readonly name: string;
  readonly value: string;
  /** Lower case and without a leading dot; empty: host only. */
  readonly domain: string;
  /** Undefined: the default path of the address. */
  readonly path: string | undefined;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite;
  /** Milliseconds since 1970; undefined: until the browser is closed. */
  readonly expiresAt: number | undefined;
}

/** §5.6: a longer attribute value is ignored. */
const attributeOctets = 1024;
/** §5.5: no cookie lives longer. */
export const lifetimeLimitMs = 400 * 24 * 3_600_000;

function trimmed(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

function split(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A cookie-date of §5.1.1, in milliseconds since 1970; undefined when it is none. */
export function cookieDate(text: string): number | undefined {
  let time: readonly number[] | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const token of text.split(/[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/.exec(token);
    const named = months.indexOf(token.slice(0, 3).toLowerCase());
    if (time === undefined && clock !== null) time = clock.slice(1).map(Number);
    else if (day === undefined && /^\d{1,2}(?!\d)/.test(token)) day = Number.parseInt(token, 10);
    else if (month === undefined && named >= 0) month = named;
    else if (year === undefined && /^\d{2,4}(?!\d)/.test(token)) year = Number.parseInt(token, 10);
  }
  if (time === undefined || day === undefined || month === undefined || year === undefined) return undefined;
  if (year >= 70 && year <= 99) year += 1900;
  else if (year <= 69) year += 2000;
  const [hour = 0, minute = 0, second = 0] = time;
  if (day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCDate() === day ? date.getTime() : undefined;
}

/** §5.6.2: undefined when the attribute is to be ignored. */
function expiryOfMaxAge(value: string, now: number): number | undefined {
  if (!/^-?\d+$/.test(value)) return undefined;
  const seconds = Number(value);
  return seconds <= 0 ? Number.NEGATIVE_INFINITY : now + Math.min(seconds * 1000, lifetimeLimitMs);
}

function sameSiteOf(value: string | undefined): SameSite {
  const known = (['Strict', 'Lax', 'None'] as const).find(
    (name) => name.toLowerCase() === value?.toLowerCase(),
  );
  return known ?? 'Default';
}

/** Attributes by lower-case name; the last of a name counts. */
function attributesOf(rest: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const pair of rest.split(';')) {
    const [name, value = ''] = split(pair, '=').map((part) => trimmed(part ?? ''));
    if (name !== undefined && Buffer.byteLength(value) <= attributeOctets) {
      attributes.set(name.toLowerCase(), value);
    }
  }
  return attributes;
}

/** The last Max-Age or Expires that is well-formed: a malformed one is as if it were not there. */
function expiryOf(rest: string, now: number): number | undefined {
  let maxAge: number | undefined;
  let expires: number | undefined;
  for (const pair of rest.split(';')) {
    const [name = '', value = ''] = split(pair, '=').map((part) => trimmed(part ?? ''));
    if (name.toLowerCase() === 'max-age') maxAge = expiryOfMaxAge(value, now) ?? maxAge;
    if (name.toLowerCase() === 'expires') expires = cookieDate(value) ?? expires;
  }
  return maxAge ?? (expires === undefined ? undefined : Math.min(expires, now + lifetimeLimitMs));
}

/**
 * @param now milliseconds since 1970.
 * @returns undefined when the whole line is ignored: it holds a control character.
 */
export function parseSetCookie(line: string, now: number): CookieRequest | undefined {
  // Every control character but HTAB, which is a space here.
  if ([...line].some((sign) => (sign < ' ' && sign !== '\t') || sign === '\x7f')) return undefined;
  const [pair, rest = ''] = split(line, ';');
  const [left, right] = split(pair, '=');
  const attributes = attributesOf(rest);
  const path = attributes.get('path');
  return {
    name: right === undefined ? '' : trimmed(left),
    value: trimmed(right ?? left),
    domain: (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase(),
    path: path?.startsWith('/') === true ? path : undefined,
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSiteOf(attributes.get('samesite')),
    expiresAt: expiryOf(rest, now),
  };
}

/** §5.1.3 */
export function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && isIP(host) === 0);
}

/** §5.1.4 */
export function pathMatches(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  return path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/');
}

/** §5.1.4: the path of a cookie that names none. */
export function defaultPath(path: string): string {
  const last = path.lastIndexOf('/');
  return !path.startsWith('/') || last === 0 ? '/' : path.slice(0, last);
}

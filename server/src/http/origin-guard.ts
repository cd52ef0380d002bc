/**
 * CSRF: whether a request that changes something, or a WebSocket handshake, comes from our own pages.
 * Fetch Metadata first, Origin as the fallback, both compared with configured origins and never with `Host`
 * (OWASP CSRF Prevention Cheat Sheet; Go net/http CrossOriginProtection). The rules are the table below, which the
 * test and the documentation are made from.
 */
import type { ProblemCode } from '@slipmat/contract/problems';

export interface OriginFacts {
  readonly method: string;
  readonly isWebSocket: boolean;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly hasCookie: boolean;
}

/** What is asked: a read changes nothing. */
export type CsrfAct = 'read' | 'change' | 'socket';
/** Who the request says it comes from. */
export type CsrfOrigin = 'trusted' | 'other' | 'null' | 'absent';
/** How the browser puts it in relation to us; `unknown` is a value that no browser sends. */
export type CsrfSite = 'same-origin' | 'same-site' | 'cross-site' | 'none' | 'unknown' | 'absent';

export interface CsrfRule {
  /** Left out: any. */
  readonly act?: readonly CsrfAct[];
  readonly origin?: readonly CsrfOrigin[];
  readonly site?: readonly CsrfSite[];
  readonly cookie?: boolean;
  readonly verdict: 'pass' | 'csrf-origin-mismatch' | 'csrf-origin-missing';
  readonly because: string;
}

/** The first rule that fits decides. */
export const csrfRules: readonly CsrfRule[] = [
  { act: ['read'], verdict: 'pass', because: 'it changes nothing' },
  { origin: ['trusted'], verdict: 'pass', because: 'one of the configured origins, exactly' },
  {
    act: ['socket'],
    origin: ['other', 'null'],
    verdict: 'csrf-origin-mismatch',
    because: 'browsers name the page of every WebSocket, and this is not ours',
  },
  {
    act: ['change'],
    site: ['same-origin'],
    verdict: 'pass',
    because:
      'the browser itself says so, which no page can forge; also where a referrer policy makes Origin null',
  },
  {
    act: ['change'],
    site: ['same-site', 'cross-site', 'none', 'unknown'],
    verdict: 'csrf-origin-mismatch',
    because: 'a sibling host is not us, and nothing typed or bookmarked changes anything',
  },
  {
    origin: ['other', 'null'],
    verdict: 'csrf-origin-mismatch',
    because: 'another page, in a browser without Fetch Metadata',
  },
  {
    cookie: true,
    verdict: 'csrf-origin-missing',
    because: 'nothing says where it comes from; a token bound to the session is the way through',
  },
  { verdict: 'pass', because: 'no browser: without a cookie there is nothing to misuse' },
];

/** Methods that change nothing. */
export const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const knownSites: ReadonlySet<string> = new Set(['same-origin', 'same-site', 'cross-site', 'none']);

function isKnownSite(value: string): value is CsrfSite {
  return knownSites.has(value);
}

function actOf({ method, isWebSocket }: OriginFacts): CsrfAct {
  if (isWebSocket) return 'socket';
  return safeMethods.has(method) ? 'read' : 'change';
}

function originOf(origin: string | undefined, trusted: ReadonlySet<string>): CsrfOrigin {
  if (origin === undefined) return 'absent';
  if (trusted.has(origin)) return 'trusted';
  return origin === 'null' ? 'null' : 'other';
}

function siteOf(value: string | undefined): CsrfSite {
  if (value === undefined) return 'absent';
  return isKnownSite(value) ? value : 'unknown';
}

/** True when the rule says nothing about it, or names it. */
function fits<T>(wanted: readonly T[] | undefined, given: T): boolean {
  return wanted === undefined || wanted.includes(given);
}

/**
 * @param trusted exact origins (scheme, host, port) that are ours.
 * @returns the problem to answer with, or undefined to let the request pass.
 */
export function judgeOrigin(facts: OriginFacts, trusted: ReadonlySet<string>): ProblemCode | undefined {
  const act = actOf(facts);
  const origin = originOf(facts.origin, trusted);
  const site = siteOf(facts.secFetchSite);
  const rule = csrfRules.find(
    (one) =>
      fits(one.act, act) &&
      fits(one.origin, origin) &&
      fits(one.site, site) &&
      (one.cookie === undefined || one.cookie === facts.hasCookie),
  );
  if (rule === undefined) throw new Error('the last rule fits everything');
  return rule.verdict === 'pass' ? undefined : rule.verdict;
}

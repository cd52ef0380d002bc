/**
 * Cookie policies, as data. Every policy ever used stays in the list: readers and expiry lines are made from it,
 * because a cookie's identity is (name, domain, host-only flag, path) and only a line with the same identity
 * replaces or expires it (RFC 6265bis §5.7). A changed scope is a new name.
 */

import { isIP } from 'node:net';
import { getPublicSuffix } from 'tldts';

export interface CookiePolicy {
  /** Counts up. */
  readonly version: number;
  readonly name: string;
  readonly scope: { readonly kind: 'host' } | { readonly kind: 'domain'; readonly domain: string };
  readonly path: '/';
  readonly secure: boolean;
  readonly sameSite: 'Lax';
  /** Hosts that set it; a shared one must reach all of them. */
  readonly hosts: readonly string[];
  /** Milliseconds; null: declared, and given to no browser yet. */
  readonly from: number | null;
  /** Milliseconds; null: still written, if it ever was. */
  readonly until: number | null;
}

/** The scope that a site wants its cookie to have, and where the site is served. */
export interface CookieWish {
  /** Undefined: the host of the public address only. */
  readonly domain: string | undefined;
  readonly secure: boolean;
  /** Of the public address. */
  readonly host: string;
  /** Further hosts that a shared cookie must reach. */
  readonly otherHosts: readonly string[];
}

/**
 * The cookie's name under a policy: a name of its own for each scope, so that no two cookies of one name ever lie in
 * a browser. Plain http is for loopback, where WebKit drops Secure cookies and so prefixes.
 */
export function policyName(version: number, domain: string | null, secure: boolean): string {
  const number = domain === null ? '' : `-${version}`;
  if (!secure) return `slipmat${number}`;
  return `${domain === null ? '__Host-' : '__Secure-'}slipmat${number}`;
}

/** A policy under which nothing was written yet. */
export function declarePolicy(
  version: number,
  { domain, secure, host, otherHosts }: CookieWish,
): CookiePolicy {
  return {
    version,
    name: policyName(version, domain ?? null, secure),
    scope: domain === undefined ? { kind: 'host' } : { kind: 'domain', domain },
    path: '/',
    secure,
    sameSite: 'Lax',
    hosts: domain === undefined ? [host] : [host, ...otherHosts],
    from: null,
    until: null,
  };
}

/** True when a response may write a cookie under it. */
export function isWritten({ from, until }: CookiePolicy): boolean {
  return from !== null && until === null;
}

/** Domain-match of RFC 6265bis §5.1.3. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && isIP(host) === 0);
}

/** True for names under which strangers register theirs, such as `co.uk`: browsers take no cookie for all of them. */
function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, { allowPrivateDomains: true }) === domain;
}

/**
 * Why a browser would silently drop the policy's cookie on one of its hosts (RFC 6265bis §5.7); empty when it
 * would not. The server refuses to start when it would write such a policy.
 */
export function policyMistakes(policy: CookiePolicy, isHttps: boolean): string[] {
  const mistakes: string[] = [];
  const { name, scope, secure } = policy;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) mistakes.push(`${name}: not a cookie name`);
  if (/^__Host-/i.test(name) && scope.kind === 'domain') mistakes.push(`${name}: __Host- takes no Domain`);
  if (/^__(Host|Secure)-/i.test(name) && !secure) mistakes.push(`${name}: the prefix needs Secure`);
  if (secure && !isHttps) mistakes.push(`${name}: Secure needs https`);
  if (scope.kind === 'host') return mistakes;
  if (isPublicSuffix(scope.domain))
    mistakes.push(`${name}: browsers take no cookie for all of ${scope.domain}`);
  for (const host of policy.hosts) {
    if (!domainMatches(host, scope.domain)) {
      mistakes.push(`${name}: Domain ${scope.domain} does not match the host ${host}`);
    }
  }
  return mistakes;
}

/** Where in a browser a cookie of one name may lie. */
export interface CookiePlace {
  /** Undefined: host only. */
  readonly domain: string | undefined;
  readonly path: string;
}

function attributes({ secure, sameSite }: CookiePolicy, { domain, path }: CookiePlace): string {
  const domainAttribute = domain === undefined ? '' : `; Domain=${domain}`;
  return `${domainAttribute}; Path=${path}${secure ? '; Secure' : ''}; HttpOnly; SameSite=${sameSite}`;
}

/** Where the policy itself puts its cookie. */
export function placeOf({ scope, path }: CookiePolicy): CookiePlace {
  return { domain: scope.kind === 'domain' ? scope.domain : undefined, path };
}

/** Browsers cap at 400 days (RFC 6265bis §5.5). */
const maxAgeLimitSeconds = 400 * 24 * 3600;

/** The `Set-Cookie` line that gives a browser the value. */
export function setLine(policy: CookiePolicy, value: string, maxAgeMs: number): string {
  const maxAge = Math.min(maxAgeLimitSeconds, Math.max(1, Math.floor(maxAgeMs / 1000)));
  return `${policy.name}=${value}; Max-Age=${maxAge}${attributes(policy, placeOf(policy))}`;
}

/** The `Set-Cookie` line that takes the cookie of the policy's name away from where it lies. */
export function expireLine(policy: CookiePolicy, place = placeOf(policy)): string {
  return `${policy.name}=; Max-Age=0${attributes(policy, place)}`;
}

/** Lines that one response spends on places where only somebody else can have put a cookie. */
const foreignPlacesLimit = 12;

/**
 * Every place where a cookie of the policy's name may lie that this request was sent with: besides the policy's
 * own, those that a sibling host or a script may have used, on the parents of the host and of the path. Nothing
 * but a line with the same place takes such a cookie away.
 */
export function expireLinesEverywhere(policy: CookiePolicy, host: string, requestPath: string): string[] {
  // Also for __Host-: WebKitGTK (libsoup) knows no prefixes, and the others ignore what cannot be.
  const own = expireLine(policy);
  const labels = isIP(host) === 0 ? host.split('.') : [host];
  const parents = labels.map((_label, index) => labels.slice(index).join('.')).filter(isOwnable);
  const segments = requestPath.split('/').filter((segment) => segment !== '');
  const paths = ['/', ...segments.map((_segment, index) => `/${segments.slice(0, index + 1).join('/')}`)];
  const lines = [undefined, ...parents].flatMap((domain) =>
    paths.filter(isPlainPath).map((path) => expireLine(policy, { domain, path })),
  );
  return [...new Set([own, ...lines])].slice(0, foreignPlacesLimit);
}

function isOwnable(domain: string): boolean {
  return domain.includes('.') && isIP(domain) === 0 && !isPublicSuffix(domain);
}

/** A path that says nothing else in a header than a path. */
function isPlainPath(path: string): boolean {
  return /^[\w./~%-]{1,200}$/.test(path);
}

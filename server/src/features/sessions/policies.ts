/**
 * Cookie policies, as data. Every policy ever used stays in the list: readers and expiry lines are made from it,
 * because a cookie's identity is (name, domain, host-only flag, path) and only a line with the same identity
 * replaces or expires it (RFC 6265bis §5.7). A changed scope is a new name.
 */

import { isIP } from 'node:net';

export interface CookiePolicy {
  /** Counts up; the newest current one is written. */
  readonly version: number;
  readonly name: string;
  readonly scope: { readonly kind: 'host' } | { readonly kind: 'domain'; readonly domain: string };
  readonly path: '/';
  readonly secure: boolean;
  readonly sameSite: 'Lax';
  /** Hosts that set or read it. */
  readonly hosts: readonly string[];
  /** Milliseconds; until null: still written. */
  readonly from: number;
  readonly until: number | null;
}

/** The policies of a site on one host, oldest first. Plain http is for loopback, where WebKit drops Secure cookies. */
export function policiesFor(publicUrl: URL): readonly CookiePolicy[] {
  const isHttps = publicUrl.protocol === 'https:';
  return [
    {
      version: 1,
      name: isHttps ? '__Host-slipmat' : 'slipmat',
      scope: { kind: 'host' },
      path: '/',
      secure: isHttps,
      sameSite: 'Lax',
      hosts: [publicUrl.hostname],
      from: 0,
      until: null,
    },
  ];
}

/** Domain-match of RFC 6265bis §5.1.3; a top level, which every browser refuses, matches nothing. */
function domainMatches(host: string, domain: string): boolean {
  const isAbove = host.endsWith(`.${domain}`) && domain.includes('.') && isIP(host) === 0;
  return host === domain || isAbove;
}

/**
 * Why a browser would silently drop the policy's cookie on one of its hosts (RFC 6265bis §5.7); empty when it
 * would not. The server refuses to start with such a policy.
 */
export function policyMistakes(policy: CookiePolicy, isHttps: boolean): string[] {
  const mistakes: string[] = [];
  const { name, scope, secure } = policy;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) mistakes.push(`${name}: not a cookie name`);
  if (/^__Host-/i.test(name) && scope.kind === 'domain') mistakes.push(`${name}: __Host- takes no Domain`);
  if (/^__(Host|Secure)-/i.test(name) && !secure) mistakes.push(`${name}: the prefix needs Secure`);
  if (secure && !isHttps) mistakes.push(`${name}: Secure needs https`);
  for (const host of policy.hosts) {
    if (scope.kind === 'domain' && !domainMatches(host, scope.domain)) {
      mistakes.push(`${name}: Domain ${scope.domain} does not match the host ${host}`);
    }
  }
  return mistakes;
}

function attributes(policy: CookiePolicy): string {
  const domain = policy.scope.kind === 'domain' ? `; Domain=${policy.scope.domain}` : '';
  return `${domain}; Path=${policy.path}${policy.secure ? '; Secure' : ''}; HttpOnly; SameSite=${policy.sameSite}`;
}

/** Browsers cap at 400 days (RFC 6265bis §5.5). */
const maxAgeLimitSeconds = 400 * 24 * 3600;

/** The `Set-Cookie` line that gives a browser the value. */
export function setLine(policy: CookiePolicy, value: string, maxAgeMs: number): string {
  const maxAge = Math.min(maxAgeLimitSeconds, Math.max(1, Math.floor(maxAgeMs / 1000)));
  return `${policy.name}=${value}; Max-Age=${maxAge}${attributes(policy)}`;
}

/** The `Set-Cookie` line that takes the policy's cookie away. */
export function expireLine(policy: CookiePolicy): string {
  return `${policy.name}=; Max-Age=0${attributes(policy)}`;
}

/** The policy that new cookies are written under. */
export function currentPolicy(policies: readonly CookiePolicy[]): CookiePolicy {
  const current = policies.findLast((policy) => policy.until === null);
  if (current === undefined) throw new Error('no cookie policy is current');
  return current;
}

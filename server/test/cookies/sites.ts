/** Which hosts belong together, after the public suffix list that browsers use. */
import { getDomain, getPublicSuffix } from 'tldts';

const options = { allowPrivateDomains: true };
/** Every request of every model browser asks, always about the same few hosts. */
const known = new Map<string, string>();

/** True for domains under which anybody can register, such as `com`, `co.uk` and `github.io`. */
export function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, options) === domain;
}

/** The registrable domain, such as `slipmat.test`; of an address or a public suffix, the host itself. */
export function siteOf(host: string): string {
  const site = known.get(host) ?? getDomain(host, options) ?? host;
  known.set(host, site);
  return site;
}

/** RFC 6265bis §5.2: same scheme and registrable domain; a socket counts as the page's scheme. */
export function isSameSite(one: URL, other: URL): boolean {
  const scheme = (url: URL): string => url.protocol.replace('ws', 'http');
  return scheme(one) === scheme(other) && siteOf(one.hostname) === siteOf(other.hostname);
}

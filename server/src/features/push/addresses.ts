/**
 * Where push may be sent: a browser names the address, so that somebody could name one inside our own network. The
 * name is looked up once, for the connection itself, and what it leads to is checked there.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Everything of IPv4 that is not somebody's public address (IANA special-purpose registry, RFC 6890). */
const notPublic4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
/** Within 2000::/3, which is all that is given out of IPv6. */
const notPublic6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const closed = new BlockList();
for (const [net, prefix] of notPublic4) closed.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of notPublic6) closed.addSubnet(net, prefix, 'ipv6');
const givenOut = new BlockList();
givenOut.addSubnet('2000::', 3, 'ipv6');

/** @param address an IP address as Node writes it. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !closed.check(address, 'ipv4');
    case 6:
      return givenOut.check(address, 'ipv6') && !closed.check(address, 'ipv6');
    default:
      return false;
  }
}

/** The host of a URL as Node connects to it. */
export function hostOf(url: URL): string {
  return url.hostname.replaceAll(/^\[|\]$/g, '');
}

/** Why push cannot be sent to an endpoint, or undefined; the name is not looked up. */
export function endpointFault(endpoint: string, allowsPrivate: boolean): string | undefined {
  const url = URL.parse(endpoint);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    return 'is no https address';
  if (allowsPrivate) return undefined;
  if (url.port !== '') return 'has a port';
  // An address in place of a name is never looked up, and so would pass the check of what a name leads to.
  return isIP(hostOf(url)) === 0 ? undefined : 'has no name';
}

/** Resolves like the system, and gives public addresses only. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, []);
    const allowed: LookupAddress[] = found.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (first === undefined) return done(new Error(`${hostname} leads to no public address`), []);
    if (options.all === true) done(null, allowed);
    else done(null, first.address, first.family);
  });
};

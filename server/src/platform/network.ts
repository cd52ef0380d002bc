/** Addresses of people, as little of them as is needed. */
import { isIPv4, isIPv6 } from 'node:net';

const mappedIpv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The eight groups of an IPv6 address, `::` filled in. */
function groups(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left;
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
}

/**
 * Who to count requests for: an IPv4 address, or the /64 of an IPv6 address, which is what one household gets.
 */
export function limitKey(address: string): string {
  const ipv4 = mappedIpv4.exec(address)?.[1] ?? address;
  if (isIPv4(ipv4)) return ipv4;
  return isIPv6(address) ? `${groups(address).slice(0, 4).join(':')}::/64` : address;
}

/** The network to store and show: /24 of IPv4, /48 of IPv6. */
export function networkOf(address: string): string {
  const ipv4 = mappedIpv4.exec(address)?.[1] ?? address;
  if (isIPv4(ipv4)) return `${ipv4.split('.').slice(0, 3).join('.')}.0/24`;
  return isIPv6(address) ? `${groups(address).slice(0, 3).join(':')}::/48` : 'unknown';
}

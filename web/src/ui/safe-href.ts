/** Which addresses in the words of others may become links. */

export interface SafeHref {
  readonly href: string;
  /** True: it leads away from this site. */
  readonly isElsewhere: boolean;
}

/** A path of this site. Browsers read `//host`, and a backslash as a slash, so neither may begin one. */
const ownPath = /^\/(?![/\\])/;
/** Browsers drop these inside of an address before they read it. */
const dropped = /[\t\n\r]/;

/** `/..//host` is a path that becomes one that begins with two slashes. */
function onThisSite(address: string): SafeHref | undefined {
  const here = 'https://this.invalid';
  if (!URL.canParse(address, here)) return undefined;
  const { origin, pathname, search, hash } = new URL(address, here);
  if (origin !== here || pathname.startsWith('//')) return undefined;
  return { href: pathname + search + hash, isElsewhere: false };
}

/**
 * The address as a link may carry it; undefined for what must stay text: other schemes, addresses without one that
 * are no path of this site, and those with a user name, since `https://bank.example@evil.example` reads as another.
 */
export function safeHref(written: string): SafeHref | undefined {
  const address = written.trim();
  if (dropped.test(address)) return undefined;
  if (ownPath.test(address)) return address.includes('\\') ? undefined : onThisSite(address);
  if (!/^(?:https?:\/\/|mailto:)/i.test(address) || address.includes('\\')) return undefined;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return undefined;
  return { href: url.href, isElsewhere: true };
}

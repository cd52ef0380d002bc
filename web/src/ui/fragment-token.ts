/** One-time tokens travel behind the `#`, which no server, proxy or referrer ever sees. */

/** The token of `#token=…`; null when there is none of the right form. */
export function tokenOf(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token !== null && /^[\w-]{20,64}$/.test(token) ? token : null;
}

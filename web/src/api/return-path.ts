/** Where to go after signing in, or after putting the sign-in right. */

/** Any origin will do: it only has to be kept. */
const somewhere = 'https://slipmat.invalid';

/** The sign-in page's address, for coming back to `returnTo` afterwards. */
export function signInPath(returnTo?: string): string {
  return withReturn('/sign-in', returnTo);
}

/** The sign-up page's address, for coming back to `returnTo` afterwards. */
export function signUpPath(returnTo?: string): string {
  return withReturn('/sign-up', returnTo);
}

/** An address that says where to come back to; without it when that is the beginning anyway. */
export function withReturn(path: string, returnTo: string | undefined): string {
  const wanted = returnPath(returnTo ?? null);
  return wanted === '/' ? path : `${path}?return=${encodeURIComponent(wanted)}`;
}

/**
 * The path to come back to.
 * @param wanted what the address says, from anybody.
 * @returns a path of this site; `/` for anything else, and for the pages that sign in or choose an account.
 */
export function returnPath(wanted: string | null): string {
  if (wanted === null || !wanted.startsWith('/')) return '/';
  if (!URL.canParse(wanted, somewhere)) return '/';
  const url = new URL(wanted, somewhere);
  if (url.origin !== somewhere || /^\/(?:sign-in|sign-up|conflict)$/.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}

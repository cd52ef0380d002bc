/** Where to go after signing in. */

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

function withReturn(path: string, returnTo: string | undefined): string {
  const wanted = returnPath(returnTo ?? null);
  return wanted === '/' ? path : `${path}?return=${encodeURIComponent(wanted)}`;
}

/**
 * The path to come back to.
 * @param wanted what the address says, from anybody.
 * @returns a path of this site; `/` for anything else, and for the pages that sign in.
 */
export function returnPath(wanted: string | null): string {
  if (wanted === null || !wanted.startsWith('/')) return '/';
  if (!URL.canParse(wanted, somewhere)) return '/';
  const url = new URL(wanted, somewhere);
  if (url.origin !== somewhere || /^\/sign-(?:in|up)$/.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}

/** The address in the browser's bar: what stands there, and going elsewhere without loading the page anew. */
import { useMemo, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', tell);
  };
}

/**
 * Goes to another page of the site.
 * @param to a path, with a query if need be.
 * @param options `replace`: the page on screen is left out of the history, so that "back" does not return to it.
 */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  tell();
}

/** The path on screen, and `navigate`. */
export function useLocation(): readonly [path: string, go: typeof navigate] {
  return [useSyncExternalStore(subscribe, () => location.pathname), navigate];
}

/** The query of the address on screen. */
export function useSearch(): URLSearchParams {
  const search = useSyncExternalStore(subscribe, () => location.search);
  return useMemo(() => new URLSearchParams(search), [search]);
}

/**
 * CSRF: whether a request that changes something, or a WebSocket handshake, comes from our own pages.
 * Fetch Metadata first, Origin as the fallback, both compared with configured origins and never with `Host`
 * (OWASP CSRF Prevention Cheat Sheet; Go net/http CrossOriginProtection).
 */
import type { ProblemCode } from '@slipmat/contract/problems';

export interface OriginFacts {
  readonly method: string;
  readonly isWebSocket: boolean;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly hasCookie: boolean;
  /** A valid session-bound token was sent: the way through for browsers that name no origin. */
  readonly hasToken: boolean;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * @param trusted exact origins (scheme, host, port) that are ours.
 * @returns the problem to answer with, or undefined to let the request pass.
 */
export function judgeOrigin(facts: OriginFacts, trusted: ReadonlySet<string>): ProblemCode | undefined {
  if (safeMethods.has(facts.method) && !facts.isWebSocket) return undefined;
  if (facts.origin !== undefined && trusted.has(facts.origin)) return undefined;
  // Chromium, Firefox and WebKit send Sec-Fetch-Site on trustworthy origins only, so its absence proves nothing.
  if (facts.secFetchSite !== undefined) {
    return facts.secFetchSite === 'same-origin' && !facts.isWebSocket ? undefined : 'csrf-origin-mismatch';
  }
  if (facts.origin !== undefined) return 'csrf-origin-mismatch';
  if (!facts.hasCookie) return undefined;
  return facts.hasToken ? undefined : 'csrf-origin-missing';
}

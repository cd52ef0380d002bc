/** Security headers of every response. */

/**
 * Content-Security-Policy without any inline script or style.
 * @param publicOrigin named for WebSockets too: Safari before 15.4 does not count them to 'self'.
 * @param askedOrigins origins beside our own that pages may ask.
 * @param reportPath where browsers tell what they blocked. By `report-uri`, which every engine still sends at once;
 * `report-to` would have Chromium wait for minutes.
 */
export function contentSecurityPolicy(
  publicOrigin: string,
  askedOrigins: readonly string[],
  reportPath: string,
): string {
  const socketOrigin = publicOrigin.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ['connect-src', "'self'", socketOrigin, ...askedOrigins].join(' '),
    "media-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `report-uri ${reportPath}`,
  ].join('; ');
}

/** A year, as ASVS 3.4.1 asks. */
const hstsSeconds = 31_536_000;

/** @param publicOrigin such as https://radio.example */
export function securityHeaders(
  publicOrigin: string,
  askedOrigins: readonly string[],
  reportPath: string,
): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(publicOrigin, askedOrigins, reportPath),
    'x-content-type-options': 'nosniff',
    // Not no-referrer: that makes same-origin POSTs say "Origin: null".
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    ...(publicOrigin.startsWith('https:') ? { 'strict-transport-security': `max-age=${hstsSeconds}` } : {}),
  };
}

/** Why a browser may not keep a cookie, as far as a page can know, and so what to change first. */

/** What a page can see of its browser and of its own address. */
export interface BrowserFacts {
  readonly cookieEnabled: boolean;
  /** As in `location`: "http:". */
  readonly protocol: string;
  readonly hostname: string;
  readonly userAgent: string;
  /** The page is shown inside a page of another site. */
  readonly framed: boolean;
}

/**
 * `blocked`: the browser says that it keeps no cookies here. `plain-http`, `framed` and `web-view` are seen;
 * `allow`, `extensions`, `private-window` and `clock` are what is left to try.
 */
export type Advice =
  | 'blocked'
  | 'plain-http'
  | 'framed'
  | 'web-view'
  | 'allow'
  | 'extensions'
  | 'private-window'
  | 'clock';

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.*\.localhost)$/;

/** Apps that show pages in a browser of their own, by what they add to its name. */
const apps =
  /\b(?:FBAN|FBAV|FB_IAB|Instagram|Line|MicroMessenger|Snapchat|TikTok|musical_ly|Twitter|Pinterest|LinkedInApp|GSA)\b/;

/** True for the browser inside another app, which often forgets cookies when the app is closed. */
export function isWebView(userAgent: string): boolean {
  if (apps.test(userAgent) || /;\s*wv\)/.test(userAgent)) return true;
  // Safari and the browsers beside it on iOS say Safari; what an app shows does not.
  return /\b(?:iPhone|iPad|iPod)\b/.test(userAgent) && !/\bSafari\//.test(userAgent);
}

/** What to change, the likeliest first. */
export function adviceFor(facts: BrowserFacts): readonly Advice[] {
  const { cookieEnabled, protocol, hostname, userAgent, framed } = facts;
  const seen: Advice[] = [];
  if (protocol === 'http:' && !loopback.test(hostname)) seen.push('plain-http');
  if (framed) seen.push('framed');
  if (isWebView(userAgent)) seen.push('web-view');
  seen.push(cookieEnabled ? 'allow' : 'blocked');
  return [...seen, 'extensions', 'private-window', 'clock'];
}

/** The facts about this browser. */
export function thisBrowser(): BrowserFacts {
  return {
    cookieEnabled: navigator.cookieEnabled,
    protocol: location.protocol,
    hostname: location.hostname,
    userAgent: navigator.userAgent,
    framed: window.top !== window.self,
  };
}

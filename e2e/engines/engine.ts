/**
 * What a journey needs of a browser, the same for three engines: Chromium, Firefox and WebKit. Each has a file of
 * its own beside this one; `tab.ts` builds on the few things that they do differently.
 */
import type { Owner } from '../../server/test/services/daemon.ts';
import type { Tab } from './tab.ts';

/** Where the browsers go. All the names lead to 127.0.0.1; every other name leads nowhere. */
export interface Destination {
  /** Exact host names. */
  readonly hosts: readonly string[];
  /** PEM file of the authority that signed their certificate. */
  readonly caFile: string;
  /** WebSocket of the push service, for engines that can be given one (Firefox); none is reached without. */
  readonly pushService?: string;
}

/** A cookie as a browser keeps it. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Without a leading dot. */
  readonly domain: string;
  /** False: it was set with Domain and reaches sub-domains. */
  readonly hostOnly: boolean;
  readonly path: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
}

/** A browser with cookies of its own. */
export interface Profile {
  newTab(): Promise<Tab>;
  /** Ends the browser with all its tabs, and starts it again on what it kept on disk. Only for a lasting profile. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface ProfileOptions {
  /** True: kept on disk, so that it can be restarted. Such a profile is a browser process of its own. */
  readonly lasting?: boolean;
}

/** An engine that was started for a test file. */
export interface RunningEngine {
  readonly name: string;
  /** A new browser without any cookies. */
  profile(options?: ProfileOptions): Promise<Profile>;
}

export interface Engine {
  readonly name: string;
  /** What Slipmat calls it by its User-Agent. */
  readonly family: string;
  /** Programs that must be installed, for `requireCommand`. */
  readonly needs: readonly string[];
  /** False: the program keeps no cookies on disk when it is driven, so a profile cannot be lasting. */
  readonly restarts: boolean;
  /**
   * False: it keeps a cookie `__Host-…` although it has a Domain (RFC 6265bis §4.1.3 forbids it), so a sibling host
   * can set it. WebKitGTK keeps cookies with libsoup, which does not know the prefixes.
   */
  readonly enforcesPrefixes: boolean;
  /** Starts it; it ends with its owner, all profiles too. */
  start(owner: Owner, destination: Destination): Promise<RunningEngine>;
}

/** What one engine does its own way for a tab; `Tab` does everything else. */
export interface TabDriver {
  /** Resolves when the page is loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** As the button of the browser; resolves before the page before is there. */
  back(): Promise<void>;
  /** The value of an expression that gives a promise of a string. */
  run(expression: string): Promise<string>;
  /** A press of the left button of the mouse on the element that the expression gives. */
  click(expression: string): Promise<void>;
  /** Replaces the text of the field that the expression gives, by typing. */
  fill(expression: string, value: string): Promise<void>;
  /** Of everybody or of the page that is open: at least those which the page would send, HttpOnly too. */
  cookies(): Promise<Cookie[]>;
  /** PNG. */
  screenshot(): Promise<Uint8Array>;
  setViewport(width: number, height: number): Promise<void>;
  /** Puts it before the other tabs: browsers slow down those that nobody looks at. */
  front(): Promise<void>;
  /** True for an error that says that the page went away under the call. */
  isPassing(error: Error): boolean;
  close(): Promise<void>;
}

/** How long a browser may take for one call, on a loaded machine. Milliseconds. */
export const callWithinMs = 45_000;

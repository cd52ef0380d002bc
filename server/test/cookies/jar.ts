/**
 * A browser's cookie jar after RFC 6265bis: which cookies it keeps (§5.7), which it sends, and in which order
 * (§5.8.3). Twins are kept as browsers keep them: a cookie is (name, domain, host-only flag, path), so a host-only
 * cookie and one with Domain live side by side on one host. Libraries that store after RFC 6265 have no host-only
 * flag, so one of the two overwrites the other, and the outage that this project grew out of cannot happen in them.
 */
import { seeded, shuffled } from './chance.ts';
import {
  type CookieRequest,
  defaultPath,
  domainMatches,
  parseSetCookie,
  pathMatches,
  type SameSite,
} from './set-cookie.ts';

/**
 * `spec`: longest path first, then the oldest; a cookie that is set again keeps its place. `chromium`: it keeps it
 * only with an unchanged value, so that a renewed one goes to the end. `reversed` and `random` are what no browser
 * promises not to do.
 */
export type Order = 'spec' | 'chromium' | 'reversed' | 'random';
export const orders: readonly Order[] = ['spec', 'chromium', 'reversed', 'random'];

/** What can be wrong with a browser, or with the settings of its owner. */
export interface Faults {
  /** Cookies of these names are blocked: not kept, and not sent when they were kept before. */
  readonly ignores?: (name: string) => boolean;
  /** Cookies with a Domain are not kept. */
  readonly dropsDomain?: boolean;
  /** Keeps nothing and sends nothing. */
  readonly blocksAll?: boolean;
  /** Every cookie goes when the browser is closed, as in private windows. */
  readonly forgetsAtRestart?: boolean;
  /** Stores after RFC 6265: a host-only cookie and one with the same Domain overwrite each other. */
  readonly noHostOnlyFlag?: boolean;
}

export interface JarSettings {
  readonly now: () => number;
  /** True for domains under which anybody can register, such as `com` and `co.uk`. */
  readonly isPublicSuffix: (domain: string) => boolean;
  readonly order?: Order;
  /** For the order `random`. */
  readonly seed?: number;
  /** What a cookie without SameSite is: Chromium says Lax, Firefox and Safari say None. */
  readonly withoutSameSite?: 'Lax' | 'None';
  readonly faults?: Faults;
  /** §5.7: a browser keeps at least so many; then those used longest ago go. */
  readonly perDomain?: number;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite;
  /** False: goes when the browser is closed. */
  readonly persistent: boolean;
  readonly expiresAt: number;
  /** Places in the order of all that the jar did; times are too coarse to sort by. */
  readonly created: number;
  accessed: number;
  /** Milliseconds. */
  readonly createdAt: number;
}

/** Where a cookie comes from or goes to. */
export interface Situation {
  readonly url: URL;
  readonly method?: string;
  /** Scheme and registrable domain of the page that asks are those of the address; also when nobody asks. */
  readonly isSameSite: boolean;
  readonly isTopLevelNavigation: boolean;
}

/** Why a cookie was not kept, with the step of §5.7; browsers tell this to nobody. */
export type Refusal =
  | 'fault'
  | 'empty'
  | 'control-character'
  | 'too-large'
  | 'domain-not-ascii'
  | 'public-suffix'
  | 'domain-mismatch'
  | 'secure-over-http'
  | 'http-only-by-script'
  | 'leave-secure-alone'
  | 'cross-site'
  | 'none-without-secure'
  | 'secure-prefix'
  | 'host-prefix'
  | 'hidden-prefix'
  | 'shadowed-http-only';

export type Outcome = { readonly kept: true } | { readonly kept: false; readonly why: Refusal };

/** §5.7 step 4: octets of name and value. */
const sizeLimit = 4096;
/** §5.6.7.2: how long an unsafe top-level request from another site carries a cookie without SameSite. */
const laxAllowingUnsafeMs = 2 * 60_000;
/** §6.1 */
const totalLimit = 3000;

function isSecureUrl(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'wss:';
}

/** §5.4: prefixes in any letters, since servers may compare names that way. */
function hasPrefix(name: string, prefix: '__Secure-' | '__Host-'): boolean {
  return name.toLowerCase().startsWith(prefix.toLowerCase());
}

/** One browser's cookies. */
export class Jar {
  readonly #settings: JarSettings;
  readonly #random: () => number;
  #cookies: Cookie[] = [];
  #clock = 0;

  constructor(settings: JarSettings) {
    this.#settings = settings;
    this.#random = seeded(settings.seed ?? 1);
  }

  get #faults(): Faults {
    return this.#settings.faults ?? {};
  }

  #isBlocked(name: string): boolean {
    return this.#faults.ignores?.(name) === true;
  }

  /** What is kept, not expired and not blocked, oldest first. */
  get cookies(): readonly Cookie[] {
    this.#dropExpired();
    return this.#cookies
      .filter(({ name }) => !this.#isBlocked(name))
      .toSorted((a, b) => a.created - b.created);
  }

  /** Takes the line of an answer, or of a script (`document.cookie = line`). */
  set(line: string, situation: Situation, api: 'http' | 'script' = 'http'): Outcome {
    const now = this.#settings.now();
    if (this.#faults.blocksAll === true) return { kept: false, why: 'fault' };
    const asked = parseSetCookie(line, now);
    if (asked === undefined) return { kept: false, why: 'control-character' };
    const host = situation.url.hostname;
    const domain = asked.domain === host && this.#settings.isPublicSuffix(host) ? '' : asked.domain;
    const why = this.#refusal({ ...asked, domain }, situation, api);
    if (why !== undefined) return { kept: false, why };
    const clock = this.#tick();
    const cookie: Cookie = {
      ...asked,
      domain: domain === '' ? host : domain,
      hostOnly: domain === '',
      path: asked.path ?? defaultPath(situation.url.pathname),
      persistent: asked.expiresAt !== undefined,
      expiresAt: asked.expiresAt ?? Number.POSITIVE_INFINITY,
      created: clock,
      accessed: clock,
      createdAt: now,
    };
    return this.#store(cookie, api);
  }

  /** Steps 2 to 22 of §5.7, in their order. */
  #refusal(asked: CookieRequest, situation: Situation, api: 'http' | 'script'): Refusal | undefined {
    const { name, value, domain } = asked;
    const { url } = situation;
    if (name === '' && value === '') return 'empty';
    if (Buffer.byteLength(name) + Buffer.byteLength(value) > sizeLimit) return 'too-large';
    if (/[^\x20-\x7e]/.test(domain)) return 'domain-not-ascii';
    if (domain !== '' && this.#settings.isPublicSuffix(domain)) return 'public-suffix';
    if (domain !== '' && !domainMatches(url.hostname, domain)) return 'domain-mismatch';
    if (asked.secure && !isSecureUrl(url)) return 'secure-over-http';
    if (asked.httpOnly && api === 'script') return 'http-only-by-script';
    if (!asked.secure && !isSecureUrl(url) && this.#overlaysSecure(asked, url)) return 'leave-secure-alone';
    const isFirstParty = situation.isSameSite || (situation.isTopLevelNavigation && api === 'http');
    if (this.#sameSiteOf(asked.sameSite) !== 'None' && !isFirstParty) return 'cross-site';
    if (asked.sameSite === 'None' && !asked.secure) return 'none-without-secure';
    if (hasPrefix(name, '__Secure-') && !asked.secure) return 'secure-prefix';
    const isHostBound = asked.secure && domain === '' && asked.path === '/';
    if (hasPrefix(name, '__Host-') && !isHostBound) return 'host-prefix';
    if (name === '' && (hasPrefix(value, '__Secure-') || hasPrefix(value, '__Host-'))) return 'hidden-prefix';
    if (this.#isBlocked(name)) return 'fault';
    return domain !== '' && this.#faults.dropsDomain === true ? 'fault' : undefined;
  }

  #sameSiteOf(sameSite: SameSite): SameSite {
    return sameSite === 'Default' ? (this.#settings.withoutSameSite ?? 'Lax') : sameSite;
  }

  /** Step 16: the paths are compared one way only. */
  #overlaysSecure(asked: CookieRequest, url: URL): boolean {
    const domain = asked.domain === '' ? url.hostname : asked.domain;
    const path = asked.path ?? defaultPath(url.pathname);
    return this.cookies.some(
      (cookie) =>
        cookie.name === asked.name &&
        cookie.secure &&
        (domainMatches(cookie.domain, domain) || domainMatches(domain, cookie.domain)) &&
        pathMatches(path, cookie.path),
    );
  }

  /** Steps 23 and 24. */
  #store(cookie: Cookie, api: 'http' | 'script'): Outcome {
    this.#dropExpired();
    const old = this.#cookies.find((known) => this.#isSameCookie(known, cookie));
    if (api === 'script' && old?.httpOnly === true) return { kept: false, why: 'shadowed-http-only' };
    const keepsPlace =
      old !== undefined && (this.#settings.order !== 'chromium' || old.value === cookie.value);
    const stored = keepsPlace ? { ...cookie, created: old.created, createdAt: old.createdAt } : cookie;
    this.#cookies = [...this.#cookies.filter((known) => known !== old), stored];
    this.#dropExpired();
    this.#removeExcess(stored.domain);
    return { kept: true };
  }

  #isSameCookie(one: Cookie, other: Cookie): boolean {
    return (
      one.name === other.name &&
      one.domain === other.domain &&
      one.path === other.path &&
      (one.hostOnly === other.hostOnly || this.#faults.noHostOnlyFlag === true)
    );
  }

  #removeExcess(domain: string): void {
    const limit = this.#settings.perDomain ?? 50;
    const leastUsed = (from: readonly Cookie[]) => from.toSorted((a, b) => a.accessed - b.accessed)[0];
    for (;;) {
      const sharing = this.#cookies.filter((cookie) => cookie.domain === domain);
      const crowd = sharing.length > limit ? sharing : [];
      const all = this.#cookies.length > totalLimit ? this.#cookies : [];
      const goes = leastUsed(crowd.filter((cookie) => !cookie.secure)) ?? leastUsed(crowd) ?? leastUsed(all);
      if (goes === undefined) return;
      this.#cookies = this.#cookies.filter((cookie) => cookie !== goes);
    }
  }

  /** The cookies of a request, in the order of this browser (§5.8.3). */
  cookiesFor(situation: Situation, api: 'http' | 'script' = 'http'): readonly Cookie[] {
    if (this.#faults.blocksAll === true) return [];
    this.#dropExpired();
    const sent = this.#cookies
      .filter((cookie) => !this.#isBlocked(cookie.name) && this.#isSentTo(cookie, situation))
      .filter((cookie) => api === 'http' || !cookie.httpOnly);
    const clock = this.#tick();
    for (const cookie of sent) cookie.accessed = clock;
    return this.#sorted(sent);
  }

  #isSentTo(cookie: Cookie, situation: Situation): boolean {
    const { url } = situation;
    const host = url.hostname;
    if (cookie.hostOnly ? cookie.domain !== host : !domainMatches(host, cookie.domain)) return false;
    if (!pathMatches(url.pathname, cookie.path)) return false;
    if (cookie.secure && !isSecureUrl(url)) return false;
    return this.#sameSiteOf(cookie.sameSite) === 'None' || this.#passesSameSite(cookie, situation);
  }

  #passesSameSite(cookie: Cookie, situation: Situation): boolean {
    if (situation.isSameSite) return true;
    if (cookie.sameSite === 'Strict' || !situation.isTopLevelNavigation) return false;
    const isSafe = ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(situation.method ?? 'GET');
    const isFresh = this.#settings.now() - cookie.createdAt <= laxAllowingUnsafeMs;
    return isSafe || (cookie.sameSite === 'Default' && isFresh);
  }

  #sorted(sent: readonly Cookie[]): readonly Cookie[] {
    const bySpec = sent.toSorted((a, b) => b.path.length - a.path.length || a.created - b.created);
    if (this.#settings.order === 'reversed') return bySpec.toReversed();
    return this.#settings.order === 'random' ? shuffled(bySpec, this.#random) : bySpec;
  }

  /** The Cookie header; undefined without cookies. */
  header(situation: Situation, api: 'http' | 'script' = 'http'): string | undefined {
    const pairs = this.cookiesFor(situation, api).map(({ name, value }) =>
      name === '' ? value : `${name}=${value}`,
    );
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  /** The browser loses the cookies of a name, as it may at any time (§6.1). @returns how many. */
  evict(name: string): number {
    const before = this.#cookies.length;
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name);
    return before - this.#cookies.length;
  }

  /** `Clear-Site-Data: "cookies"`: everything of the registrable domain goes. */
  clearSite(site: string): void {
    this.#cookies = this.#cookies.filter((cookie) => !domainMatches(cookie.domain, site));
  }

  /** The browser is closed and opened again. */
  restart(): void {
    const stays = this.#faults.forgetsAtRestart !== true;
    this.#cookies = this.#cookies.filter((cookie) => stays && cookie.persistent);
  }

  #tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  #dropExpired(): void {
    const now = this.#settings.now();
    if (this.#cookies.some((cookie) => cookie.expiresAt <= now)) {
      this.#cookies = this.#cookies.filter((cookie) => cookie.expiresAt > now);
    }
  }
}

/** Kinds of browsers: what they call themselves, what they say about a request, how they sort cookies. */
import type { Faults, Order } from './jar.ts';

export interface BrowserKind {
  readonly name: string;
  readonly userAgent: string;
  /** How it sorts, unless a case says otherwise. */
  readonly order: Order;
  readonly withoutSameSite: 'Lax' | 'None';
  /** Chromium from 76, Firefox from 90, Safari from 16.4. */
  readonly sendsFetchMetadata: boolean;
  /** False: an extension or a proxy takes Origin and Referer away. Sockets have one all the same (RFC 6455 §4.1). */
  readonly sendsOrigin: boolean;
  readonly faults?: Faults;
}

const modern = {
  order: 'spec',
  withoutSameSite: 'None',
  sendsFetchMetadata: true,
  sendsOrigin: true,
} as const;
const chromium = { ...modern, order: 'chromium', withoutSameSite: 'Lax' } as const;
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const webKit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

export const browserKinds = {
  chrome: {
    ...chromium,
    name: 'Chrome',
    userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/140.0.0.0 Safari/537.36`,
  },
  chromeOnAndroid: {
    ...chromium,
    name: 'Chrome on Android',
    userAgent: `Mozilla/5.0 (Linux; Android 10; K) ${blink} Chrome/140.0.0.0 Mobile Safari/537.36`,
  },
  edge: {
    ...chromium,
    name: 'Edge',
    userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
  },
  androidWebView: {
    ...chromium,
    name: 'Android web view',
    userAgent: `Mozilla/5.0 (Linux; Android 13; SM-A536B Build/TP1A.220624.014; wv) ${blink} Version/4.0 Chrome/126.0.6478.122 Mobile Safari/537.36`,
  },
  firefox: {
    ...modern,
    name: 'Firefox',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  },
  safari: {
    ...modern,
    name: 'Safari',
    userAgent: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Version/18.5 Safari/605.1.15`,
  },
  oldSafari: {
    ...modern,
    name: 'old Safari',
    userAgent: `Mozilla/5.0 (iPhone; CPU iPhone OS 12_5_7 like Mac OS X) ${webKit} Version/12.1.2 Mobile/15E148 Safari/604.1`,
    sendsFetchMetadata: false,
  },
  iosWebView: {
    ...modern,
    name: 'iOS web view',
    userAgent: `Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) ${webKit} Mobile/15E148 Instagram 334.0.4.32.98 (iPhone9,3; iOS 15_8; en_US; en; scale=2.00; 750x1334; 611423417)`,
    sendsFetchMetadata: false,
  },
  privacy: {
    ...modern,
    name: 'privacy mode',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0',
    sendsFetchMetadata: false,
    sendsOrigin: false,
    faults: { forgetsAtRestart: true },
  },
} as const satisfies Record<string, BrowserKind>;

export const allKinds: readonly BrowserKind[] = Object.values(browserKinds);

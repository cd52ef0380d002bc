/** What a User-Agent says of itself: the browser or the app around it, its version, and the system. */

export interface Browser {
  /** Such as "Firefox"; the app's name when a known app shows the page itself. */
  readonly family: string | undefined;
  /** Major version, as sent; empty when it names none. */
  readonly version: string;
  /** Such as "Android". */
  readonly system: string | undefined;
  /** True: shown inside another app, which keeps cookies of its own. */
  readonly webView: boolean;
}

/** A family, how it is told, and where its major version stands. */
type Row = readonly [family: string, sign: RegExp, version: RegExp];

/**
 * Apps that show pages in a web view of their own. SFSafariViewController and Custom Tabs cannot be told from the
 * browser, and need not be: they are the browser, with its cookies or with a store that it manages.
 */
const apps: readonly Row[] = [
  ['Instagram', /\bInstagram\b/, /\bInstagram[ /](\d+)/],
  ['Facebook', /\bFB(?:AN|AV|_IAB)\b/, /\bFBAV\/(\d+)/],
  ['WeChat', /\bMicroMessenger\//, /\bMicroMessenger\/(\d+)/],
  ['TikTok', /\bmusical_ly|\bBytedanceWebview\/|\btrill_/, /\b(?:musical_ly|trill|AppVersion)[_/ ](\d+)/],
  ['LINE', /\bLine\//, /\bLine\/(\d+)/],
  ['Google app', /\bGSA\//, /\bGSA\/(\d+)/],
  ['Snapchat', /\bSnapchat\b/, /\bSnapchat\/(\d+)/],
  ['Pinterest', /\bPinterest\b/, /\bPinterest\/(\d+)/],
  ['LinkedIn', /\bLinkedInApp\b/, /\bLinkedInApp\]?\/(\d+)/],
  ['Twitter', /\bTwitter for \w+|\bTwitterAndroid\b/, /\bTwitter for \w+\/(\d+)/],
];

const browsers: readonly Row[] = [
  ['Edge', /\bEdg(?:A|iOS)?\//, /\bEdg(?:A|iOS)?\/(\d+)/],
  ['Opera', /\bOP(?:R|T|X)\//, /\bOP(?:R|T|X)\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\//, /\bSamsungBrowser\/(\d+)/],
  ['Vivaldi', /\bVivaldi\//, /\bVivaldi\/(\d+)/],
  ['Yandex', /\bYaBrowser\//, /\bYaBrowser\/(\d+)/],
  ['DuckDuckGo', /\bDdg\/|\bDuckDuckGo\//, /\b(?:Ddg|DuckDuckGo)\/(\d+)/],
  ['UC Browser', /\bUCBrowser\//, /\bUCBrowser\/(\d+)/],
  ['Mi Browser', /\bMiuiBrowser\//, /\bMiuiBrowser\/(\d+)/],
  ['Huawei Browser', /\bHuaweiBrowser\//, /\bHuaweiBrowser\/(\d+)/],
  ['Firefox', /\bFirefox\/|\bFxiOS\//, /\b(?:Firefox|FxiOS)\/(\d+)/],
];

/** Android's web view says `wv` since Android 5, and before that the stock browser's version beside Chrome's. */
const androidWebView: Row = [
  'Android web view',
  /\bAndroid\b.*(?:; wv\)|\bVersion\/4\.0 Chrome\/)/,
  /\bChrome\/(\d+)/,
];
const chrome: Row = ['Chrome', /\bCriOS\/|\b(?:Headless)?Chrome\//, /\b(?:CriOS|(?:Headless)?Chrome)\/(\d+)/];
const safari: Row = ['Safari', /\bSafari\//, /\bVersion\/(\d+)/];
/** On Apple's systems only Safari, and browsers that stand in for it, say "Safari/". */
const appleWebView: Row = [
  'Apple web view',
  /\b(?:iPhone|iPad|iPod|Macintosh)\b.*\bAppleWebKit\/(?!.*\bSafari\/)/,
  /\bOS (\d+)[_ ]/,
];
const curl: Row = ['curl', /\bcurl\//, /\bcurl\/(\d+)/];

const systems: readonly (readonly [string, RegExp])[] = [
  ['iPhone', /\biPhone\b|\biPod\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['Mac', /\bMac OS X\b|\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

/** Longer ones are cut before they are read, which bounds what a reading costs; real ones have up to 400. */
const readLength = 600;

/** First match wins; the last part of each row tells whether the page is inside another app. */
const inOrder: readonly (readonly [Row, boolean])[] = [
  ...apps.map((row) => [row, true] as const),
  [androidWebView, true],
  ...browsers.map((row) => [row, false] as const),
  [chrome, false],
  [appleWebView, true],
  [safari, false],
  [curl, false],
];

/** @param userAgent the header as sent, also empty or absurd. */
export function readBrowser(userAgent: string): Browser {
  const text = userAgent.slice(0, readLength);
  const system = systems.find(([, sign]) => sign.test(text))?.[0];
  const found = inOrder.find(([[, sign]]) => sign.test(text));
  if (found === undefined) return { family: undefined, version: '', system, webView: false };
  const [[family, , version], webView] = found;
  return { family, version: version.exec(text)?.[1] ?? '', system, webView };
}

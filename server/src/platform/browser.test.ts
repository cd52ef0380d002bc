import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBrowser } from './browser.ts';

const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const android = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)';
const androidView =
  'Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0';
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';

type Case = readonly [
  userAgent: string,
  family: string | undefined,
  version: string,
  system: string | undefined,
];

const browsers: readonly Case[] = [
  [`${iPhone} Version/18.5 Mobile/15E148 Safari/604.1`, 'Safari', '18', 'iPhone'],
  [`${iPhone} CriOS/139.0.7258.76 Mobile/15E148 Safari/604.1`, 'Chrome', '139', 'iPhone'],
  [`${iPhone} FxiOS/142.0 Mobile/15E148 Safari/605.1.15`, 'Firefox', '142', 'iPhone'],
  [`${iPhone} EdgiOS/139.0.3405.86 Version/18.0 Mobile/15E148 Safari/604.1`, 'Edge', '139', 'iPhone'],
  [`${mac} Version/26.0 Safari/605.1.15`, 'Safari', '26', 'Mac'],
  [`${android} Chrome/139.0.0.0 Mobile Safari/537.36`, 'Chrome', '139', 'Android'],
  [
    `${android} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet',
    '28',
    'Android',
  ],
  ['Mozilla/5.0 (Android 14; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0', 'Firefox', '153', 'Android'],
  [`${windows} Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0`, 'Edge', '139', 'Windows'],
  [`${windows} Chrome/139.0.0.0 Safari/537.36 OPR/121.0.0.0`, 'Opera', '121', 'Windows'],
  [`${windows} Chrome/139.0.0.0 Safari/537.36`, 'Chrome', '139', 'Windows'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36',
    'Chrome',
    '156',
    'Linux',
  ],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/139.0.0.0 Safari/537.36', 'Chrome', '139', 'ChromeOS'],
  ['curl/8.5.0', 'curl', '8', undefined],
  ['', undefined, '', undefined],
  ['Mozilla/5.0 (Windows NT 10.0)', undefined, '', 'Windows'],
  [`${'('.repeat(100_000)} Firefox/1`, undefined, '', undefined],
];

const webViews: readonly Case[] = [
  [`${iPhone} Mobile/15E148`, 'Apple web view', '18', 'iPhone'],
  [mac, 'Apple web view', '', 'Mac'],
  [`${androidView} Chrome/139.0.7258.94 Mobile Safari/537.36`, 'Android web view', '139', 'Android'],
  [
    'Mozilla/5.0 (Linux; Android 4.4.2; A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/30.0.0.0 Mobile Safari/537.36',
    'Android web view',
    '30',
    'Android',
  ],
  [
    `${iPhone} Mobile/22F76 Instagram 390.0.0.28.85 (iPhone14,7; iOS 18_5; en_US)`,
    'Instagram',
    '390',
    'iPhone',
  ],
  [
    `${androidView} Chrome/139.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/525.0.0.42.62;]`,
    'Facebook',
    '525',
    'Android',
  ],
  [`${iPhone} Mobile/15E148 [FBAN/FBIOS;FBAV/526.0.0.34.70;FBBV/1]`, 'Facebook', '526', 'iPhone'],
  [`${iPhone} Mobile/15E148 MicroMessenger/8.0.61(0x18003d28) NetType/WIFI`, 'WeChat', '8', 'iPhone'],
  [`${iPhone} Mobile/15E148 Safari Line/15.13.0`, 'LINE', '15', 'iPhone'],
  [`${iPhone} Mobile/15E148 musical_ly_41.0.0 BytedanceWebview/d8a21c6`, 'TikTok', '41', 'iPhone'],
  [`${iPhone} GSA/380.0.789 Mobile/15E148 Safari/604.1`, 'Google app', '380', 'iPhone'],
];

for (const [webView, cases] of [
  [false, browsers],
  [true, webViews],
] as const) {
  for (const [userAgent, family, version, system] of cases) {
    test(`${webView ? 'in an app' : 'a browser'}: ${userAgent.slice(-60)}`, () => {
      assert.deepEqual(readBrowser(userAgent), { family, version, system, webView });
    });
  }
}

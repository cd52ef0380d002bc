import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeOrigin, type OriginFacts } from './origin-guard.ts';

const own = 'https://radio.example';
const trusted = new Set([own, 'https://old.radio.example']);

const post: OriginFacts = {
  method: 'POST',
  isWebSocket: false,
  origin: undefined,
  secFetchSite: undefined,
  hasCookie: true,
  hasToken: false,
};

type Outcome = 'passes' | 'mismatch' | 'missing';

const table: readonly (readonly [string, Partial<OriginFacts>, Outcome])[] = [
  ['our own page', { origin: own }, 'passes'],
  ['our own page, said twice', { origin: own, secFetchSite: 'same-origin' }, 'passes'],
  [
    'a trusted origin of ours, cross-site',
    { origin: 'https://old.radio.example', secFetchSite: 'cross-site' },
    'passes',
  ],
  ['same-origin without Origin', { secFetchSite: 'same-origin' }, 'passes'],
  ['another site', { origin: 'https://evil.example' }, 'mismatch'],
  [
    'another site without cookies (sign-in)',
    { origin: 'https://evil.example', hasCookie: false },
    'mismatch',
  ],
  ['another site with a token', { origin: 'https://evil.example', hasToken: true }, 'mismatch'],
  ['a sub-domain', { origin: 'https://a.radio.example', secFetchSite: 'same-site' }, 'mismatch'],
  ['same-site without Origin', { secFetchSite: 'same-site' }, 'mismatch'],
  ['cross-site without Origin', { secFetchSite: 'cross-site' }, 'mismatch'],
  ['cross-site with a token', { secFetchSite: 'cross-site', hasToken: true }, 'mismatch'],
  ['none: typed or from a bookmark', { secFetchSite: 'none' }, 'mismatch'],
  ['a value that no browser sends', { secFetchSite: 'SAME-ORIGIN' }, 'mismatch'],
  ['the null origin', { origin: 'null' }, 'mismatch'],
  ['an empty origin', { origin: '' }, 'mismatch'],
  ['another port', { origin: `${own}:8443` }, 'mismatch'],
  ['plain http', { origin: 'http://radio.example' }, 'mismatch'],
  ['other letters', { origin: 'https://RADIO.example' }, 'mismatch'],
  ['two origins', { origin: `${own}, ${own}` }, 'mismatch'],
  ['nothing said, with a cookie', {}, 'missing'],
  ['nothing said, with a cookie and its token', { hasToken: true }, 'passes'],
  ['nothing said, without a cookie: no browser', { hasCookie: false }, 'passes'],
  [
    'a read from anywhere',
    { method: 'GET', origin: 'https://evil.example', secFetchSite: 'cross-site' },
    'passes',
  ],
  ['HEAD', { method: 'HEAD', secFetchSite: 'cross-site' }, 'passes'],
  ['OPTIONS', { method: 'OPTIONS', secFetchSite: 'cross-site' }, 'passes'],
  ['DELETE of another site', { method: 'DELETE', origin: 'https://evil.example' }, 'mismatch'],
  ['a method in small letters', { method: 'get', origin: 'https://evil.example' }, 'mismatch'],
  ['a socket of our page', { method: 'GET', isWebSocket: true, origin: own }, 'passes'],
  [
    'a socket of another site',
    { method: 'GET', isWebSocket: true, origin: 'https://evil.example' },
    'mismatch',
  ],
  [
    'a socket of another site without cookies',
    { method: 'GET', isWebSocket: true, origin: 'https://evil.example', hasCookie: false },
    'mismatch',
  ],
  ['a socket without Origin, with a cookie', { method: 'GET', isWebSocket: true }, 'missing'],
  ['a socket without Origin and cookie', { method: 'GET', isWebSocket: true, hasCookie: false }, 'passes'],
];

const codes = {
  passes: undefined,
  mismatch: 'csrf-origin-mismatch',
  missing: 'csrf-origin-missing',
} as const;

for (const [what, facts, outcome] of table) {
  test(`origin: ${what}`, () => assert.equal(judgeOrigin({ ...post, ...facts }, trusted), codes[outcome]));
}

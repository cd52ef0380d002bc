import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CsrfAct,
  type CsrfOrigin,
  type CsrfRule,
  type CsrfSite,
  csrfRules,
  judgeOrigin,
  type OriginFacts,
} from './origin-guard.ts';

const own = 'https://radio.example';
const trusted = new Set([own, 'https://old.radio.example']);

const post: OriginFacts = {
  method: 'POST',
  isWebSocket: false,
  origin: undefined,
  secFetchSite: undefined,
  hasCookie: true,
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
  ['a sub-domain', { origin: 'https://a.radio.example', secFetchSite: 'same-site' }, 'mismatch'],
  ['same-site without Origin', { secFetchSite: 'same-site' }, 'mismatch'],
  ['cross-site without Origin', { secFetchSite: 'cross-site' }, 'mismatch'],
  ['none: typed or from a bookmark', { secFetchSite: 'none' }, 'mismatch'],
  ['a value that no browser sends', { secFetchSite: 'SAME-ORIGIN' }, 'mismatch'],
  ['the null origin', { origin: 'null' }, 'mismatch'],
  ['an empty origin', { origin: '' }, 'mismatch'],
  ['another port', { origin: `${own}:8443` }, 'mismatch'],
  ['plain http', { origin: 'http://radio.example' }, 'mismatch'],
  ['other letters', { origin: 'https://RADIO.example' }, 'mismatch'],
  ['two origins', { origin: `${own}, ${own}` }, 'mismatch'],
  ['nothing said, with a cookie', {}, 'missing'],
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

/** Requests of each kind that the table speaks of. */
const acts: Readonly<Record<CsrfAct, readonly Partial<OriginFacts>[]>> = {
  read: [{ method: 'GET' }, { method: 'HEAD' }, { method: 'OPTIONS' }],
  change: [{ method: 'POST' }, { method: 'PUT' }, { method: 'PATCH' }, { method: 'DELETE' }],
  socket: [{ method: 'GET', isWebSocket: true }],
};
const origins: Readonly<Record<CsrfOrigin, readonly (string | undefined)[]>> = {
  trusted: [...trusted],
  other: ['https://evil.example', 'https://a.radio.example', `${own}:8443`, 'http://radio.example', ''],
  null: ['null'],
  absent: [undefined],
};
const sites: Readonly<Record<CsrfSite, readonly (string | undefined)[]>> = {
  'same-origin': ['same-origin'],
  'same-site': ['same-site'],
  'cross-site': ['cross-site'],
  none: ['none'],
  unknown: ['SAME-ORIGIN', 'same-origin, same-origin', '*'],
  absent: [undefined],
};

/** Every combination that the table speaks of, with the rule that decides it. */
function* combinations(): Generator<readonly [OriginFacts, CsrfRule]> {
  const keys = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];
  for (const act of keys(acts))
    for (const origin of keys(origins))
      for (const site of keys(sites))
        for (const hasCookie of [true, false]) {
          const rule = csrfRules.find(
            (one) =>
              (one.act ?? [act]).includes(act) &&
              (one.origin ?? [origin]).includes(origin) &&
              (one.site ?? [site]).includes(site) &&
              (one.cookie ?? hasCookie) === hasCookie,
          );
          assert.ok(rule, `${act} ${origin} ${site}`);
          for (const how of acts[act])
            for (const from of origins[origin])
              for (const secFetchSite of sites[site])
                yield [{ ...post, ...how, origin: from, secFetchSite, hasCookie }, rule];
        }
}

test('origin: every combination is decided as the table says, and every rule decides some', () => {
  const used = new Set<CsrfRule>();
  for (const [facts, rule] of combinations()) {
    used.add(rule);
    const expected = rule.verdict === 'pass' ? undefined : rule.verdict;
    assert.equal(judgeOrigin(facts, trusted), expected, JSON.stringify(facts));
  }
  assert.equal(used.size, csrfRules.length);
});

test('origin: the attack passes only from an origin that was configured', () => {
  const attack = { ...post, origin: 'https://evil.example', secFetchSite: 'cross-site' };
  assert.equal(judgeOrigin(attack, new Set([attack.origin])), undefined);
  assert.equal(judgeOrigin(attack, trusted), 'csrf-origin-mismatch');
});

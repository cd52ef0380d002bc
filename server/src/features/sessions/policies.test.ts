import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CookiePolicy,
  declarePolicy,
  expireLine,
  expireLinesEverywhere,
  policyMistakes,
  policyName,
  setLine,
} from './policies.ts';

const good: CookiePolicy = {
  version: 1,
  name: '__Host-slipmat',
  scope: { kind: 'host' },
  path: '/',
  secure: true,
  sameSite: 'Lax',
  hosts: ['radio.example'],
  from: 0,
  until: null,
};
const domain = (name: string): CookiePolicy['scope'] => ({ kind: 'domain', domain: name });

/** Each of them a browser drops without a word (RFC 6265bis §5.7). */
const refused: readonly (readonly [string, Partial<CookiePolicy>, boolean])[] = [
  ['__Host- with a Domain', { scope: domain('radio.example') }, true],
  ['__Host- without Secure', { secure: false }, true],
  ['__Secure- without Secure', { name: '__Secure-slipmat-2', secure: false }, true],
  ['Secure over plain http', { name: 'slipmat' }, false],
  ['a prefix over plain http', {}, false],
  ['a Domain that is another site', { name: '__Secure-slipmat-2', scope: domain('other.example') }, true],
  ['a Domain below the host', { name: '__Secure-slipmat-2', scope: domain('www.radio.example') }, true],
  ['a Domain that only ends alike', { name: '__Secure-slipmat-2', scope: domain('adio.example') }, true],
  [
    'one host of two that does not match',
    { name: '__Secure-slipmat-2', scope: domain('radio.example'), hosts: ['radio.example', 'old.example'] },
    true,
  ],
  ['a name with a space', { name: 'slip mat' }, true],
  ['a name with a separator', { name: 'slip;mat' }, true],
  ['an empty name', { name: '' }, true],
  [
    'a Domain under which strangers register',
    { name: '__Secure-slipmat-2', scope: domain('co.uk'), hosts: ['radio.co.uk'] },
    true,
  ],
  ['a Domain that is a top level', { name: '__Secure-slipmat-2', scope: domain('example') }, true],
  [
    'a Domain with an IP address',
    { name: '__Secure-slipmat-2', scope: domain('0.0.1'), hosts: ['127.0.0.1'] },
    true,
  ],
  ['a prefix in other letters', { name: '__host-slipmat', scope: domain('radio.example') }, true],
];

for (const [what, changed, isHttps] of refused) {
  test(`refused: ${what}`, () => assert.notDeepEqual(policyMistakes({ ...good, ...changed }, isHttps), []));
}

test('policies that browsers keep are taken', () => {
  assert.deepEqual(policyMistakes(good, true), []);
  const shared = {
    ...good,
    name: '__Secure-slipmat-2',
    scope: domain('radio.example'),
    hosts: ['radio.example', 'old.radio.example'],
  };
  assert.deepEqual(policyMistakes(shared, true), []);
  for (const host of ['radio.example', 'localhost', '127.0.0.1']) {
    for (const secure of [true, false]) {
      const policy = declarePolicy(1, { domain: undefined, secure, host, otherHosts: ['old.example'] });
      assert.deepEqual(policyMistakes(policy, secure), [], `${host} ${secure}`);
    }
  }
});

test('a scope of its own has a name of its own', () => {
  assert.equal(policyName(1, null, true), '__Host-slipmat');
  assert.equal(policyName(1, null, false), 'slipmat');
  assert.equal(policyName(1, 'radio.example', true), '__Secure-slipmat-1');
  assert.equal(policyName(2, 'radio.example', true), '__Secure-slipmat-2');
  assert.equal(policyName(3, 'radio2.example', true), '__Secure-slipmat-3');
  assert.equal(policyName(2, 'radio.example', false), 'slipmat-2');
});

test('a twin is expired wherever a sibling host or a script may have put it, within bounds', () => {
  const shared = { ...good, name: '__Secure-slipmat-2', scope: domain('radio.example') };
  const lines = expireLinesEverywhere(shared, 'www.radio.example', '/api/auth/choose');
  const places = lines.map(
    (line) => `${/Domain=([^;]+)/.exec(line)?.[1] ?? ''} ${/Path=([^;]+)/.exec(line)?.[1]}`,
  );
  assert.equal(places[0], 'radio.example /', 'its own place first');
  assert.ok(places.includes(' /api'), 'host only, on the path');
  assert.ok(places.includes('www.radio.example /'));
  assert.ok(lines.length <= 12);
  assert.ok(
    !lines.some((line) => line.includes('Domain=example;')),
    'no browser takes one for a whole top level',
  );
  assert.ok(
    expireLinesEverywhere(good, 'www.radio.example', '/').some((line) =>
      line.includes('Domain=radio.example'),
    ),
  );
  assert.ok(!expireLinesEverywhere(shared, 'radio.example', '/a;b, c').some((line) => line.includes('a;b')));
});

test('the lines have every attribute, and the expiry line the same identity', () => {
  assert.equal(
    setLine(good, 'v', 5_000),
    '__Host-slipmat=v; Max-Age=5; Path=/; Secure; HttpOnly; SameSite=Lax',
  );
  assert.equal(expireLine(good), '__Host-slipmat=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax');
  const shared = { ...good, name: '__Secure-slipmat-2', scope: domain('radio.example') };
  assert.match(expireLine(shared), /; Domain=radio\.example; Path=\/; Secure/);
  assert.match(setLine(good, 'v', 1_000 * 86_400_000), /Max-Age=34560000;/);
  assert.match(setLine(good, 'v', -5), /Max-Age=1;/);
});

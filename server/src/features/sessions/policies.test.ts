import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CookiePolicy,
  currentPolicy,
  expireLine,
  policiesFor,
  policyMistakes,
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
  for (const url of [
    'https://radio.example',
    'http://localhost:8080',
    'http://127.0.0.1',
    'https://localhost',
  ]) {
    const address = new URL(url);
    for (const policy of policiesFor(address)) {
      assert.deepEqual(policyMistakes(policy, address.protocol === 'https:'), [], url);
    }
  }
});

test('https gets the __Host- prefix, plain http on loopback none', () => {
  assert.equal(currentPolicy(policiesFor(new URL('https://radio.example'))).name, '__Host-slipmat');
  assert.equal(currentPolicy(policiesFor(new URL('http://localhost'))).name, 'slipmat');
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

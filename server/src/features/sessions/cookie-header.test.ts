import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookiePairs, cookieValue, readCandidates } from './cookie-header.ts';
import { policiesFor } from './policies.ts';

const policies = policiesFor(new URL('https://radio.example'));
const id = 'i'.repeat(22);
const secret = 's'.repeat(43);
const good = cookieValue(id, secret);

function names(header: string): string[] {
  return readCandidates(header, policies).candidates.map((candidate) => candidate.credentialId);
}

test('pairs are kept in order, all of them, undecoded', () => {
  assert.deepEqual(cookiePairs('a=1; b=2;a=3;\tc = "4" ;d==x=;junk;=5;a%3D=%20'), [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
    ['c', '"4"'],
    ['d', '=x='],
    ['', '5'],
    ['a%3D', '%20'],
  ]);
  assert.deepEqual(cookiePairs(''), []);
  assert.deepEqual(cookiePairs('__proto__=x; constructor=y'), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test('only SP and HTAB are trimmed', () => {
  for (const space of ['\u2000', '\u00a0', '\u3000', '\ufeff', '\v', '\f', '\u0085']) {
    assert.deepEqual(names(`${space}__Host-slipmat=${good}`), [], JSON.stringify(space));
    assert.deepEqual(names(`__Host-slipmat${space}=${good}`), [], JSON.stringify(space));
    assert.deepEqual(names(`__Host-slipmat=${good}${space}`), [], JSON.stringify(space));
  }
  assert.deepEqual(names(` \t__Host-slipmat \t=\t ${good} \t`), [id]);
});

test('names are compared byte for byte', () => {
  for (const name of [
    '__host-slipmat',
    '__HOST-SLIPMAT',
    '__Host-slipmat2',
    'slipmat',
    '__Secure-slipmat',
    '',
  ]) {
    assert.deepEqual(readCandidates(`${name}=${good}`, policies), { candidates: [], policiesSent: [] }, name);
  }
});

test('a value that is not ours proves nothing, but is noticed', () => {
  for (const value of [
    '',
    good.slice(1),
    `${good}x`,
    `"${good}"`,
    good.replace('v1', 'v2'),
    encodeURIComponent('v1 .'),
  ]) {
    const sent = readCandidates(`__Host-slipmat=${value}`, policies);
    assert.deepEqual(sent.candidates, [], value);
    assert.equal(sent.policiesSent.length, 1, value);
  }
});

test('the position of a cookie never decides: the right one counts among 150 others', () => {
  const others = Array.from({ length: 150 }, (_, index) => {
    return `__Host-slipmat=${cookieValue(String(index).padStart(22, 'x'), 'y'.repeat(43))}`;
  });
  for (const place of [0, 75, 150]) {
    const found = names(others.toSpliced(place, 0, `__Host-slipmat=${good}`).join('; '));
    assert.equal(found.length, 151);
    assert.ok(found.includes(id));
  }
});

test('the same cookie twice is one', () => {
  assert.deepEqual(names(`__Host-slipmat=${good}; __Host-slipmat=${good}`), [id]);
});

test('a header over 16 KB is refused', () => {
  assert.throws(() => readCandidates(`a=${'x'.repeat(16 * 1024)}`, policies), { code: 'header-too-large' });
  assert.deepEqual(readCandidates(undefined, policies), { candidates: [], policiesSent: [] });
});

test('a seeded fuzz: never throws, never finds what is not there, always finds what is', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed % below;
  };
  const bits = [
    '__Host-slipmat',
    '=',
    ';',
    ' ',
    '\t',
    'v1',
    '.',
    id,
    secret,
    good,
    '"',
    '%3D',
    '\u2000',
    '__proto__',
    ',',
  ];
  for (let round = 0; round < 5_000; round += 1) {
    const noise = Array.from({ length: random(30) }, () => bits[random(bits.length)]).join('');
    const found = readCandidates(noise, policies).candidates;
    for (const candidate of found)
      assert.ok(noise.includes(cookieValue(candidate.credentialId, candidate.secret)));
    assert.ok(names(`${noise};__Host-slipmat=${good}`).includes(id), noise);
  }
});

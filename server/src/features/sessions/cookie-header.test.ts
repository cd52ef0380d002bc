import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookiePairs, cookieValue, noCookies, readCookies } from './cookie-header.ts';

const known = { own: new Set(['__Host-slipmat', '__Secure-slipmat-2']), foreign: 'sessionid' };
const id = 'i'.repeat(22);
const secret = 's'.repeat(43);
const good = cookieValue(id, secret);

function names(header: string): string[] {
  return readCookies(header, known).candidates.map((candidate) => candidate.credentialId);
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
    const { hasUnknownOwn: _looks, ...sent } = readCookies(`${name}=${good}`, known);
    const { hasUnknownOwn: _none, ...nothing } = noCookies;
    assert.deepEqual(sent, nothing, name);
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
    const sent = readCookies(`__Host-slipmat=${value}`, known);
    assert.deepEqual(sent.candidates, [], value);
    assert.equal(sent.pairs.get('__Host-slipmat'), 1, value);
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

test('twins of one name are counted, and each is a candidate', () => {
  const other = cookieValue('o'.repeat(22), secret);
  const sent = readCookies(`__Host-slipmat=${good}; a=b; __Host-slipmat=${other}`, known);
  assert.equal(sent.pairs.get('__Host-slipmat'), 2);
  assert.deepEqual(
    sent.candidates.map(({ value }) => value),
    [good, other],
  );
});

test('a cookie of the old site is a candidate whose id nobody can choose', () => {
  const [first, second] = readCookies('sessionid=abc; sessionid=abd', known).candidates;
  assert.equal(first?.isForeign, true);
  assert.equal(first?.secret, 'abc');
  assert.notEqual(first?.credentialId, second?.credentialId);
  assert.equal(readCookies('sessionid=', known).candidates.length, 0);
  const many = Array.from({ length: 500 }, (_, index) => `sessionid=${index}`).join('; ');
  assert.equal(readCookies(many, known).candidates.length, 64, 'each may cost a question to the old site');
});

test('a cookie of a policy that this process was not told of is noticed', () => {
  assert.equal(readCookies(`__Secure-slipmat-7=${good}`, known).hasUnknownOwn, true);
  assert.equal(readCookies(`__Host-slipmat=${good}; slipmat-theme=dark`, known).hasUnknownOwn, false);
});

test('a header over 16 KB is refused', () => {
  assert.throws(() => readCookies(`a=${'x'.repeat(16 * 1024)}`, known), { code: 'header-too-large' });
  assert.deepEqual(readCookies(undefined, known), noCookies);
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
    const found = readCookies(noise, known).candidates;
    for (const candidate of found.filter((one) => !one.isForeign))
      assert.ok(noise.includes(cookieValue(candidate.credentialId, candidate.secret)));
    assert.ok(names(`${noise};__Host-slipmat=${good}`).includes(id), noise);
  }
});

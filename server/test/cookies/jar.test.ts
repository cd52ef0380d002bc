/** The jar against the text of RFC 6265bis, step by step; the cases stand on it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Jar, type JarSettings, type Order, orders, type Refusal, type Situation } from './jar.ts';
import { cookieDate, defaultPath, domainMatches, parseSetCookie, pathMatches } from './set-cookie.ts';
import { isPublicSuffix, isSameSite, siteOf } from './sites.ts';

const second = 1_000;
const day = 24 * 3_600 * second;
const begin = Date.UTC(2026, 0, 1);

/** A jar with a clock that the test moves. */
function aJar(settings: Partial<JarSettings> = {}) {
  const time = { now: begin };
  return { time, jar: new Jar({ now: () => time.now, isPublicSuffix, ...settings }) };
}

/** A request that the person made by typing the address, unless told otherwise. */
function to(url: string, more: Partial<Situation> = {}): Situation {
  return { url: new URL(url), isSameSite: true, isTopLevelNavigation: true, ...more };
}

const apex = to('https://slipmat.test/');
const old = to('https://old.slipmat.test/');
const plain = to('http://slipmat.test/');
const crossSite = { isSameSite: false, isTopLevelNavigation: false };

describe('twins: a cookie is its name, domain, host-only flag and path (§5.7 step 23)', () => {
  const hostOnly = 'sessionid=old; Path=/; Secure; HttpOnly';
  const shared = 'sessionid=new; Path=/; Domain=slipmat.test; Secure; HttpOnly';

  test('a host-only cookie and one with Domain live side by side, the stale one first for ever', () => {
    const { jar } = aJar();
    jar.set(hostOnly, apex);
    jar.set(shared, apex);
    assert.equal(jar.header(apex), 'sessionid=old; sessionid=new');
    jar.set(shared.replace('new', 'newer'), apex);
    assert.equal(
      jar.header(apex),
      'sessionid=old; sessionid=newer',
      'signing in again changes the twin only',
    );
    assert.equal(jar.header(old), 'sessionid=newer', 'the other host sees one of them: there lies the split');
    jar.set('sessionid=; Max-Age=0; Path=/; Domain=slipmat.test', apex);
    assert.equal(jar.header(apex), 'sessionid=old', 'signing out clears the scope of today only');
    jar.set('sessionid=; Max-Age=0; Path=/', apex);
    assert.equal(jar.header(apex), undefined);
  });

  test('a jar without the host-only flag, as tough-cookie stores, keeps one: it cannot show the outage', () => {
    const { jar } = aJar({ faults: { noHostOnlyFlag: true } });
    jar.set(hostOnly, apex);
    jar.set(shared, apex);
    assert.equal(jar.header(apex), 'sessionid=new');
    jar.set('sessionid=; Max-Age=0; Path=/', apex);
    assert.equal(
      jar.header(apex),
      undefined,
      'there an expiry after the live cookie takes the live one away',
    );
  });

  test('other paths are other cookies, the longest path first', () => {
    const { jar } = aJar();
    jar.set('a=root; Path=/', apex);
    jar.set('a=live; Path=/live', apex);
    assert.equal(jar.header(to('https://slipmat.test/live/x')), 'a=live; a=root');
    assert.equal(jar.header(to('https://slipmat.test/lively')), 'a=root');
  });
});

describe('the order of a header (§5.8.3 step 4)', () => {
  function sentBy(order: Order, seed = 1): string | undefined {
    const { jar } = aJar({ order, seed });
    for (const name of ['a', 'b', 'c']) jar.set(`${name}=1; Path=/`, apex);
    jar.set('a=2; Path=/', apex);
    jar.set('b=1; Path=/', apex);
    return jar.header(apex);
  }

  test('spec: set again, a cookie keeps its place', () => {
    assert.equal(sentBy('spec'), 'a=2; b=1; c=1');
  });
  test('chromium: only with the same value', () => {
    assert.equal(sentBy('chromium'), 'b=1; c=1; a=2');
  });
  test('reversed', () => {
    assert.equal(sentBy('reversed'), 'c=1; b=1; a=2');
  });
  test('random: every order comes, and the same seed gives the same one', () => {
    const seen = new Set(Array.from({ length: 100 }, (_, seed) => sentBy('random', seed)));
    assert.equal(seen.size, 6);
    assert.equal(sentBy('random', 7), sentBy('random', 7));
    assert.equal(orders.length, 4);
  });
});

describe('what is silently not kept (§5.7)', () => {
  const refusals: readonly (readonly [string, string, Situation, Refusal])[] = [
    ['step 2, nothing at all', '=; Path=/', apex, 'empty'],
    ['step 3, a control character', 'a=b\x07c', apex, 'control-character'],
    ['step 3, DEL', 'a=b\x7f', apex, 'control-character'],
    ['step 4, 4097 octets', `a=${'x'.repeat(4096)}`, apex, 'too-large'],
    ['step 4, octets and not signs', `a=${'é'.repeat(2048)}`, apex, 'too-large'],
    ['step 8, a domain outside ASCII', 'a=b; Domain=slipmät.test', apex, 'domain-not-ascii'],
    ['step 9, a top level', 'a=b; Domain=test', apex, 'public-suffix'],
    ['step 9, a public suffix of two', 'a=b; Domain=co.uk', to('https://radio.co.uk/'), 'public-suffix'],
    ['step 10, another host', 'a=b; Domain=radio.test', apex, 'domain-mismatch'],
    ['step 10, a sub-domain', 'a=b; Domain=old.slipmat.test', apex, 'domain-mismatch'],
    ['step 10, the tail of a name', 'a=b; Domain=mat.test', apex, 'domain-mismatch'],
    ['step 10, an address', 'a=b; Domain=0.0.1', to('http://127.0.0.1/'), 'domain-mismatch'],
    ['step 13, Secure over http', 'a=b; Secure', plain, 'secure-over-http'],
    [
      'step 18, Lax from a frame of another site',
      'a=b; SameSite=Lax',
      to('https://slipmat.test/', crossSite),
      'cross-site',
    ],
    ['step 18, no SameSite is Lax in Chromium', 'a=b', to('https://slipmat.test/', crossSite), 'cross-site'],
    ['step 19, None without Secure', 'a=b; SameSite=None', apex, 'none-without-secure'],
    ['step 20, __Secure- without Secure', '__Secure-a=b; Path=/', apex, 'secure-prefix'],
    ['step 20, in any letters', '__sEcUrE-a=b; Path=/', apex, 'secure-prefix'],
    ['step 21, __Host- without Path', '__Host-a=b; Secure', apex, 'host-prefix'],
    ['step 21, __Host- with Domain', '__Host-a=b; Secure; Path=/; Domain=slipmat.test', apex, 'host-prefix'],
    ['step 21, __Host- with a path', '__HOST-a=b; Secure; Path=/live', apex, 'host-prefix'],
    ['step 21, __Host- without Secure', '__Host-a=b; Path=/', apex, 'host-prefix'],
    ['step 22, a prefix in the value of no name', '=__Host-a=b; Path=/', apex, 'hidden-prefix'],
  ];
  for (const [what, line, situation, why] of refusals) {
    test(what, () => {
      const { jar } = aJar();
      assert.deepEqual(jar.set(line, situation), { kept: false, why });
      assert.deepEqual(jar.cookies, []);
    });
  }

  const kept: readonly (readonly [string, string, Situation])[] = [
    ['4096 octets', `a=${'x'.repeat(4095)}`, apex],
    ['HTAB is a space', 'a\t=\tb\t; Path=/', apex],
    ['a leading dot', 'a=b; Domain=.slipmat.test', old],
    ['capital letters', 'a=b; DOMAIN=Slipmat.TEST', old],
    ['the last Domain counts', 'a=b; Domain=radio.test; Domain=slipmat.test', apex],
    ['an empty Domain is none', 'a=b; Domain=radio.test; Domain=', apex],
    ['the prefixes in order', '__Host-a=b; Secure; Path=/', apex],
    ['__Secure- with Domain', '__Secure-a=b; Secure; Path=/; Domain=slipmat.test', old],
    ['a value without a name', 'lonely', apex],
    ['a navigation from another site may set Lax', 'a=b; SameSite=Lax', { ...apex, isSameSite: false }],
    ['an attribute over 1024 octets is ignored', `a=b; Domain=${'x'.repeat(1025)}`, apex],
  ];
  for (const [what, line, situation] of kept) {
    test(`kept: ${what}`, () => assert.deepEqual(aJar().jar.set(line, situation), { kept: true }));
  }

  test('a host that is a public suffix itself gets a host-only cookie', () => {
    const { jar } = aJar();
    const host = to('https://github.io/');
    jar.set('a=b; Domain=github.io', host);
    assert.deepEqual(
      jar.cookies.map((cookie) => cookie.hostOnly),
      [true],
    );
    assert.equal(jar.header(to('https://dj.github.io/')), undefined);
  });
});

describe('scripts', () => {
  test('neither write nor replace nor read an HttpOnly cookie (steps 15 and 23)', () => {
    const { jar } = aJar();
    jar.set('sessionid=server; Path=/; HttpOnly', apex);
    assert.deepEqual(jar.set('b=1; HttpOnly', apex, 'script'), { kept: false, why: 'http-only-by-script' });
    assert.deepEqual(jar.set('sessionid=; Max-Age=0; Path=/', apex, 'script'), {
      kept: false,
      why: 'shadowed-http-only',
    });
    assert.equal(jar.header(apex, 'script'), undefined);
    assert.equal(jar.header(apex), 'sessionid=server');
  });

  test('with another Domain or path they plant a twin', () => {
    const { jar } = aJar();
    jar.set('sessionid=server; Path=/; HttpOnly', apex);
    assert.deepEqual(jar.set('sessionid=script; Path=/; Domain=slipmat.test', apex, 'script'), {
      kept: true,
    });
    assert.equal(jar.header(apex), 'sessionid=server; sessionid=script');
    assert.equal(jar.header(apex, 'script'), 'sessionid=script');
  });
});

describe('leave secure cookies alone (step 16)', () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ['the same path', 'a=evil; Path=/login', false],
    ['below it', 'a=evil; Path=/login/en', false],
    ['above it', 'a=evil; Path=/', true],
    ['beside it', 'a=evil; Path=/foo', true],
    ['by Domain', 'a=evil; Path=/login; Domain=slipmat.test', false],
    ['another name', 'b=evil; Path=/login', true],
  ];
  for (const [what, line, isKept] of table) {
    test(`over http, ${what}: ${isKept ? 'kept' : 'refused'}`, () => {
      const { jar } = aJar();
      jar.set('a=good; Secure; Path=/login', apex);
      assert.equal(jar.set(line, plain).kept, isKept);
    });
  }

  test('over https a cookie without Secure replaces the secure one', () => {
    const { jar } = aJar();
    jar.set('a=good; Secure; Path=/', apex);
    jar.set('a=other; Path=/', apex);
    assert.equal(jar.header(plain), 'a=other');
  });
});

describe('what is sent (§5.8.3)', () => {
  test('Secure only over https, Domain to sub-domains, host-only to one host', () => {
    const { jar } = aJar();
    jar.set('secure=1; Path=/; Secure; Domain=slipmat.test', apex);
    jar.set('host=1; Path=/', apex);
    assert.equal(jar.header(plain), 'host=1');
    assert.equal(jar.header(apex), 'secure=1; host=1');
    assert.equal(jar.header(old), 'secure=1');
    assert.equal(jar.header(to('https://slipmat.test.evil.test/')), undefined);
    assert.equal(jar.header(to('wss://old.slipmat.test/realtime')), 'secure=1');
  });

  const sameSite: readonly (readonly [string, Partial<Situation>, string | undefined])[] = [
    ['the same site', {}, 'none=1; lax=1; strict=1; bare=1'],
    ['a link from another site', { isSameSite: false }, 'none=1; lax=1; bare=1'],
    ['a form of another site', { isSameSite: false, method: 'POST' }, 'none=1; bare=1'],
    ['a frame or fetch of another site', crossSite, 'none=1'],
  ];
  for (const [what, more, expected] of sameSite) {
    test(`SameSite: ${what}`, () => {
      const { jar } = aJar();
      jar.set('none=1; Path=/; Secure; SameSite=None', apex);
      jar.set('lax=1; Path=/; SameSite=Lax', apex);
      jar.set('strict=1; Path=/; SameSite=Strict', apex);
      jar.set('bare=1; Path=/', apex);
      assert.equal(jar.header({ ...apex, ...more }), expected);
    });
  }

  test('a form of another site carries a cookie without SameSite for two minutes', () => {
    const { jar, time } = aJar();
    jar.set('bare=1; Path=/', apex);
    time.now += 121 * second;
    assert.equal(jar.header({ ...apex, isSameSite: false, method: 'POST' }), undefined);
  });

  test('browsers that take no SameSite for None send it anywhere', () => {
    const { jar } = aJar({ withoutSameSite: 'None' });
    jar.set('bare=1; Path=/', to('https://slipmat.test/', crossSite));
    assert.equal(jar.header(to('https://slipmat.test/', crossSite)), 'bare=1');
  });
});

describe('time', () => {
  test('Max-Age wins over Expires, zero and below expire, rubbish is ignored', () => {
    const { jar, time } = aJar();
    jar.set('a=1; Path=/; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT', apex);
    jar.set('b=1; Path=/; Max-Age=soon', apex);
    jar.set('c=1; Path=/; Max-Age=-5', apex);
    jar.set('d=1; Path=/; Expires=Thu, 01 Jan 2026 00:00:05 GMT', apex);
    assert.equal(jar.header(apex), 'a=1; b=1; d=1');
    time.now += 5 * second;
    assert.equal(jar.header(apex), 'a=1; b=1');
    time.now += 5 * second;
    assert.equal(jar.header(apex), 'b=1');
    jar.restart();
    assert.equal(jar.header(apex), undefined, 'without Max-Age it goes with the browser');
  });

  test('nothing lives longer than 400 days', () => {
    const { jar, time } = aJar();
    jar.set(`a=1; Path=/; Max-Age=${10 * 365 * 86_400}`, apex);
    jar.set('b=1; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT', apex);
    time.now += 400 * day - second;
    assert.equal(jar.header(apex), 'a=1; b=1');
    time.now += second;
    assert.equal(jar.header(apex), undefined);
  });

  const dates: readonly (readonly [string, number | undefined])[] = [
    ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['6 November 69 1:2:3', Date.UTC(2069, 10, 6, 1, 2, 3)],
    ['31 Feb 2026 00:00:00', undefined],
    ['1 Jan 1600 00:00:00', undefined],
    ['1 Jan 2026 24:00:00', undefined],
    ['1 Jan 2026', undefined],
  ];
  for (const [text, expected] of dates) {
    test(`date ${text}`, () => assert.equal(cookieDate(text), expected));
  }
});

describe('eviction and faults', () => {
  test('over fifty of a domain, those without Secure go first, then those used longest ago', () => {
    const { jar } = aJar();
    jar.set('session=1; Path=/; Secure', apex);
    for (let index = 0; index < 50; index += 1) jar.set(`t${index}=1; Path=/`, apex);
    assert.equal(jar.cookies.length, 50);
    assert.ok(jar.header(apex)?.startsWith('session=1; t1=1;'), 't0 went');
    for (let index = 0; index < 50; index += 1) jar.set(`s${index}=1; Path=/; Secure`, apex);
    assert.equal(jar.header(apex)?.includes('session=1'), false, 'a neighbour can push it out');
    jar.set('other=1; Path=/', to('https://radio.test/'));
    assert.equal(jar.cookies.length, 51, 'another domain has room of its own');
  });

  test('each fault does what it says', () => {
    const lines = ['a=1; Path=/; Max-Age=99', 'b=1; Path=/; Domain=slipmat.test; Max-Age=99', 'c=1; Path=/'];
    const sent = (faults: NonNullable<JarSettings['faults']>): string | undefined => {
      const { jar } = aJar({ faults });
      for (const line of lines) jar.set(line, apex);
      return jar.header(apex);
    };
    assert.equal(sent({}), 'a=1; b=1; c=1');
    assert.equal(sent({ ignores: (name) => name === 'a' }), 'b=1; c=1');
    assert.equal(sent({ dropsDomain: true }), 'a=1; c=1');
    assert.equal(sent({ blocksAll: true }), undefined);
    const { jar } = aJar({ faults: { forgetsAtRestart: true } });
    for (const line of lines) jar.set(line, apex);
    jar.restart();
    assert.equal(jar.header(apex), undefined);
  });

  test('a name that is blocked later is not sent and not replaced, and is there again when it is not blocked', () => {
    let isBlocked = false;
    const { jar } = aJar({ faults: { ignores: (name) => isBlocked && name === 'a' } });
    jar.set('a=1; Path=/; Max-Age=99', apex);
    isBlocked = true;
    assert.equal(jar.header(apex), undefined);
    assert.equal(jar.cookies.length, 0);
    assert.deepEqual(jar.set('a=2; Path=/', apex), { kept: false, why: 'fault' });
    isBlocked = false;
    assert.equal(jar.header(apex), 'a=1');
  });

  test('a name can be lost at a moment, and a whole site on request', () => {
    const { jar } = aJar();
    jar.set('a=1; Path=/', apex);
    jar.set('b=1; Path=/; Domain=slipmat.test', apex);
    assert.equal(jar.evict('a'), 1);
    assert.equal(jar.evict('a'), 0);
    assert.equal(jar.header(apex), 'b=1');
    jar.clearSite('slipmat.test');
    assert.deepEqual(jar.cookies, []);
  });
});

describe('parts', () => {
  test('a line is parsed as the text says', () => {
    const parsed = parseSetCookie(' a = b=c ; path=x; Path=/y; SECURE; SameSite=laX; Max-Age=1', begin);
    assert.deepEqual(parsed, {
      name: 'a',
      value: 'b=c',
      domain: '',
      path: '/y',
      secure: true,
      httpOnly: false,
      sameSite: 'Lax',
      expiresAt: begin + second,
    });
    assert.equal(
      parseSetCookie('a=b; Path=/x; Path=y', begin)?.path,
      undefined,
      'the last Path is the default',
    );
    assert.equal(parseSetCookie('a="b"', begin)?.value, '"b"', 'quotes are part of the value');
    assert.equal(parseSetCookie('a=b; SameSite=new', begin)?.sameSite, 'Default');
  });

  test('domains, paths and sites', () => {
    assert.equal(domainMatches('old.slipmat.test', 'slipmat.test'), true);
    assert.equal(domainMatches('slipmat.test', 'old.slipmat.test'), false);
    assert.equal(domainMatches('10.0.0.1', '0.0.1'), false);
    assert.equal(pathMatches('/live/a', '/live'), true);
    assert.equal(pathMatches('/lively', '/live'), false);
    assert.equal(pathMatches('/live', '/live/'), false);
    assert.equal(defaultPath('/a/b'), '/a');
    assert.equal(defaultPath('/a'), '/');
    assert.equal(siteOf('old.slipmat.test'), 'slipmat.test');
    assert.equal(isSameSite(new URL('https://slipmat.test'), new URL('wss://old.slipmat.test')), true);
    assert.equal(isSameSite(new URL('http://slipmat.test'), new URL('https://slipmat.test')), false);
    assert.equal(isSameSite(new URL('https://a.github.io'), new URL('https://b.github.io')), false);
  });
});

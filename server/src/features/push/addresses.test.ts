import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { test } from 'node:test';
import webPush from 'web-push';
import { endpointFault, isPublicAddress, publicLookup } from './addresses.ts';
import { createPoster, judge, waitOf } from './post.ts';

test('public addresses are those that are given out to somebody', () => {
  for (const address of ['142.250.185.78', '1.1.1.1', '2a00:1450:4001:830::200e', '2606:4700::1111']) {
    assert.ok(isPublicAddress(address), address);
  }
  for (const address of [
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'fc00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'localhost',
    '',
  ]) {
    assert.ok(!isPublicAddress(address), address);
  }
});

test('an endpoint is an https address with a name', () => {
  assert.equal(endpointFault('https://fcm.googleapis.com/fcm/send/abc', false), undefined);
  for (const endpoint of [
    'http://fcm.googleapis.com/x',
    'https://user@fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://0177.0.0.1/x',
    'https://[::1]/x',
    'https://[::ffff:127.0.0.1]/x',
    'ftp://a.example/x',
    'not an address',
  ]) {
    assert.notEqual(endpointFault(endpoint, false), undefined, endpoint);
  }
  assert.equal(endpointFault('https://localhost:8443/x', true), undefined);
});

test('a name that leads inside is not connected to', async () => {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  publicLookup('localhost', { all: true }, (error) => resolve(error));
  assert.match(String(await promise), /no public address/);
});

test('the connection itself looks the name up with that guard', async () => {
  const post = createPoster({
    keys: async () => webPush.generateVAPIDKeys(),
    contact: () => 'mailto:radio@example.org',
    allowsPrivate: false,
    concurrency: 1,
    now: Date.now,
  });
  const browser = createECDH('prime256v1');
  const p256dh = browser.generateKeys('base64url');
  const to = { endpoint: 'https://localhost/push', p256dh, auth: 'A'.repeat(22) };
  const message = { title: 'x', body: 'x', link: null, tag: 'x' };
  const posted = await post(to, message, new AbortController().signal);
  assert.deepEqual(
    { ...posted, afterMs: 0 },
    {
      kind: 'later',
      error: 'localhost leads to no public address',
      afterMs: 0,
    },
  );
});

test('what the answer of a push service means', () => {
  const now = Date.parse('2026-11-25T12:00:00Z');
  const kindOf = (status: number) => judge({ status, retryAfter: undefined, text: '' }, now).kind;
  assert.deepEqual([200, 201, 202].map(kindOf), ['sent', 'sent', 'sent']);
  assert.deepEqual([404, 410].map(kindOf), ['gone', 'gone']);
  assert.deepEqual([429, 500, 503].map(kindOf), ['later', 'later', 'later']);
  assert.deepEqual([301, 307, 400, 403, 413].map(kindOf), Array(5).fill('failed'));
  assert.equal(waitOf('120', now), 120_000);
  assert.equal(waitOf('Wed, 25 Nov 2026 12:01:00 GMT', now), 60_000);
  assert.equal(waitOf('Wed, 25 Nov 2026 11:00:00 GMT', now), 0);
  assert.equal(waitOf('999999999', now), 6 * 3_600_000);
  assert.equal(waitOf('soon', now), 0);
});

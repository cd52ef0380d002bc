import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceFor, type BrowserFacts, isWebView } from './cookie-advice.ts';

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1';
const sound: BrowserFacts = {
  cookieEnabled: true,
  protocol: 'https:',
  hostname: 'radio.example',
  userAgent: chrome,
  framed: false,
};

test('an ordinary browser is told what is left to try', () => {
  assert.deepEqual(adviceFor(sound), ['allow', 'extensions', 'private-window', 'clock']);
});

test('what can be seen comes first', () => {
  assert.deepEqual(adviceFor({ ...sound, cookieEnabled: false })[0], 'blocked');
  assert.ok(!adviceFor({ ...sound, cookieEnabled: false }).includes('allow'));
  assert.deepEqual(adviceFor({ ...sound, protocol: 'http:' }).slice(0, 2), ['plain-http', 'allow']);
  assert.deepEqual(adviceFor({ ...sound, framed: true }).slice(0, 2), ['framed', 'allow']);
});

test('plain http on this very machine is fine', () => {
  for (const hostname of ['localhost', '127.0.0.1', '[::1]', 'old.localhost'])
    assert.equal(adviceFor({ ...sound, protocol: 'http:', hostname })[0], 'allow', hostname);
});

test('browsers inside other apps are known by their names', () => {
  const inApps = [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 361.0.0.35.82',
    `${chrome} [FBAN/FBIOS;FBAV/490.0]`,
  ];
  for (const userAgent of inApps) {
    assert.equal(isWebView(userAgent), true, userAgent);
    assert.equal(adviceFor({ ...sound, userAgent })[0], 'web-view');
  }
  for (const userAgent of [chrome, iphone, iphone.replace('Version/18.2', 'CriOS/131.0.6778.73')])
    assert.equal(isWebView(userAgent), false, userAgent);
});

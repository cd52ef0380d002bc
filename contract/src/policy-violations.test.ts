import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violationWords } from './policy-violations.ts';
import { scrubMessage } from './scrubbing.ts';

const origin = 'https://radio.example';
const blocked: readonly (readonly [string, string])[] = [
  ['inline', 'inline'],
  ['eval', 'eval'],
  ['data', 'data'],
  ['data:image/png;base64,AAAA', 'data'],
  ['blob:https://radio.example/1', 'blob'],
  ['chrome-extension', 'an extension'],
  ['chrome-extension://abc/x.js', 'an extension'],
  ['moz-extension', 'an extension'],
  ['safari-web-extension://x/y', 'an extension'],
  ['webkit-masked-url://hidden/', 'an extension'],
  ['self', 'a file of this site'],
  [`${origin}/assets/a.js`, 'a file of this site'],
  [origin, 'a file of this site'],
  [`${origin}.evil.example/a.js`, 'another site'],
  ['https://ads.example/?who=anna', 'another site'],
  ['', 'something'],
];
for (const [uri, words] of blocked) {
  test(`blocked: ${uri === '' ? 'nothing said' : uri}`, () => {
    const said = violationWords({ directive: 'img-src', blocked: uri, source: '', origin });
    assert.equal(said, `img-src blocked ${words}`);
    assert.equal(scrubMessage(said), said, 'the same after scrubbing, so that page and browser say the same');
  });
}

test('whose code it was, and directives as older browsers write them', () => {
  const base = { blocked: 'inline', source: '', origin };
  const ofExtension = { ...base, directive: 'style-src-attr', source: 'moz-extension://x/y.js' };
  assert.equal(violationWords(ofExtension), 'style-src-attr blocked an extension');
  const old = { ...base, directive: `script-src 'self' https://a.example` };
  assert.equal(violationWords(old), 'script-src blocked inline');
  for (const directive of ['', '<b>anna</b>', 'a'.repeat(100), 'IMG-SRC'])
    assert.equal(violationWords({ ...base, directive }), 'something blocked inline');
});

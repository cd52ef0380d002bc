import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitLinks } from './links.ts';

const links = (text: string) => splitLinks(text).flatMap((part) => (part.type === 'link' ? [part.href] : []));

test('addresses become links and the rest stays as it was', () => {
  assert.deepEqual(splitLinks('see https://example.org/a?b=1#c, ok'), [
    { type: 'text', text: 'see ' },
    { type: 'link', text: 'https://example.org/a?b=1#c', href: 'https://example.org/a?b=1#c' },
    { type: 'text', text: ', ok' },
  ]);
  assert.deepEqual(splitLinks('no link'), [{ type: 'text', text: 'no link' }]);
  assert.deepEqual(splitLinks(''), []);
});

test('only http and https', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'xhttps//x',
    'ftp://example.org',
    'https://',
    'http://[',
  ])
    assert.deepEqual(links(text), [], text);
  assert.deepEqual(links('HTTPS://Example.org'), ['https://example.org/']);
});

test('brackets and closing punctuation', () => {
  assert.deepEqual(links('(https://example.org/x)'), ['https://example.org/x']);
  assert.deepEqual(links('https://en.example.org/wiki/House_(music).'), [
    'https://en.example.org/wiki/House_(music)',
  ]);
  assert.deepEqual(links('“https://example.org”!'), ['https://example.org/']);
});

test('an address that carries a user name is not a link', () => {
  assert.deepEqual(links('https://bank.example@evil.example/'), []);
});

test('mark-up stays text, also around an address', () => {
  const text = '<a href="https://example.org/">x</a><img src=x onerror=alert(1)>';
  assert.deepEqual(links(text), ['https://example.org/']);
  assert.equal(
    splitLinks(text)
      .map((part) => part.text)
      .join(''),
    text,
  );
});

test('a long line of nothing but slashes and brackets is split quickly', () => {
  const text = `https://a/${')'.repeat(500)}${'https://'.repeat(60)}`.slice(0, 500);
  assert.equal(
    splitLinks(text)
      .map((part) => part.text)
      .join(''),
    text,
  );
});

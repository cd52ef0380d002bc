import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnAddress } from './go-back.ts';

const services = ['https://old.radio.example/slipmat/whoami'];

test('a page of an old site of ours is gone back to', () => {
  const page = 'https://old.radio.example/chat?room=1#last';
  assert.equal(returnAddress(page, services), page);
});

test('nothing else is', () => {
  for (const wanted of [
    null,
    '',
    '/chat',
    'https://evil.example/',
    'https://old.radio.example.evil.example/',
    'https://old.radio.example@evil.example/',
    'http://old.radio.example/',
    'https://old.radio.example:8443/',
    'javascript:alert(1)',
    'data:text/html,x',
  ])
    assert.equal(returnAddress(wanted, services), undefined, String(wanted));
  assert.equal(returnAddress('https://old.radio.example/', []), undefined);
});

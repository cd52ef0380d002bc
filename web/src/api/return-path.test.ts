import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnPath, signInPath, signUpPath } from './return-path.ts';

test('a path of this site is kept, with its query and fragment', () => {
  assert.equal(returnPath('/e/night?x=1#chat'), '/e/night?x=1#chat');
});

test('another site is never gone to, however it is spelled', () => {
  for (const wanted of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
    'javascript:x',
    '',
  ]) {
    assert.equal(returnPath(wanted), '/', JSON.stringify(wanted));
  }
  assert.equal(returnPath(null), '/');
});

test('signing in does not lead back to signing in', () => {
  assert.equal(returnPath('/sign-in?return=/settings'), '/');
  assert.equal(signInPath('/sign-up'), '/sign-in');
});

test('the sign-in and sign-up pages are told where to go back', () => {
  assert.equal(signInPath('/e/night'), '/sign-in?return=%2Fe%2Fnight');
  assert.equal(signUpPath('/'), '/sign-up');
});

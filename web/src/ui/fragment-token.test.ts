import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenOf } from './fragment-token.ts';

const token = 'abcdefghij_KLMNOPQRST-0123';

test('the token of a fragment', () => {
  assert.equal(tokenOf(`#token=${token}`), token);
  assert.equal(tokenOf(`#a=b&token=${token}`), token);
});

test('a fragment without a whole token has none', () => {
  for (const fragment of ['', '#', '#token=', '#token=short', `#token=${token}/../x`, `#${token}`]) {
    assert.equal(tokenOf(fragment), null, fragment);
  }
});

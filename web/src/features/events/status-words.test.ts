import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOf } from './status-words.ts';

test('names are listed as people say them', () => {
  const people = ['Ana', 'Ben', 'Cleo', 'Dai'].map((displayName) => ({ displayName }));
  assert.equal(namesOf([]), '');
  assert.equal(namesOf(people.slice(0, 1)), 'Ana');
  assert.equal(namesOf(people.slice(0, 2)), 'Ana and Ben');
  assert.equal(namesOf(people), 'Ana, Ben and 2 more');
});

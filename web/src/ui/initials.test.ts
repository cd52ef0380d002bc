import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initials } from './initials.ts';

test('first and last word give their letters, whole as people see them', () => {
  assert.equal(initials('Ana Maria López'), 'AL');
  assert.equal(initials('dj_spin'), 'DS');
  assert.equal(initials('prince'), 'P');
  assert.equal(initials('👩‍🎤 Zoë'), '👩‍🎤Z');
  assert.equal(initials('  '), '?');
});

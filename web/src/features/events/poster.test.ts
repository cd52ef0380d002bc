import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventLimits } from '@slipmat/contract/events';
import { posterError } from './poster.ts';

test('an image of a known kind that fits is fine', () => {
  assert.equal(posterError({ type: 'image/png', size: eventLimits.posterBytes }), undefined);
});

test('other kinds, and what is too large, are told why', () => {
  assert.match(posterError({ type: 'image/svg+xml', size: 10 }) ?? '', /JPEG, PNG, WebP or AVIF/);
  assert.match(posterError({ type: 'image/png', size: 5 * 1024 * 1024 }) ?? '', /5\.0 MB; at most 2 MB/);
});

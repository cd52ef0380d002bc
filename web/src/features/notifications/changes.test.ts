import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedFields, changedParts } from './changes.ts';

const join = (parts: ReturnType<typeof changedParts>, left: 'added' | 'removed'): string =>
  parts
    .filter(({ was }) => was !== left)
    .map(({ text }) => text)
    .join('');

test('the parts give both texts back, and mark the words that differ', () => {
  const [before, now] = [
    'Nova begins at nine, on Friday.\n\nBe there.',
    'Nova begins at ten, on Friday.\n\nPlease be there.',
  ];
  const parts = changedParts(before, now);
  assert.equal(join(parts, 'added'), before);
  assert.equal(join(parts, 'removed'), now);
  assert.ok(parts.some(({ was, text }) => was === 'removed' && text.includes('nine')));
  assert.ok(parts.some(({ was, text }) => was === 'added' && text.includes('ten')));
  assert.ok(parts.some(({ was, text }) => was === 'kept' && text.includes('Friday')));
});

test('only fields that differ are told', () => {
  const before = { title: 'Keys', text: 'Make one.', link: null };
  assert.deepEqual(changedFields(before, before), []);
  const names = changedFields(before, { ...before, text: 'Make two.', link: '/dj' }).map(({ name }) => name);
  assert.deepEqual(names, ['Text', 'Link']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNewest } from './newest.ts';

test('a read that began earlier and ends later puts nothing back', async () => {
  const newest = createNewest();
  const kept: string[] = [];
  const keep = (value: string): void => {
    kept.push(value);
  };
  const slow = Promise.withResolvers<string>();
  const first = newest.load(() => slow.promise, keep);
  await newest.load(async () => 'new', keep);
  slow.resolve('old');
  await first;
  assert.deepEqual(kept, ['new']);
  await newest.load(async () => 'newer', keep);
  assert.deepEqual(kept, ['new', 'newer']);
});

test('a read that fails keeps nothing, and leaves the next alone', async () => {
  const newest = createNewest();
  const kept: string[] = [];
  await assert.rejects(
    newest.load(
      () => Promise.reject(new Error('away')),
      () => kept.push('nothing'),
    ),
  );
  await newest.load(
    async () => 'here',
    (value) => kept.push(value),
  );
  assert.deepEqual(kept, ['here']);
});

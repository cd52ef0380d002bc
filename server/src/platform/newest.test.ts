import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepNewest } from './newest.ts';

/** Reads these in turn; what they gave is kept in `kept`. */
function readsOf(...answers: readonly (() => Promise<string>)[]) {
  const left = answers.values();
  const kept: string[] = [];
  const load = keepNewest(
    () => left.next().value?.() ?? assert.fail('read too often'),
    (value) => kept.push(value),
  );
  return { load, kept };
}

test('a read that began earlier and ends later puts nothing back', async () => {
  const slow = Promise.withResolvers<string>();
  const { load, kept } = readsOf(
    () => slow.promise,
    async () => 'new',
    async () => 'newer',
  );
  const first = load();
  await load();
  slow.resolve('old');
  await first;
  assert.deepEqual(kept, ['new']);
  await load();
  assert.deepEqual(kept, ['new', 'newer']);
});

test('a read that fails keeps nothing, and leaves the next alone', async () => {
  const { load, kept } = readsOf(
    () => Promise.reject(new Error('away')),
    async () => 'here',
  );
  await assert.rejects(load(), /away/);
  await load();
  assert.deepEqual(kept, ['here']);
});

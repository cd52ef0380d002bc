import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod/mini';
import { keepValue, keptValue } from './kept.ts';

function storageOf(): Storage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    getItem: (key) => values.get(key) ?? null,
    key: (index) => [...values.keys()][index] ?? null,
    removeItem(key) {
      values.delete(key);
    },
    setItem(key, value) {
      values.set(key, value);
    },
  };
}

const schema = z.object({ title: z.string() });

test('what is kept comes back, until it is let go', () => {
  const storage = storageOf();
  keepValue(storage, 'draft', { title: 'Night' });
  assert.deepEqual(keptValue(storage, 'draft', schema), { title: 'Night' });
  keepValue(storage, 'draft', undefined);
  assert.equal(keptValue(storage, 'draft', schema), undefined);
});

test('what has another form, or is no JSON, was not kept', () => {
  const storage = storageOf();
  storage.setItem('draft', '{"title":7}');
  assert.equal(keptValue(storage, 'draft', schema), undefined);
  storage.setItem('draft', '{');
  assert.equal(keptValue(storage, 'draft', schema), undefined);
});

test('a storage that refuses does not stop the page', () => {
  const refusing = {
    ...storageOf(),
    setItem: () => assert.fail('full'),
    getItem: () => assert.fail('denied'),
  };
  keepValue(refusing, 'draft', { title: 'Night' });
  assert.equal(keptValue(refusing, 'draft', schema), undefined);
});

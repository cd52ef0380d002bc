import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unread } from '@slipmat/contract/notifications';
import { createMemory, memoryLimits } from './memory.ts';

const reading = { ...unread, version: 1, seenAt: 7 };

function storageWith(start?: string) {
  let text = start ?? null;
  return {
    getItem: () => text,
    setItem(_name: string, value: string) {
      text = value;
    },
    text: () => text,
  };
}

test('remembers over a reload, the newest only', () => {
  const storage = storageWith();
  const first = createMemory({ storage: () => storage, page: new EventTarget() });
  for (let n = 0; n <= memoryLimits.readings; n += 1) first.keep([[`id-${n}`, reading]]);
  const second = createMemory({ storage: () => storage, page: new EventTarget() });
  assert.equal(second.of('id-0'), undefined);
  assert.deepEqual(second.of('id-1'), reading);
  assert.deepEqual(second.of(`id-${memoryLimits.readings}`), reading);
});

test('two tabs do not take away what the other one remembers', () => {
  const storage = storageWith();
  const [one, two] = [0, 1].map(() => createMemory({ storage: () => storage, page: new EventTarget() }));
  one?.keep([['a', reading]]);
  two?.keep([['b', reading]]);
  const third = createMemory({ storage: () => storage, page: new EventTarget() });
  assert.deepEqual([third.of('a'), third.of('b')], [reading, reading]);
});

test('forbidden or spoilt storage: it lasts as long as the page', () => {
  const forbidden = createMemory({
    storage: () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
    page: new EventTarget(),
  });
  forbidden.keep([['a', reading]]);
  assert.deepEqual(forbidden.of('a'), reading);
  for (const spoilt of ['{', '{"a":1}', '[{"id":"a","reading":{}}]']) {
    const memory = createMemory({ storage: () => storageWith(spoilt), page: new EventTarget() });
    assert.equal(memory.of('a'), undefined);
  }
});

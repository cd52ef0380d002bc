import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepVolume, keptVolume, movedTo } from './volume.ts';

test('the level is kept, the mute is not', () => {
  const values = new Map<string, string>();
  keepVolume(() => ({ setItem: (name, value) => values.set(name, value) }), { level: 0.4, muted: true });
  assert.deepEqual(
    keptVolume(() => ({ getItem: (name) => values.get(name) ?? null })),
    { level: 0.4, muted: false },
  );
});

test('nothing kept, nonsense and forbidden storage are full volume', () => {
  for (const text of [null, '', 'loud', '-1', '7', '0', 'NaN'])
    assert.deepEqual(
      keptVolume(() => ({ getItem: () => text })),
      { level: 1, muted: false },
      String(text),
    );
  const forbidden = () => {
    throw new Error('SecurityError');
  };
  assert.deepEqual(keptVolume(forbidden), { level: 1, muted: false });
  keepVolume(forbidden, { level: 0.4, muted: false });
});

test('the slider at nothing mutes, elsewhere it unmutes', () => {
  assert.deepEqual(movedTo(0), { level: 1, muted: true });
  assert.deepEqual(movedTo(0.3), { level: 0.3, muted: false });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentityWatch } from './identity.ts';

function watch() {
  const told: string[] = [];
  const identity = createIdentityWatch({
    changed: () => told.push('changed'),
    split: () => told.push('split'),
  });
  const hear = (...sessions: string[]): void => {
    for (const session of sessions) identity.begin()(session);
  };
  return { identity, told, hear };
}

test('the same session over and over is nothing to tell', () => {
  const { told, hear } = watch();
  hear('a', 'a', 'a');
  assert.deepEqual(told, []);
});

test('signing in and out in another tab is a change, not a split', () => {
  const { told, hear } = watch();
  hear('a', 'none', 'b', 'none', 'c');
  assert.deepEqual(told, ['changed', 'changed', 'changed', 'changed']);
});

test('a session that comes back after it was left is a split, told once', () => {
  const { told, hear } = watch();
  hear('a', 'b', 'a', 'b', 'a');
  assert.deepEqual(told, ['changed', 'split']);
});

test('some answers for nobody and some for somebody are a split', () => {
  const { told, hear } = watch();
  hear('a', 'none', 'a');
  assert.deepEqual(told, ['changed', 'split']);
});

test('a slow answer to a question from before the change is not compared', () => {
  const { identity, told, hear } = watch();
  hear('a');
  const slow = identity.begin();
  hear('b');
  slow('a');
  assert.deepEqual(told, ['changed']);
});

test('after signing in, whatever is named next is right', () => {
  const { identity, told, hear } = watch();
  hear('none');
  const during = identity.begin();
  identity.reset();
  during('none');
  hear('a', 'a');
  assert.deepEqual(told, []);
});

test('several accounts at once, and choosing one of them in another tab, are changes', () => {
  const { told, hear } = watch();
  hear('a', 'conflict', 'a', 'conflict', 'b');
  assert.deepEqual(told, ['changed', 'changed', 'changed', 'changed']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '@slipmat/contract/chat';
import { rowsOf, unseenAfter } from './rows.ts';

function message(id: string, by: string, at: number, hidden = false): ChatMessage {
  const author = { id: by, handle: by, displayName: by, roles: [] };
  return { id, author, text: hidden ? '' : id, at, hidden, key: `key-${id}` };
}

test('lines of one person close together stand under one name', () => {
  const rows = rowsOf([
    message('a', 'mika', 0),
    message('b', 'mika', 1_000),
    message('c', 'jo', 2_000),
    message('d', 'mika', 3_000),
    message('e', 'mika', 900_000),
    message('f', 'mika', 900_001, true),
    message('g', 'mika', 900_002),
  ]);
  assert.deepEqual(
    rows.map((row) => row.named),
    [true, false, true, true, true, true, true],
  );
});

test('new messages are those after the last one seen, even when that one left the page', () => {
  const list = [message('b', 'mika', 0), message('c', 'jo', 1), message('d', 'jo', 2)];
  assert.equal(unseenAfter(list, undefined), 0);
  assert.equal(unseenAfter(list, 'd'), 0);
  assert.equal(unseenAfter(list, 'b'), 2);
  assert.equal(unseenAfter(list, 'a'), 3);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPrepared } from './prepared.ts';

test('what is asked again and again has a name, always the same, and another than others have', () => {
  const prepared = createPrepared();
  for (let time = 1; time < 5; time += 1) assert.equal(prepared.nameOf('select 1'), undefined);
  const name = prepared.nameOf('select 1');
  assert.match(name ?? '', /^slipmat_[0-9a-f]{24}$/);
  assert.equal(prepared.nameOf('select 1'), name);
  for (let time = 1; time < 5; time += 1) prepared.nameOf('select 2');
  assert.notEqual(prepared.nameOf('select 2'), name);
});

test('however many statements there are, a bounded number is prepared', () => {
  const prepared = createPrepared();
  let named = 0;
  for (let index = 0; index < 500; index += 1) {
    for (let time = 0; time < 5; time += 1) if (prepared.nameOf(`select ${index}`) !== undefined) named += 1;
  }
  assert.equal(named, 200);
});

test('what asks for all columns is never prepared: a migration would break it', () => {
  const prepared = createPrepared();
  for (let time = 0; time < 20; time += 1) assert.equal(prepared.nameOf('select * from people'), undefined);
});

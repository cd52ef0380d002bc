import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome, Verdict } from './agreement.ts';
import { headlineOf, isLeftOver, removedWords } from './check-words.ts';

function outcome(verdict: Verdict, person: string | null): Outcome {
  return { verdict, person, sentence: '', rows: [] };
}

test('the headline answers the question', () => {
  assert.equal(headlineOf(outcome('agreed', 'Ada (@ada)')), 'Yes, as Ada (@ada)');
  assert.equal(headlineOf(outcome('agreed', null)), 'You are not signed in');
  assert.equal(headlineOf(outcome('partial', 'Ada (@ada)')), 'Yes, as Ada (@ada)');
  const service = { title: 'This page', name: 'this page' };
  const unheard = { ...outcome('partial', null), rows: [{ service, state: 'silent', words: '' } as const] };
  assert.equal(headlineOf(unheard), 'Not certain');
  assert.equal(headlineOf(outcome('split', 'Ada (@ada)')), 'Not everywhere');
  assert.equal(headlineOf(outcome('conflict', null)), 'Twice');
  assert.equal(headlineOf(outcome('unknown', null)), 'Nothing answered');
});

test('only cookies that sign nobody in are left over', () => {
  const states = ['live', 'stale', 'unknown', 'foreign'] as const;
  assert.deepEqual(
    states.filter((state) => isLeftOver({ name: 'a', state, session: null })),
    ['stale', 'unknown'],
  );
});

test('what a repair took away', () => {
  assert.equal(removedWords([]), 'No cookie had to be taken away.');
  assert.equal(removedWords(['slipmat']), 'Took away one cookie that signed nobody in: slipmat.');
  assert.equal(removedWords(['a', 'a', 'b']), 'Took away 3 cookies that signed nobody in: a, b.');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { problemOf } from '@slipmat/contract/problems';
import { checkBody, placeProblem } from './form-problems.ts';

const schema = accountsEndpoints.create.body;
const fields = ['displayName', 'handle', 'email', 'password'];

test('a body that is right has no errors', () => {
  const body = {
    displayName: 'Ana',
    handle: 'ana',
    email: 'ana@example.org',
    password: 'four words are good',
  };
  assert.deepEqual(checkBody(schema, body), {});
});

test('each field that is wrong gets one sentence for people', () => {
  assert.deepEqual(checkBody(schema, { displayName: ' ', handle: 'A b', email: 'ana@', password: 'short' }), {
    displayName: 'Please fill this in.',
    handle: '3 to 30 letters a-z, digits, - or _; a letter or digit at both ends.',
    email: 'This does not look like an e-mail address.',
    password: 'Please use at least 8 characters.',
  });
});

test('a field that is too long, or no number, is told so', () => {
  const long = checkBody(schema, {
    displayName: 'x'.repeat(61),
    handle: 'ana',
    email: 'a@b.cd',
    password: 'x'.repeat(8),
  });
  assert.deepEqual(long, { displayName: 'Please use at most 60 characters.' });
});

test('problems that are about one field stand at it, and nowhere else', () => {
  for (const [code, field] of [
    ['handle-taken', 'handle'],
    ['email-taken', 'email'],
    ['password-too-common', 'password'],
  ] as const) {
    const problem = problemOf(code, 'r1');
    assert.deepEqual(placeProblem(problem, fields), { errors: { [field]: problem.detail }, rest: undefined });
  }
});

test('fields that the server names stand at them', () => {
  const problem = problemOf('invalid-input', 'r1', { fields: [{ path: 'handle', message: 'reserved' }] });
  assert.deepEqual(placeProblem(problem, fields), { errors: { handle: 'Reserved.' }, rest: undefined });
});

test('what no field can show stays a notice', () => {
  const unknown = problemOf('invalid-input', 'r1', {
    fields: [
      { path: 'handle', message: 'reserved' },
      { path: 'colour', message: 'unknown' },
    ],
  });
  assert.equal(placeProblem(unknown, fields).rest, unknown);
  assert.deepEqual(placeProblem(unknown, fields).errors, { handle: 'Reserved.' });
  const busy = problemOf('busy', 'r2');
  assert.equal(placeProblem(busy, fields).rest, busy);
  assert.equal(placeProblem(problemOf('handle-taken', 'r3'), ['login']).rest?.reference, 'r3');
});

test('rows of a list are fields too', () => {
  const problem = problemOf('invalid-input', 'r1', {
    fields: [{ path: 'lineup.1.handle', message: 'not a DJ' }],
  });
  assert.deepEqual(placeProblem(problem, ['lineup']).errors, { 'lineup.1.handle': 'Not a DJ.' });
});

test('no problem is nothing to place', () => {
  assert.deepEqual(placeProblem(undefined, fields), { errors: {}, rest: undefined });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, answerOf, compare, listed } from './agreement.ts';

const names = new Map([['ada', 'Ada']]);
const ada = answerOf('s-ada', 'ada');
const nobody = answerOf('none', null);
const silent: Answer = { kind: 'silent', because: 'late' };

function outcome(answers: Readonly<Record<string, Answer>>) {
  const asked = Object.entries(answers).map(([name, answer]) => ({
    service: { title: name, name },
    answer,
  }));
  const { verdict, person, sentence, rows } = compare(asked, names);
  return {
    verdict,
    person,
    sentence,
    states: rows.map(({ state }) => state),
    words: rows.map((row) => row.words),
  };
}

test('everybody says the same person, the socket by its session only', () => {
  const { verdict, person, sentence, states, words } = outcome({
    'this page': ada,
    'the chat': answerOf('s-ada', undefined),
    '“Old chat”': answerOf('s-ada', 'Ada'),
  });
  assert.equal(verdict, 'agreed');
  assert.equal(person, 'Ada (@ada)');
  assert.equal(sentence, 'Every part of this site takes you for Ada (@ada).');
  assert.deepEqual(states, ['agrees', 'agrees', 'agrees']);
  assert.equal(words[1], 'Takes you for Ada (@ada).');
});

test('nobody everywhere is agreement too', () => {
  const { verdict, person, sentence } = outcome({
    'this page': nobody,
    'the chat': answerOf('none', undefined),
    old: nobody,
  });
  assert.equal(verdict, 'agreed');
  assert.equal(person, null);
  assert.equal(sentence, 'Every part of this site takes you for nobody.');
});

test('one part that knows nobody is named, and so are those that know somebody', () => {
  const { verdict, sentence, states } = outcome({
    'this page': ada,
    'the chat': answerOf('s-ada', undefined),
    '“Old chat”': nobody,
  });
  assert.equal(verdict, 'split');
  assert.deepEqual(states, ['agrees', 'agrees', 'differs']);
  assert.equal(sentence, 'This page and the chat take you for Ada (@ada). “Old chat” takes you for nobody.');
});

test('a socket of another session, and an old site with another person in our session, differ', () => {
  assert.deepEqual(outcome({ a: ada, b: answerOf('s-bob', undefined) }).states, ['agrees', 'differs']);
  assert.deepEqual(outcome({ a: ada, b: answerOf('s-ada', 'bob') }).states, ['agrees', 'differs']);
  assert.deepEqual(outcome({ a: nobody, b: answerOf('none', 'bob') }).states, ['agrees', 'differs']);
  assert.deepEqual(outcome({ a: nobody, b: answerOf('s-bob', undefined) }).states, ['agrees', 'differs']);
});

test('the same person by a sign-in of its own agrees, and is said to', () => {
  const { verdict, words } = outcome({ 'this page': ada, old: answerOf('none', 'ada') });
  assert.equal(verdict, 'agreed');
  assert.equal(words[1], 'Takes you for Ada (@ada). By another sign-in than this page.');
});

test('two accounts at once weigh more than anything else', () => {
  const { verdict, states } = outcome({ a: answerOf('conflict', null), b: ada, c: nobody });
  assert.equal(verdict, 'conflict');
  assert.deepEqual(states, ['conflict', 'differs', 'differs']);
});

test('no answer is neither agreement nor disagreement', () => {
  const partial = outcome({ 'this page': ada, '“Old chat”': silent });
  assert.equal(partial.verdict, 'partial');
  assert.equal(
    partial.sentence,
    'Every part of this site that answered takes you for Ada (@ada). No answer came from “Old chat”.',
  );
  assert.deepEqual(partial.words[1], 'Did not answer in time.');
  assert.equal(outcome({ a: silent, b: ada, c: nobody }).verdict, 'split');
  assert.equal(outcome({ a: silent, b: silent }).verdict, 'unknown');
});

test('a problem is told in its own words', () => {
  const { words } = outcome({
    a: { kind: 'silent', because: 'problem', detail: 'Too many cookies.' },
    b: ada,
  });
  assert.equal(words[0], 'Did not answer. Too many cookies.');
});

test('names in a sentence', () => {
  assert.equal(listed([]), '');
  assert.equal(listed(['a']), 'a');
  assert.equal(listed(['a', 'b']), 'a and b');
  assert.equal(listed(['a', 'b', 'c']), 'a, b and c');
});

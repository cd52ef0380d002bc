import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faultLimits } from '@slipmat/contract/faults';
import { isUnknownToServer, ownFrames, reportOf } from './failure-report.ts';
import type { Notice } from './problem-centre.ts';
import { clientProblem, ProblemError } from './problem-error.ts';

const origin = 'https://radio.example';
const context = { origin, place: '/e/:slug', build: 'AbCdEfGh' };

function notice(failure: unknown, change: Partial<Notice> = {}): Notice {
  const problem =
    failure instanceof ProblemError ? failure.problem : clientProblem('page-broke', () => 0.5, {});
  return {
    id: 1,
    problem,
    where: 'the chat',
    floating: true,
    times: 1,
    at: 1_800_000_000_000,
    failure,
    passed: false,
    ...change,
  };
}

const stacks: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'Chromium',
    `TypeError: x is not a function
    at drawRow (${origin}/assets/panel-C1c2x-DN.js:3:1234)
    at async ${origin}/assets/pages-B7pJ0lmr.js:1:99
    at Object.evil (chrome-extension://abcdef/content.js:1:2)
    at <anonymous>`,
    ['drawRow assets/panel-C1c2x-DN.js:3:1234', 'assets/pages-B7pJ0lmr.js:1:99'],
  ],
  [
    'Gecko and WebKit',
    `drawRow@${origin}/assets/panel-C1c2x-DN.js:3:1234
@${origin}/assets/pages-B7pJ0lmr.js:1:99
global code@https://cdn.example/x.js:1:1`,
    ['drawRow assets/panel-C1c2x-DN.js:3:1234', 'assets/pages-B7pJ0lmr.js:1:99'],
  ],
  [
    'addresses with people in them',
    `f@${origin}/people/anna?token=1:1:1\nf@${origin}/assets/a.js?x=anna:1:1`,
    [],
  ],
  ['another site that begins alike', `f@${origin}.evil.example/assets/a.js:1:1`, []],
  ['nothing', '', []],
  ['what is no stack', 'x'.repeat(100_000), []],
];
for (const [what, stack, expected] of stacks) {
  test(`frames: ${what}`, () => assert.deepEqual(ownFrames(stack, origin), expected));
}

test('frames are bounded', () => {
  const stack = Array.from({ length: 50 }, (_none, row) => `f@${origin}/assets/a.js:${String(row)}:1`).join(
    '\n',
  );
  assert.equal(ownFrames(stack, origin).length, faultLimits.frames);
});

describe('what is told of a failure', () => {
  test('an error: class, message without what was quoted, where', () => {
    const error = new TypeError('cannot read "hello anna" of anna@example.com at /people/anna?x=1');
    const report = reportOf(notice(error), 2, context);
    assert.equal(report.name, 'TypeError');
    assert.equal(report.message, 'cannot read <text> of <email> at <path>');
    assert.deepEqual(
      [report.times, report.place, report.build, report.where],
      [2, '/e/:slug', 'AbCdEfGh', 'the chat'],
    );
    assert.match(report.reference, /^c-/);
  });

  test('a failed request: what the browser said underneath', () => {
    const cause = new TypeError('Failed to fetch');
    const failure = new ProblemError(
      clientProblem('network-unreachable', () => 0.5),
      { cause },
    );
    const report = reportOf(notice(failure), 1, context);
    assert.deepEqual(
      [report.code, report.name, report.message],
      ['network-unreachable', 'TypeError', 'Failed to fetch'],
    );
  });

  test('anything can be thrown', () => {
    for (const thrown of [undefined, null, 7, {}, [], () => 1, Symbol('x'), 'a word']) {
      assert.equal(reportOf(notice(thrown), 1, context).name, 'Error');
    }
    const odd = Object.assign(new Error('x'), { name: '<b>Anna</b>', stack: undefined });
    assert.equal(reportOf(notice(odd), 1, context).name, 'Error');
    const ring = new Error('x');
    ring.cause = ring;
    assert.equal(reportOf(notice(ring), 1, context).message, 'x');
  });

  test('what the server answered with is known to it; a contract that does not fit is not', () => {
    const own = clientProblem('timed-out', () => 0.5);
    assert.equal(isUnknownToServer(notice(new ProblemError(own))), true);
    assert.equal(isUnknownToServer(notice(new ProblemError({ ...own, reference: 'AbCdEfGh1234' }))), false);
    const unfit = { ...clientProblem('contract-violation', () => 0.5), reference: 'AbCdEfGh1234' };
    assert.equal(isUnknownToServer(notice(new ProblemError(unfit))), true);
  });
});

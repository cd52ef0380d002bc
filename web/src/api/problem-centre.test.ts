import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '@slipmat/contract/problems';
import { fakeClock } from './fake-clock.ts';
import { createProblemCentre, receiveFrom } from './problem-centre.ts';
import { ProblemError } from './problem-error.ts';

function centreOf() {
  const clock = fakeClock();
  return { clock, centre: createProblemCentre({ clock, random: () => 0.3 }) };
}

const busy = (reference: string) => new ProblemError(problemOf('busy', reference));

test('a failure is listed with its place, and floats unless its region shows it', () => {
  const { centre } = centreOf();
  centre.report(busy('r1'), 'the chat');
  centre.report(busy('r2'), 'the events', { shown: true });
  assert.deepEqual(
    centre.list().map(({ problem, where, floating }) => [problem.reference, where, floating]),
    [
      ['r1', 'the chat', true],
      ['r2', 'the events', false],
    ],
  );
});

test('anything thrown becomes a problem with a reference', () => {
  const { centre } = centreOf();
  for (const thrown of [new TypeError('x is undefined'), 'text', undefined]) {
    const problem = centre.report(thrown, 'this page');
    assert.equal(problem.code, 'page-broke');
    assert.match(problem.reference, /^c-/);
  }
});

test('the same failure soon again is counted, not listed, and shows its newest reference', () => {
  const { centre, clock } = centreOf();
  centre.report(busy('r1'), 'the chat');
  clock.advance(1_000);
  centre.report(busy('r2'), 'the chat');
  const [notice, ...others] = centre.list();
  assert.equal(notice?.times, 2);
  assert.equal(notice.problem.reference, 'r2');
  assert.deepEqual(others, []);
  clock.advance(61_000);
  centre.report(busy('r3'), 'the chat');
  assert.equal(centre.list().length, 2);
});

test('the list is bounded and keeps the newest', () => {
  const { centre } = centreOf();
  for (let index = 0; index < 80; index += 1) centre.report(busy(String(index)), `place ${String(index)}`);
  assert.equal(centre.list().length, 50);
  assert.equal(centre.list().at(-1)?.where, 'place 79');
});

test('what a region shows goes when it has passed; an act that failed stays told', () => {
  const { centre } = centreOf();
  const unreached = (reference: string) => new ProblemError(problemOf('network-unreachable', reference));
  centre.report(unreached('r1'), 'the events', { shown: true });
  centre.report(unreached('r2'), 'signing out');
  centre.report(busy('r3'), 'the chat');
  centre.passed('network-unreachable', 'timed-out');
  const told = () => centre.list().map(({ where, passed }) => `${where} ${String(passed)}`);
  assert.deepEqual(told(), ['signing out true', 'the chat false']);
  centre.report(unreached('r4'), 'signing out');
  assert.deepEqual(told(), ['signing out false', 'the chat false']);
});

test('failures go by dismissing, and by passing', () => {
  const { centre } = centreOf();
  let changes = 0;
  const stop = centre.subscribe(() => {
    changes += 1;
  });
  centre.report(busy('r1'), 'the chat');
  centre.report(new ProblemError(problemOf('network-unreachable', 'r2')), 'the events');
  centre.clear('network-unreachable', 'timed-out');
  assert.deepEqual(
    centre.list().map(({ problem }) => problem.code),
    ['busy'],
  );
  centre.dismiss(centre.list()[0]?.id ?? 0);
  assert.deepEqual(centre.list(), []);
  assert.equal(changes, 4);
  centre.clear('busy');
  assert.equal(changes, 4, 'nothing to clear is nothing to tell');
  stop();
  centre.report(busy('r3'), 'the chat');
  assert.equal(changes, 4);
});

test('the list is the same array until something changes', () => {
  const { centre } = centreOf();
  centre.report(busy('r1'), 'the chat');
  assert.equal(centre.list(), centre.list());
});

test('uncaught errors, rejections and blocked content of the window arrive', () => {
  const { centre } = centreOf();
  const page = new EventTarget();
  receiveFrom(page, centre, () => 0.4);
  page.dispatchEvent(Object.assign(new Event('error'), { error: new Error('broke'), message: 'broke' }));
  page.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: busy('r9') }));
  page.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), { blockedURI: 'https://ads.example' }),
  );
  const [error, rejection, blocked] = centre.list();
  assert.equal(error?.problem.code, 'page-broke');
  assert.equal(rejection?.problem.reference, 'r9');
  assert.match(blocked?.problem.detail ?? '', /ads\.example/);
});

test('a measurement that the browser put off is no failure', () => {
  const { centre } = centreOf();
  const page = new EventTarget();
  receiveFrom(page, centre, () => 0.4);
  const message = 'ResizeObserver loop completed with undelivered notifications.';
  page.dispatchEvent(Object.assign(new Event('error'), { error: null, message }));
  assert.deepEqual(centre.list(), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asking, createAsking, freshFor } from './asking.ts';
import { fakeClock } from './fake-clock.ts';
import { clientProblem, ProblemError, problemFrom } from './problem-error.ts';

/** The server that answers is the outside world here: each question waits for `answer` or `refuse`. */
function begin() {
  const clock = fakeClock();
  const asked: PromiseWithResolvers<number>[] = [];
  const reported: string[] = [];
  const heard = new Set<Pick<Asking<unknown>, 'ask' | 'look'>>();
  let hidden = false;
  const asking = createAsking<number>(
    {
      ask() {
        const question = Promise.withResolvers<number>();
        asked.push(question);
        return question.promise;
      },
      where: 'the test',
    },
    {
      clock,
      heard,
      isHidden: () => hidden,
      report(failure, where) {
        const problem = problemFrom(failure, () => 0.5);
        reported.push(`${where}: ${problem.code}`);
        return problem;
      },
    },
  );
  return {
    asking,
    asked,
    clock,
    heard,
    reported,
    hide: (value: boolean) => {
      hidden = value;
    },
    /** Waits until what was answered is in the state. */
    async answer(value: number) {
      asked.at(-1)?.resolve(value);
      await new Promise(setImmediate);
    },
    async refuse(code: 'busy' | 'session-conflict') {
      asked.at(-1)?.reject(new ProblemError(clientProblem(code, () => 0.5)));
      await new Promise(setImmediate);
    },
  };
}

test('it is asked when somebody listens, and the answer is told', async () => {
  const { asking, asked, answer, heard } = begin();
  let told = 0;
  assert.equal(asked.length, 0);
  const leave = asking.subscribe(() => {
    told += 1;
  });
  assert.equal(asked.length, 1);
  assert.equal(asking.state().isFetching, true);
  await answer(7);
  assert.equal(asking.state().data, 7);
  assert.equal(asking.state().isFetching, false);
  assert.ok(told >= 2);
  assert.equal(heard.size, 1);
  leave();
  assert.equal(heard.size, 0);
});

test('a fresh answer serves whoever comes next, an old one is asked for again', async () => {
  const { asking, asked, answer, clock } = begin();
  asking.subscribe(() => undefined)();
  await answer(1);
  asking.subscribe(() => undefined)();
  assert.equal(asked.length, 1);
  clock.advance(freshFor);
  asking.subscribe(() => undefined);
  assert.equal(asked.length, 2);
  assert.equal(asking.state().data, 1);
});

test('what passes by itself is asked again, with the data kept and the failure told', async () => {
  const { asking, asked, answer, refuse, clock, reported } = begin();
  asking.subscribe(() => undefined);
  await answer(1);
  const again = asking.ask();
  await refuse('busy');
  assert.equal((await again).error?.problem.code, 'busy');
  assert.equal(asking.state().data, 1);
  assert.deepEqual(reported, ['the test: busy']);
  clock.advance(2_000);
  assert.equal(asked.length, 3);
  await answer(2);
  assert.equal(asking.state().error, null);
  assert.equal(asking.state().data, 2);
  assert.equal(clock.waiting(), 0);
});

test('what only the person can mend is not asked again', async () => {
  const { asking, refuse, clock } = begin();
  asking.subscribe(() => undefined);
  await refuse('session-conflict');
  assert.equal(clock.waiting(), 0);
});

test('a newer question makes an older answer count for nothing', async () => {
  const { asking, asked, answer } = begin();
  asking.subscribe(() => undefined);
  const first = asking.ask();
  const second = asking.ask();
  await answer(3);
  asked[1]?.resolve(9);
  assert.equal((await first).data, 3);
  assert.equal((await second).data, 3);
  asked[0]?.reject(new Error('of nobody'));
  await new Promise(setImmediate);
  assert.equal(asking.state().data, 3);
  assert.equal(asking.state().error, null);
});

test('it repeats while somebody listens and looks', async () => {
  const { asking, asked, answer, clock, hide } = begin();
  const leave = asking.subscribe(() => undefined);
  await answer(1);
  asking.repeat(5_000);
  clock.advance(5_000);
  assert.equal(asked.length, 2);
  await answer(2);
  hide(true);
  clock.advance(20_000);
  assert.equal(asked.length, 2);
  hide(false);
  asking.look();
  assert.equal(asked.length, 3);
  await answer(3);
  leave();
  clock.advance(20_000);
  assert.equal(asked.length, 3);
});

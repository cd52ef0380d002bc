import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '../../api/fake-clock.ts';
import { type Answer, answerOf, type Outcome } from './agreement.ts';
import type { Everything } from './services.ts';
import { type CheckParts, checkLimits, checkSilently } from './silent-check.ts';

const ada = answerOf('s-ada', 'ada');
const nobody = answerOf('none', null);

function everything(...answers: readonly Answer[]): Everything {
  const asked = answers.map((answer, index) => {
    const name = `service ${String(index)}`;
    return { service: { title: name, name }, answer };
  });
  return { asked, me: undefined, cookies: [], failure: undefined };
}

/** A tab in which the parts of the site answer as told, one list for each time they are asked. */
function tab(...rounds: readonly Everything[]) {
  const clock = fakeClock();
  const reported: string[] = [];
  const told: Outcome[] = [];
  let asked = 0;
  let kept: number | undefined;
  const parts: CheckParts = {
    async ask() {
      const round = rounds[Math.min(asked, rounds.length - 1)];
      asked += 1;
      if (round === undefined) throw new Error('nothing to answer');
      return round;
    },
    clock,
    lastAt: () => kept,
    keepAt(at) {
      kept = at;
    },
    report: async (finding) => reported.push(finding),
    tell: (outcome) => told.push(outcome),
  };
  const wrong = () => told.filter(({ verdict }) => verdict === 'split' || verdict === 'conflict');
  return { clock, reported, parts, wrong, asked: () => asked };
}

/** Lets everything that waits for an answer go on, then moves the time on to the second look. */
async function confirm(clock: ReturnType<typeof fakeClock>): Promise<void> {
  while (clock.waiting() === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(checkLimits.again);
}

test('agreement is reported and nobody is told', async () => {
  const { parts, reported, wrong, asked } = tab(everything(ada, ada));
  assert.equal(await checkSilently(parts, false), 'agreed');
  assert.deepEqual([reported, wrong().length, asked()], [['agreed'], 0, 1]);
});

test('a disagreement that lasts is reported and told in its own words', async () => {
  const { parts, reported, wrong, clock } = tab(everything(ada, nobody));
  const checked = checkSilently(parts, false);
  await confirm(clock);
  assert.equal(await checked, 'split');
  assert.deepEqual(reported, ['split']);
  assert.deepEqual(
    wrong().map(({ sentence }) => sentence),
    ['Service 0 takes you for @ada. Service 1 takes you for nobody.'],
  );
});

test('a disagreement that is gone a moment later is none', async () => {
  const { parts, reported, wrong, clock } = tab(everything(nobody, ada), everything(ada, ada));
  const checked = checkSilently(parts, false);
  await confirm(clock);
  assert.equal(await checked, 'agreed');
  assert.deepEqual([reported, wrong().length], [['agreed'], 0]);
});

test('two accounts, and services that do not answer, are reported as what they are', async () => {
  const both = tab(everything(answerOf('conflict', null), answerOf('conflict', undefined)));
  const checked = checkSilently(both.parts, false);
  await confirm(both.clock);
  assert.equal(await checked, 'conflict');
  assert.deepEqual([both.reported, both.wrong().length], [['conflict'], 1]);

  const partly = tab(everything(ada, { kind: 'silent', because: 'late' }));
  assert.equal(await checkSilently(partly.parts, false), 'partial');
  assert.deepEqual([partly.reported, partly.wrong().length], [['service-silent'], 0]);

  const offline = tab(everything({ kind: 'silent', because: 'unreached' }));
  assert.equal(await checkSilently(offline.parts, false), 'unknown');
  assert.deepEqual(offline.reported, []);
});

test('a tab asks once in ten minutes, but after signing in at once', async () => {
  const { parts, asked, clock } = tab(everything(ada));
  await checkSilently(parts, false);
  clock.advance(checkLimits.every - 1);
  assert.equal(await checkSilently(parts, false), undefined);
  assert.equal(asked(), 1);
  assert.equal(await checkSilently(parts, true), 'agreed');
  clock.advance(checkLimits.every);
  assert.equal(await checkSilently(parts, false), 'agreed');
  assert.equal(asked(), 3);
});

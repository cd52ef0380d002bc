import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { type ProblemCode, problemOf } from '@slipmat/contract/problems';
import { ProblemError } from './problem-error.ts';
import { setStepUp, withStepUp } from './step-up.ts';

/** An act that is refused so often before it is done. */
function refused(times: number, code: ProblemCode = 'step-up-required') {
  let tries = 0;
  return {
    tries: () => tries,
    async act(): Promise<string> {
      tries += 1;
      if (tries <= times) throw new ProblemError(problemOf(code, `r-${tries}`));
      return 'done';
    },
  };
}

const refusedAs = (reference: string) => (failure: unknown) =>
  failure instanceof ProblemError && failure.problem.reference === reference;

test('before anybody asks for passwords, the refusal is what comes of it', async () => {
  const { act, tries } = refused(1);
  await assert.rejects(withStepUp(act), refusedAs('r-1'));
  assert.equal(tries(), 1);
});

test('the act waits for the password and is done once more', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asked = Promise.withResolvers<void>();
  setStepUp(() => {
    asked.resolve();
    return promise;
  });
  const { act, tries } = refused(1);
  const done = withStepUp(act);
  await asked.promise;
  assert.equal(tries(), 1);
  resolve(true);
  assert.equal(await done, 'done');
  assert.equal(tries(), 2);
});

test('whoever does not give it is told why nothing was done, and nobody is asked twice', async () => {
  setStepUp(async () => false);
  await assert.rejects(withStepUp(refused(1).act), refusedAs('r-1'));
  setStepUp(async () => true);
  const { act, tries } = refused(2);
  await assert.rejects(withStepUp(act), refusedAs('r-2'));
  assert.equal(tries(), 2);
});

test('nobody is asked because of something else', async () => {
  setStepUp(() => assert.fail('asked'));
  await assert.rejects(withStepUp(refused(1, 'not-allowed').act), refusedAs('r-1'));
  assert.equal(await withStepUp(refused(0).act), 'done');
});

/** Such as `broadcastEndpoints.createKey`, and `broadcastEndpoints[` for one of several. */
function needing(): string[] {
  return Object.entries(endpoints).flatMap(([feature, list]) => {
    const group = `${feature.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Endpoints`;
    const names = Object.entries<Endpoint>(list).filter(([, { needsStepUp }]) => needsStepUp === true);
    return names.length === 0 ? [] : [`${group}[`, ...names.map(([name]) => `${group}.${name}`)];
  });
}

test('what needs the password is asked for through `useAct`, which asks for it', () => {
  const source = join(import.meta.dirname, '..');
  const named: string[] = [];
  for (const file of globSync('**/*.{ts,tsx}', { cwd: source })) {
    const text = readFileSync(join(source, file), 'utf8');
    const aliases = new Map(
      [...text.matchAll(/const (\w+) = (\w+Endpoints(?:\.\w+|\[))/g)].map(([, alias = '', what = '']) => [
        alias,
        what,
      ]),
    );
    for (const [, asks = '', given = ''] of text.matchAll(/(\w+)\(\s*(\w+(?:\.\w+|\[)?)/g)) {
      const what = aliases.get(given) ?? given;
      if (needing().includes(what)) named.push(`${asks} ${what}`);
    }
  }
  assert.deepEqual(new Set(named.map((one) => one.split(' ')[0])), new Set(['useAct']));
  assert.ok(named.includes('useAct broadcastEndpoints.createKey'));
});

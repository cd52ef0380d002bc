/**
 * The outage as it was made, so that it is known to be real before anything is said to prevent it: what two stacks
 * say about the same browser, counted after each step that people took.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { systemRandom } from '#server/platform/random.ts';
import type { Owner } from '../services/daemon.ts';
import { browserKinds } from './browser-kinds.ts';
import { seeded } from './chance.ts';
import type { Faults } from './jar.ts';
import { ModelBrowser } from './model-browser.ts';
import { Network } from './network.ts';
import { createOutage, newCode, oldCode } from './outage.ts';

const day = 24 * 3_600_000;
const host = 'https://slipmat.test';
const Said = z.object({ person: z.string().nullable() });

/** What two stacks say about a crowd. */
interface Counted {
  /** Who is somebody else to the one than to the other. */
  readonly split: readonly string[];
  readonly nowhere: number;
  readonly blocked: number;
}

/** Thirty browsers, each with a person of its own; the last three have their first cookie from the new code. */
function thirtyBrowsers(network: Network, time: { readonly now: number }, faults: Faults) {
  const kinds = Object.values(browserKinds);
  return Array.from({ length: 30 }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? browserKinds.chrome;
    const clock = { now: () => time.now };
    return {
      name: `person-${index}`,
      isNew: index >= 27,
      browser: new ModelBrowser(network, { kind, clock, faults }),
    };
  });
}

type Crowd = ReturnType<typeof thirtyBrowsers>;

async function said(browser: ModelBrowser, path: string): Promise<string | null> {
  return Said.parse(JSON.parse((await browser.fetch(path)).body.toString())).person;
}

/** Asks both stacks, as the live page did. */
async function count(crowd: Crowd): Promise<Counted> {
  const split: string[] = [];
  let nowhere = 0;
  let blocked = 0;
  for (const { name, browser } of crowd) {
    await browser.visit(`${host}/old/live`);
    const [django, node] = [await said(browser, '/old/who'), await said(browser, '/new/who')];
    if (django !== node) split.push(name);
    if (django === null && node === null) nowhere += 1;
    if ((await browser.fetch('/old/like', { method: 'POST' })).status === 403) blocked += 1;
  }
  return { split, nowhere, blocked };
}

async function signIn({ name, browser }: Crowd[number]): Promise<void> {
  await browser.visit(`${host}/old/live`);
  await browser.fetch('/old/sign-in', { method: 'POST', body: name });
}

async function signInAgain(person: Crowd[number]): Promise<void> {
  await person.browser.fetch('/old/sign-out', { method: 'POST' });
  await signIn(person);
}

/** What was done, step by step. */
async function replay(owner: Owner, faults: Faults = {}) {
  const network = new Network(owner);
  const outage = createOutage(systemRandom);
  network.route('slipmat.test', outage.handler);
  const time = { now: Date.UTC(2026, 0, 1) };
  const crowd = thirtyBrowsers(network, time, faults);
  const steps = new Map<string, Counted>();
  const random = seeded(7);

  for (const person of crowd) if (!person.isNew) await signIn(person);
  steps.set('before', await count(crowd));
  outage.deploy(() => (random() < 0.5 ? oldCode : newCode));
  time.now += day;
  steps.set('old and new code side by side', await count(crowd));
  outage.deploy(() => newCode);
  for (const person of crowd) await signInAgain(person);
  steps.set('signed out and in again', await count(crowd));
  steps.set('reloaded', await count(crowd));
  for (const person of crowd) await signInAgain(person);
  steps.set('signed out and in once more', await count(crowd));
  outage.deploy(() => oldCode);
  for (const person of crowd) await signInAgain(person);
  steps.set('rolled back, signed in again', await count(crowd));
  return { crowd, at: (step: string) => steps.get(step) ?? assert.fail(step), steps };
}

test('split for some, blocked for others, and neither reloading nor signing in again helps', async (t) => {
  const { crowd, at, steps } = await replay(t);
  for (const [step, { split, nowhere, blocked }] of steps) {
    t.diagnostic(`${step}: split ${split.length}, signed in nowhere ${nowhere}, blocked ${blocked}, of 30`);
  }
  assert.deepEqual(at('before'), { split: [], nowhere: 3, blocked: 0 });
  const { split } = at('signed out and in again');
  assert.ok(split.length >= 20, 'most of those who had a cookie from before');
  assert.deepEqual(at('reloaded').split, split);
  assert.deepEqual(at('signed out and in once more').split, split, 'it is for good');
  const newcomers = crowd.filter(({ isNew }) => isNew).map(({ name }) => name);
  assert.ok(
    newcomers.every((name) => !split.includes(name)),
    'who came later never had the old cookie',
  );
  assert.ok(at('reloaded').blocked >= 3, 'browsers that name no origin');
  assert.ok(at('rolled back, signed in again').split.length >= split.length, 'the old code does not mend it');
});

test('a jar without the host-only flag, such as tough-cookie, shows nothing of it', async (t) => {
  const { steps } = await replay(t, { noHostOnlyFlag: true });
  for (const [step, { split }] of steps) assert.deepEqual(split, [], step);
});

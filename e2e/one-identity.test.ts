/**
 * What all of it is for: people of an old Django site go on in Chromium, Firefox and WebKit while their sign-in moves
 * to a new cookie, with HttpOnly and CSRF protection switched on, and old and new code run side by side. Nobody does
 * anything for it, and no browser is ever two people.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RollOut, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { ServiceAnswer, sessionsEndpoints } from '@slipmat/contract/sessions';
import { anEvent } from '../server/test/broadcasts.ts';
import { requireDjango } from '../server/test/old-site.ts';
import { aDj, aMember, password } from '../server/test/people.ts';
import { requireCommand } from '../server/test/services/require-command.ts';
import { until } from '../server/test/until.ts';
import { ask, isSignedIn, liveValue } from './cookie-cases/asking.ts';
import { hostCookie, sharedCookie, sharedLine } from './cookie-cases/scene.ts';
import { Ends } from './engines/ends.ts';
import { engines } from './engines/engines.ts';
import type { Tab } from './engines/tab.ts';
import { httpsNeeds } from './https-front.ts';
import { oldDjs, openTwoSites, type TwoSites } from './two-sites.ts';

/** Somebody of the old site with a browser. */
interface Traveller {
  readonly handle: string;
  readonly tab: Tab;
}

/** Who has which engine. */
const handles = ['ana', 'ben', 'cleo'] as const;

const needed = [...httpsNeeds, ...engines.flatMap(({ needs }) => needs)];
const missing = needed.map(requireCommand).find((reason) => reason !== false) ?? requireDjango();

class Journey {
  readonly site: TwoSites;
  readonly travellers: readonly Traveller[];
  readonly slug: string;
  readonly #test: TestContext;

  constructor(test: TestContext, site: TwoSites, travellers: readonly Traveller[], slug: string) {
    this.#test = test;
    this.site = site;
    this.travellers = travellers;
    this.slug = slug;
  }

  /** A part of the way, for everybody in turn. The journey ends where one fails. */
  async step(name: string, act: (traveller: Traveller) => Promise<void>): Promise<void> {
    let isDone = false;
    await this.#test.test(name, async () => {
      for (const traveller of this.travellers) await act(traveller);
      isDone = true;
    });
    assert.ok(isDone, `the journey ended at “${name}”`);
  }

  /** What happens on the server meanwhile. */
  async meanwhile(name: string, act: () => Promise<void>): Promise<void> {
    let isDone = false;
    await this.#test.test(name, async () => {
      await act();
      isDone = true;
    });
    assert.ok(isDone, `the journey ended at “${name}”`);
  }

  old(path: string): string {
    return `${this.site.origins.old}${path}`;
  }

  new(path: string): string {
    return `${this.site.origin}${path}`;
  }

  /** Fails when any part of old or new takes the browser for somebody else than the others. */
  async isOnePerson({ handle, tab }: Traveller): Promise<void> {
    await tab.goto(this.site.page('slipmat'));
    const session = await isSignedIn(tab, { handle });
    const asks = "(url) => fetch(url, { credentials: 'include' }).then((answer) => answer.json())";
    const said = ServiceAnswer.parse(await tab.evaluate(asks, this.old('/slipmat/whoami')));
    assert.deepEqual(said, { session, handle });
  }

  async rollOut(kind: 'cookie' | 'csrf'): Promise<RollOut> {
    const { rollOuts } = await this.site.owner.call(rollOutsEndpoints.show);
    return rollOuts.find((one) => one.kind === kind) ?? assert.fail(`nothing of ${kind} to roll out`);
  }
}

async function signInOnOldSite(journey: Journey): Promise<void> {
  await journey.step('each signs in on the old site, by its own form', async ({ handle, tab }) => {
    await tab.goto(journey.old('/sign-in'));
    await tab.fill('Name', handle);
    await tab.fill('Password', password);
    await tab.click({ role: 'button', name: 'Sign in' });
    await tab.waitFor({ role: 'heading', name: `Hello, ${handle}` });
  });
  await journey.meanwhile('the old site goes behind the gate, and Slipmat adopts its people', () =>
    journey.site.deploy(),
  );
  await journey.step('the old site goes on as if nothing had happened', async ({ handle, tab }) => {
    await tab.reload();
    await tab.waitFor({ role: 'heading', name: `Hello, ${handle}` });
    await tab.fill('Colour in the chat', 'amber');
    await tab.click({ role: 'button', name: 'Save' });
    await tab.waitFor({ text: `Saved for ${handle}.` });
  });
}

async function chatOnNewSite(journey: Journey): Promise<void> {
  const { travellers, slug } = journey;
  await journey.step(
    'each is signed in on the live page, and writes in the chat',
    async ({ handle, tab }) => {
      await tab.goto(journey.new(`/e/${slug}`));
      await tab.waitFor({ role: 'button', name: `Your account, ${handle}` });
      await tab.waitFor({ text: 'Connected' });
      await tab.fill('Write a message', `hello from ${handle}`);
      await tab.click({ role: 'button', name: 'Send' });
    },
  );
  await journey.step('everybody sees every line', async ({ tab }) => {
    for (const { handle } of travellers)
      await tab.waitFor({ text: `hello from ${handle}`, within: { role: 'log' } });
  });
  await journey.step('old and new take each for the same person', (traveller) =>
    journey.isOnePerson(traveller),
  );
}

async function rollOut(journey: Journey): Promise<void> {
  const { owner } = journey.site;
  await journey.meanwhile('staff roll the new cookie and the CSRF protection out', async () => {
    for (const kind of ['cookie', 'csrf'] as const) {
      const body = { steps: [100], stepMinutes: 60 };
      await owner.call(rollOutsEndpoints.start, { params: { kind }, body });
      assert.equal((await journey.rollOut(kind)).state, 'running');
    }
  });
  await journey.step('each page that is opened brings the new cookie, unnoticed', async (traveller) => {
    const { handle, tab } = traveller;
    await tab.goto(journey.new(`/e/${journey.slug}`));
    await tab.waitFor({ role: 'button', name: `Your account, ${handle}` });
    const cookies = await tab.cookies();
    const kept = cookies.find(({ name }) => name === sharedCookie);
    assert.deepEqual([kept?.hostOnly, kept?.httpOnly, kept?.secure], [false, true, true]);
    await journey.isOnePerson(traveller);
  });
  await journey.meanwhile('it was accepted everywhere, and is complete', async () => {
    const accepted = async (): Promise<boolean> =>
      (await journey.rollOut('cookie')).figures.accepted >= journey.travellers.length;
    await until('everybody accepted it', accepted);
    assert.equal((await journey.rollOut('cookie')).figures.refused, 0);
    await owner.call(rollOutsEndpoints.advance, { params: { kind: 'cookie' } });
    assert.equal((await journey.rollOut('cookie')).state, 'complete');
  });
}

async function useBoth(journey: Journey): Promise<void> {
  await journey.step('the old DJ page and the new dashboard work in one browser', async (traveller) => {
    const { handle, tab } = traveller;
    await tab.goto(journey.old('/dj/'));
    await tab.fill('Title', `Friday with ${handle}`);
    await tab.click({ role: 'button', name: 'Announce' });
    await tab.waitFor({ role: 'heading', name: `${handle} plays next: Friday with ${handle}` });
    await tab.goto(journey.new('/dj'));
    await tab.waitFor({ role: 'button', name: `Your account, ${handle}` });
    await tab.waitFor({ role: 'heading', name: /key/i });
    await journey.isOnePerson(traveller);
    assert.equal((await tab.cookies()).filter(({ name }) => name === hostCookie).length, 0);
  });
  await journey.step('“Am I really signed in?” says yes, by old and new', async ({ handle, tab }) => {
    await tab.goto(journey.new('/signed-in'));
    await tab.waitFor({ text: `Yes, as ${handle}` });
    await tab.waitFor({ text: 'Old site' });
    // The page gives each service five seconds, and a loaded machine may take them.
    await until('all have answered', async () => {
      if (!(await tab.sees({ text: 'no answer' }))) return true;
      await tab.click({ role: 'button', name: 'Ask again' });
      await tab.waitFor({ text: `Yes, as ${handle}` });
      return false;
    });
    assert.equal(await tab.sees({ text: 'disagrees' }), false);
  });
}

async function leave(journey: Journey): Promise<void> {
  await journey.step('signing out everywhere is signing out of both', async ({ handle, tab }) => {
    const elsewhere = (await ask(tab, sessionsEndpoints.signOutEverywhere.path, 'POST')).status;
    assert.equal(elsewhere, 200);
    for (let visit = 0; visit < 2; visit += 1) {
      await tab.goto(journey.new(`/e/${journey.slug}`));
      await tab.waitFor({ role: 'link', name: 'Sign in', within: { role: 'banner' } });
      await tab.goto(journey.old('/'));
      await tab.waitFor({ role: 'heading', name: 'Hello, nobody' });
    }
    assert.equal(await tab.sees({ text: handle }), false);
  });
}

async function beTwo(journey: Journey): Promise<void> {
  const mallory = await aMember(journey.site.people, { handle: 'mallory', displayName: 'Mallory' });
  await journey.step('each signs in again with the old password, on the new page', async (traveller) => {
    const { handle, tab } = traveller;
    await tab.goto(journey.new('/sign-in'));
    await tab.fill('Handle or e-mail', handle);
    await tab.fill('Password', password);
    await tab.click({ role: 'button', name: 'Sign in', within: { role: 'main' } });
    await tab.waitFor({ role: 'button', name: `Your account, ${handle}` });
    await journey.isOnePerson(traveller);
  });
  await journey.step('two accounts at once are told, and one of them is chosen', async (traveller) => {
    const { handle, tab } = traveller;
    const tossed = sharedLine(await liveValue(mallory, sharedCookie), '/api');
    await tab.goto(journey.site.page('sibling', { cookies: [tossed] }));
    await tab.goto(journey.new('/signed-in'));
    await tab.waitFor({ text: 'Twice' });
    await tab.click({
      role: 'link',
      name: 'Choose an account',
      within: { role: 'region', name: 'The answer' },
    });
    await tab.waitFor({ role: 'heading', name: 'Mallory' });
    await tab.click({ role: 'button', name: `Keep this one: ${handle}, @${handle}` });
    await tab.waitFor({ text: `Yes, as ${handle}` });
    await journey.isOnePerson(traveller);
  });
}

test('three people of an old site, in three browsers', { skip: missing }, async (t) => {
  const ends = new Ends();
  try {
    const users = handles.map((username) => ({ username, password, groups: [oldDjs] }));
    const site = await openTwoSites(ends, users);
    const { slug } = await anEvent(await aDj(site.people, { handle: 'nova', displayName: 'Nova' }));
    const travellers: Traveller[] = [];
    for (const [index, engine] of engines.entries()) {
      const running = await engine.start(ends, site.destination);
      const handle = handles[index] ?? assert.fail('more engines than people');
      travellers.push({ handle, tab: await (await running.profile()).newTab() });
    }
    const journey = new Journey(t, site, travellers, slug);
    await signInOnOldSite(journey);
    await chatOnNewSite(journey);
    await rollOut(journey);
    await useBoth(journey);
    await leave(journey);
    await beTwo(journey);
  } finally {
    await ends.run();
  }
});

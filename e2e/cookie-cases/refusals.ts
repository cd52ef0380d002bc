/** Cases 5, 6, 8 and 13: browsers that do not keep the new cookie, or lose it. */
import assert from 'node:assert/strict';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import type { Person } from '../../server/test/people.ts';
import type { Tab } from '../engines/tab.ts';
import { ask, codeOf, handleOf, isAnonymous, isSignedIn, ourCookies, signIn } from './asking.ts';
import {
  type BrowserCase,
  hostCookie,
  hostLine,
  pastGrace,
  pastReturn,
  type Scene,
  sharedCookie,
  sharedLoss,
} from './scene.ts';

/** Runs in the page: opens the first address as the page does, and loses a cookie of it at once by the second. */
const fetchAndLose = `async (visited, loss) => {
  for (const url of [visited, loss]) await fetch(url, { credentials: 'include', cache: 'no-store' });
}`;

/** A visit of a browser in which something takes the shared cookie away as soon as it is given. */
async function visitAndLose(scene: Scene, tab: Tab): Promise<void> {
  const loss = scene.front.page('slipmat', { cookies: [sharedLoss] });
  await tab.evaluate(fetchAndLose, `${scene.front.origin}/`, loss);
}

/** Until Slipmat knows that the browser does not keep it: given once, and away at two visits well apart. */
async function refuse(scene: Scene, tab: Tab): Promise<void> {
  for (let visit = 0; visit < 3; visit += 1) {
    await visitAndLose(scene, tab);
    scene.clock.leap(pastReturn);
  }
}

async function oneRefuses(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const tab = await scene.tab();
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  await scene.rollOut();
  await refuse(scene, tab);
  assert.equal(await isSignedIn(tab, ana), session);
  await refuse(scene, tab);
  const { figures, segments } = await scene.rollOutSeen();
  assert.deepEqual(figures, { issued: 1, accepted: 0, refused: 1 }, 'counted once');
  assert.deepEqual(
    segments.map(({ family, refused }) => [family, refused]),
    [[scene.engine.family, 1]],
  );
  await tab.goto(`${scene.front.origin}/settings`);
  await tab.waitFor({ role: 'button', name: 'Your account, ana' });
  const problems = await tab.evaluate(`document.querySelector('[aria-label="Problems"]')?.innerText ?? ''`);
  assert.equal(problems, '', 'she is shown nothing');
  await scene.rest(tab);
  assert.deepEqual(await ourCookies(tab), [hostCookie], 'it is not tried again');
}

async function fiveRefuse(scene: Scene): Promise<void> {
  const handles = ['one', 'two', 'three', 'four', 'five'];
  const tab = await scene.tab();
  const values = new Map<Person, string>();
  for (const handle of handles) {
    const person = await scene.member(handle);
    values.set(person, person.cookies.get(hostCookie) ?? '');
  }
  await scene.rollOut();
  for (const value of values.values()) {
    await scene.plant(tab, hostLine(value), sharedLoss);
    await refuse(scene, tab);
  }
  assert.equal((await scene.rollOutSeen()).state, 'running');
  await scene.site.app.advance();
  const { state, reason, figures } = await scene.rollOutSeen();
  assert.equal(state, 'stopped');
  assert.equal(figures.refused, handles.length);
  assert.match(reason ?? '', /\S/, 'staff are told why');
  for (const [person, value] of values) {
    await scene.plant(tab, hostLine(value), sharedLoss);
    await scene.visit(tab);
    await isSignedIn(tab, person);
  }
}

async function takenBack(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  await scene.rollOut();
  const tab = await scene.tab();
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  scene.clock.leap(pastGrace);
  await scene.visit(tab);
  assert.deepEqual(await ourCookies(tab), [sharedCookie]);
  await scene.rollBack();
  assert.equal(await isSignedIn(tab, ana), session, 'nobody is refused');
  await scene.visit(tab);
  assert.ok((await ourCookies(tab)).includes(hostCookie), 'the old one is given again');
  assert.equal(await isSignedIn(tab, ana), session);
  scene.clock.leap(pastGrace);
  await scene.visit(tab);
  assert.deepEqual(await ourCookies(tab), [hostCookie]);
  assert.equal(await isSignedIn(tab, ana), session);
}

async function lost(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  await scene.rollOut();
  const tab = await scene.tab();
  await signIn(tab, ana);
  assert.deepEqual(await ourCookies(tab), [hostCookie, sharedCookie]);
  await scene.plant(tab, sharedLoss);
  const session = await isSignedIn(tab, ana);
  await scene.visit(tab);
  assert.equal(await isSignedIn(tab, ana), session);

  scene.clock.leap(pastGrace);
  await scene.visit(tab);
  await scene.plant(tab, sharedLoss, hostLine('').replace(/Max-Age=\d+/, 'Max-Age=0'));
  const said = await ask(tab, sessionsEndpoints.devices.path);
  assert.deepEqual([said.status, codeOf(said)], [401, 'session-missing']);
  await isAnonymous(tab);
  await tab.goto(`${scene.front.origin}/settings`);
  await tab.waitFor({ role: 'link', name: 'Sign in', within: { role: 'banner' } });
  await scene.rest(tab);
  assert.equal(await handleOf(tab), null);
  assert.deepEqual(await ourCookies(tab), []);
}

export const refusals: readonly BrowserCase[] = [
  { number: 5, play: oneRefuses },
  { number: 6, play: fiveRefuse },
  { number: 8, play: takenBack },
  { number: 13, play: lost },
];

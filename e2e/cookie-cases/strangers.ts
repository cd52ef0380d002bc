/** Cases 9 to 12: cookies that others put where ours are, or near them. */
import assert from 'node:assert/strict';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sharedDomain } from '../https-front.ts';
import {
  ask,
  codeOf,
  handleOf,
  isAnonymous,
  isSignedIn,
  liveValue,
  oneOpinion,
  ourCookies,
  signIn,
} from './asking.ts';
import { type BrowserCase, hostCookie, pastGrace, type Scene, sharedCookie, sharedLine } from './scene.ts';

async function oldSiteBeside(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  await scene.rollOut();
  await scene.complete();
  const tab = await scene.tab();
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  const expired = 'expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0';
  const lines = [
    ['sessionid=first; HttpOnly; Path=/; SameSite=Lax; Secure'],
    ['sessionid=second; Domain=slipmat.test; HttpOnly; Path=/; SameSite=Lax; Secure', 'csrftoken=x; Path=/'],
    [`sessionid=""; ${expired}; Path=/`, `sessionid=""; Domain=slipmat.test; ${expired}; Path=/`],
  ];
  for (const cookies of lines) {
    await tab.goto(scene.front.page('old', { cookies }));
    await scene.visit(tab);
    assert.deepEqual(await ourCookies(tab), [sharedCookie]);
    assert.equal(await isSignedIn(tab, ana), session);
  }
}

async function oldScript(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  await scene.rollOut();
  await scene.complete();
  const tab = await scene.tab();
  const junk = `v1.${'A'.repeat(22)}.${'B'.repeat(43)}`;
  await tab.goto(scene.front.page('old'));
  await tab.setCookie('sessionid=stolen; domain=.slipmat.test; path=/');
  await tab.setCookie(`${sharedCookie}=${junk}; domain=slipmat.test; path=/; secure`);
  await scene.rest(tab);
  assert.deepEqual(await ourCookies(tab), [sharedCookie]);
  await isAnonymous(tab);
  await scene.visit(tab);
  assert.deepEqual(await ourCookies(tab), [], 'what it planted under a name of ours is gone');

  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  await tab.goto(scene.front.page('old'));
  await tab.setCookie(`${sharedCookie}=${junk}; domain=slipmat.test; path=/; secure`);
  await scene.rest(tab);
  assert.equal(await isSignedIn(tab, ana), session, 'a script cannot replace what is HttpOnly');
  await tab.setCookie(`${sharedCookie}=${junk}; path=/; secure`);
  // Chromium and Firefox keep a second one of that name.
  assert.equal(await isSignedIn(tab, ana), session);
  await scene.visit(tab);
  assert.deepEqual(await ourCookies(tab), [sharedCookie]);
  assert.equal(await isSignedIn(tab, ana), session);
}

/** A page of somebody else's host leaves the attacker's own, valid session in the browser. */
async function tossed(scene: Scene, lineOf: (value: string) => string, cookie: string): Promise<void> {
  const ana = await scene.member('ana');
  const mallory = await scene.member('mallory');
  if (cookie === sharedCookie) {
    await scene.rollOut();
    await scene.complete();
  }
  const tab = await scene.tab();
  await signIn(tab, ana);
  await tab.goto(scene.front.page('sibling', { cookies: [lineOf(await liveValue(mallory, cookie))] }));
  await scene.rest(tab);
  const said = await ask(tab, sessionsEndpoints.me.path);
  assert.deepEqual([said.status, codeOf(said)], [409, 'session-conflict'], 'never silently the attacker');

  const asked = await ask(tab, sessionsEndpoints.conflict.path);
  const { accounts } = sessionsEndpoints.conflict.reply.parse(asked.body);
  const anas = accounts.find(({ person }) => person.handle === ana.handle);
  const body = { session: anas?.session ?? '' };
  assert.equal((await ask(tab, sessionsEndpoints.choose.path, 'POST', body)).status, 200);
  assert.equal(await isSignedIn(tab, ana), body.session);
  await scene.visit(tab);
  assert.equal(await isSignedIn(tab, ana), body.session);
}

/** The attacker's session is there before she signs in. */
async function tossedBefore(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const mallory = await scene.member('mallory');
  await scene.rollOut();
  await scene.complete();
  const value = await liveValue(mallory, sharedCookie);
  const tab = await scene.tab();
  await tab.goto(scene.front.page('sibling', { cookies: [sharedLine(value, '/api')] }));
  await scene.rest(tab);
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  await tab.goto(scene.front.page('sibling', { cookies: [sharedLine(value, '/api')] }));
  await scene.rest(tab);
  assert.equal(await isSignedIn(tab, ana), session, 'what was tossed is dead');
  await scene.plant(tab);
  scene.clock.leap(pastGrace);
  await scene.visit(tab);
  assert.equal(await isSignedIn(tab, ana), session);
}

const confusing = [
  '\u2000__Host-slipmat=x; Path=/; Secure',
  '__host-slipmat=x; Path=/; Secure',
  '__HOST-SLIPMAT=x; Path=/; Secure',
  '$Version=1; Path=/; Secure',
  '__proto__=x; Path=/; Secure',
  'constructor=x; Path=/; Secure',
  '=x; Path=/; Secure',
  'nothing; Path=/; Secure',
  'quoted="__Host-slipmat=x"; Path=/; Secure',
];

async function confused(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const tab = await scene.tab();
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  for (const line of confusing) await tab.setCookie(line);
  for (let copy = 0; copy < 40; copy += 1) {
    await tab.setCookie(`${hostCookie}=${copy}; Path=/api${'/x'.repeat(copy)}; Secure`);
    await tab.setCookie(`junk-${copy}=${'x'.repeat(50)}; Path=/; Secure`);
  }
  assert.equal(await isSignedIn(tab, ana), session);

  await tab.goto(scene.front.page('sibling'));
  for (let big = 0; big < 5; big += 1)
    await tab.setCookie(`big-${big}=${'x'.repeat(3_900)}; Domain=${sharedDomain}; Path=/; Secure`);
  await scene.rest(tab);
  const said = await ask(tab, sessionsEndpoints.me.path);
  assert.deepEqual([said.status, codeOf(said)], [431, 'header-too-large']);
  const cleared = await ask(tab, sessionsEndpoints.clearCookies.path, 'POST');
  assert.equal(cleared.status, 200, 'there is a way out');
  await isAnonymous(tab);
  await signIn(tab, ana);
  assert.equal(await handleOf(tab), ana.handle);
  await oneOpinion(tab);
}

/** In a browser that takes `__Host-…` from a sibling, the prefix protects nobody. */
function hostToss(scene: Scene): Promise<void> {
  const lineOf = (value: string): string =>
    `${hostCookie}=${value}; Domain=${sharedDomain}; Path=/api; Secure; HttpOnly`;
  return tossed(scene, lineOf, hostCookie);
}

export const strangers: readonly BrowserCase[] = [
  { number: 9, play: oldSiteBeside },
  { number: 10, play: oldScript },
  {
    number: 11,
    variant: 'while somebody is signed in',
    play: (scene) => tossed(scene, (value) => sharedLine(value, '/api'), sharedCookie),
  },
  { number: 11, variant: 'before somebody signs in', play: tossedBefore },
  { number: 11, variant: 'under a __Host- name', lacksPrefixes: true, play: hostToss },
  { number: 12, play: confused },
];

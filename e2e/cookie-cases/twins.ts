/** Cases 1 to 4: several cookies of ours in one browser. */
import assert from 'node:assert/strict';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import type { Tab } from '../engines/tab.ts';
import {
  ask,
  codeOf,
  deadValue,
  devicesOf,
  isSignedIn,
  liveValue,
  oneOpinion,
  opinions,
  ourCookies,
  signIn,
} from './asking.ts';
import {
  type BrowserCase,
  hostCookie,
  hostLine,
  pastGrace,
  type Scene,
  sharedCookie,
  sharedLine,
} from './scene.ts';

async function deadBesideLive(scene: Scene, isDeadFirst: boolean): Promise<void> {
  const ana = await scene.member('ana');
  const dead = await deadValue(ana, hostCookie);
  await scene.rollOut();
  await scene.complete();
  const live = await liveValue(ana, sharedCookie);
  const tab = await scene.tab();
  const lines = [hostLine(dead), sharedLine(live)];
  await scene.plant(tab, ...(isDeadFirst ? lines : lines.toReversed()));
  assert.deepEqual(await ourCookies(tab), [hostCookie, sharedCookie]);
  const session = await isSignedIn(tab, ana);
  await scene.visit(tab);
  assert.deepEqual(await ourCookies(tab), [sharedCookie], 'the dead one is gone');
  assert.equal(await isSignedIn(tab, ana), session);
}

async function oneAfterTheOther(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const tab = await scene.tab();
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  const devices = await devicesOf(tab);
  await scene.rollOut();
  // A page without its scripts: nothing shows the new one to the server yet.
  await tab.evaluate("fetch('/', { cache: 'no-store' }).then(() => true)");
  const both = [hostCookie, sharedCookie];
  assert.deepEqual(await ourCookies(tab), both, 'the old one stays until the new was seen');
  await scene.visit(tab);
  assert.equal(await isSignedIn(tab, ana), session);
  assert.equal(await devicesOf(tab), devices, 'one device');
  scene.clock.leap(pastGrace);
  await scene.visit(tab);
  assert.deepEqual(await ourCookies(tab), [sharedCookie]);
  assert.equal(await isSignedIn(tab, ana), session);
  const { figures } = await scene.rollOutSeen();
  assert.deepEqual(figures, { issued: 1, accepted: 1, refused: 0 });
}

/** Every API refuses, the socket closes, and each says why. */
async function isConflict(tab: Tab): Promise<void> {
  for (const path of ['/api/auth/me', '/api/events', '/api/auth/devices', '/api/setup']) {
    const said = await ask(tab, path);
    assert.deepEqual([said.status, codeOf(said), said.session], [409, 'session-conflict', 'conflict'], path);
  }
  assert.match((await opinions(tab)).get('socket') ?? '', /^(?:conflict|closed with \d+)$/);
}

async function twoPeople(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const ben = await scene.member('ben');
  const anas = await liveValue(ana, hostCookie);
  await scene.rollOut();
  await scene.complete();
  const bens = await liveValue(ben, sharedCookie);
  const tab = await scene.tab();
  await scene.plant(tab, hostLine(anas), sharedLine(bens));
  await isConflict(tab);

  await tab.goto(`${scene.front.origin}/settings`);
  await tab.click({ role: 'link', name: 'Choose an account', within: { role: 'banner' } });
  await tab.waitFor({ role: 'heading', name: 'Signed in twice' });
  await tab.waitFor({ role: 'heading', name: 'ana' });
  await tab.click({ role: 'button', name: 'Keep this one: ben, @ben' });
  await tab.waitForUrl(/\/settings$/);
  await tab.waitFor({ role: 'button', name: 'Your account, ben' });
  await scene.rest(tab);
  assert.deepEqual(await ourCookies(tab), [sharedCookie], 'exactly one is left');
  await isSignedIn(tab, ben);
  const { session } = await ask(tab, sessionsEndpoints.conflict.path);
  assert.equal(session, await oneOpinion(tab));
}

export const twins: readonly BrowserCase[] = [
  { number: 1, play: (scene) => deadBesideLive(scene, true) },
  { number: 2, play: (scene) => deadBesideLive(scene, false) },
  { number: 3, play: oneAfterTheOther },
  { number: 4, play: twoPeople },
];

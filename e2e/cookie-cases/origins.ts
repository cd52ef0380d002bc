/** Cases 14, 15, 19, 20 and 24: signing out while others ask, where requests come from, and what caches hold. */
import assert from 'node:assert/strict';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { z } from 'zod';
import { aBrowser, password } from '../../server/test/people.ts';
import { until } from '../../server/test/until.ts';
import { ask, handleOf, isAnonymous, isSignedIn, ourCookies, signIn } from './asking.ts';
import { type BrowserCase, hostCookie, pastRotation, type Scene } from './scene.ts';

/** Runs in the page: asks many times at once. @returns status and session of each. */
const asksAtOnce = `async (paths) => Promise.all(paths.map(async (path) => {
  const answer = await fetch(path, { cache: 'no-store' });
  await answer.text();
  return [answer.status, answer.headers.get('slipmat-session')];
}))`;

const Answers = z.array(z.tuple([z.int(), z.nullable(z.string())]));

/** Pages and the API in turn: what may set cookies and what may not. */
function manyPaths(count: number): string[] {
  return Array.from({ length: count }, (_one, index) => ['/', sessionsEndpoints.me.path][index % 2] ?? '/');
}

async function signedOutMeanwhile(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const profile = await scene.profile();
  const tab = await scene.tab(profile);
  const other = await scene.tab(profile);
  await signIn(tab, ana);
  await isSignedIn(tab, ana);
  const before = (await tab.cookies()).map(({ value }) => value);
  // So that each page that the other tab opens renews the cookie.
  scene.clock.leap(pastRotation);
  const [, answers] = await Promise.all([
    ask(tab, sessionsEndpoints.signOut.path, 'POST'),
    other.evaluate(asksAtOnce, manyPaths(20)),
  ]);
  assert.equal(Answers.parse(answers).length, 20);
  const after = (await tab.cookies()).map(({ value }) => value);
  for (const one of [tab, other]) {
    await scene.visit(one);
    await isAnonymous(one);
  }
  for (const value of [...before, ...after]) {
    const browser = aBrowser(scene.people);
    browser.cookies.set(hostCookie, value);
    assert.equal((await browser.call(sessionsEndpoints.me)).account, null, 'no cookie signs in again');
  }
}

async function renewedAtOnce(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const tab = await scene.tab();
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  const [before] = await tab.cookies();
  scene.clock.leap(pastRotation);
  const answers = Answers.parse(await tab.evaluate(asksAtOnce, manyPaths(20)));
  for (const [status, named] of answers) {
    assert.equal(status, 200);
    if (named !== null) assert.equal(named, session);
  }
  const after = await tab.cookies();
  assert.equal(after.length, 1, 'one successor');
  assert.notEqual(after[0]?.value, before?.value);
  assert.equal(await isSignedIn(tab, ana), session);
}

/** A form on a page of another host that sends itself. */
function formTo(url: string, fields: Readonly<Record<string, string>> = {}): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name='${name}' value='${value}'>`);
  return `<form method="post" enctype="text/plain" action="${url}">${inputs.join('')}<button>Win</button></form>`;
}

/** Runs in the page: how a socket to the address ends. */
const connects = `(url) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onopen = () => { socket.close(); resolve('open'); };
  socket.onerror = () => resolve('refused');
})`;

/** Runs in the page: a request that needs no leave of the other side; nobody may read what comes of it. */
const sendsBlindly = `async (url, body) => {
  const sent = fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body });
  await sent.then(() => true, () => false);
}`;

/** What Slipmat refused because of where it came from, as its log says. */
function refusals({ site }: Scene): readonly unknown[] {
  return site.log.filter((line) => line['code'] === 'csrf-origin-mismatch');
}

async function fromElsewhere(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const mallory = await scene.member('mallory');
  const { origin } = scene.front;
  const tab = await scene.tab();
  await signIn(tab, ana);
  const session = await isSignedIn(tab, ana);
  for (const host of ['stranger', 'sibling', 'old'] as const) {
    const before = refusals(scene).length;
    const html = formTo(`${origin}${sessionsEndpoints.signOut.path}`);
    await tab.goto(scene.front.page(host, { html }));
    await tab.click({ role: 'button', name: 'Win' });
    await until(`the form of ${host} is refused`, () => refusals(scene).length > before);
    const isThere = "(path) => location.pathname === path && document.readyState !== 'loading'";
    await tab.waitUntil('the refusal is shown', isThere, [sessionsEndpoints.signOut.path]);
    const body = JSON.stringify({ login: mallory.handle, password });
    await tab.goto(scene.front.page(host));
    await tab.evaluate(sendsBlindly, `${origin}${sessionsEndpoints.signIn.path}`, body);
    assert.equal(await tab.evaluate(connects, `${origin.replace('https', 'wss')}/realtime`), 'refused', host);
    await scene.rest(tab);
    assert.equal(await isSignedIn(tab, ana), session, `${host} changed nothing`);
  }
  assert.equal(await tab.evaluate(connects, `${origin.replace('https', 'wss')}/realtime`), 'open');
}

async function withoutReferrer(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const tab = await scene.tab();
  await signIn(tab, ana);
  await isSignedIn(tab, ana);
  const headers = { 'referrer-policy': 'no-referrer' };
  const echo = formTo(scene.front.echo('slipmat'));
  await tab.goto(scene.front.page('slipmat', { headers, html: echo }));
  await tab.click({ role: 'button', name: 'Win' });
  await tab.waitFor({ text: '"sec-fetch-site":"same-origin"' });
  const html = formTo(`${scene.front.origin}${sessionsEndpoints.signOut.path}`);
  await tab.goto(scene.front.page('slipmat', { headers, html }));
  await tab.click({ role: 'button', name: 'Win' });
  await tab.waitForUrl(sessionsEndpoints.signOut.path);
  assert.doesNotMatch(await tab.text(), /csrf-/, 'it is our own page');
}

/** Runs in the page: what caches may do with an answer. */
const cacheControl = `async (path) => (await fetch(path, { cache: 'no-store' })).headers.get('cache-control')`;

async function outOfTheCache(scene: Scene): Promise<void> {
  const ana = await scene.member('ana');
  const profile = await scene.profile();
  const tab = await scene.tab(profile);
  await signIn(tab, ana);
  for (const path of [sessionsEndpoints.me.path, sessionsEndpoints.devices.path])
    assert.match(String(await tab.evaluate(cacheControl, path)), /no-store/, path);
  await tab.goto(`${scene.front.origin}/settings`);
  await tab.waitFor({ role: 'button', name: 'Your account, ana' });
  // With the header of the page before: WebKit's driver loses a tab that goes back into another process.
  const headers = { 'cross-origin-opener-policy': 'same-origin' };
  await tab.goto(scene.front.page('slipmat', { headers, html: 'away' }));
  const other = await scene.tab(profile);
  assert.equal((await ask(other, sessionsEndpoints.signOut.path, 'POST')).status, 200);
  await tab.back();
  await tab.waitFor({ role: 'link', name: 'Sign in', within: { role: 'banner' } });
  assert.equal(await tab.sees({ role: 'button', name: 'Your account, ana' }), false);
  assert.equal(await handleOf(tab), null);
  assert.deepEqual(await ourCookies(tab), []);
}

export const origins: readonly BrowserCase[] = [
  { number: 14, play: signedOutMeanwhile },
  { number: 15, play: renewedAtOnce },
  { number: 19, play: fromElsewhere },
  { number: 20, play: withoutReferrer },
  { number: 24, play: outOfTheCache },
];

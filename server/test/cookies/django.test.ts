/**
 * The cases that the old site has a part in, with a real Django: it reads the same headers, keeps its own sessions,
 * and stands behind the gate. What adoption takes and refuses in detail is in adoption.test.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { type OldSite, requireDjango, startOldSite } from '../old-site.ts';
import type { Owner } from '../services/daemon.ts';
import { browserKinds } from './browser-kinds.ts';
import { plant } from './case-twins.ts';
import { caseOf } from './cases.ts';
import { orders } from './jar.ts';
import type { ModelBrowser } from './model-browser.ts';
import { siteBehindGate } from './old-service.ts';
import { aStage, oldOrigin, oneOpinion, origin, type Stage, sharedCookie, valuesOf } from './stage.ts';

const skip = requireDjango();
const password = 'felt under the needle';
const users = ['nova', 'bert'].map((username) => ({ username, password }));
const title = (number: number): string => `case ${number}: ${caseOf(number).title}`;

interface Town {
  readonly stage: Stage;
  /** The old site. */
  django: OldSite;
}

function port({ address }: OldSite): number {
  return Number(new URL(address).port);
}

/** The old site alone at the site's address, as before Slipmat, and a Slipmat that is ready to take it over. */
async function beforeSlipmat(owner: Owner): Promise<Town> {
  const django = await startOldSite(owner, {
    environment: { TRUST_PROXY: 'on', SESSION_COOKIE_SECURE: 'on' },
  });
  await django.addUsers(users);
  const stage = await aStage(owner, {
    environment: {
      DJANGO_SESSIONS: 'db',
      DJANGO_DATABASE_URL: `sqlite://${django.database}`,
      DJANGO_SECRET_KEYS: django.secretKey,
    },
  });
  stage.network.route('slipmat.test', [port(django)]);
  return { stage, django };
}

/** Slipmat takes the address over; the old site goes behind the gate at an address of its own. */
async function takeOver(town: Town): Promise<void> {
  await town.stage.restart();
  await gated(town);
}

/** The old site moves behind the gate of the server that runs at this moment. */
async function gated(town: Town): Promise<void> {
  const { stage } = town;
  town.django = await town.django.redeploy({
    GATE: 'on',
    SLIPMAT_ORIGIN: origin,
    SLIPMAT_JWKS_URL: `http://127.0.0.1:${stage.site.app.port()}/.well-known/jwks.json`,
    SLIPMAT_AUDIENCE: oldOrigin,
  });
  const gate = (): number => stage.site.app.port();
  stage.network.route(
    'old.slipmat.test',
    siteBehindGate(stage.network, gate, () => port(town.django)),
  );
}

/** Signs in on the old site by its form. */
async function signInThere(browser: ModelBrowser, at: string, username: string): Promise<void> {
  const form = await browser.visit(`${at}/sign-in`);
  const token = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(form.body.toString())?.[1] ?? '';
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, username, password });
  const answered = await browser.submit(`${at}/sign-in`, body.toString());
  assert.equal(answered.status, 200, answered.body.toString());
  assert.equal(valuesOf(browser, 'sessionid').length, 1, 'signed in on the old site');
}

/** Whom Slipmat takes the browser for; null for nobody. */
async function handleOf(browser: ModelBrowser): Promise<string | null> {
  await browser.visit(`${origin}/`);
  return (await browser.whoAmI()).account?.handle ?? null;
}

async function whoIsItThere(browser: ModelBrowser): Promise<string> {
  return (await browser.fetch(`${oldOrigin}/slipmat/whoami`)).body.toString();
}

test(`${title(21)}; ${title(25)}`, { skip }, async (t) => {
  const town = await beforeSlipmat(t);
  const { stage } = town;
  const kinds = [browserKinds.chrome, browserKinds.oldSafari, browserKinds.iosWebView, browserKinds.privacy];
  const browsers = kinds.map((kind) => stage.browser(kind));
  // Django itself asks for Referer or Origin, so the privacy mode cannot sign in there by a form.
  const signedIn = browsers.slice(0, 3);
  for (const browser of signedIn) await signInThere(browser, origin, 'nova');
  await stage.restart();
  for (const browser of signedIn) {
    assert.equal(await handleOf(browser), 'nova', `${browser.kind.name}: signed in without noticing`);
    const session = await oneOpinion(browser);
    assert.equal(await handleOf(browser), 'nova');
    assert.equal(await oneOpinion(browser), session, 'exactly once');
  }
  const [first] = signedIn;
  assert.ok(first);
  assert.equal((await first.call(sessionsEndpoints.devices)).devices.length, 3, 'a device each');
  await stage.rollOut();
  await gated(town);
  for (const browser of signedIn) {
    for (let visit = 0; visit < 3; visit += 1) assert.equal(await handleOf(browser), 'nova');
    const session = await oneOpinion(browser);
    assert.equal(valuesOf(browser, sharedCookie).length, 1);
    assert.match(await whoIsItThere(browser), new RegExp(`"session": ?"${session}", ?"handle": ?"nova"`));
  }
  const [gone] = signedIn;
  assert.ok(gone);
  await gone.call(sessionsEndpoints.signOut);
  assert.equal(await handleOf(gone), null, 'signed out stays signed out, the old cookie notwithstanding');
  assert.equal(valuesOf(gone, 'sessionid').length, 1, 'which is not ours to take away');
});

test(`${title(1)}; ${title(2)} (the old site’s own cookie)`, { skip }, async (t) => {
  const town = await beforeSlipmat(t);
  const { stage } = town;
  const before = stage.browser(browserKinds.firefox);
  await signInThere(before, origin, 'nova');
  const [live = ''] = valuesOf(before, 'sessionid');
  const twins = (first: string, second: string) => [
    `sessionid=${first}; Path=/; Secure; HttpOnly`,
    `sessionid=${second}; Domain=slipmat.test; Path=/; Secure; HttpOnly`,
  ];
  const said = new Set<string>();
  for (const lines of [twins('dead', live), twins(live, 'dead')]) {
    const browser = stage.browser(browserKinds.firefox);
    plant(browser, lines);
    browser.page = new URL(origin);
    said.add((await browser.fetch('/slipmat/whoami')).body.toString());
  }
  assert.equal(said.size, 2, 'to Django alone the order of the same two cookies decides who somebody is');
  await stage.restart();
  await stage.rollOut();
  await gated(town);
  for (const order of orders) {
    for (const lines of [twins('dead', live), twins(live, 'dead')]) {
      const browser = stage.browser(browserKinds.firefox, order);
      plant(browser, lines);
      assert.equal(await handleOf(browser), 'nova', `${order}: ${lines[0]}`);
      await oneOpinion(browser);
    }
  }
});

test(title(4), { skip }, async (t) => {
  const town = await beforeSlipmat(t);
  const { stage } = town;
  const browser = stage.browser(browserKinds.firefox);
  await signInThere(browser, origin, 'bert');
  await takeOver(town);
  const ann = await stage.member();
  const [own = ''] = valuesOf(ann.browser, '__Host-slipmat');
  plant(browser, [`__Host-slipmat=${own}; Path=/; Secure; HttpOnly; Max-Age=99`]);
  await browser.visit(`${origin}/`);
  await browser.refused(sessionsEndpoints.devices, 'session-conflict');
  assert.equal(await oneOpinion(browser), 'conflict');
  const { accounts } = await browser.call(sessionsEndpoints.conflict);
  assert.deepEqual(accounts.map(({ person }) => person.handle).toSorted(), [ann.handle, 'bert'].toSorted());
  const chosen = accounts.find(({ person }) => person.handle === ann.handle)?.session ?? '';
  await browser.call(sessionsEndpoints.choose, { body: { session: chosen } });
  for (let visit = 0; visit < 3; visit += 1) {
    assert.equal(await handleOf(browser), ann.handle, 'the other one does not come back');
  }
});

test(title(9), { skip }, async (t) => {
  const town = await beforeSlipmat(t);
  const { stage } = town;
  await stage.restart();
  const browser = await stage.newcomer();
  await browser.call(sessionsEndpoints.signIn, { body: { login: 'nova', password } });
  const before = valuesOf(browser, '__Host-slipmat');
  const session = await oneOpinion(browser);
  // The old site is what it was, with its cookie on the whole domain.
  town.django = await town.django.redeploy({ SESSION_COOKIE_DOMAIN: 'slipmat.test' });
  stage.network.route('old.slipmat.test', [port(town.django)]);
  await signInThere(browser, oldOrigin, 'nova');
  assert.equal(await handleOf(browser), 'nova');
  assert.equal(await oneOpinion(browser), session, 'the session stays');
  const form = await browser.visit(`${oldOrigin}/`);
  const token = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(form.body.toString())?.[1] ?? '';
  const body = new URLSearchParams({ csrfmiddlewaretoken: token }).toString();
  await browser.submit(`${oldOrigin}/sign-out`, body);
  assert.deepEqual(valuesOf(browser, 'sessionid'), [], 'Django took its own away');
  assert.equal(await handleOf(browser), 'nova');
  assert.equal(await oneOpinion(browser), session, 'the session stays');
  assert.deepEqual(valuesOf(browser, '__Host-slipmat'), before, 'our cookie stays');
});

test(title(22), { skip }, async (t) => {
  const town = await beforeSlipmat(t);
  const { stage } = town;
  const there = stage.browser(browserKinds.chrome);
  await signInThere(there, origin, 'nova');
  await stage.restart();
  const browser = await stage.newcomer();
  await browser.call(sessionsEndpoints.signIn, { body: { login: 'nova', password } });
  assert.equal(await handleOf(browser), 'nova');
  await browser.refused(sessionsEndpoints.signIn, 'wrong-credentials', {
    body: { login: 'bert', password: 'no' },
  });
  stage.network.route('slipmat.test', [port(town.django)]);
  const answered = await there.fetch(`${origin}/slipmat/whoami`);
  assert.match(answered.body.toString(), /"handle": ?"nova"/, 'the old site’s session survives it');
});

test(title(23), { skip }, async (t) => {
  const town = await beforeSlipmat(t);
  const { stage } = town;
  await takeOver(town);
  const forged = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiaGFuZGxlIjoibm92YSJ9.';
  const spoofed: readonly Readonly<Record<string, string>>[] = [
    {},
    { 'slipmat-identity': forged },
    { slipmat_identity: forged, 'Slipmat-Identity': forged },
    { 'x-auth-user': 'nova', 'remote-user': 'nova', 'x-forwarded-user': 'nova' },
  ];
  for (const headers of spoofed) {
    const what = JSON.stringify(headers);
    const direct = await stage.network.toServer(port(town.django), {
      path: '/slipmat/whoami',
      headers: { host: 'old.slipmat.test', 'x-forwarded-proto': 'https', ...headers },
    });
    assert.equal(direct.status, 401, `past the proxy: ${what}`);
    const nobody = await stage.newcomer();
    const answered = await nobody.fetch(`${oldOrigin}/slipmat/whoami`, { headers });
    assert.doesNotMatch(answered.body.toString(), /nova/, what);
  }
});

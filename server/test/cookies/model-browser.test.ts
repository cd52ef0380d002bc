/** The model browser says about a request what browsers of its kind say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BrowserKind, browserKinds } from './browser-kinds.ts';
import { ModelBrowser } from './model-browser.ts';
import { answer, Network, type Outgoing } from './network.ts';

const home = 'https://slipmat.test';
const sibling = 'https://old.slipmat.test';

/** A browser on the first page of a site that only remembers what it was sent. */
async function aBrowser(t: { after(fn: () => Promise<void>): void }, kind: BrowserKind) {
  const network = new Network(t);
  const seen: Outgoing[] = [];
  for (const host of ['slipmat.test', 'old.slipmat.test', 'evil.test']) {
    network.route(host, async (outgoing) => {
      seen.push(outgoing);
      return answer(200, ['lax=1; Path=/; Secure; SameSite=Lax; Domain=slipmat.test'], {});
    });
  }
  const browser = new ModelBrowser(network, { kind, clock: { now: () => 0 } });
  await browser.visit(`${home}/`);
  const last = (): Readonly<Record<string, string | undefined>> => seen.at(-1)?.headers ?? {};
  return { browser, last };
}

test('Fetch Metadata, Origin and Referer', async (t) => {
  const { browser, last } = await aBrowser(t, browserKinds.chrome);
  assert.deepEqual(
    [last()['sec-fetch-site'], last()['sec-fetch-mode'], last()['sec-fetch-user'], last()['origin']],
    ['none', 'navigate', '?1', undefined],
  );
  await browser.fetch('/a');
  assert.deepEqual([last()['sec-fetch-site'], last()['origin']], ['same-origin', undefined]);
  await browser.fetch('/a', { method: 'POST' });
  assert.deepEqual(
    [last()['sec-fetch-site'], last()['origin'], last()['referer']],
    ['same-origin', home, `${home}/`],
  );
  await browser.fetch(`${sibling}/a`);
  assert.deepEqual([last()['sec-fetch-site'], last()['origin']], ['same-site', home]);
  await browser.fetch('https://evil.test/a');
  assert.deepEqual([last()['sec-fetch-site'], last()['origin']], ['cross-site', home]);
  assert.equal(last()['host'], 'evil.test');
});

test('what old ones and privacy modes leave out', async (t) => {
  const old = await aBrowser(t, browserKinds.oldSafari);
  await old.browser.fetch('/a', { method: 'POST' });
  assert.deepEqual([old.last()['sec-fetch-site'], old.last()['origin']], [undefined, home]);
  const privacy = await aBrowser(t, browserKinds.privacy);
  await privacy.browser.fetch('/a', { method: 'POST' });
  const { origin, referer } = privacy.last();
  assert.deepEqual([privacy.last()['sec-fetch-site'], origin, referer], [undefined, undefined, undefined]);
});

test('cookies go where their SameSite lets them, and with `credentials` only', async (t) => {
  const { browser, last } = await aBrowser(t, browserKinds.firefox);
  await browser.fetch('/a');
  assert.equal(last()['cookie'], 'lax=1');
  await browser.fetch(`${sibling}/a`, { credentials: 'same-origin' });
  assert.equal(last()['cookie'], undefined);
  await browser.fetch(`${sibling}/a`);
  assert.equal(last()['cookie'], 'lax=1');
  await browser.visit('https://evil.test/');
  await browser.fetch(`${home}/a`);
  assert.equal(last()['cookie'], undefined, 'not from a page of another site');
  await browser.submit(`${home}/a`, 'x=1');
  assert.equal(last()['cookie'], undefined, 'nor with its forms');
  browser.page = new URL('https://evil.test/');
  await browser.follow(`${home}/`);
  assert.equal(last()['cookie'], 'lax=1', 'but with its links');
});

/**
 * Django's default: its cookie comes to the old host only. Whoever is signed in there is signed in on the new pages
 * too, from the moment that a shared cookie is rolled out, in Chromium, Firefox and WebKit.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { anEvent } from '../server/test/broadcasts.ts';
import { requireDjango } from '../server/test/old-site.ts';
import { aDj, password } from '../server/test/people.ts';
import { requireCommand } from '../server/test/services/require-command.ts';
import { Ends } from './engines/ends.ts';
import { engines } from './engines/engines.ts';
import type { Tab } from './engines/tab.ts';
import { httpsNeeds } from './https-front.ts';
import { openTwoSites, type TwoSites } from './two-sites.ts';

const needed = [...httpsNeeds, ...engines.flatMap(({ needs }) => needs)];
const missing = needed.map(requireCommand).find((reason) => reason !== false) ?? requireDjango();

async function signInOnOldSite({ origins }: TwoSites, tab: Tab): Promise<void> {
  await tab.goto(`${origins.old}/sign-in`);
  await tab.fill('Name', 'ana');
  await tab.fill('Password', password);
  await tab.click({ role: 'button', name: 'Sign in' });
  await tab.waitFor({ role: 'heading', name: 'Hello, ana' });
  const cookie = (await tab.cookies()).find(({ name }) => name === 'sessionid');
  assert.equal(cookie?.hostOnly, true);
}

test('a sign-in that only the old host gets counts on the new pages too', { skip: missing }, async (t) => {
  const ends = new Ends();
  try {
    const site = await openTwoSites(ends, [{ username: 'ana', password }], '');
    const { slug } = await anEvent(await aDj(site.people));
    const tabs: { readonly name: string; readonly tab: Tab }[] = [];
    for (const engine of engines) {
      const running = await engine.start(ends, site.destination);
      tabs.push({ name: engine.name, tab: await (await running.profile()).newTab() });
    }
    for (const { tab } of tabs) await signInOnOldSite(site, tab);
    await site.deploy();
    const body = { steps: [100], stepMinutes: 1 };
    await site.owner.call(rollOutsEndpoints.start, { params: { kind: 'cookie' }, body });
    for (const { name, tab } of tabs)
      await t.test(name, async () => {
        await tab.goto(`${site.origin}/e/${slug}`);
        await tab.waitFor({ role: 'button', name: 'Your account, ana' });
        await tab.goto(`${site.origins.old}/`);
        await tab.waitFor({ role: 'heading', name: 'Hello, ana' });
        await tab.goto(`${site.origin}/signed-in`);
        await tab.waitFor({ text: 'Yes, as ana' });
        await tab.waitFor({ text: 'Old site' });
        assert.equal(await tab.sees({ text: 'disagrees' }), false);
      });
  } finally {
    await ends.run();
  }
});

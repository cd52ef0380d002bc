/** A DJ whose address is not verified is told so, gets the link by way of the owner's outbox, and plays. */
import assert from 'node:assert/strict';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { aMember, password } from '../server/test/people.ts';
import { phone } from './browser.ts';
import { type Journey, journey } from './journey.ts';
import { outline } from './screen-reader.ts';
import { type OwnedSite, openOwnedSite } from './site.ts';

type Night = Journey<OwnedSite>;

/** The link as the owner reads it in the outbox. */
async function readLink(journey: Night, handle: string): Promise<string> {
  const { page } = await journey.visitor('Olive', { as: journey.site.owner });
  await page.goto('/');
  await page.getByRole('button', { name: /account/i }).click();
  await page.getByRole('link', { name: 'Outbox' }).click();
  await page.getByText('No mail server is set').waitFor();
  await page.getByLabel('Address or handle').fill(handle);
  await page.getByRole('button', { name: /^Read “Verify .* to Ana$/ }).click();
  const text = await page.locator('pre').innerText();
  await page.getByRole('button', { name: 'Copy the link' }).waitFor();
  await page.getByLabel('State').selectOption('sent');
  await page.getByText('No mail like that').waitFor();
  const [link = ''] = /http\S+#token=\S+/.exec(text) ?? [];
  assert.notEqual(link, '', text);
  return link;
}

async function change(journey: Night, ana: Awaited<ReturnType<Night['visitor']>>): Promise<void> {
  const { page } = ana;
  await journey.step('her settings say so too, and take another address with the password only', async () => {
    await page.goto('/settings');
    await page.getByText('verified', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Change the address' }).click();
    await page.getByLabel('New address').fill('ana@elsewhere.example');
    await page.getByLabel('Your password').fill('not this one');
    ana.expects(/401 \(Unauthorized\)/, /wrong-credentials/);
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByText('do not belong together').first().waitFor();
    await page.getByLabel('Your password').fill(password);
    ana.expects(/429 \(Too Many Requests\)/, /rate-limited/);
    await page.getByRole('button', { name: 'Change it' }).click();
    await page
      .getByText(/too often/)
      .first()
      .waitFor();
    assert.equal((await outline(page)).overflow, 0);
  });
  await journey.step('push says why it cannot be switched on here', async () => {
    await ana.context.grantPermissions(['notifications']);
    // A fresh profile is a private window to Chromium, which takes no subscription there.
    ana.expects(/incognito mode/);
    await page.reload();
    await page.getByRole('switch', { name: /This device gets push/ }).click();
    await page.getByText(/could not reach its push service/).waitFor();
  });
}

journey('a DJ verifies her address', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const member = await aMember(site, { handle: 'ana', displayName: 'Ana' });
  await site.owner.call(accountsEndpoints.grant, { params: { handle: 'ana', group: 'dj' } });
  const ana = await journey.visitor('Ana', { as: member, viewport: phone });
  await journey.step('her dashboard says that her profile is paused, and why', async () => {
    await ana.page.goto('/');
    await ana.page.getByRole('link', { name: 'Dashboard' }).click();
    await ana.page.getByRole('heading', { name: 'Your DJ profile is paused' }).waitFor();
    await ana.page.getByText('waits with its owner').waitFor();
    assert.equal((await outline(ana.page)).overflow, 0);
  });
  await journey.step('staff see the group as waiting', async () => {
    const { page } = await journey.visitor('Olive at her page', { as: site.owner });
    await page.goto('/people/ana');
    await page.getByText('until their e-mail address is verified').waitFor();
  });
  const link = await readLink(journey, 'ana');
  await journey.step('she opens the link in another browser, and the dashboard opens by itself', async () => {
    const { page } = await journey.visitor('Ana at her mail');
    await page.goto(link);
    await page.getByRole('button', { name: 'Verify my address' }).click();
    await page.getByText('is verified').waitFor();
    await ana.page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
  });
  await change(journey, ana);
});

/** The server is not there: every page says so, comes back by itself, and loses nothing that was typed. */
import assert from 'node:assert/strict';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember, password } from '../server/test/people.ts';
import { whileAway } from './away.ts';
import type { Visitor } from './browser.ts';
import { journey } from './journey.ts';
import { openOwnedSite } from './site.ts';
import { sees, writes } from './talk.ts';

/** The longest wait of a page for a server that is back. Milliseconds. */
const recoverWithin = 30_000;
/** A reference that a page gave by itself. */
const ownReference = /^c-[a-z0-9]{8}$/;

/** The references on the page, which staff could be told. */
async function references({ page }: Visitor): Promise<string[]> {
  return page.locator('code').filter({ hasText: /^c-/ }).allInnerTexts();
}

journey('the server is stopped under open pages', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova' });
  const { slug } = await anEvent(dj, { title: 'Friday night' });
  const ana = await journey.visitor('Ana', { as: await aMember(site, { handle: 'ana' }) });
  const newcomer = await journey.visitor('Newcomer');
  const nova = await journey.visitor('Nova', { as: dj });
  for (const visitor of [ana, newcomer, nova]) visitor.expects(...whileAway);

  await journey.step('three people type something', async () => {
    await ana.page.goto(`/e/${slug}`);
    await writes(ana, 'not sent yet');
    await newcomer.page.goto('/sign-up');
    await newcomer.page.getByLabel('Display name').fill('Ben');
    await newcomer.page.getByLabel('Handle').fill('ben');
    await newcomer.page.getByLabel('E-mail').fill('ben@example.com');
    await newcomer.page.getByLabel('Password').fill(password);
    await nova.page.goto('/dj/events/new');
    await nova.page.getByLabel('Title').fill('Saturday');
    await nova.page.getByLabel('Description').fill('A long text that took an hour.');
  });
  await journey.step('the server stops: the live page keeps what it shows, and says so', async () => {
    await site.stop('SIGTERM');
    await ana.page.getByText(/Reconnecting/).waitFor();
    await ana.page.getByRole('heading', { level: 1, name: 'Friday night' }).waitFor();
    assert.equal(await ana.page.getByLabel('Write a message').inputValue(), 'not sent yet');
  });
  await journey.step('a form that is sent now says why nothing happened, and keeps its fields', async () => {
    const { page } = newcomer;
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('alert').getByText('No connection').waitFor();
    await page.getByText('The server cannot be reached.').first().waitFor();
    for (const reference of await references(newcomer)) assert.match(reference, ownReference);
    assert.ok((await references(newcomer)).length > 0, 'a reference is shown');
    assert.equal(await page.getByLabel('Password').inputValue(), password);
  });
  await journey.step('an event that is published now is not lost either', async () => {
    const { page } = nova;
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('alert').getByText('No connection').waitFor();
    assert.equal(await page.getByLabel('Description').inputValue(), 'A long text that took an hour.');
  });
  await journey.step('going to another page shows that the server is not answering', async () => {
    const { page } = ana;
    await page.getByRole('link', { name: 'Slipmat, home' }).click();
    await page.getByRole('heading', { level: 1, name: 'The server is not answering' }).waitFor();
    await page.getByText('This page keeps trying and comes back by itself.').waitFor();
    assert.match((await references(ana))[0] ?? '', ownReference);
  });
  await journey.step(
    'the server is back: the page comes by itself, and the typed line is still there',
    async () => {
      await site.start();
      await ana.page.getByRole('heading', { name: 'Listen together' }).waitFor({ timeout: recoverWithin });
      await ana.page.getByRole('link', { name: 'Friday night' }).first().click();
      await ana.page.getByText('Connected', { exact: true }).waitFor({ timeout: recoverWithin });
      assert.equal(await ana.page.getByLabel('Write a message').inputValue(), 'not sent yet');
      await ana.page.getByRole('button', { name: 'Send' }).click();
      await sees(ana, 'not sent yet');
    },
  );
  await journey.step('the forms go through with one more press', async () => {
    await newcomer.page.getByRole('alert').getByRole('button', { name: 'Try again' }).first().click();
    await newcomer.page.getByRole('button', { name: 'Your account, Ben' }).waitFor();
    await nova.page.reload();
    await nova.page.getByText('This is what you typed before and did not save.').waitFor();
    assert.equal(await nova.page.getByLabel('Description').inputValue(), 'A long text that took an hour.');
    await nova.page.getByRole('button', { name: 'Publish' }).click();
    await nova.page.waitForURL(/\/e\/saturday/);
  });
});

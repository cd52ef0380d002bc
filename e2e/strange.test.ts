/** Answers that are not the server's, pages that are not there, and pages that are not for everybody. */
import assert from 'node:assert/strict';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember, password } from '../server/test/people.ts';
import type { Visitor } from './browser.ts';
import { journey } from './journey.ts';
import { openOwnedSite } from './site.ts';

/** A page such as a proxy or a hotel's network puts in place of an answer. */
const portal = {
  status: 200,
  contentType: 'text/html',
  body: '<!doctype html><title>Welcome to the hotel</title><p>Please accept our terms.</p>',
};

async function answersWithHtml({ page }: Visitor, path: string): Promise<void> {
  await page.route(path, (route) => route.fulfill(portal));
}

async function deadEnd({ page }: Visitor, path: string, title: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

journey('strange answers, missing pages, pages for others', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova' });
  const { slug } = await anEvent(dj, { title: 'Friday night' });
  const draft = await anEvent(dj, { title: 'Secret', publish: false });
  const stranger = await journey.visitor('Stranger');
  const member = await aMember(site, { handle: 'ana', displayName: 'Ana' });
  const ana = await journey.visitor('Ana', { as: member });

  await journey.step('HTML in place of JSON is called a strange answer, with a reference', async () => {
    const { page } = stranger;
    stranger.expects(/unexpected-answer/);
    await answersWithHtml(stranger, '**/api/auth/sign-in');
    await page.goto('/sign-in');
    await page.getByLabel('Handle or e-mail').fill('ana');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Strange answer').waitFor();
    await alert.getByText('Something between you and the server answered in its place.').waitFor();
    assert.match(await alert.locator('code').innerText(), /^c-[a-z0-9]{8}$/);
    assert.equal(await page.getByLabel('Password').inputValue(), password);
  });
  await journey.step('a whole page of it says the same, and comes back by itself', async () => {
    const { page } = stranger;
    await page.unrouteAll();
    await answersWithHtml(stranger, '**/api/events');
    await page.goto('/');
    await page.getByText('Something between you and the server answered in its place.').waitFor();
    assert.match(await page.locator('main code').innerText(), /^c-[a-z0-9]{8}$/);
    await page.unrouteAll();
    await page.getByRole('heading', { name: 'Listen together' }).waitFor();
    await page.getByRole('link', { name: 'Friday night' }).first().waitFor();
  });
  await journey.step('what is not there is said to be not there', async () => {
    stranger.expects(/404 \(Not Found\)|not-found|topic-unknown/);
    for (const path of ['/nowhere', '/e/no-such-event', `/e/${draft.slug}`, '/people/nobody'])
      await deadEnd(stranger, path, 'Nothing on this side');
    await stranger.page.getByRole('link', { name: 'See what is on' }).click();
    await stranger.page.getByRole('heading', { name: 'Listen together' }).waitFor();
  });
  await journey.step('a page for others says whom it is for', async () => {
    ana.expects(/403 \(Forbidden\)|not-allowed/);
    await deadEnd(ana, '/staff/people', 'Not allowed');
    await ana.page.getByText('You need to be a mentor or staff for this page.').waitFor();
    await deadEnd(ana, '/dj/events/new', 'Not allowed');
    await deadEnd(ana, `/dj/events/${slug}`, 'Not allowed');
    await deadEnd(ana, '/dj', 'You are not a DJ here yet');
  });
  await journey.step('signing in leads back to the page that asked for it', async () => {
    const { page } = stranger;
    await deadEnd(stranger, '/settings', 'Please sign in');
    await page.locator('main').getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Handle or e-mail').fill('ana');
    await page.getByLabel('Password').fill('not the password');
    stranger.expects(/401 \(Unauthorized\)|wrong-credentials/);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('This name and password do not belong together.').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/settings');
    await page.getByText('ana@example.com').first().waitFor();
  });
});

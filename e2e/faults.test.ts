/** A fault on a page leads by its reference to the exact event, is resolved, and comes back when it happens again. */
import assert from 'node:assert/strict';
import { faultsEndpoints } from '@slipmat/contract/faults';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember, aStaffMember, type Person } from '../server/test/people.ts';
import { until } from '../server/test/until.ts';
import { phone, type Visitor } from './browser.ts';
import { journey } from './journey.ts';
import { openOwnedSite } from './site.ts';

/** What no code of ours does: breaks on its own, with somebody's words in it. */
const breaks = `setTimeout(() => { throw new TypeError('no deck for "anna" at /people/anna?x=1'); }, 0)`;

/** Breaks something in the page; gives the reference that the person is shown. */
async function breakPage({ page }: Visitor): Promise<string> {
  await page.evaluate(breaks);
  const toast = page.getByRole('region', { name: 'Problems' });
  await toast.getByText('This part broke').waitFor();
  const reference = await toast.locator('code').first().textContent();
  assert.match(String(reference), /^c-[a-z0-9]{8}$/);
  return String(reference);
}

/** Waits until these, and no others, are what the person has to read. */
async function hasTitles(person: Person, titles: readonly string[]): Promise<void> {
  await until(`${person.handle} is told`, async () => {
    const { items } = await person.call(notificationsEndpoints.show);
    return items.map(({ notification }) => notification.title).join() === titles.join();
  });
}

journey('a fault on the live page is found by its reference', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova' });
  const event = await anEvent(dj);
  const member = await aMember(site, { handle: 'ana', displayName: 'Ana' });
  const staff = await aStaffMember(site, { handle: 'mira', displayName: 'Mira' });
  const ana = await journey.visitor('Ana', { as: member, viewport: phone });
  ana.expects(/no deck for/, /page-broke/);
  const mira = await journey.visitor('Mira', { as: staff });
  let reference = '';

  await journey.step('the live page breaks for somebody, and says so with a reference', async () => {
    await ana.page.goto(`/e/${event.slug}`);
    await ana.page.getByRole('heading', { level: 1 }).waitFor();
    reference = await breakPage(ana);
  });
  await journey.step('the page has reported it, without what was quoted in it', async () => {
    const { fault } = await until('the report has come', async () => {
      const answered = await staff.fetch({ path: `/api/staff/references/${reference}` });
      if (answered.status !== 200) return undefined;
      return faultsEndpoints.lookUp.reply.parse(JSON.parse(answered.body.toString()));
    });
    assert.equal(fault?.message, 'no deck for <text> at <path>');
    assert.equal(fault?.place, '/e/:slug');
  });
  await journey.step('staff type the reference and see exactly that event', async () => {
    const { page } = mira;
    await page.goto('/staff/faults');
    await page.getByLabel('Reference', { exact: true }).fill(` reference ${reference}. `);
    await page.getByRole('button', { name: 'Look it up' }).click();
    const found = page.getByRole('region', { name: `What ${reference} leads to` });
    await found.getByText('This is what happened').waitFor();
    await found.getByRole('link', { name: 'Ana' }).waitFor();
    await found.getByText('no deck for <text> at <path>').waitFor();
    await found.getByRole('link', { name: 'Open the fault' }).click();
    await page.getByRole('heading', { level: 1, name: 'TypeError: no deck for <text> at <path>' }).waitFor();
  });
  await journey.step('resolved: it leaves the inbox', async () => {
    const { page } = mira;
    await page.getByRole('button', { name: 'Mark as resolved' }).click();
    await page.getByText('It comes back here by itself').waitFor();
    await page.getByRole('link', { name: 'All faults' }).click();
    await page.getByText('Nothing is broken, as far as anybody noticed.').waitFor();
  });
  await journey.step('it happens again, and comes back by itself', async () => {
    await ana.page.reload();
    await ana.page.getByRole('heading', { level: 1 }).waitFor();
    await breakPage(ana);
    await mira.page.getByRole('list').getByText('Came back').waitFor();
    await mira.page.getByText('2 times, 1 person').waitFor();
  });
  await journey.step('one click tells exactly those it hit; every problem carries the number', async () => {
    const { page } = mira;
    await page.getByRole('link', { name: 'TypeError: no deck for <text> at <path>', exact: true }).click();
    await page.getByRole('link', { name: 'Tell the affected' }).click();
    await page.getByText('It tells 1 person now.').waitFor();
    await page.getByLabel('Title').fill('The deck broke');
    await page.getByRole('button', { name: 'Start and tell them' }).click();
    await page.getByRole('heading', { level: 1, name: 'The deck broke' }).waitFor();
    await hasTitles(member, ['The deck broke']);
    await hasTitles(dj, []);
    assert.equal((await member.refused(faultsEndpoints.list, 'not-allowed')).incident, 1);
  });
  await journey.step('mended: they are told again, and the post-mortem is drafted', async () => {
    const { page } = mira;
    await page.getByLabel('What people are told now').fill('The deck turns again.');
    await page.getByRole('button', { name: 'It is mended' }).click();
    await page.getByText('mended', { exact: false }).first().waitFor();
    await page.getByText(/: mended, says mira: The deck turns again\./).waitFor();
    await page.getByText('| people it hit | 1 |').waitFor();
    await hasTitles(member, ['Mended: The deck broke']);
    assert.equal((await member.refused(faultsEndpoints.list, 'not-allowed')).incident, undefined);
  });
  await journey.step('somebody who is not staff is told that it is not for them', async () => {
    ana.expects(/not-allowed|403/);
    await ana.page.goto('/staff/faults');
    await ana.page.getByText('You need to be staff').first().waitFor();
  });
});

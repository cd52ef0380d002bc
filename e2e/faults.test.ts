/**
 * A fault on the live page leads by its reference to the exact event; those whom it hit are told, and told again when it
 * is mended. So in each browser. A fault that is resolved comes back by itself when it happens again.
 */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { faultsEndpoints } from '@slipmat/contract/faults';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember, aStaffMember, type Person } from '../server/test/people.ts';
import { until } from '../server/test/until.ts';
import { phone, type Visitor } from './browser.ts';
import { engines } from './engines/engines.ts';
import type { Target } from './engines/finder.ts';
import type { Tab } from './engines/tab.ts';
import { journey } from './journey.ts';
import { databaseOf, inEachEngine, mustRead, type Scene } from './notified.ts';
import { openOwnedSite } from './site.ts';

/** What no code of ours does: breaks on its own, with somebody's words in it. */
const breaks = `setTimeout(() => { throw new TypeError('no deck for "anna" at /people/anna?x=1'); }, 0)`;
/** What is left of that for staff. */
const scrubbed = 'no deck for <text> at <path>';

const title = 'Lines of the chat get lost';
const line = 'into the void';

interface Cast {
  readonly ana: Person;
  /** Hosts the event, and is not hit. */
  readonly nova: Person;
  readonly mira: Person;
  /** Ana's browser, on the live page. */
  readonly live: Tab;
  /** Mira's, in the inbox for faults. */
  readonly inbox: Tab;
  readonly database: DatabaseSync;
}

async function gather(scene: Scene): Promise<Cast> {
  const { people } = scene.site;
  const nova = await aDj(people, { handle: 'nova', displayName: 'Nova' });
  const { slug } = await anEvent(nova);
  const ana = await aMember(people, { handle: 'ana', displayName: 'Ana' });
  const mira = await aStaffMember(people, { handle: 'mira', displayName: 'Mira' });
  const { tab: live } = await scene.device(ana, `/e/${slug}`, 'phone');
  await live.waitFor({ text: 'Connected' });
  const { tab: inbox } = await scene.device(mira, '/staff/faults');
  return { ana, nova, mira, live, inbox, database: databaseOf(scene) };
}

/** The reference that a page shows. */
async function referenceOn(tab: Tab, pattern: RegExp): Promise<string> {
  const text = await tab.text();
  const [, reference] = pattern.exec(text) ?? [];
  assert.ok(reference, `a reference in ${text}`);
  return reference;
}

/** Types the reference in, once it leads anywhere. @returns where the page shows what it leads to. */
async function lookUp({ inbox, mira }: Cast, reference: string): Promise<Target> {
  // Pages and server tell what broke within a second.
  await until('it was told', async () => {
    const { status } = await mira.fetch({ path: `/api/staff/references/${reference}` });
    return status === 200;
  });
  await inbox.front();
  await inbox.fill('Reference', ` reference ${reference}. `);
  await inbox.click({ role: 'button', name: 'Look it up' });
  const found: Target = { role: 'region', name: `What ${reference} leads to` };
  await inbox.waitFor({ text: 'This is what happened', within: found });
  await inbox.waitFor({ role: 'link', name: 'Ana', within: found });
  return found;
}

/** Waits until these, and no others, are what the person was told. */
async function hasTitles(person: Person, titles: readonly string[]): Promise<void> {
  await until(`${person.handle} is told`, async () => {
    const { items } = await person.call(notificationsEndpoints.show);
    return items.map(({ notification }) => notification.title).join() === titles.join();
  });
}

/** Code of the page breaks. */
async function breakPage({ step, engine }: Scene, cast: Cast): Promise<void> {
  const { live, inbox } = cast;
  let reference = '';
  await step('the live page breaks for somebody, and says so with a reference', async () => {
    await live.front();
    await live.evaluate(`() => { ${breaks}; }`);
    await live.waitFor({ text: 'This part broke', within: { role: 'region', name: 'Problems' } });
    reference = await referenceOn(live, /\b(c-[a-z0-9]{8})\b/);
  });
  await step('staff type the reference and see exactly that: who, where, in which browser', async () => {
    const found = await lookUp(cast, reference);
    await inbox.waitFor({ text: scrubbed, within: found });
    await inbox.waitFor({ text: '/e/:slug', within: found });
    const family = engines.find(({ name }) => name === engine.name)?.family;
    await inbox.waitFor({ text: new RegExp(`^${family} \\d+ on Linux`), within: found });
  });
  await step('told enough, they put it away', async () => {
    const problems = { role: 'region', name: 'Problems' } as const;
    await live.front();
    await live.click({ role: 'button', name: 'Dismiss', within: problems });
    await live.waitUntilGone({ text: 'This part broke', within: problems });
  });
}

/** The server loses a table under the page. */
async function breakChat({ step }: Scene, cast: Cast): Promise<void> {
  const { live, inbox, database } = cast;
  let reference = '';
  await step('a line of the chat cannot be saved, and says so with a reference', async () => {
    database.exec('alter table chat_messages rename to lost');
    await live.front();
    await live.fill('Write a message', line);
    await live.click({ role: 'button', name: 'Send' });
    await live.waitFor({ text: 'Not sent.' });
    reference = await referenceOn(live, /Reference ([\w-]{12})(?![\w-])/);
  });
  await step('staff type that one, and open the fault', async () => {
    const found = await lookUp(cast, reference);
    await inbox.waitFor({ text: `"reference":"${reference}"`, within: found });
    await inbox.click({ role: 'link', name: 'Open the fault', within: found });
    await inbox.waitFor({ role: 'heading', name: /no such table/ });
  });
}

async function tellTheAffected({ step }: Scene, { ana, nova, live, inbox }: Cast): Promise<void> {
  await step('one click tells exactly those it hit', async () => {
    await inbox.click({ role: 'link', name: 'Tell the affected' });
    await inbox.waitFor({ text: 'It tells 1 person now.' });
    await inbox.fill('Title', title);
    await inbox.fill('What people are told', 'Keep what you wrote. We are at it.');
    await inbox.click({ role: 'button', name: 'Start and tell them' });
    await inbox.waitFor({ role: 'heading', name: title });
    await live.waitFor({ role: 'heading', name: title });
    await live.waitFor({ text: 'INC-1' });
    await hasTitles(ana, [title]);
    await hasTitles(nova, []);
  });
  await step('they have read it; what fails now carries its number', async () => {
    await live.front();
    await live.click(mustRead);
    await live.waitUntilGone(mustRead);
    await inbox.waitFor({ text: '| people told | 1 |' });
    assert.equal((await ana.refused(faultsEndpoints.list, 'not-allowed')).incident, 1);
  });
}

async function mend({ step }: Scene, { ana, nova, live, inbox, database }: Cast): Promise<void> {
  await step('mended: they are told again, and the post-mortem is drafted', async () => {
    database.exec('alter table lost rename to chat_messages');
    await inbox.front();
    await inbox.fill('What people are told now', 'The table is back.');
    await inbox.click({ role: 'button', name: 'It is mended' });
    await inbox.waitFor({ text: /: mended, says mira: The table is back\./ });
    await inbox.waitFor({ text: '| people it hit | 1 |' });
    await live.waitFor({ role: 'heading', name: `Mended: ${title}` });
    await hasTitles(ana, [`Mended: ${title}`]);
    await hasTitles(nova, []);
    assert.equal((await ana.refused(faultsEndpoints.list, 'not-allowed')).incident, undefined);
  });
  await step('the line goes out, and the fault is resolved', async () => {
    await live.front();
    await live.click(mustRead);
    await live.waitUntilGone(mustRead);
    await live.click({ role: 'button', name: 'Send again' });
    await live.waitUntilGone({ text: 'Not sent.' });
    await live.waitFor({ text: line, within: { role: 'log' } });
    await inbox.front();
    await inbox.click({ role: 'link', name: 'no such table: chat_messages' });
    await inbox.click({ role: 'button', name: 'Mark as resolved' });
    await inbox.waitFor({ text: 'It comes back here by itself' });
  });
}

inEachEngine('from a fault on the live page to the end of its incident', [], async (scene) => {
  const cast = await gather(scene);
  await breakPage(scene, cast);
  await breakChat(scene, cast);
  await tellTheAffected(scene, cast);
  await mend(scene, cast);
});

/** Breaks something in the page; gives the reference that the person is shown. */
async function breakFor({ page }: Visitor): Promise<string> {
  await page.evaluate(breaks);
  const toast = page.getByRole('region', { name: 'Problems' });
  await toast.getByText('This part broke').waitFor();
  const reference = await toast.locator('code').first().textContent();
  assert.match(String(reference), /^c-[a-z0-9]{8}$/);
  return String(reference);
}

journey('a fault that was resolved comes back by itself', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const event = await anEvent(await aDj(site, { handle: 'nova', displayName: 'Nova' }));
  const member = await aMember(site, { handle: 'ana', displayName: 'Ana' });
  const staff = await aStaffMember(site, { handle: 'mira', displayName: 'Mira' });
  const ana = await journey.visitor('Ana', { as: member, viewport: phone });
  ana.expects(/no deck for/, /page-broke/);
  const mira = await journey.visitor('Mira', { as: staff });
  const name = `TypeError: ${scrubbed}`;

  await journey.step('a page has reported what broke, without what was quoted in it', async () => {
    await ana.page.goto(`/e/${event.slug}`);
    await ana.page.getByRole('heading', { level: 1 }).waitFor();
    const reference = await breakFor(ana);
    const { fault } = await until('the report has come', async () => {
      const answered = await staff.fetch({ path: `/api/staff/references/${reference}` });
      if (answered.status !== 200) return undefined;
      return faultsEndpoints.lookUp.reply.parse(JSON.parse(answered.body.toString()));
    });
    assert.equal(fault?.message, scrubbed);
    assert.equal(fault?.place, '/e/:slug');
  });
  await journey.step('resolved: it leaves the inbox', async () => {
    const { page } = mira;
    await page.goto('/staff/faults');
    await page.getByRole('list').getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('button', { name: 'Mark as resolved' }).click();
    await page.getByText('It comes back here by itself').waitFor();
    await page.getByRole('link', { name: 'All faults' }).click();
    await page.getByText('Nothing is broken, as far as anybody noticed.').waitFor();
  });
  await journey.step('it happens again, and comes back by itself', async () => {
    await ana.page.reload();
    await ana.page.getByRole('heading', { level: 1 }).waitFor();
    await breakFor(ana);
    await mira.page.getByRole('list').getByText('Came back').waitFor();
    await mira.page.getByText('2 times, 1 person').waitFor();
  });
  await journey.step('somebody who is not staff is told that it is not for them', async () => {
    ana.expects(/not-allowed|403/);
    await ana.page.goto('/staff/faults');
    await ana.page.getByText('You need to be staff').first().waitFor();
  });
});

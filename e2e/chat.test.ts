/** Two people talk in two browsers, a host keeps order, and somebody without an account reads along. */
import assert from 'node:assert/strict';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember, password } from '../server/test/people.ts';
import type { Visitor } from './browser.ts';
import { type Journey, journey } from './journey.ts';
import { type OwnedSite, openOwnedSite } from './site.ts';
import { messages, say, sees, writes } from './talk.ts';

/** Opens the menu of a message, as somebody with a mouse does. */
async function act({ page }: Visitor, text: string, item: string): Promise<void> {
  const row = page.getByRole('log').getByRole('listitem').filter({ hasText: text });
  await row.hover();
  await row.getByRole('button', { name: /What to do with the message/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function signInByHand({ page }: Visitor, login: string): Promise<void> {
  await page.getByRole('region', { name: 'Chat' }).getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Handle or e-mail').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

interface Company {
  readonly host: Visitor;
  readonly ana: Visitor;
  readonly ben: Visitor;
  readonly reader: Visitor;
}

async function talkTogether(journey: Journey<OwnedSite>, slug: string, company: Company): Promise<void> {
  const { host, ana, ben, reader } = company;
  const everybody = [host, ana, ben, reader];
  await journey.step('everybody opens the page; Ben signs in from the chat', async () => {
    for (const { page } of everybody) await page.goto(`/e/${slug}`);
    await signInByHand(ben, 'ben@example.com');
    await ben.page.waitForURL(`**/e/${slug}`);
    await ben.page.getByText('Connected', { exact: true }).waitFor();
  });
  await journey.step('a line of each arrives at all, in one order', async () => {
    await say(ana, 'evening all!');
    for (const visitor of everybody) await sees(visitor, 'evening all!');
    await say(ben, 'hello Ana, <b>see</b> https://example.com/x');
    for (const visitor of everybody) await sees(visitor, 'hello Ana, <b>see</b> https://example.com/x');
    await say(host, 'welcome');
    for (const visitor of everybody) {
      await sees(visitor, 'welcome');
      assert.deepEqual(await messages(visitor), [
        'evening all!',
        'hello Ana, <b>see</b> https://example.com/x',
        'welcome',
      ]);
    }
  });
  await journey.step('roles are shown, and links open elsewhere', async () => {
    const { page } = reader;
    const row = page.getByRole('log').getByRole('listitem').filter({ hasText: 'welcome' });
    await row.getByText('Host').waitFor();
    const link = page.getByRole('link', { name: 'https://example.com/x' });
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow ugc');
  });
  await journey.step('somebody without an account reads and cannot write', async () => {
    const { page } = reader;
    await page.getByText('Connected, read-only').waitFor();
    await page.getByText('Sign in to write in the chat.').waitFor();
    assert.equal(await page.getByLabel('Write a message').count(), 0);
  });
}

async function keepOrder(journey: Journey<OwnedSite>, { host, ana, ben, reader }: Company): Promise<void> {
  const everybody = [host, ana, ben, reader];
  await journey.step('the host hides a line, and it is gone for all', async () => {
    await say(ana, 'something rude');
    await sees(host, 'something rude');
    await act(host, 'something rude', 'Hide message');
    for (const visitor of everybody) {
      await sees(visitor, 'Message hidden');
      assert.equal(await visitor.page.getByText('something rude').count(), 0);
    }
  });
  await journey.step('a time-out stops one person, and keeps what they typed', async () => {
    await writes(ana, 'half a thought');
    await act(host, 'evening all!', 'Time-out, 1 minute');
    await ana.page.getByText(/You are in a time-out\. You can write again in/).waitFor();
    assert.equal(await ana.page.getByLabel('Write a message').inputValue(), 'half a thought');
    assert.equal(await ana.page.getByRole('button', { name: 'Send' }).isDisabled(), true);
    await say(ben, 'still here');
    await sees(ana, 'still here');
  });
  await journey.step('the host lets her write again', async () => {
    await host.page.getByText('One person cannot write').click();
    await host.page.getByRole('button', { name: 'Let write again' }).click();
    await ana.page.getByRole('button', { name: 'Send' }).click();
    await sees(host, 'half a thought');
  });
  await journey.step('slow mode makes people wait, and says for how long', async () => {
    await host.page.getByLabel('Slow mode').selectOption('15');
    await reader.page.getByText('Slow mode: one message every 15 s.').waitFor();
    // The Send button comes back when the time is over.
    await writes(ben, 'first');
    await ben.page.getByRole('button', { name: 'Send' }).click();
    await ben.page.getByText(/Slow mode: your next message can go out in \d+ s\./).waitFor();
    await sees(reader, 'first');
    await say(host, 'the host need not wait');
    await say(host, 'not even twice');
    await sees(reader, 'not even twice');
    await writes(ben, 'second');
    await host.page.getByLabel('Slow mode').selectOption('0');
    await ben.page.getByRole('button', { name: 'Send' }).click();
    await sees(reader, 'second');
  });
}

journey('two people chat, the host moderates, anyone reads', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova' });
  const member = await aMember(site, { handle: 'ana', displayName: 'Ana' });
  await aMember(site, { handle: 'ben', displayName: 'Ben' });
  const { slug } = await anEvent(dj);
  const host = await journey.visitor('Nova', { as: dj });
  const ana = await journey.visitor('Ana', { as: member });
  const ben = await journey.visitor('Ben');
  const reader = await journey.visitor('Reader');

  const company = { host, ana, ben, reader };
  await talkTogether(journey, slug, company);
  await keepOrder(journey, company);
  await journey.step('signing out on this page leaves a reader', async () => {
    const { page } = ben;
    await page.getByRole('button', { name: 'Your account, Ben' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'Problems' }).innerText(), '', 'nothing went wrong');
    const answer = await page.request.get(sessionsEndpoints.me.path);
    assert.equal(sessionsEndpoints.me.reply.parse(await answer.json()).account, null);
  });
});

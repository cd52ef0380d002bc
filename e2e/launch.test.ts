/** From an empty data folder to people listening: the main thing that Slipmat is for. */
import assert from 'node:assert/strict';
import type { EncoderTarget } from '../server/test/encoders.ts';
import { password } from '../server/test/people.ts';
import { sendTitle, startStream } from './air.ts';
import { phone, type Visitor } from './browser.ts';
import { type Journey, journey } from './journey.ts';
import { openSite, type Site } from './site.ts';

/** Far from UTC and without summer time, so that a page that mixes up zones shows it. */
const djZone = { timezoneId: 'Asia/Kolkata', offsetMs: 5.5 * 3_600_000 } as const;
const minute = 60_000;

async function fillAccount({ page }: Visitor, displayName: string, handle: string): Promise<void> {
  await page.getByLabel('Display name').fill(displayName);
  await page.getByLabel('Handle').fill(handle);
  await page.getByLabel('E-mail').fill(`${handle}@example.com`);
  await page.getByLabel('Password').fill(password);
}

async function becomeOwner({ site }: Journey<Site>, olive: Visitor): Promise<void> {
  const { page } = olive;
  await page.goto('/');
  await page.getByText('This Slipmat has no owner yet.').waitFor();
  await page.goto(await site.setupLink());
  await fillAccount(olive, 'Olive', 'olive');
  await page.getByRole('button', { name: 'Make me the owner' }).click();
  await page.getByRole('button', { name: 'Your account, Olive' }).waitFor();
  await page.waitForURL(`${site.origin}/`);
}

/** @returns the invitation link. */
async function invite({ page }: Visitor): Promise<string> {
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('For whom').fill('Nova, plays house');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const fresh = page.getByRole('status').filter({ hasText: 'Here is the link.' });
  const link = /http\S+#token=[\w-]+/.exec(await fresh.innerText())?.[0];
  assert.ok(link, 'the link is shown');
  return link;
}

async function acceptInvitation(nova: Visitor, link: string): Promise<void> {
  const { page } = nova;
  await page.goto(link);
  await page.getByText('Olive invites you to play here').waitFor();
  await page.getByRole('link', { name: 'Sign up' }).last().click();
  await fillAccount(nova, 'Nova', 'nova');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('button', { name: 'Become a DJ' }).click();
  await page.getByText('Welcome behind the decks.').waitFor();
  await page.getByRole('link', { name: 'Open your dashboard' }).click();
  await page.getByRole('heading', { name: 'Your DJ profile is paused' }).waitFor();
}

/** Without a mail server the owner hands the link over. */
async function verifyAddress({ page: ownersPage }: Visitor, { page, context }: Visitor): Promise<void> {
  await ownersPage.goto('/staff/outbox');
  await ownersPage.getByRole('button', { name: /^Read “Verify .* to Nova/ }).click();
  const [link = ''] = /http\S+#token=\S+/.exec(await ownersPage.locator('pre').innerText()) ?? [];
  const tab = await context.newPage();
  await tab.goto(link);
  await tab.getByRole('button', { name: 'Verify my address' }).click();
  await tab.getByText('is verified').waitFor();
  await tab.close();
  await page.getByRole('heading', { name: 'Offline' }).waitFor();
}

/** @returns the path of the live page. */
async function publishEvent({ page }: Visitor): Promise<string> {
  await page.getByRole('link', { name: 'New event' }).first().click();
  await page.getByLabel('Title').fill('Felt & Needle');
  const startsAt = Math.ceil(Date.now() / minute) * minute + 5 * minute;
  const local = (at: number) => new Date(at + djZone.offsetMs).toISOString().slice(0, 16);
  await page.getByLabel('Starts').fill(local(startsAt));
  await page.getByLabel('Description').fill('Two hours from the crate by the window.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.waitForURL(/\/e\/felt/);
  await page.getByRole('timer').waitFor();
  const starts = page.locator('main time').first();
  assert.equal(await starts.getAttribute('datetime'), new Date(startsAt).toISOString());
  return new URL(page.url()).pathname;
}

/** Makes a key on the dashboard and reads the settings as a DJ would copy them. */
async function readSettings({ page }: Visitor): Promise<EncoderTarget> {
  await page.getByRole('link', { name: 'Dashboard' }).click();
  await page.getByLabel('Name of a new key').fill('Laptop');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByText('The key “Laptop”. Copy it now').waitFor();
  const value = async (name: string): Promise<string> => {
    const row = page.locator('dl > div').filter({ has: page.locator('dt', { hasText: name }) });
    return (await row.locator('dd > span').first().innerText()).trim();
  };
  assert.equal(await value('Type'), 'Icecast 2');
  return {
    host: await value('Server'),
    port: Number(await value('Port')),
    mount: await value('Mount'),
    user: await value('User'),
    key: await value('Password'),
  };
}

journey('owner set-up, sign-up, invitation, going live, listening', ['ffmpeg'], openSite, async (journey) => {
  const olive = await journey.visitor('Olive');
  const nova = await journey.visitor('Nova', { timezoneId: djZone.timezoneId });
  const listener = await journey.visitor('Listener', { viewport: phone, timezoneId: 'America/New_York' });
  let link = '';
  let livePath = '';
  let target: EncoderTarget | undefined;

  await journey.step('the printed link makes the owner', () => becomeOwner(journey, olive));
  await journey.step('the owner invites a DJ', async () => {
    link = await invite(olive);
  });
  await journey.step('a member signs up and accepts', () => acceptInvitation(nova, link));
  await journey.step('her address is verified, and her dashboard opens', () => verifyAddress(olive, nova));
  await journey.step('the set-up link and the invitation are used up', async () => {
    await listener.page.goto(await journey.site.setupLink());
    await listener.page.getByRole('heading', { name: 'Already set up' }).waitFor();
    listener.expects(/409 \(Conflict\)|invitation-over/);
    await listener.page.goto(link);
    await listener.page.getByText('This invitation was already used').waitFor();
  });
  await journey.step('the DJ publishes an event', async () => {
    livePath = await publishEvent(nova);
  });
  await journey.step('a listener waits on the live page', async () => {
    const { page } = listener;
    await page.goto(livePath);
    await page.getByRole('timer').waitFor();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByText('Waiting for the DJ. The sound starts by itself.').waitFor();
  });
  await journey.step('ffmpeg connects with the settings of the dashboard', async () => {
    target = await readSettings(nova);
    await startStream(journey, target);
    await nova.page.getByRole('heading', { name: 'On air' }).waitFor();
    await nova.page.getByText('MP3, 44.1 kHz, stereo').waitFor();
    await nova.page.getByText('128 kbit/s').waitFor();
  });
  await journey.step('the listener hears it without another press', async () => {
    await listener.hears(1);
    await listener.page.getByText('Playing live').waitFor();
  });
  await journey.step('the title that the software sends is shown', async () => {
    assert.ok(target);
    await sendTitle(target, 'Window Seat – Köttbullar Dub');
    await listener.page.locator('p', { hasText: 'Window Seat – Köttbullar Dub' }).first().waitFor();
    await listener.page.getByRole('list').getByText('Window Seat – Köttbullar Dub').waitFor();
  });
  await journey.step('one person is counted, for the listener and for the DJ', async () => {
    await listener.page.getByText('1 listening').waitFor();
    await nova.page.getByRole('status').getByText('1 listening now').waitFor();
  });
  await journey.step('the home page leads to the event', async () => {
    const { page } = olive;
    await page.goto('/');
    await page.getByText('Live now').waitFor();
    await page.getByRole('link', { name: 'Felt & Needle' }).click();
    await page.getByRole('heading', { level: 1, name: 'Felt & Needle' }).waitFor();
  });
  await journey.step('the DJ ends the event, and everybody is told', async () => {
    const { page } = nova;
    await page.getByRole('button', { name: 'End event' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End event' }).click();
    await listener.page.getByText('Thank you for listening').waitFor();
    await listener.page.getByText('That was it. The event is over.').waitFor();
    await page.getByRole('heading', { name: 'Offline' }).waitFor();
  });
});

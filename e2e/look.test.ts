/** Every page on a phone and on a desk: nothing sticks out, everything has a name, the keyboard gets everywhere. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { anEvent, minute } from '../server/test/broadcasts.ts';
import { send } from '../server/test/notices.ts';
import { aDj, aMember, type Person } from '../server/test/people.ts';
import { readyToPlay, sendTitle } from './air.ts';
import { desk, phone, type Visitor } from './browser.ts';
import { type Journey, journey } from './journey.ts';
import { focus, nameless, outline } from './screen-reader.ts';
import { type OwnedSite, openOwnedSite } from './site.ts';
import { say, sees } from './talk.ts';

/** Longer than any line on a phone, and without a place to break it. */
const longWord = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
/** Stops of the tab key until a control that has to be near the top of a page. */
const mostStops = 30;

/** Waits until the page stands: a heading of the first level and nothing that is still loading. */
async function stands({ page }: Visitor, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

async function isSound(visitor: Visitor, path: string): Promise<void> {
  const { page, name } = visitor;
  await stands(visitor, path);
  const bones = await outline(page);
  const { lang, title, mains, headings, imagesWithoutAlt, doubleIds, overflow, sticksOut } = bones;
  const where = `${path} (${name})`;
  assert.equal(overflow, 0, `${where} is wider than the screen: ${sticksOut.join(' | ')}`);
  assert.equal(lang, 'en', where);
  assert.notEqual(title, '', where);
  assert.equal(mains, 1, `${where}: one main`);
  assert.equal(headings.filter((level) => level === 1).length, 1, `${where}: one h1`);
  const jumps = headings.filter((level, index) => index > 0 && level > (headings[index - 1] ?? 1) + 1);
  assert.deepEqual(jumps, [], `${where}: a level of headings is left out in ${headings.join(' ')}`);
  assert.equal(imagesWithoutAlt, 0, `${where}: images without alt`);
  assert.deepEqual(doubleIds, [], `${where}: ids twice`);
  assert.deepEqual(await nameless(page), [], `${where}: nameless`);
}

/** Presses Tab until the control with this name has the focus; every stop on the way has to be seen. */
async function tabTo({ page }: Visitor, name: RegExp): Promise<void> {
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press('Tab');
    const focused = await focus(page);
    assert.ok(focused.ring >= 2, `the focus on “${focused.name}” cannot be seen`);
    assert.ok(focused.inView, `“${focused.name}” has the focus out of sight`);
    if (name.test(focused.name)) return;
  }
  assert.fail(`${name} is not reached with ${mostStops} presses of Tab`);
}

type Night = Journey<OwnedSite>;

/** Where something stands on the screen. */
async function place(what: Locator): Promise<{ top: number; bottom: number; left: number; right: number }> {
  const box = await what.boundingBox();
  assert.ok(box, 'it is on the page');
  return { top: box.y, bottom: box.y + box.height, left: box.x, right: box.x + box.width };
}

interface Paths {
  readonly everybody: readonly string[];
  readonly dj: readonly string[];
  readonly owner: readonly string[];
}

async function lookAtAll(journey: Night, dj: Person, paths: Paths): Promise<void> {
  const sizes = [
    ['phone', phone],
    ['desk', desk],
  ] as const;
  for (const [size, viewport] of sizes) {
    await journey.step(`${size}: pages for everybody`, async () => {
      const stranger = await journey.visitor(`Stranger ${size}`, { viewport });
      stranger.expects(/404 \(Not Found\)/);
      for (const path of paths.everybody) await isSound(stranger, path);
    });
    await journey.step(`${size}: pages of a DJ, and of the owner`, async () => {
      const nova = await journey.visitor(`Nova ${size}`, { as: dj, viewport });
      for (const path of paths.dj) await isSound(nova, path);
      const olive = await journey.visitor(`Olive ${size}`, { as: journey.site.owner, viewport });
      for (const path of paths.owner) await isSound(olive, path);
    });
  }
}

/** True when the play button comes before the chat for readers of the screen as well. */
const soundComesFirst = `(() => {
  const [sound, talk] = ['[aria-label="Play"]', '[aria-label="Messages"]'].map((query) => document.querySelector(query));
  return Boolean(sound.compareDocumentPosition(talk) & Node.DOCUMENT_POSITION_FOLLOWING);
})()`;

/** What must be read stands above both, and goes when it is confirmed. */
async function lookAtWhatMustBeRead(
  journey: Night,
  { page, name }: Visitor,
  livePath: string,
): Promise<void> {
  await journey.step(
    'phone: what must be read makes room for itself; the sound stays on the first screen',
    async () => {
      await page.goto(livePath);
      const panel = page.getByRole('region', { name: /^Read / });
      await panel.waitFor();
      const play = page.getByRole('button', { name: 'Play' });
      const above = await place(panel);
      assert.ok(above.bottom <= (await place(play)).top, `it covers the sound for ${name}`);
      assert.ok(above.bottom <= (await place(page.getByRole('region', { name: 'Chat' }))).top);
      assert.ok((await place(play)).bottom <= phone.height);
      await page.getByRole('button', { name: 'I have read this' }).click();
      await panel.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: /^Put away/ }).click();
    },
  );
}

async function lookAtTheFold(journey: Night, ana: Visitor, livePath: string): Promise<void> {
  const { page } = ana;
  await journey.step('phone: sound, who plays, chat, in this order and no more above the fold', async () => {
    await stands(ana, livePath);
    const play = await place(page.getByRole('button', { name: 'Play' }));
    const dj = await place(page.getByRole('link', { name: 'Nova Lindqvist' }).first());
    const chat = await place(page.getByRole('region', { name: 'Chat' }));
    const about = await place(page.getByRole('heading', { name: 'About' }));
    assert.ok(play.top < dj.top && play.top < chat.top, 'sound comes first');
    assert.ok(dj.bottom <= chat.top && play.bottom <= chat.top, 'the chat stands below who plays');
    assert.ok(chat.bottom <= phone.height, 'the chat ends on the first screen');
    assert.ok(about.top >= phone.height, 'the rest lies below');
    assert.equal(await page.evaluate(soundComesFirst), true);
  });
  await journey.step('desk: the chat stands beside', async () => {
    await page.setViewportSize(desk);
    const chat = await place(page.getByRole('region', { name: 'Chat' }));
    const play = await place(page.getByRole('button', { name: 'Play' }));
    assert.ok(chat.left > play.right);
  });
}

async function useTheKeyboard(journey: Night, ana: Visitor, livePath: string): Promise<void> {
  const { page } = ana;
  await journey.step('by keyboard only: play, hear, write, send', async () => {
    await stands(ana, livePath);
    await page.getByText('Connected', { exact: true }).waitFor();
    await tabTo(ana, /^Play$/);
    await page.keyboard.press('Enter');
    await ana.hears(1);
    await tabTo(ana, /^Write a message$/);
    await page.keyboard.type('by keyboard only');
    await page.keyboard.press('Enter');
    await sees(ana, 'by keyboard only');
  });
  await journey.step('long words stay inside', async () => {
    await page.setViewportSize(phone);
    await say(ana, `${longWord}${longWord} https://example.com/${longWord}`);
    await sees(ana, `https://example.com/${longWord}`);
    assert.equal((await outline(page)).overflow, 0);
  });
}

journey('every page on a phone and a desk, by keyboard too', ['ffmpeg'], openOwnedSite, async (journey) => {
  const { site } = journey;
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova Lindqvist' });
  const air = await readyToPlay(journey, site, dj, { title: `Felt ${longWord}`, description: longWord });
  const live = `/e/${air.event.slug}`;
  const later = await anEvent(dj, { title: 'Later', startsAt: Date.now() + 24 * 60 * minute });
  const draft = await anEvent(dj, { title: 'Draft', publish: false });
  const member = await aMember(site, { handle: 'ana', displayName: longWord.slice(0, 40) });
  await air.play();
  await sendTitle(air.target, `${longWord} - ${longWord}`);

  const told = [
    { kind: 'must-read', title: `Read ${longWord}`, text: `> ${longWord}\n\n${longWord}`, link: '/dj' },
    { kind: 'normal', title: longWord, text: '1. one\n2. two' },
  ] as const;
  const sent = [];
  for (const draft of told) sent.push(await send(site.owner, draft));
  const editor = `/dj/events/${air.event.slug}`;
  const forms = ['/sign-in', '/sign-up', '/setup', '/invite', '/verify-email'];
  await lookAtAll(journey, dj, {
    everybody: [
      '/',
      live,
      `/e/${later.slug}`,
      ...forms,
      '/people/nova',
      '/signed-in',
      '/conflict',
      '/notifications',
      '/nowhere',
    ],
    dj: [
      '/',
      live,
      '/settings',
      '/dj',
      '/dj/events/new',
      editor,
      `/e/${draft.slug}`,
      '/staff/people',
      '/notifications',
      '/sent',
      '/sent/new',
    ],
    owner: [
      '/staff/people',
      '/staff/roll-outs',
      '/staff/faults',
      '/staff/incidents',
      '/staff/incidents/new',
      '/staff/outbox',
      '/people/nova',
      '/dj',
      '/sent',
      '/sent/new',
      ...sent.map(({ id }) => `/sent/${id}`),
    ],
  });
  const ana = await journey.visitor('Ana', { as: member, viewport: phone });
  await lookAtWhatMustBeRead(journey, ana, live);
  await lookAtTheFold(journey, ana, live);
  await useTheKeyboard(journey, ana, live);
});

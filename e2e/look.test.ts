/** Every page on a phone and on a desk: nothing sticks out, everything has a name, the keyboard gets everywhere. */
import assert from 'node:assert/strict';
import { aKey, anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember } from '../server/test/people.ts';
import { readyToPlay, sendTitle } from './air.ts';
import { desk, phone, type Visitor } from './browser.ts';
import { journey } from './journey.ts';
import { focus, nameless, outline } from './screen-reader.ts';
import { openOwnedSite } from './site.ts';
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
  const { lang, title, mains, headings, imagesWithoutAlt, doubleIds, overflow } = await outline(page);
  const where = `${path} (${name})`;
  assert.equal(overflow, 0, `${where} is wider than the screen`);
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

journey(
  'every page at 390 and 1280 px, by name and by keyboard',
  ['ffmpeg'],
  openOwnedSite,
  async (journey) => {
    const { site } = journey;
    const dj = await aDj(site, { handle: 'nova', displayName: 'Nova Lindqvist' });
    const air = await readyToPlay(journey, site, dj, {
      title: `Felt & Needle ${longWord}`,
      description: longWord,
    });
    const { slug } = air.event;
    const later = await anEvent(dj, { title: 'Later', startsAt: Date.now() + 24 * 3_600_000 });
    const draft = await anEvent(dj, { title: 'Draft', publish: false });
    const member = await aMember(site, { handle: 'ana', displayName: longWord.slice(0, 40) });
    await aKey(dj);
    await air.play();
    await sendTitle(air.target, `${longWord} - ${longWord}`);
    const open = [
      '/',
      `/e/${slug}`,
      `/e/${later.slug}`,
      '/sign-in',
      '/sign-up',
      '/setup',
      '/invite',
      '/people/nova',
      '/nowhere',
    ];
    const signedIn = [
      '/',
      `/e/${slug}`,
      '/settings',
      '/dj',
      '/dj/events/new',
      `/dj/events/${slug}`,
      `/e/${draft.slug}`,
      '/staff/people',
    ];

    for (const [size, viewport] of [
      ['phone', phone],
      ['desk', desk],
    ] as const) {
      await journey.step(`${size}: pages for everybody`, async () => {
        const stranger = await journey.visitor(`Stranger ${size}`, { viewport });
        stranger.expects(/404 \(Not Found\)|401 \(Unauthorized\)/);
        for (const path of open) await isSound(stranger, path);
      });
      await journey.step(`${size}: pages of a DJ, and of the owner`, async () => {
        const nova = await journey.visitor(`Nova ${size}`, { as: dj, viewport });
        for (const path of signedIn) await isSound(nova, path);
        const olive = await journey.visitor(`Olive ${size}`, { as: site.owner, viewport });
        for (const path of ['/staff/people', '/people/nova', '/dj']) await isSound(olive, path);
      });
    }
    const ana = await journey.visitor('Ana', { as: member, viewport: phone });
    await journey.step(
      'phone: sound, who plays, chat, in this order and nothing else above the fold',
      async () => {
        const { page } = ana;
        await stands(ana, `/e/${slug}`);
        const top = async (
          what: ReturnType<typeof page.locator>,
        ): Promise<{ top: number; bottom: number }> => {
          const box = await what.boundingBox();
          assert.ok(box, 'it is on the page');
          return { top: box.y, bottom: box.y + box.height };
        };
        const play = await top(page.getByRole('button', { name: 'Play' }));
        const dj = await top(page.getByRole('link', { name: 'Nova Lindqvist' }).first());
        const chat = await top(page.getByRole('region', { name: 'Chat' }));
        const about = await top(page.getByRole('heading', { name: 'About' }));
        assert.ok(play.top < dj.top && play.top < chat.top, 'sound comes first');
        assert.ok(dj.bottom <= chat.top && play.bottom <= chat.top, 'the chat stands below who plays');
        assert.ok(chat.bottom <= phone.height, 'the chat ends on the first screen');
        assert.ok(about.top >= phone.height, 'the rest lies below');
        const order = `(() => {
      const at = (query) => document.querySelector(query);
      const [sound, talk] = [at('[aria-label="Play"]'), at('[aria-label="Messages"]')];
      return Boolean(sound.compareDocumentPosition(talk) & Node.DOCUMENT_POSITION_FOLLOWING);
    })()`;
        assert.equal(await page.evaluate(order), true, 'the same order for readers of the screen');
      },
    );
    await journey.step('desk: the chat stands beside', async () => {
      await ana.page.setViewportSize(desk);
      const chat = await ana.page.getByRole('region', { name: 'Chat' }).boundingBox();
      const play = await ana.page.getByRole('button', { name: 'Play' }).boundingBox();
      assert.ok(chat && play && chat.x > play.x + play.width);
    });
    await journey.step('by keyboard only: play, hear, write, send', async () => {
      const { page } = ana;
      await stands(ana, `/e/${slug}`);
      await ana.page.getByText('Connected', { exact: true }).waitFor();
      await tabTo(ana, /^Play$/);
      await page.keyboard.press('Enter');
      await ana.hears(1);
      await tabTo(ana, /^:|Write a message|TEXTAREA/i);
      await page.keyboard.type('by keyboard only');
      await page.keyboard.press('Enter');
      await sees(ana, 'by keyboard only');
    });
    await journey.step('long words and many lines stay inside', async () => {
      await ana.page.setViewportSize(phone);
      await say(ana, `${longWord}${longWord} https://example.com/${longWord}`);
      await sees(ana, `https://example.com/${longWord}`);
      assert.equal((await outline(ana.page)).overflow, 0);
    });
  },
);

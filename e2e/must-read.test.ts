/**
 * A mentor sends DJs something that must be read, while one is on air and another is not there at all. It reaches
 * them wherever they are, stops what they do next and never the sound, and is asked for again when it is changed.
 */
import assert from 'node:assert/strict';
import { aDj, aMentor, type Person } from '../server/test/people.ts';
import { until } from '../server/test/until.ts';
import { type OnAir, readyToPlay, startStream } from './air.ts';
import type { Tab } from './engines/tab.ts';
import { choose, type Device, inEachEngine, isTitled, mustRead, type Scene, waitingFor } from './notified.ts';

const title = 'New stream keys by Friday';

interface People {
  readonly mira: Person;
  readonly nova: Person;
  readonly kasimir: Person;
  readonly air: OnAir;
  readonly later: OnAir;
}

async function gather({ site, ends }: Scene): Promise<People> {
  const { people } = site;
  const nova = await aDj(people, { handle: 'nova', displayName: 'Nova' });
  const kasimir = await aDj(people, { handle: 'kasimir', displayName: 'Kasimir' });
  const mira = await aMentor(people, { handle: 'mira', displayName: 'Mira' });
  const sound = { origin: site.door, sourcePort: Number(site.settings['SOURCE_PORT']) };
  const air = await readyToPlay(ends, sound, nova, { title: 'Felt' });
  const later = await readyToPlay(ends, sound, kasimir, { title: 'Needle' });
  await air.play();
  return { mira, nova, kasimir, air, later };
}

async function compose({ step }: Scene, { tab }: Device): Promise<void> {
  await step('the mentor writes it, and sees whom it reaches', async () => {
    await tab.front();
    await tab.click({ label: /^Must read/ });
    await tab.fill('Title', title);
    await tab.fill('Text', 'Make a **new key** before nine.');
    await tab.click({ role: 'button', name: 'Say whom it is for' });
    await choose(tab, 'To', 'djs');
    await tab.waitFor({ text: 'Reaches 2 people: 2 DJs' });
    await tab.click({ role: 'button', name: 'Send…' });
    await tab.waitFor({ text: 'This goes to 2 people' });
    await tab.click({ role: 'button', name: 'Send to 2 people' });
    await tab.waitFor({ role: 'heading', name: 'Ledger' });
  });
}

/** On the phone, with another tab of the same browser and another device. */
async function readOnPhone(scene: Scene, nova: Person, phone: Device, air: OnAir): Promise<void> {
  const { step } = scene;
  const { tab } = phone;
  const second = await phone.anotherTab('/');
  const desk = (await scene.device(nova, '/settings')).tab;
  await step('it is in every tab and on every device, counted in title and bell', async () => {
    for (const one of [tab, second, desk]) {
      await one.waitFor(mustRead);
      await one.waitFor({ text: /Mira, mentor · (?:Today|Yesterday), / });
      await isTitled(one, /^\(1\) /);
    }
    for (const one of [tab, second]) await one.waitFor({ label: 'Notifications, 1 unread' });
  });
  await step('the chat says why one cannot write, and keeps what was typed; the sound goes on', async () => {
    await tab.front();
    await tab.waitFor({ text: 'There is a message to confirm at the top of the page.' });
    assert.equal(await tab.evaluate("document.querySelector('form textarea').value"), 'half a sentence');
    await tab.click({ role: 'button', name: 'Read it' });
    await tab.waitUntil('the focus is there', "document.activeElement?.id === 'to-read'");
    const answer = await fetch(`${scene.site.door}/listen/${air.event.slug}`);
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
    const overflow = await tab.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.ok(Number(overflow) <= 0, 'it sticks out');
  });
  await step('confirmed once is confirmed everywhere, and one can write at once', async () => {
    await tab.click(mustRead);
    for (const one of [tab, second, desk]) {
      await one.waitUntilGone(mustRead);
      await isTitled(one, /^[^(]/);
    }
    await tab.click({ role: 'button', name: 'Send' });
    await tab.waitFor({ text: 'half a sentence', within: { role: 'log' } });
  });
}

async function comeLater(scene: Scene, { kasimir, later }: People): Promise<void> {
  const { step, ends } = scene;
  const { tab } = await scene.device(kasimir, '/dj');
  await step('who was not there finds it, and is held up before going on air', async () => {
    await tab.waitFor(mustRead);
    await startStream(ends, later.target);
    await tab.waitFor({ role: 'heading', name: 'Waits for you' });
    const answer = await fetch(`${scene.site.door}/listen/${later.event.slug}`);
    await answer.body?.cancel();
    assert.equal(answer.status, 404);
  });
  await step('confirmed, the software that waited goes on air', async () => {
    await tab.click(mustRead);
    await tab.waitFor({ role: 'heading', name: 'On air' });
  });
}

async function change(scene: Scene, mentor: Tab, reader: Tab, nova: Person): Promise<void> {
  const { step } = scene;
  await step('changed, it asks again and shows what is other', async () => {
    await mentor.front();
    await mentor.waitFor({ text: 'confirmed' });
    await mentor.click({ role: 'button', name: 'Change' });
    await mentor.fill(
      { role: 'textbox', name: 'Text', within: { role: 'dialog' } },
      'Make a **new key** before ten.',
    );
    await mentor.click({ role: 'button', name: 'Change it and ask again' });
    await reader.front();
    await reader.waitFor(mustRead);
    await reader.waitFor({ text: 'Changed since you confirmed it' });
    await reader.waitUntil(
      'the words that differ are marked',
      "document.querySelector('#to-read ins')?.textContent === 'ten' && document.querySelector('#to-read del')?.textContent === 'nine'",
    );
    assert.deepEqual(await waitingFor(nova), [title]);
  });
  await step('the ledger says who has confirmed what', async () => {
    await reader.click(mustRead);
    await reader.waitUntilGone(mustRead);
    await until('the server has it', async () => (await waitingFor(nova)).length === 0);
    await mentor.front();
    await mentor.waitFor({ text: 'confirmed what it said before' });
    await choose(mentor, 'Show', 'confirmed');
    await mentor.waitFor({ role: 'link', name: 'Nova' });
    await mentor.waitUntilGone({ role: 'link', name: 'Kasimir' });
  });
}

inEachEngine('a mentor’s must-read for DJs', ['ffmpeg'], async (scene) => {
  const people = await gather(scene);
  const { mira, nova, air } = people;
  const phone = await scene.device(nova, `/e/${air.event.slug}`, 'phone');
  await phone.tab.waitFor({ text: 'Connected' });
  await phone.tab.fill('Write a message', 'half a sentence');
  const mentor = await scene.device(mira, '/sent/new');
  await compose(scene, mentor);
  await readOnPhone(scene, nova, phone, air);
  await comeLater(scene, people);
  await change(scene, mentor.tab, phone.tab, nova);
});

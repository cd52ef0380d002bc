/**
 * What is for everyone reaches those without an account as well, and their browser remembers what they did with it.
 * What has an end is gone at its end. Text and links do no harm.
 */
import assert from 'node:assert/strict';
import { type SentNotification, sendingEndpoints } from '@slipmat/contract/sending';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDraft, type DraftOptions } from '../server/test/notices.ts';
import { aDj } from '../server/test/people.ts';
import type { Tab } from './engines/tab.ts';
import { inEachEngine, isTitled, mustRead, type Scene } from './notified.ts';

async function tell({ site }: Scene, draft: DraftOptions): Promise<SentNotification> {
  const { notification } = await site.owner.call(sendingEndpoints.send, { body: aDraft(draft) });
  return notification;
}

async function mustBeRead(scene: Scene, tab: Tab, second: Tab): Promise<void> {
  const { step } = scene;
  await step('somebody without an account gets what is for everyone', async () => {
    await tell(scene, {
      kind: 'must-read',
      title: 'The site moves tonight',
      text: 'Not <img src=x onerror="document.title=1"> but [here](javascript:alert(1)) and [there](/dj).',
    });
    for (const one of [tab, second]) await one.waitFor(mustRead);
    await isTitled(tab, /^\(1\) /);
    await tab.waitFor({ text: '<img src=x' });
    const links = "[...document.querySelectorAll('#to-read a')].map((link) => link.getAttribute('href'))";
    await tab.waitUntil('only the safe link is one', `JSON.stringify(${links}) === '["/dj"]'`);
    assert.equal(await tab.evaluate("document.querySelectorAll('#to-read img').length"), 0);
  });
  await step('confirmed, it is gone in both tabs, and stays so over a reload', async () => {
    await tab.front();
    await tab.click(mustRead);
    for (const one of [tab, second]) await one.waitUntilGone(mustRead);
    await tab.reload();
    await tab.waitFor({ role: 'button', name: 'Notifications' });
    // What is listed has been told, so what is not asked for will not be.
    await tab.goto(`${scene.site.origin}/notifications`);
    await tab.waitFor({ text: 'You have read this.' });
    assert.equal(await tab.sees(mustRead), false);
  });
}

async function quietOnes(scene: Scene, tab: Tab, livePath: string): Promise<void> {
  const { step } = scene;
  await step('a quiet one takes a line of its own, and is put away', async () => {
    await tab.goto(`${scene.site.origin}${livePath}`);
    await tab.waitFor({ role: 'region', name: 'Chat' });
    await tell(scene, { title: 'Tea is ready' });
    await tab.waitFor({ role: 'region', name: 'New notification' });
    const clear = `(() => {
      const box = (query) => document.querySelector(query).getBoundingClientRect();
      const line = box('[aria-label="New notification"]');
      return [box('[aria-label="Player"]'), box('[role=log]')].every((other) => line.bottom <= other.top);
    })()`;
    assert.equal(await tab.evaluate(clear), true, 'it covers neither the player nor the chat');
    await tab.click({ role: 'button', name: 'Put away: Tea is ready' });
    await tab.waitUntilGone({ role: 'region', name: 'New notification' });
    await tab.goto(`${scene.site.origin}/notifications`);
    await tab.waitFor({ role: 'heading', name: 'Tea is ready' });
    assert.equal(await tab.sees({ role: 'region', name: 'New notification' }), false);
  });
}

inEachEngine('for everyone, also without an account', [], async (scene) => {
  const { slug } = await anEvent(await aDj(scene.site.people, { handle: 'nova', displayName: 'Nova' }));
  const livePath = `/e/${slug}`;
  const stranger = await scene.device(null, livePath);
  const { tab } = stranger;
  const second = await stranger.anotherTab('/');
  await mustBeRead(scene, tab, second);
  await quietOnes(scene, tab, livePath);
  await scene.step('what has an end is gone at its end', async () => {
    const { id, title, text, link } = await tell(scene, { kind: 'must-read', title: 'Back in a moment' });
    await second.waitFor(mustRead);
    const body = { title, text, link, expiresAt: Date.now() + 5_000 };
    await scene.site.owner.call(sendingEndpoints.change, { params: { id }, body });
    await second.waitUntilGone(mustRead);
  });
});

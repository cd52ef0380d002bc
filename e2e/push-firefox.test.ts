/**
 * Web push all the way: a must-read is sent, goes out by the push service, and a real Firefox without any page of the site
 * decrypts and shows it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pushEndpoints } from '@slipmat/contract/push';
import { startFirefoxPush } from '../server/test/firefox-push.ts';
import { aDraft, send } from '../server/test/notices.ts';
import { aMember, aStaffMember } from '../server/test/people.ts';
import { requireCommand } from '../server/test/services/require-command.ts';
import { until } from '../server/test/until.ts';
import { Ends } from './engines/ends.ts';
import { firefox } from './engines/firefox.ts';
import { httpsNeeds } from './https-front.ts';
import { openScene } from './notified.ts';

const skip =
  [...httpsNeeds, ...firefox.needs].map(requireCommand).find((reason) => reason !== false) ?? false;

/** What the browser shows for the site, as "title: body". */
const shown = `() => navigator.serviceWorker.ready
  .then((ready) => ready.getNotifications())
  .then((all) => all.map(({ title, body }) => title + ': ' + body))`;

test('Firefox: a must-read reaches a browser that has no page of the site open', {
  skip,
}, async (context) => {
  const ends = new Ends();
  try {
    const push = await startFirefoxPush(ends);
    const settings = { PUSH_ADDRESSES: 'any', NODE_EXTRA_CA_CERTS: push.caFile };
    const scene = await openScene(context, firefox, ends, { settings, pushService: push.socket });
    const { people } = scene.site;
    const ana = await aMember(people, { handle: 'ana', displayName: 'Ana' });
    const mira = await aStaffMember(people, { handle: 'mira', displayName: 'Mira' });
    const { tab, anotherTab } = await scene.device(ana, '/settings');

    await scene.step('switched on in the settings', async () => {
      await tab.click({ role: 'switch', name: /^This device gets push/ });
      await tab.waitFor({ text: 'Switch off' });
      assert.equal((await ana.call(pushEndpoints.devices)).devices.length, 1);
    });
    await scene.step('it is shown while no page is open', async () => {
      const elsewhere = await anotherTab('/favicon.svg');
      await elsewhere.goto('about:blank');
      await tab.close();
      const draft = aDraft({
        kind: 'must-read',
        title: 'Read this',
        text: 'The *rules* changed.',
        pushAfter: 0,
      });
      await send(mira, draft);
      await until('the browser has it', () => push.delivered() === 1);
      assert.deepEqual(push.faults, []);
      await elsewhere.goto(`${scene.site.origin}/settings`);
      await until('it is shown', async () => {
        const all = await elsewhere.evaluate(shown);
        return String(all) === 'Read this: The rules changed.';
      });
    });
  } finally {
    await ends.run();
  }
});

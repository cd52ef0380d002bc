/** The service worker in Chromium: a push is shown, twice the same is seen once, and a press stays on our site. */
import assert from 'node:assert/strict';
import { aMember } from '../server/test/people.ts';
import { until } from '../server/test/until.ts';
import { journey } from './journey.ts';
import { openOwnedSite } from './site.ts';

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}

journey('a push is shown', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const ana = await journey.visitor('Ana', { as: await aMember(site, { handle: 'ana' }) });
  await ana.context.grantPermissions(['notifications']);
  await ana.page.goto('/settings');
  const tools = await ana.context.newCDPSession(ana.page);
  let registrationId = '';
  tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registrationId = registrations.at(-1)?.registrationId ?? registrationId;
  });
  await tools.send('ServiceWorker.enable');
  await ana.page.evaluate(
    'navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then(() => true)',
  );
  await until('the worker is known', () => registrationId !== '');
  const [worker] = ana.context.serviceWorkers();
  assert.ok(worker);
  // Chromium takes away what somebody lists while it is being shown, so nothing is listed before it is.
  await worker.evaluate(`(() => {
    const show = registration.showNotification.bind(registration);
    self.shown = 0;
    registration.showNotification = async (...given) => {
      await show(...given);
      self.shown += 1;
    };
  })()`);
  let pushed = 0;
  async function push(data: string): Promise<void> {
    await tools.send('ServiceWorker.deliverPushMessage', { origin: site.origin, registrationId, data });
    pushed += 1;
    await until('it is shown', async () => (await worker?.evaluate('self.shown')) === pushed);
  }
  const shown = (): Promise<Shown[]> =>
    ana.page.evaluate(
      'navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))',
    );

  await journey.step('a message is shown, and the same again takes its place', async () => {
    const message = { title: 'Tonight', body: 'Doors at eight', link: '/e/friday', tag: 'n:1' };
    await push(JSON.stringify(message));
    assert.deepEqual(await shown(), [{ title: 'Tonight', body: 'Doors at eight', tag: 'n:1' }]);
    await push(JSON.stringify({ ...message, body: 'Doors at nine' }));
    assert.deepEqual(await shown(), [{ title: 'Tonight', body: 'Doors at nine', tag: 'n:1' }]);
  });
  await journey.step('what cannot be read is shown as something new', async () => {
    ana.expects(/could not be read/);
    await push('not JSON');
    assert.equal((await shown()).length, 2);
  });
  await journey.step('a press leads to pages of this site only', async () => {
    const leads = (link: unknown): Promise<unknown> => worker.evaluate(`ownUrl(${JSON.stringify(link)})`);
    assert.equal(await leads('/e/friday'), `${site.origin}/e/friday`);
    for (const odd of ['https://evil.example/', 'javascript:alert(1)', '', null, 5])
      assert.equal(await leads(odd), `${site.origin}/`);
    for (const odd of ['//evil.example/', '/\\evil.example', '/\t/evil.example'])
      assert.equal(new URL(String(await leads(odd))).origin, site.origin);
  });
});

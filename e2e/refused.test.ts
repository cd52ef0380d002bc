/** DJ software hides why it was refused; the dashboard says it, and which field to change. */
import assert from 'node:assert/strict';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { anEvent, minute } from '../server/test/broadcasts.ts';
import { aDj } from '../server/test/people.ts';
import { within } from '../server/test/until.ts';
import { startStream } from './air.ts';
import { journey } from './journey.ts';
import { openOwnedSite } from './site.ts';

/** The refusal itself is held for about three seconds, to calm software that tries again at once. */
const refusedWithin = 30_000;

journey('a refused encoder shows its reason', ['ffmpeg'], openOwnedSite, async (journey) => {
  const { site } = journey;
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova' });
  const { key, secret } = await dj.call(broadcastEndpoints.createKey, { body: { name: 'Laptop' } });
  const nova = await journey.visitor('Nova', { as: dj });
  const { page } = nova;
  const target = { host: 'localhost', port: site.sourcePort, mount: '/nova', user: 'source', key: secret };

  /** Runs ffmpeg until it is refused, then expects the reason on the dashboard. */
  async function isTold(sent: Partial<typeof target>, title: string, sentence: string): Promise<void> {
    const before = await page.getByRole('heading', { name: title }).count();
    assert.equal(before, 0);
    const encoder = await startStream(journey, { ...target, ...sent });
    const code = await within('ffmpeg is refused', encoder.ended, refusedWithin);
    assert.notEqual(code, 0);
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByText(sentence).first().waitFor();
    await page
      .getByText(/^Lavf\/\S+, from 127\.0\.0\./)
      .first()
      .waitFor();
  }

  await journey.step('the dashboard says that nothing was refused yet', async () => {
    await page.goto('/dj');
    await page.getByText('None. When your software cannot connect').waitFor();
  });
  await journey.step('no event', () =>
    isTold({}, 'No event now', 'You have no published event about to start.'),
  );
  await journey.step('an event that has not opened yet', async () => {
    await anEvent(dj, { startsAt: Date.now() + 120 * minute });
    await isTold({}, 'Too early', 'You can connect from 30 minutes before it starts.');
  });
  await journey.step('a wrong password', async () => {
    await anEvent(dj);
    await isTold({ key: 'not-the-key' }, 'Wrong key', 'paste it into the field “Password”.');
  });
  await journey.step('a wrong user name', () =>
    isTold({ user: 'admin' }, 'Wrong user', 'The field “User” or “Login” must be “source” or your handle.'),
  );
  await journey.step('the right settings, which also goes on air', async () => {
    await startStream(journey, target);
    await page.getByRole('heading', { name: 'On air' }).waitFor();
  });
  await journey.step('revoking the key cuts it off, and says so', async () => {
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
    await page.getByRole('heading', { name: 'On air' }).waitFor({ state: 'detached' });
    await isTold({}, 'Key revoked', 'The password in your software is a stream key that was revoked.');
    assert.equal(
      (await dj.call(broadcastEndpoints.keys)).keys.some(({ id }) => id === key.id),
      false,
    );
  });
});

/** A device is signed out from another one: its open pages say so at once, and nothing typed is lost. */
import assert from 'node:assert/strict';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember, password } from '../server/test/people.ts';
import { journey } from './journey.ts';
import { openOwnedSite } from './site.ts';
import { sees, writes } from './talk.ts';

journey('a session is ended from another device', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const { slug } = await anEvent(await aDj(site));
  const member = await aMember(site, { handle: 'ana', displayName: 'Ana' });
  const laptop = await journey.visitor('Laptop', { as: member });
  const mobile = await journey.visitor('Phone', { as: await member.elsewhere() });
  laptop.expects(/401 \(Unauthorized\)|session-revoked|session-missing/);

  await journey.step('she types on the laptop', async () => {
    await laptop.page.goto(`/e/${slug}`);
    await laptop.page.getByText('Connected', { exact: true }).waitFor();
    await writes(laptop, 'half a thought');
  });
  await journey.step('the phone lists both devices and signs the other out', async () => {
    const { page } = mobile;
    await page.goto('/settings');
    await page.getByText('this device', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out all others' }).click();
    // The account was made with a browser too, whose cookies the laptop has.
    await page.getByText('One other device was signed out.').waitFor();
    await page.getByText('You are signed in nowhere else.').waitFor();
  });
  await journey.step(
    'the laptop says so at once with a reference, reads on, and keeps the text',
    async () => {
      const { page } = laptop;
      const notice = page.getByRole('region', { name: 'Problems' });
      await notice.getByText('This device was signed out, here or from another device.').waitFor();
      const reference = await notice.locator('code').innerText();
      assert.ok(site.output().includes(`"reference":"${reference}"`), 'the reference leads to a log line');
      await page.getByText('Connected, read-only').waitFor();
      await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).waitFor();
      assert.equal(await page.getByLabel('Write a message').inputValue(), 'half a thought');
    },
  );
  await journey.step('signing in again leads back to the text, and it can be sent', async () => {
    const { page } = laptop;
    await page.getByRole('region', { name: 'Problems' }).getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Handle or e-mail').fill('ana');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`**/e/${slug}`);
    await page.getByText('Connected', { exact: true }).waitFor();
    assert.equal(
      await page.getByRole('region', { name: 'Problems' }).innerText(),
      '',
      'nothing is wrong any more',
    );
    assert.equal(await page.getByLabel('Write a message').inputValue(), 'half a thought');
    await page.getByRole('button', { name: 'Send' }).click();
    await sees(laptop, 'half a thought');
  });
  await journey.step('a page without a chat learns it as fast', async () => {
    const { page } = laptop;
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Save' }).waitFor();
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
    await mobile.page.reload();
    await mobile.page.getByRole('button', { name: 'Sign out all others' }).click();
    await mobile.page.getByText('One other device was signed out.').waitFor();
    await page
      .getByRole('region', { name: 'Problems' })
      .getByText('This device was signed out, here or from another device.')
      .waitFor();
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  });
});

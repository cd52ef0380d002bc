/** A DJ who signed in long ago makes a stream key: the page asks for the password, over whatever is on screen. */
import { aDj, password } from '../server/test/people.ts';
import { databaseOf, inEachEngine } from './notified.ts';

const asked = { role: 'dialog', name: 'Your password, please' } as const;
const field = { label: 'Password', within: asked } as const;
const goOn = { role: 'button', name: 'Go on', within: asked } as const;

inEachEngine('the password is asked for once more, and the act goes on', [], async (scene) => {
  const { site, step, device } = scene;
  const nova = await aDj(site.people, { handle: 'nova', displayName: 'Nova' });
  const database = databaseOf(scene);
  /** As when everybody had given their password long ago. */
  const pass = (): void => database.exec('update credentials set authenticated_at = 0');
  const { tab } = await device(nova, '/dj', 'phone');
  await step('a wrong password is said at the field, and the right one makes the key', async () => {
    pass();
    await tab.click({ role: 'button', name: 'Make a key' });
    await tab.fill(field, 'not this one');
    await tab.click(goOn);
    await tab.waitFor({ text: /This is not your password/, within: asked });
    await tab.fill(field, password);
    await tab.click(goOn);
    await tab.waitFor({ text: /Copy it now: it is not shown again/ });
    await tab.waitUntilGone(asked);
  });
  await step('whoever leaves it is told that nothing was changed, and may think again', async () => {
    pass();
    await tab.reload();
    const question = { role: 'dialog', name: 'Give this key a new secret?' } as const;
    const newSecret = { role: 'button', name: 'New secret' } as const;
    await tab.click(newSecret);
    await tab.click({ ...newSecret, within: question });
    await tab.click({ role: 'button', name: 'Leave it', within: asked });
    await tab.waitFor({ text: /Nothing was changed/, within: question });
    await tab.click({ ...newSecret, within: question });
    await tab.fill(field, password);
    await tab.click(goOn);
    await tab.waitFor({ text: /Copy it now: it is not shown again/ });
    await tab.waitUntilGone(question);
  });
  await step('soon after, nothing is asked', async () => {
    await tab.fill('Name of a new key', 'The laptop');
    await tab.click({ role: 'button', name: 'Make a key' });
    await tab.waitFor({ text: /The key “The laptop”/ });
  });
});

/** Storage breaks under an open page: the page says what is true, keeps what was written, and goes on afterwards. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj, aMember } from '../server/test/people.ts';
import type { Owner } from '../server/test/services/daemon.ts';
import { aFolder } from '../server/test/start-app.ts';
import type { Visitor } from './browser.ts';
import { journey } from './journey.ts';
import { databaseFile, type OwnedSite, openOwnedSite } from './site.ts';
import { messages, say, sees } from './talk.ts';

const run = promisify(execFile);
/** A page of memory, which is what such a disk gives out at a time. */
const fillBytes = 4_096;

/** What the unsent line of a page says, once it failed. */
async function failure({ page }: Visitor): Promise<string> {
  const line = page.getByRole('log').getByRole('listitem').filter({ hasText: 'Not sent.' });
  return line.innerText();
}

async function sendAgain(visitor: Visitor, text: string): Promise<void> {
  const { page } = visitor;
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('Not sent.').waitFor({ state: 'detached' });
  await sees(visitor, text);
}

/** A file system of its own, small enough to fill; it goes with its owner. */
async function smallDisk(owner: Owner): Promise<string> {
  const folder = await aFolder(owner);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'slipmat-test', folder]);
  owner.after(async () => {
    await run('umount', ['--lazy', folder]);
  });
  return folder;
}

/** Writes a file until nothing more fits on its disk; the server may write meanwhile. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(Buffer.alloc(fillBytes));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await file.close();
  }
}

/** False when this process may give itself a disk to fill, otherwise why not: root in a container may not. */
async function cannotMount(): Promise<false | string> {
  const ends: (() => Promise<void>)[] = [];
  try {
    await smallDisk({ after: (end) => ends.unshift(end) });
    return false;
  } catch (error) {
    return `no small disk can be mounted here: ${String(error)}`;
  } finally {
    for (const end of ends) await end();
  }
}

async function chatOpen({ site, visitor }: { site: OwnedSite; visitor: Visitor }): Promise<void> {
  const { slug } = await anEvent(await aDj(site, { handle: 'nova' }));
  await visitor.page.goto(`/e/${slug}`);
  await visitor.page.getByText('Connected', { exact: true }).waitFor();
  await say(visitor, 'before');
  await sees(visitor, 'before');
}

journey('the database loses a table', [], openOwnedSite, async (journey) => {
  const { site } = journey;
  const ana = await journey.visitor('Ana', { as: await aMember(site, { handle: 'ana' }) });
  const database = new DatabaseSync(databaseFile(site), { timeout: 5_000 });
  journey.after(async () => database.close());
  ana.expects(/internal-error|500 \(Internal/);

  await journey.step('a talk is going on', () => chatOpen({ site, visitor: ana }));
  await journey.step('a line that cannot be saved says so, with a reference for staff', async () => {
    database.exec('alter table chat_messages rename to lost');
    await say(ana, 'into the void');
    await ana.page.getByText('Not sent.').waitFor();
    const text = await failure(ana);
    assert.match(text, /^into the void/);
    assert.match(text, /Something broke on our side\. It has been recorded\./);
    const reference = /Reference (\S+)/.exec(text)?.[1] ?? 'none';
    assert.ok(site.output().includes(`"reference":"${reference}"`), 'the reference leads to a log line');
    assert.doesNotMatch(text.replace(reference, ''), /sql|table|chat_messages/i);
  });
  await journey.step('a new page says it too, and does not pretend that the chat is empty', async () => {
    const ben = await journey.visitor('Ben');
    ben.expects(/internal-error|500 \(Internal/);
    await ben.page.goto(ana.page.url());
    const chat = ben.page.getByRole('region', { name: 'Chat' });
    await chat.getByText('Something broke on our side.').waitFor();
    assert.equal(await chat.getByText('Nobody has said anything yet.').count(), 0);
  });
  await journey.step('mended: the line goes out with one press, once', async () => {
    database.exec('alter table lost rename to chat_messages');
    await sendAgain(ana, 'into the void');
    await ana.page.reload();
    await sees(ana, 'into the void');
    assert.deepEqual(await messages(ana), ['before', 'into the void']);
  });
});

const onSmallDisk = async (owner: Owner): Promise<OwnedSite> => openOwnedSite(owner, await smallDisk(owner));

journey(
  'the disk is full',
  [],
  onSmallDisk,
  async (journey) => {
    const { site } = journey;
    const ana = await journey.visitor('Ana', { as: await aMember(site, { handle: 'ana' }) });
    const filler = join(site.dataDir, 'filler');
    ana.expects(/storage-full|507 \(/);

    await journey.step('a talk is going on', () => chatOpen({ site, visitor: ana }));
    await journey.step('a line that does not fit is called that, and kept', async () => {
      await fill(filler);
      await say(ana, 'one too many');
      await ana.page.getByText('Not sent.').waitFor();
      const text = await failure(ana);
      assert.match(text, /^one too many/);
      assert.match(text, /The server has no room left to save this\. Nothing was saved/);
    });
    await journey.step('reading goes on: sign-in state, events and talk are still there', async () => {
      const reader = await journey.visitor('Reader');
      await reader.page.goto(ana.page.url());
      await sees(reader, 'before');
      await ana.page.getByRole('button', { name: 'Your account, ana' }).waitFor();
    });
    await journey.step('a form says the same', async () => {
      const reader = await journey.visitor('Newcomer');
      reader.expects(/storage-full|507 \(/);
      await reader.page.goto('/sign-up');
      await reader.page.getByLabel('Display name').fill('Ben');
      await reader.page.getByLabel('Handle').fill('ben');
      await reader.page.getByLabel('E-mail').fill('ben@example.com');
      await reader.page.getByLabel('Password').fill('felt under the needle');
      await reader.page.getByRole('button', { name: 'Sign up' }).click();
      await reader.page.getByRole('alert').getByText('Storage full').waitFor();
      assert.equal(await reader.page.getByLabel('Handle').inputValue(), 'ben');
    });
    await journey.step('with room again, the line goes out', async () => {
      await rm(filler);
      await sendAgain(ana, 'one too many');
      assert.deepEqual(await messages(ana), ['before', 'one too many']);
    });
  },
  await cannotMount(),
);

/** Kill -9 while a notification goes to ten thousand people: it goes on, and nobody gets it twice by any channel. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { openDatabase } from '#server/db/open.ts';
import { createLog } from '#server/platform/log.ts';
import { addCrowd } from './crowds.ts';
import { startMailServer, type TakenMail } from './mail-server.ts';
import { aDraft, anInbox, arrives } from './notices.ts';
import { aMember } from './people.ts';
import { slipmat, startServer } from './server-process.ts';
import { aFolder } from './start-app.ts';
import { until } from './until.ts';

const size = 10_000;
/** Mail is slower than rows: a part of it shows what happens to each. */
const mailsWaitedFor = 2_000;
/** Of the processes while mail was sent, and the connections that each had. */
const kills = 2;
const mailsAtOnce = 5;
const minute = 60_000;

test('killed while rows are written, and again while mail is sent', async (t) => {
  const post = await startMailServer(t);
  const dataDir = await aFolder(t);
  const environment = {
    DATA_DIR: dataDir,
    LOG_LEVEL: 'fatal',
    SMTP_URL: post.url,
    MAIL_FROM: 'Slipmat <slipmat@example.com>',
    MAIL_PER_MINUTE: '60000',
  };
  let server = await startServer(t, environment);
  const [staff, member] = [await aMember(server), await aMember(server)];
  await slipmat(['grant', staff.handle, 'staff'], environment);
  await server.kill('SIGTERM');

  const db = openDatabase({ kind: 'sqlite', dataDir }, createLog('silent'));
  t.after(() => db.close());
  await db.write((trx) => addCrowd(trx, size));
  const recipients = async (): Promise<number> => {
    const { count } = await db.read
      .selectFrom('notification_recipients')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  };

  server = await startServer(t, environment);
  const to = [{ kind: 'listeners' as const }];
  const body = aDraft({ kind: 'must-read', title: 'Ten thousand', emailAfter: 0, to });
  const { notification } = await staff.at(server).call(sendingEndpoints.send, { body });
  const killedAt: number[] = [];
  for (const part of [0.05, 0.4]) {
    const written = await until('part of the rows', async () => {
      const count = await recipients();
      return count > size * part && count;
    });
    await server.kill('SIGKILL');
    killedAt.push(written);
    server = await startServer(t, environment);
  }
  assert.ok(
    killedAt.some((count) => count < size),
    `always after the end: ${killedAt}`,
  );
  const about = (): TakenMail[] => post.taken.filter(({ raw }) => raw.includes('Subject: Ten thousand'));
  for (const count of [200, 800]) {
    await until('some of the mail', () => about().length > count, minute);
    await server.kill('SIGKILL');
    server = await startServer(t, environment);
  }
  await until('more of the mail', () => about().length > mailsWaitedFor, 2 * minute);

  const socket = await anInbox({ socket: () => member.at(server).socket() });
  await arrives(socket, 'Ten thousand');
  const { notification: sent } = await staff
    .at(server)
    .call(sendingEndpoints.show, { params: { id: notification.id } });
  assert.equal(sent.state, 'sent');
  // The crowd, and the member, who has no verified address.
  assert.deepEqual([sent.counts.recipients, sent.counts.unreachable], [size + 1, 1]);
  assert.equal(await recipients(), size + 1);
  const { mails, people } = await db.read
    .selectFrom('mails')
    .select((eb) => [
      eb.fn.countAll<number>().as('mails'),
      eb.fn.count<number>('person_id').distinct().as('people'),
    ])
    .where('key', 'like', `n:${notification.id}:%`)
    .executeTakeFirstOrThrow();
  assert.deepEqual([mails, people], [size, size], 'one mail for each of the crowd');
  // One that was on its way at a kill may come again, under the same Message-ID, by which it is the same mail.
  const ids = Map.groupBy(about(), ({ to }) => to);
  for (const [to, taken] of ids) assert.equal(new Set(taken.map(({ messageId }) => messageId)).size, 1, to);
  const twice = about().length - ids.size;
  assert.ok(twice <= kills * mailsAtOnce, `${twice} came twice`);
});

/** Kill -9 in the middle of sending mail: everybody gets theirs, and what came twice has the same Message-ID. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailEndpoints } from '@slipmat/contract/mail';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { startMailServer } from './mail-server.ts';
import { aBrowser, aMember, password } from './people.ts';
import { slipmat, startServer } from './server-process.ts';
import { aFolder } from './start-app.ts';
import { until } from './until.ts';

const people = 60;
/** The server is killed when the mail server has taken so many. */
const kills = [15, 35] as const;
/** What one process sends at once, and so what may be in doubt when it is killed. */
const atOnce = 5;
/** A lease has to run out, and the rest to be sent. */
const patience = 90_000;

test(`${kills.length} times, with ${people} mails on their way`, async (t) => {
  const { promise: everybodyIsHere, resolve: begin } = Promise.withResolvers<void>();
  const mails = await startMailServer(t, () => everybodyIsHere);
  const environment = {
    DATA_DIR: await aFolder(t),
    LOG_LEVEL: 'fatal',
    SMTP_URL: mails.url,
    MAIL_FROM: 'Radio <radio@example.org>',
    MAIL_PER_MINUTE: '60000',
  };
  let server = await startServer(t, environment);
  // Each is sent a link, of which the mail server holds the first ones until all have signed up.
  const signedUp = await Promise.all(Array.from({ length: people }, () => aMember(server)));
  begin();
  for (const taken of kills) {
    await until(`${taken} were taken`, () => mails.taken.length >= taken, patience);
    await server.kill('SIGKILL');
    server = await startServer(t, environment);
  }
  const ids = () => new Map(mails.taken.map(({ to, messageId }) => [to, messageId]));
  await until('everybody has theirs', () => ids().size === people, patience);
  const owner = ['--handle', 'boss', '--email', 'boss@example.org', '--display-name', 'Boss'];
  await slipmat(['create-owner', ...owner], environment, password);
  const boss = aBrowser(server);
  await boss.call(sessionsEndpoints.signIn, { body: { login: 'boss', password } });
  const count = async (): Promise<number | undefined> => {
    const { counts } = await boss.call(mailEndpoints.outbox, { query: {} });
    return counts.find(({ state }) => state === 'sent')?.count;
  };
  await until('all are written down as sent', async () => (await count()) === people, patience);

  assert.deepEqual([...ids().keys()].toSorted(), signedUp.map(({ email }) => email).toSorted());
  const distinct = new Set(mails.taken.map(({ messageId }) => messageId));
  assert.equal(distinct.size, people, 'one Message-ID for each person');
  const doubles = mails.taken.length - people;
  assert.ok(doubles <= kills.length * atOnce, `${doubles} were handed over again`);
});

/** Kill -9 in the middle of writing, again and again: what was acknowledged is there afterwards, once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatEndpoints, chatMessages } from '@slipmat/contract/chat';
import { silence } from '../src/platform/silence.ts';
import { anEvent, minute } from './broadcasts.ts';
import { aBrowser, aMember, type Browser, type Person } from './people.ts';
import { slipmat, startServer } from './server-process.ts';
import { connectSocket, type SocketClient } from './socket-client.ts';
import { aFolder } from './start-app.ts';

const rounds = 50;
const writers = 4;
/** Messages acknowledged in a round before the server is killed; more are on their way then. */
const acknowledgedBefore = 8;

/** The cookies of somebody on the server as it is now: its port changes with each start. */
function at(person: Browser, origin: string): Browser {
  return person.at({ origin });
}

test(`${rounds} times`, async (t) => {
  const environment = { DATA_DIR: await aFolder(t), LOG_LEVEL: 'fatal' };
  let server = await startServer(t, environment);
  const host = await aMember(server);
  await slipmat(['grant', host.handle, 'dj'], environment);
  await slipmat(['verify-email', host.handle], environment);
  const { slug } = await anEvent(host, { startsAt: Date.now() + 60 * minute });
  const people: Person[] = [];
  for (let made = 0; made < writers; made += 1) people.push(await aMember(server));
  /** Text by key, of everything that was acknowledged. */
  const acknowledged = new Map<string, string>();
  let sent = 0;

  for (let round = 0; round < rounds; round += 1) {
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    let count = 0;
    const write = async (person: Person): Promise<void> => {
      const browser = at(person, server.origin);
      const socket: SocketClient = await connectSocket(server.origin, {
        headers: { origin: server.origin, 'x-forwarded-for': browser.address, cookie: browser.cookieHeader },
      });
      const one = async (): Promise<void> => {
        sent += 1;
        const key = `key-${String(sent).padStart(8, '0')}`;
        const text = `message ${key}`;
        const answer = await socket.answer(chatMessages.say.type, { slug, text, key });
        if (answer.type !== 'result') return;
        acknowledged.set(key, text);
        count += 1;
        if (count >= acknowledgedBefore) resolve();
      };
      // Several on the way at once, until the server is gone.
      const lane = async (): Promise<void> => {
        for (let told = 0; told < 10; told += 1) await one();
      };
      const lanes = await Promise.allSettled([lane(), lane(), lane()]);
      for (const { reason } of lanes.filter((ended) => ended.status === 'rejected'))
        silence(reason, 'its server was killed under it, which is what is tried here');
    };
    const writing = Promise.all(people.map(write));
    await enough;
    await server.kill('SIGKILL');
    await writing;
    server = await startServer(t, environment);
  }

  const reader = aBrowser(server);
  const stored: { key: string; text: string }[] = [];
  let before: string | undefined;
  for (let more = true; more; ) {
    const query = before === undefined ? {} : { before };
    const page = await reader.call(chatEndpoints.history, { params: { slug }, query });
    stored.push(...page.messages);
    before = page.messages[0]?.id;
    more = page.more;
  }
  assert.ok(acknowledged.size >= rounds * acknowledgedBefore, `${acknowledged.size} acknowledged`);
  const texts = new Map(stored.map(({ key, text }) => [key, text]));
  assert.equal(texts.size, stored.length, 'none twice');
  const missing = [...acknowledged].filter(([key, text]) => texts.get(key) !== text);
  assert.deepEqual(missing, [], 'none lost');
});

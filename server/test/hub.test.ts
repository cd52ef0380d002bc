/** What features rely on of the hub, the same in one process and over Redis. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createLog } from '#server/platform/log.ts';
import { createMemoryHub, type Hub } from '#server/realtime/hub.ts';
import { openRedisHub } from '#server/realtime/redis-hub.ts';
import { serviceUser, startDaemon, temporaryFolder } from './services/daemon.ts';
import { startRedis } from './services/redis.ts';
import { commandPath, requireCommand } from './services/require-command.ts';
import { until, within } from './until.ts';

const log = createLog('silent');
const skipRedis = requireCommand('redis-server');

let processes = 0;
async function redisHub(t: TestContext, url: string): Promise<Hub> {
  processes += 1;
  const hub = await openRedisHub(url, String(processes).padStart(36, '0'), log);
  t.after(() => hub.close());
  return hub;
}

/** Two hubs that reach each other: one and the same in a single process. */
type Pair = (t: TestContext) => Promise<readonly [Hub, Hub]>;

const pairs: readonly (readonly [string, false | string, Pair])[] = [
  [
    'in one process',
    false,
    async () => {
      const hub = createMemoryHub();
      return [hub, hub];
    },
  ],
  [
    'over Redis',
    skipRedis,
    async (t) => {
      const { url } = await startRedis(t);
      return [await redisHub(t, url), await redisHub(t, url)];
    },
  ],
];

/** Everything that a channel brings, as text. */
async function listen(hub: Hub, channel: string): Promise<{ got: string[]; stop: () => void }> {
  const got: string[] = [];
  const stop = await hub.subscribe(channel, (message) => got.push(message.toString()));
  return { got, stop };
}

for (const [name, skip, pair] of pairs) {
  describe(`the hub ${name}`, { skip }, () => {
    test('brings every message to every subscriber once, in order, own ones at once', async (t) => {
      const [near, far] = await pair(t);
      const here = await listen(near, 'a');
      const here2 = await listen(near, 'a');
      const there = await listen(far, 'a');
      const sent = Array.from({ length: 500 }, (_, index) => `m${index}`);
      for (const text of sent) {
        near.publish('a', Buffer.from(text));
        assert.equal(here.got.at(-1), text, 'own messages need no round trip');
      }
      await until('all there', () => there.got.length >= sent.length);
      for (const { got } of [here, here2, there]) assert.deepEqual(got, sent);
    });

    test('keeps channels apart, whatever they are called', async (t) => {
      const [near, far] = await pair(t);
      const channels = ['topic chat:a', 'topic chat:a*', 'topic chat:', '*', '__proto__', 'ä 🎧'];
      const listeners = await Promise.all(channels.map((channel) => listen(far, channel)));
      for (const channel of channels) near.publish(channel, Buffer.from(channel));
      for (const [index, channel] of channels.entries()) {
        await until(channel, () => listeners[index]?.got.length === 1);
        assert.deepEqual(listeners[index]?.got, [channel]);
      }
    });

    test('brings bytes as they are', async (t) => {
      const [near, far] = await pair(t);
      const bytes = Buffer.from(Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
      const { promise, resolve } = Promise.withResolvers<Buffer>();
      await far.subscribe('bytes', resolve);
      near.publish('bytes', bytes);
      assert.ok((await within('the bytes', promise)).equals(bytes));
    });

    test('brings nothing after a stop, and goes on for others', async (t) => {
      const [near, far] = await pair(t);
      const first = await listen(far, 'a');
      const second = await listen(far, 'a');
      first.stop();
      near.publish('a', Buffer.from('1'));
      await until('the other', () => second.got.length === 1);
      assert.deepEqual(first.got, []);
      second.stop();
      const again = await listen(far, 'a');
      near.publish('a', Buffer.from('2'));
      await until('again', () => again.got.length === 1);
      assert.deepEqual([second.got, again.got], [['1'], ['2']]);
    });

    test('can be asked whether it works', async (t) => {
      const [near] = await pair(t);
      await near.check();
    });
  });
}

describe('Redis that goes away and comes back', { skip: skipRedis }, () => {
  test('subscriptions are renewed, and whoever may have missed something is told', async (t) => {
    const first = await startRedis(t);
    const port = new URL(first.url).port;
    const [near, far] = [await redisHub(t, first.url), await redisHub(t, first.url)];
    const there = await listen(far, 'a');
    let gaps = 0;
    const told = new Promise<void>((resolve) => {
      far.onGap(() => {
        gaps += 1;
        resolve();
      });
    });
    assert.equal(gaps, 0);
    await first.stop();
    near.publish('a', Buffer.from('lost'));
    await assert.rejects(near.check());
    // Nobody waits for ever for a subscription.
    await assert.rejects(listen(near, 'b'), { code: 'busy' });

    await startRedisAt(t, port);
    await within('the gap', told);
    await until('messages arrive again', () => {
      near.publish('a', Buffer.from('back'));
      return there.got.includes('back');
    });
    assert.ok(!there.got.includes('lost'));
    await near.check();
  });
});

/** Redis on the port it had before. */
async function startRedisAt(t: TestContext, port: string): Promise<void> {
  const user = await serviceUser('redis');
  const folder = await temporaryFolder('redis', user);
  const args = ['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', '--port', port];
  const daemon = await startDaemon({
    name: 'Redis',
    user,
    folder,
    command: () => [commandPath('redis-server'), args],
    ready: /Ready to accept connections/,
    portTaken: /Address already in use|bind: /,
    stopSignal: 'SIGTERM',
  });
  t.after(daemon.stop);
}

/** Random and half-right messages to `/realtime`, seeded: each is answered, nothing breaks, nothing is stored. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconnectAfter } from '@slipmat/contract/close-codes';
import { socketMessages } from '@slipmat/contract/realtime';
import { anEvent } from './broadcasts.ts';
import { aDj, aMember } from './people.ts';
import { startApp } from './start-app.ts';
import { until } from './until.ts';

const sockets = 40;
/** Below the burst that a socket may send. */
const messagesEach = 35;

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test('a seeded fuzz of socket messages', async (t) => {
  const site = await startApp(t);
  const member = await aMember(site);
  const { slug } = await anEvent(await aDj(site));
  const random = seeded(3);
  const types = Object.values(socketMessages).flatMap((list) => Object.values(list).map(({ type }) => type));
  const pick = <T>(list: readonly T[]): T | undefined => list[random(list.length)];
  const values = (): unknown =>
    pick([
      slug,
      'chat:',
      `chat:${slug}:x`,
      'event:',
      'dashboard:x',
      -1,
      1e308,
      null,
      true,
      [],
      {},
      '',
      '\0',
      '\ud800',
      'x'.repeat(600),
      { __proto__: 1 },
    ]);
  const names = [
    'slug',
    'topic',
    'text',
    'key',
    'messageId',
    'personId',
    'minutes',
    'seconds',
    'after',
    '__proto__',
    'constructor',
  ];

  function message(id: number): string {
    // Never all of a message that would be right: no key fits.
    const fields = Array.from({ length: random(6) }, () => [pick(names), values()]);
    const whole = JSON.stringify({
      id,
      type: pick([...types, 'nothing', '__proto__', '']),
      ...Object.fromEntries(fields),
    });
    const cut = random(4) === 0 ? whole.slice(0, random(whole.length)) : whole;
    return random(6) === 0 ? cut.replace(/["{:,]/, pick(['', '{', '"', '\u2028', ',']) ?? '') : cut;
  }

  for (let opened = 0; opened < sockets; opened += 1) {
    const socket = await (opened % 2 === 0 ? member.at(site) : member).socket();
    for (let id = 0; id < messagesEach; id += 1) socket.webSocket.send(message(id));
    const answered = () =>
      socket.received.filter(({ type }) => type === 'result' || type === 'problem').length;
    await until('an answer each', () => {
      if (socket.failure !== undefined) throw socket.failure;
      assert.equal(socket.webSocket.readyState, socket.webSocket.OPEN);
      return answered() >= messagesEach;
    });
    assert.equal(answered(), messagesEach);
    socket.webSocket.terminate();
    assert.equal(reconnectAfter((await socket.closed).code), 'yes');
  }
  assert.deepEqual(
    site.log.filter(({ level }) => level >= 50),
    [],
    'nothing broke',
  );
  assert.deepEqual(await site.deps.db.read.selectFrom('chat_messages').select('id').execute(), []);
});

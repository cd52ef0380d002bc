/** Chat: written once and kept, acted on by the host and moderators, and resumed without gap or double. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { chatEndpoints, chatLimits, chatMessages } from '@slipmat/contract/chat';
import { closeCodes, reconnectAfter } from '@slipmat/contract/close-codes';
import { eventsEndpoints } from '@slipmat/contract/events';
import { realtimeLimits, topicMessages } from '@slipmat/contract/realtime';
import { socketLimits } from '#server/realtime/limits.ts';
import { anEvent, minute } from './broadcasts.ts';
import { createFakeClock } from './fake-clock.ts';
import { aBrowser, aDj, aMember, aModerator, anOwner, type Person } from './people.ts';
import type { SocketClient } from './socket-client.ts';
import { startApp } from './start-app.ts';
import { until, within } from './until.ts';

const { say, hide, restrict, unrestrict, slowMode } = chatMessages;
const { history } = chatEndpoints;

let keys = 0;
const newKey = (): string => {
  keys += 1;
  return `key-${String(keys).padStart(8, '0')}`;
};

async function room(t: TestContext) {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  const host = await aDj(site);
  const member = await aMember(site);
  const { slug } = await anEvent(host, {}, clock.now());
  const reader = await aBrowser(site).socket();
  await reader.subscribe(`chat:${slug}`);
  return { clock, site, host, member, slug, reader };
}

const texts = (socket: SocketClient, slug: string): string[] =>
  socket.chat(slug).messages.map(({ text }) => text);

describe('writing', () => {
  test('what is acknowledged is stored, and read by somebody without an account', async (t) => {
    const { slug, member, reader, site } = await room(t);
    const socket = await member.socket();
    const key = newKey();
    const { message } = await socket.send(say, { slug, text: '  <b>hi</b> & "you"\n👋🏽  ', key });
    assert.equal(message.text, '<b>hi</b> & "you"\n👋🏽', 'markup is text');
    assert.deepEqual(message.author, {
      id: member.id,
      handle: member.handle,
      displayName: member.handle,
      roles: [],
    });
    const [row] = await site.deps.db.read.selectFrom('chat_messages').selectAll().execute();
    assert.equal(row?.text, message.text);
    await reader.next('the message', () => reader.chat(slug).messages.length === 1);
    assert.deepEqual(reader.chat(slug).messages, [message]);
    assert.deepEqual((await aBrowser(site).call(history, { params: { slug } })).messages, [message]);
  });

  test('the same key again is the same message, once; of another person it is another', async (t) => {
    const { slug, member, host, reader } = await room(t);
    const socket = await member.socket();
    const key = newKey();
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_, round) => socket.send(say, { slug, text: `try ${round}`, key })),
    );
    assert.equal(new Set(sent.map(({ message }) => message.id)).size, 1);
    assert.equal(new Set(sent.map(({ message }) => message.text)).size, 1);
    const again = await (await member.socket()).send(say, { slug, text: 'from another tab', key });
    assert.equal(again.message.id, sent[0]?.message.id);
    await (await host.socket()).send(say, { slug, text: 'host', key });
    await reader.next('two messages', () => reader.chat(slug).messages.length === 2);
  });

  test('what is no text is refused', async (t) => {
    const { slug, member } = await room(t);
    const socket = await member.socket();
    const wrong = ['', ' \n ', 'a\0b', 'a\u001b[31m', 'x'.repeat(chatLimits.textLength + 1)];
    for (const text of wrong) await socket.refused(say, 'invalid-input', { slug, text, key: newKey() });
    await socket.send(say, { slug, text: '👩‍👩‍👧'.repeat(60), key: newKey() });
    await socket.send(say, { slug, text: '💥'.repeat(chatLimits.textLength / 2), key: newKey() });
    for (const key of ['', 'short', 'x'.repeat(65), 'with spaces in']) {
      await socket.refused(say, 'invalid-input', { slug, text: 'a', key });
    }
  });

  test('a chat closes with its event, and says so', async (t) => {
    const { slug, host, member, reader } = await room(t);
    const socket = await member.socket();
    assert.equal(reader.chat(slug).open, true);
    await host.call(eventsEndpoints.cancel, { params: { slug } });
    await reader.next('closed', () => !reader.chat(slug).open);
    await socket.refused(say, 'chat-closed', { slug, text: 'too late', key: newKey() });
  });
});

/** Says so many things as the person, on as many sockets as the limit of one asks for. */
async function talk(person: Person, slug: string, count: number, end = ''): Promise<void> {
  for (let said = 0; said < count; said += 30) {
    const socket = await person.socket();
    const some = Array.from({ length: Math.min(30, count - said) }, (_, index) => {
      return socket.send(say, { slug, text: end === '' ? `m${said + index}` : end, key: newKey() });
    });
    await Promise.all(some);
    await socket.leave();
  }
}

describe('history', () => {
  test('is read page by page from the newest, without gap or double', async (t) => {
    const { slug, host, site } = await room(t);
    const count = chatLimits.historyPage * 2 + 5;
    await talk(host, slug, count);
    const visitor = aBrowser(site);
    const read: string[] = [];
    let before: string | undefined;
    const sizes: number[] = [];
    for (let more = true; more; ) {
      const page = await visitor.call(history, {
        params: { slug },
        query: before === undefined ? {} : { before },
      });
      read.unshift(...page.messages.map(({ text }) => text));
      sizes.push(page.messages.length);
      before = page.messages[0]?.id;
      more = page.more;
    }
    assert.deepEqual(sizes, [chatLimits.historyPage, chatLimits.historyPage, 5]);
    assert.deepEqual(
      read,
      Array.from({ length: count }, (_, index) => `m${index}`),
    );
    const unknown = { before: '01890a5d-ac96-774b-bcce-b302099a8057' };
    await visitor.refused(history, 'not-found', { params: { slug }, query: unknown });
  });
});

describe('acting on messages and people', () => {
  test('hiding: by its writer, the host and moderators; gone for everybody, from history too', async (t) => {
    const { slug, host, member, reader, site } = await room(t);
    const [writer, other, boss, moderator] = await Promise.all([
      member.socket(),
      (await aMember(site)).socket(),
      host.socket(),
      (await aModerator(site)).socket(),
    ]);
    for (const hider of [writer, boss, moderator]) {
      const { message } = await writer.send(say, { slug, text: 'hide me', key: newKey() });
      const target = { slug, messageId: message.id };
      await other.refused(hide, 'not-allowed', target);
      await hider.send(hide, target);
      await hider.send(hide, target);
      await reader.next('hidden', () => reader.chat(slug).messages.at(-1)?.hidden);
      assert.equal(reader.chat(slug).messages.at(-1)?.text, '');
      const stored = await aBrowser(site).call(history, { params: { slug } });
      assert.deepEqual(stored.messages.at(-1), { ...message, text: '', hidden: true });
    }
    assert.ok(!JSON.stringify(await aBrowser(site).call(history, { params: { slug } })).includes('hide me'));
    const elsewhere = await anEvent(host, { title: 'Other' });
    const { message } = await writer.send(say, { slug, text: 'here', key: newKey() });
    await boss.refused(hide, 'not-found', { slug: elsewhere.slug, messageId: message.id });
  });

  test('a time-out ends by the clock, a mute by hand; others moderate nothing', async (t) => {
    const { slug, host, member, clock, site } = await room(t);
    const writer = await member.socket();
    const boss = await host.socket();
    const other = await (await aMember(site)).socket();
    const target = { slug, personId: member.id };
    await other.refused(restrict, 'not-allowed', { ...target, minutes: 5 });
    await boss.send(restrict, { ...target, minutes: 5 });
    const problem = await writer.refused(say, 'chat-timed-out', { slug, text: 'a', key: newKey() });
    assert.ok((problem.retryAfterSeconds ?? 0) > 290 && (problem.retryAfterSeconds ?? 0) <= 300);
    clock.leap(5 * minute);
    const back = await member.socket();
    await back.send(say, { slug, text: 'back', key: newKey() });
    const chair = await host.socket();
    await chair.send(restrict, { ...target, minutes: null });
    await back.refused(say, 'chat-muted', { slug, text: 'a', key: newKey() });
    await back.refused(unrestrict, 'not-allowed', target);
    await chair.send(unrestrict, target);
    await chair.refused(unrestrict, 'not-found', target);
    await back.send(say, { slug, text: 'again', key: newKey() });
    await chair.refused(restrict, 'not-found', {
      slug,
      personId: '01890a5d-ac96-774b-bcce-b302099a8057',
      minutes: 1,
    });
  });

  test('the host, moderators and staff cannot be silenced', async (t) => {
    const { slug, host, site } = await room(t);
    const moderator = await aModerator(site);
    const owner = await anOwner(site);
    const guest = await aDj(site);
    const boss = await host.socket();
    const chair = await moderator.socket();
    for (const personId of [host.id, moderator.id, owner.id]) {
      await boss.refused(restrict, 'host-protected', { slug, personId, minutes: null });
      await chair.refused(restrict, 'host-protected', { slug, personId, minutes: 1 });
    }
    await boss.send(restrict, { slug, personId: guest.id, minutes: 1 });
    // A moderator of everything moderates an event that is not theirs; a DJ of another event does not.
    const elsewhere = await (await aDj(site)).socket();
    await elsewhere.refused(slowMode, 'not-allowed', { slug, seconds: 5 });
    await chair.send(slowMode, { slug, seconds: 0 });
  });

  test('slow mode holds members, tells how long, and not the host', async (t) => {
    const { slug, host, member, reader, clock } = await room(t);
    const boss = await host.socket();
    const writer = await member.socket();
    await boss.send(slowMode, { slug, seconds: 20 });
    await reader.next('slow mode', () => reader.chat(slug).slowModeSeconds === 20);
    const first = newKey();
    await writer.send(say, { slug, text: 'one', key: first });
    const problem = await writer.refused(say, 'chat-slow-mode', { slug, text: 'two', key: newKey() });
    assert.ok((problem.retryAfterSeconds ?? 0) > 15 && (problem.retryAfterSeconds ?? 0) <= 20);
    await writer.send(say, { slug, text: 'one', key: first });
    await boss.send(say, { slug, text: 'a', key: newKey() });
    await boss.send(say, { slug, text: 'b', key: newKey() });
    clock.leap(20_000);
    await writer.send(say, { slug, text: 'two', key: newKey() });
    assert.deepEqual(texts(reader, slug).length > 0, true);
  });
});

describe('coming back', () => {
  test('resumes from where it was: no gap, no double; what is no longer kept comes as a snapshot', async (t) => {
    const { slug, host, reader, site } = await room(t);
    const topic = `chat:${slug}` as const;
    await talk(host, slug, 30);
    await reader.next('thirty', () => reader.seq(topic) === 30);
    await reader.leave();
    await talk(host, slug, 60);
    const back = await aBrowser(site).socket();
    await back.resume(topic, reader);
    await back.next('ninety', () => back.seq(topic) === 90);
    assert.equal(back.snapshots(topic), 0, 'only what was missed');
    const fresh = await aBrowser(site).socket();
    await fresh.subscribe(topic);
    assert.deepEqual(back.chat(slug), fresh.chat(slug));

    await back.leave();
    await talk(host, slug, realtimeLimits.resumeEvents + 1);
    const late = await aBrowser(site).socket();
    await late.resume(topic, back);
    assert.equal(late.snapshots(topic), 1);
    assert.equal(late.seq(topic), 90 + realtimeLimits.resumeEvents + 1);
    // A number from the future, as after a backup was played back.
    const { type } = topicMessages.subscribe;
    const answer = await late.answer(type, { topic, after: 1_000_000 });
    assert.equal(answer.type, 'result');
    assert.equal(late.snapshots(topic), 2);
  });

  test('a reader that does not read is closed and may resume, and the others notice nothing', async (t) => {
    const { slug, host, reader, site } = await room(t);
    const topic = `chat:${slug}` as const;
    await talk(host, slug, chatLimits.snapshotMessages, '€'.repeat(chatLimits.textLength));
    const slow = await aBrowser(site).socket();
    await slow.subscribe(topic);
    slow.webSocket.pause();
    // Snapshots of 150 kB each, until they no longer fit into the buffers of the system and ours.
    for (let id = 2; id < socketLimits.messageBurst; id += 1) {
      slow.webSocket.send(JSON.stringify({ id, type: topicMessages.subscribe.type, topic }));
    }
    await talk(host, slug, 30);
    const stopped = until('the server gives it up', async () => {
      const metrics = (await aBrowser(site).fetch({ path: '/metrics' })).body.toString();
      return /^slipmat_sockets 1$/m.test(metrics);
    });
    await stopped;
    slow.webSocket.resume();
    const { code } = await within('the close', slow.closed);
    // Its own code may be stuck behind what was not read; then the connection is cut, which means the same.
    assert.ok(code === closeCodes.tooSlow.code || code === 1006, String(code));
    assert.equal(reconnectAfter(code), 'yes');
    await reader.next('all of it', () => reader.seq(topic) === chatLimits.snapshotMessages + 30);
    const back = await aBrowser(site).socket();
    await back.resume(topic, slow);
    await back.next('all of it', () => back.seq(topic) === chatLimits.snapshotMessages + 30);
  });
});

describe('bounds of a socket', () => {
  test('too many messages are refused one by one, and then the socket is closed', async (t) => {
    const { slug, member } = await room(t);
    const socket = await member.socket();
    const flood = socketLimits.messageBurst + socketLimits.refusalsBeforeClose + 50;
    for (let id = 0; id < flood; id += 1) {
      socket.webSocket.send(
        JSON.stringify({ id, type: 'chat.say', slug, text: 'spam', key: `key-${id}-xxxx` }),
      );
    }
    assert.equal((await within('the close', socket.closed)).code, closeCodes.tooManyMessages.code);
    const problems = socket.received.filter((message) => message.type === 'problem');
    assert.ok(problems.some((message) => message.problem.code === 'rate-limited'));
    const results = socket.received.filter((message) => message.type === 'result');
    assert.ok(results.length <= socketLimits.messageBurst + 5, String(results.length));
  });

  test('so many topics at once and no more', async (t) => {
    const { site, host } = await room(t);
    const socket = await aBrowser(site).socket();
    const slugs: string[] = [];
    for (let made = 0; made <= realtimeLimits.subscriptions; made += 1)
      slugs.push((await anEvent(host)).slug);
    const last = slugs.pop() ?? '';
    for (const slug of slugs) await socket.subscribe(`chat:${slug}`);
    await socket.refused(topicMessages.subscribe, 'too-many-subscriptions', { topic: `chat:${last}` });
    await socket.subscribe(`chat:${slugs[0]}`);
    await socket.send(topicMessages.unsubscribe, { topic: `chat:${slugs[1]}` });
    await socket.subscribe(`chat:${last}`);
  });

  test('a socket that does not answer pings is closed, and one that does is not', async (t) => {
    const { site, clock } = await room(t);
    const quiet = await aBrowser(site).socket();
    const alive = await aBrowser(site).socket();
    quiet.webSocket.pause();
    for (let beat = 0; beat < 2; beat += 1) {
      const pinged = new Promise((resolve) => alive.webSocket.once('ping', resolve));
      clock.leap(realtimeLimits.heartbeatMs);
      if (beat === 0) await within('a ping', pinged);
      await until('the pong', async () => {
        await alive.answer('nothing', {});
        return true;
      });
    }
    quiet.webSocket.resume();
    assert.equal((await within('the close', quiet.closed)).code, closeCodes.heartbeatMissed.code);
    assert.equal(alive.webSocket.readyState, alive.webSocket.OPEN);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { chatMessages } from '@slipmat/contract/chat';
import { closeCodes } from '@slipmat/contract/close-codes';
import { problemOf } from '@slipmat/contract/problems';
import { backOffLimits } from './back-off.ts';
import { begin, codeOf, FakeSocket, say, title } from './fake-socket.ts';
import { socketLimits } from './socket.ts';
import { linkLimits } from './socket-link.ts';
import type { TopicNews } from './socket-topics.ts';

const types = (news: readonly TopicNews[]) => news.map(({ type }) => type);

test('nothing connects before something is followed or sent', () => {
  begin();
  assert.deepEqual(FakeSocket.opened, []);
});

test('a topic gives its snapshot, then its events, then says that it is current', async () => {
  const { socket, follow } = begin();
  const { news } = follow('event:a');
  socket().hello();
  assert.equal(socket().sent[0]?.topic, 'event:a');
  socket().says({ type: 'snapshot', topic: 'event:a', seq: 4, state: { any: 'thing' } });
  socket().answers('subscribe');
  await setImmediate();
  socket().says({ type: 'events', topic: 'event:a', seq: 6, events: [title(1), title(2)] });
  assert.deepEqual(types(news), ['snapshot', 'current', 'events']);
});

test('after a reconnect it resumes from the last event, without gap or double', async () => {
  const { socket, follow, clock } = begin();
  const { news } = follow('event:a');
  socket().hello();
  socket().says({ type: 'snapshot', topic: 'event:a', seq: 4, state: {} });
  socket().says({ type: 'events', topic: 'event:a', seq: 5, events: [title(1)] });
  socket().ends(1006);
  assert.equal(news.at(-1)?.type, 'stale');
  clock.advance(backOffLimits.first);
  socket().hello();
  assert.deepEqual(
    socket().sent.map(({ topic, after }) => [topic, after]),
    [['event:a', 5]],
  );
  // The server gives one event that is known already and two that were missed.
  socket().says({ type: 'events', topic: 'event:a', seq: 7, events: [title(1), title(2), title(3)] });
  const last = news.at(-1);
  assert.deepEqual(last?.type === 'events' ? last.events : [], [title(2), title(3)]);
  socket().says({ type: 'events', topic: 'event:a', seq: 7, events: [title(3)] });
  assert.equal(news.at(-1), last, 'an event that was told is not told again');
});

test('a gap is not told as if it were whole: the topic starts again from a snapshot', () => {
  const { socket, follow } = begin();
  const { news } = follow('event:a');
  socket().hello();
  socket().says({ type: 'snapshot', topic: 'event:a', seq: 4, state: {} });
  socket().says({ type: 'events', topic: 'event:a', seq: 9, events: [title(9)] });
  assert.deepEqual(types(news), ['snapshot']);
  assert.deepEqual(
    socket().sent.map(({ type, after }) => [type, after]),
    [
      ['subscribe', undefined],
      ['unsubscribe', undefined],
      ['subscribe', undefined],
    ],
  );
});

test('an event of another topic is a problem, not a state', () => {
  const { socket, follow } = begin();
  const { news } = follow('chat:a');
  socket().hello();
  socket().says({ type: 'snapshot', topic: 'chat:a', seq: 0, state: {} });
  socket().says({ type: 'events', topic: 'chat:a', seq: 1, events: [title(1)] });
  assert.equal(news.at(-1)?.type, 'problem');
});

test('a second follower of a topic gets a fresh snapshot, and the last one to leave ends it', () => {
  const { socket, follow } = begin();
  const first = follow('event:a');
  socket().hello();
  socket().says({ type: 'snapshot', topic: 'event:a', seq: 4, state: {} });
  const second = follow('event:a');
  assert.deepEqual(
    socket().sent.map(({ type }) => type),
    ['subscribe', 'unsubscribe', 'subscribe'],
  );
  socket().says({ type: 'snapshot', topic: 'event:a', seq: 5, state: {} });
  assert.deepEqual(types(second.news), ['snapshot']);
  first.stop();
  assert.equal(socket().sent.length, 3);
  second.stop();
  assert.equal(socket().sent.at(-1)?.type, 'unsubscribe');
});

test('a topic that is refused says why; one that may return is tried again', async () => {
  const { socket, follow, clock } = begin();
  const { news } = follow('event:a');
  socket().hello();
  socket().says({ type: 'problem', id: socket().sent[0]?.id, problem: problemOf('topic-unknown', 'r1') });
  await setImmediate();
  assert.equal(news.at(-1)?.type, 'problem');
  clock.advance(linkLimits.quietFor - 1);
  assert.equal(socket().sent.length, 1);
  const other = follow('event:b');
  socket().says({
    type: 'problem',
    id: socket().sent[1]?.id,
    problem: problemOf('storage-unavailable', 'r2'),
  });
  await setImmediate();
  assert.equal(other.news.at(-1)?.type, 'problem');
  clock.advance(backOffLimits.first);
  assert.equal(socket().sent.at(-1)?.topic, 'event:b');
});

test('the number of topics is bounded, and a wrong name is refused at once', () => {
  const { follow } = begin();
  for (let index = 0; index < 16; index += 1) follow(`event:e${String(index)}`);
  assert.deepEqual(types(follow('event:more').news), ['problem']);
  assert.deepEqual(types(follow('everything').news), ['problem']);
});

test('reconnecting backs off, stays bounded, and begins anew after a good connection', () => {
  const { realtime, socket, follow, clock } = begin();
  follow('event:a');
  const waits: number[] = [];
  for (let attempt = 0; attempt < 12; attempt += 1) {
    socket().ends(1006);
    const { retryAt = 0 } = realtime.status();
    waits.push(retryAt - clock.now());
    clock.advance(retryAt - clock.now());
  }
  assert.deepEqual(waits.slice(0, 4), [700, 1400, 2800, 5600]);
  assert.equal(Math.max(...waits), backOffLimits.longest);
  assert.equal(FakeSocket.opened.length, 13, 'one attempt at a time');
  socket().hello();
  clock.advance(socketLimits.goodAfter);
  socket().ends(1006);
  assert.equal((realtime.status().retryAt ?? 0) - clock.now(), backOffLimits.first);
});

test('every close code is obeyed', () => {
  for (const [reason, { code, reconnect }] of Object.entries(closeCodes)) {
    const { realtime, socket, follow, clock } = begin();
    follow('event:a');
    socket().hello();
    socket().ends(code);
    const { state, reason: said } = realtime.status();
    assert.equal(said, reason);
    assert.equal(state, reconnect === 'yes' ? 'waiting' : 'stopped', reason);
    clock.advance(10 * 60_000);
    if (reconnect !== 'yes') assert.equal(FakeSocket.opened.length, 1, `${reason} must not come back`);
    else assert.ok(FakeSocket.opened.length > 1, `${reason} must come back`);
  }
});

test('after signing in a stopped connection comes back and starts from snapshots', () => {
  const { realtime, socket, follow } = begin();
  follow('event:a');
  socket().hello();
  socket().says({ type: 'snapshot', topic: 'event:a', seq: 4, state: {} });
  socket().ends(closeCodes.sessionEnded.code);
  realtime.reset();
  socket().hello('aaaa');
  assert.equal(realtime.status().state, 'open');
  assert.deepEqual(socket().sent, [{ id: socket().sent[0]?.id, type: 'subscribe', topic: 'event:a' }]);
});

test('a frame that the contract does not know stops the connection and says so', () => {
  for (const frame of ['not json', '{"type":"hello"}', '[{"type":"surprise"}]']) {
    const { realtime, socket, follow, reported, clock } = begin();
    follow('event:a');
    socket().hello();
    socket().saysRaw(frame);
    assert.deepEqual(realtime.status(), { state: 'stopped', reason: 'badMessage' });
    assert.equal(reported.length, 1);
    assert.equal(socket().given, true);
    clock.advance(60_000);
    assert.equal(FakeSocket.opened.length, 1);
  }
});

test('a problem that answers no message is reported', () => {
  const { socket, follow, reported } = begin();
  follow('event:a');
  socket().hello();
  socket().says({ type: 'problem', id: null, problem: problemOf('message-unreadable', 'r1') });
  assert.equal(reported.length, 1);
});

test('no hello, and no answer after long silence, give the connection up', () => {
  const { realtime, socket, follow, clock } = begin();
  follow('event:a');
  clock.advance(linkLimits.helloWithin);
  assert.equal(realtime.status().state, 'waiting');
  clock.advance(backOffLimits.first);
  const second = socket();
  second.hello();
  second.answers('subscribe');
  clock.advance(linkLimits.quietFor);
  assert.equal(second.sent.at(-1)?.type, 'unsubscribe', 'asks for any answer');
  second.answers('unsubscribe');
  clock.advance(linkLimits.quietFor);
  assert.equal(realtime.status().state, 'open');
  clock.advance(linkLimits.answerWithin);
  assert.equal(realtime.status().state, 'waiting');
  assert.equal(second.given, true);
});

test('a message without an answer makes the page doubt the connection', async () => {
  const { realtime, socket, follow, clock } = begin();
  follow('event:a');
  socket().hello();
  socket().answers('subscribe');
  const unanswered = codeOf(realtime.send(chatMessages.say, say, { timeoutMs: 500 }));
  clock.advance(500);
  await unanswered;
  clock.advance(linkLimits.answerWithin);
  assert.equal(realtime.status().state, 'waiting');
});

test('nudging tries at once', () => {
  const { realtime, socket, follow } = begin();
  follow('event:a');
  socket().ends(1006);
  realtime.nudge();
  assert.equal(realtime.status().state, 'connecting');
  assert.equal(FakeSocket.opened.length, 2);
});

test('the session that the socket was opened for is compared', () => {
  const { realtime, socket, follow, told } = begin();
  follow('event:a');
  socket().hello('aaaa');
  socket().ends(1006);
  realtime.nudge();
  socket().hello('bbbb');
  realtime.nudge();
  socket().ends(1006);
  realtime.nudge();
  socket().hello('aaaa');
  assert.deepEqual(told, ['changed', 'split']);
});

test('leaving while the connection is stale tells nobody', () => {
  const { socket, follow } = begin();
  const { news, stop } = follow('event:a');
  stop();
  socket().hello();
  socket().says({ type: 'snapshot', topic: 'event:a', seq: 4, state: {} });
  assert.deepEqual(news, []);
});

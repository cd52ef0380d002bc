import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatMessages } from '@slipmat/contract/chat';
import { closeCodes } from '@slipmat/contract/close-codes';
import { problemOf } from '@slipmat/contract/problems';
import { backOffLimits } from './back-off.ts';
import { begin, codeOf, message, say } from './fake-socket.ts';
import { pendingMessages } from './socket-requests.ts';

test('a message is answered by its result', async () => {
  const { realtime, socket } = begin();
  const answer = realtime.send(chatMessages.say, say);
  assert.deepEqual(socket().sent, [], 'there is no connection yet');
  socket().hello();
  assert.equal(socket().sent[0]?.key, say.key);
  socket().answers('chat.say', { message });
  assert.deepEqual((await answer).message, message);
});

test('a message fails with the problem of the server, or with an answer that is none', async () => {
  const { realtime, socket } = begin();
  const muted = codeOf(realtime.send(chatMessages.say, say));
  socket().hello();
  socket().says({ type: 'problem', id: socket().sent[0]?.id, problem: problemOf('chat-muted', 'r1') });
  assert.equal(await muted, 'chat-muted');
  const odd = codeOf(realtime.send(chatMessages.say, say));
  socket().says({ type: 'result', id: socket().sent[1]?.id, result: { fine: true } });
  assert.equal(await odd, 'contract-violation');
});

test('a message that is never answered fails: sent or not, and when the connection is lost', async () => {
  const { realtime, socket, clock } = begin();
  const unsent = codeOf(realtime.send(chatMessages.say, say, { timeoutMs: 500 }));
  clock.advance(500);
  assert.equal(await unsent, 'network-unreachable');
  socket().hello();
  const unanswered = codeOf(realtime.send(chatMessages.say, say, { timeoutMs: 500 }));
  clock.advance(500);
  assert.equal(await unanswered, 'timed-out');
  const lost = codeOf(realtime.send(chatMessages.say, say));
  socket().ends(1006);
  assert.equal(await lost, 'network-unreachable');
});

test('a message waits over a reconnect when it was not sent, and is not sent twice', async () => {
  const { realtime, socket, clock } = begin();
  const answer = realtime.send(chatMessages.say, say);
  socket().ends(1006);
  clock.advance(backOffLimits.first);
  socket().hello();
  assert.equal(socket().sent.length, 1);
  socket().answers('chat.say', { message });
  await answer;
});

test('messages on their way are bounded, and a stopped connection takes none', async () => {
  const { realtime, socket } = begin();
  const waiting = Array.from({ length: pendingMessages }, () => codeOf(realtime.send(chatMessages.say, say)));
  assert.equal(await codeOf(realtime.send(chatMessages.say, say)), 'busy');
  socket().hello();
  socket().ends(closeCodes.sessionEnded.code);
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['network-unreachable']));
  assert.equal(await codeOf(realtime.send(chatMessages.say, say)), 'network-unreachable');
});

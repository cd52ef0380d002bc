import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, ChatState } from '@slipmat/contract/chat';
import type { MessageReplyOf, SocketMessage } from '@slipmat/contract/endpoint';
import { problemOf } from '@slipmat/contract/problems';
import { parse } from 'zod/mini';
import { ProblemError } from '../../api/problem-error.ts';
import type { ConnectionStatus, TopicListener } from '../../api/socket.ts';
import { cleanText, createRoom } from './room.ts';

const me = '01890000-0000-7000-8000-000000000001';
const empty: ChatState = { messages: [], slowModeSeconds: 0, restrictions: [], open: true };

interface Sent {
  readonly body: unknown;
  readonly answer: (reply: unknown) => void;
  readonly refuse: (failure: unknown) => void;
}

/** The server's side of the socket, the browser's storage and its clock are the outside world here. */
function world(values = new Map<string, string>()) {
  const sent: Sent[] = [];
  const statusListeners = new Set<() => void>();
  const reported: unknown[] = [];
  const older: string[] = [];
  let follower: TopicListener | undefined;
  let status: ConnectionStatus = { state: 'open' };
  let now = 1_000;
  let keys = 0;
  const room = createRoom({
    slug: 'night',
    realtime: {
      follow(_topic, listener) {
        follower = listener;
        return () => {
          follower = undefined;
        };
      },
      send: <const M extends SocketMessage>(message: M, body: unknown) =>
        new Promise<MessageReplyOf<M>>((resolve, refuse) => {
          sent.push({
            body,
            refuse,
            answer: (reply) => resolve(parse<M['reply']>(message.reply, reply)),
          });
        }),
      status: () => status,
      onStatus(listener) {
        statusListeners.add(listener);
        return () => statusListeners.delete(listener);
      },
    },
    readHistory: (before) => {
      older.push(before);
      return Promise.resolve({ messages: [message(1)], more: false });
    },
    place: {
      getItem: (name) => values.get(name) ?? null,
      setItem: (name, value) => values.set(name, value),
      removeItem: (name) => values.delete(name),
    },
    clock: { now: () => now },
    newKey: () => {
      keys += 1;
      return `key-0000-${keys}-${values.size}`;
    },
    report: (failure) => {
      reported.push(failure);
      return failure instanceof ProblemError ? failure.problem : problemOf('page-broke', 'c-test');
    },
  });
  const close = room.open();
  return {
    room,
    sent,
    values,
    reported,
    older,
    close,
    tell: (news: Parameters<TopicListener>[0]) => follower?.(news),
    followed: () => follower !== undefined,
    become(next: ConnectionStatus) {
      status = next;
      for (const listener of [...statusListeners]) listener();
    },
    pass(ms: number) {
      now += ms;
    },
    until: (done: () => boolean) => settled(room.subscribe, done),
  };
}

function settled(subscribe: (listener: () => void) => () => void, done: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('not within a second')), 1_000);
    const check = (): void => {
      if (!done()) return;
      clearTimeout(deadline);
      stop();
      resolve();
    };
    const stop = subscribe(check);
    check();
  });
}

function message(n: number, more: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    author: { id: me, handle: 'mika', displayName: 'Mika', roles: [] },
    text: `line ${n}`,
    at: n,
    hidden: false,
    key: `other-key-${n}`,
    ...more,
  };
}
const keyIn = (body: unknown) =>
  typeof body === 'object' && body !== null && 'key' in body ? body.key : undefined;
const unreachable = () => new ProblemError(problemOf('network-unreachable', 'c-1'));

test('a line that the connection failed goes out again with the same key when it is back', async () => {
  const { room, sent, become, until, tell } = world();
  room.identify(me);
  tell({ type: 'snapshot', state: empty, seq: 0 });
  room.setDraft('hello');
  room.say();
  assert.equal(room.view().draft, '');
  become({ state: 'waiting', reason: 'offline' });
  sent[0]?.refuse(unreachable());
  await until(() => room.view().log.own[0]?.phase.name === 'failed');
  assert.equal(room.view().log.own[0]?.text, 'hello');
  become({ state: 'open' });
  assert.equal(sent.length, 2);
  assert.equal(keyIn(sent[1]?.body), keyIn(sent[0]?.body));
  sent[1]?.answer({ message: message(5) });
  await until(() => room.view().log.own[0]?.phase.name === 'sent');
});

test('a refused line stays until the person decides; editing gives the text back with what was typed since', async () => {
  const { room, sent, become, until } = world();
  room.identify(me);
  room.setDraft('too hot');
  room.say();
  sent[0]?.refuse(new ProblemError(problemOf('chat-muted', 'r-1')));
  await until(() => room.view().log.own[0]?.phase.name === 'failed');
  become({ state: 'waiting' });
  become({ state: 'open' });
  assert.equal(sent.length, 1);
  room.setDraft('next');
  const key = room.view().log.own[0]?.key ?? '';
  room.edit(key);
  assert.equal(room.view().draft, 'too hot\nnext');
  assert.deepEqual(room.view().log.own, []);
});

test('after a reload the line under way is sent again with its key, and the draft is back', async () => {
  const before = world();
  before.room.identify(me);
  before.room.setDraft('hello');
  before.room.say();
  before.room.setDraft('and then');
  before.close();
  const after = world(before.values);
  after.room.identify(me);
  assert.equal(after.room.view().draft, 'and then');
  assert.equal(keyIn(after.sent[0]?.body), keyIn(before.sent[0]?.body));
  after.tell({
    type: 'snapshot',
    state: { ...empty, messages: [message(5, { key: String(keyIn(before.sent[0]?.body)) })] },
    seq: 1,
  });
  assert.deepEqual(after.room.view().log.own, []);
});

test('a line too old for the talk is not sent by itself after a reload, but is still there', () => {
  const before = world();
  before.room.identify(me);
  before.room.setDraft('good evening');
  before.room.say();
  const after = world(before.values);
  after.pass(60 * 60_000);
  after.room.identify(me);
  assert.equal(after.sent.length, 0);
  assert.equal(after.room.view().log.own[0]?.text, 'good evening');
});

test('somebody else in the same tab sees and sends nothing of it', () => {
  const { room, sent } = world();
  room.identify(me);
  room.setDraft('mine');
  room.identify('01890000-0000-7000-8000-000000000002');
  assert.equal(room.view().draft, '');
  room.identify(null);
  room.setDraft('nobody');
  room.say();
  assert.equal(sent.length, 0);
  room.identify(me);
  assert.equal(room.view().draft, 'mine');
});

test('history is read once at a time, before the oldest message', async () => {
  const { room, tell, older, until } = world();
  tell({ type: 'snapshot', state: { ...empty, messages: [message(7)] }, seq: 1 });
  room.readOlder();
  room.readOlder();
  assert.deepEqual(older, [message(7).id]);
  await until(() => !room.view().history.busy);
  assert.deepEqual(
    room.view().log.room?.messages.map((entry) => entry.text),
    ['line 1', 'line 7'],
  );
});

test('storage that does not take the draft is told, and the draft stays', () => {
  const full = new Map<string, string>();
  full.set = () => {
    throw new Error('QuotaExceededError');
  };
  const { room, reported } = world(full);
  room.identify(me);
  room.setDraft('hello');
  assert.equal(room.view().draft, 'hello');
  assert.equal(reported.length, 1);
});

test('closing lets go of the topic', () => {
  const { close, followed } = world();
  assert.equal(followed(), true);
  close();
  assert.equal(followed(), false);
});

test('text is cleaned of what the contract refuses', () => {
  assert.equal(cleanText(' a\tb\r\nc\u0000 '), 'a b\nc');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, ChatState } from '@slipmat/contract/chat';
import { type ProblemCode, problemOf } from '@slipmat/contract/problems';
import { type ChatAction, type ChatLog, chatLogLimits, emptyLog, linesToResend, reduceLog } from './state.ts';

const author = { id: id(1_000), handle: 'mika', displayName: 'Mika', roles: [] };

function id(n: number): string {
  return `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}
function message(n: number, more: Partial<ChatMessage> = {}): ChatMessage {
  return { id: id(n), author, text: `line ${n}`, at: n, hidden: false, key: `key-${n}-000`, ...more };
}
function messages(from: number, to: number): ChatMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
}
function room(list: ChatMessage[]): ChatState {
  return { messages: list, slowModeSeconds: 0, restrictions: [], open: true };
}
function run(actions: readonly ChatAction[], from: ChatLog = emptyLog): ChatLog {
  return actions.reduce(reduceLog, from);
}
function shown(log: ChatLog): (string | undefined)[] {
  return (log.room?.messages ?? []).map((entry) => entry.text);
}
const posted = (n: number, more: Partial<ChatMessage> = {}): ChatAction => ({
  type: 'event',
  event: { type: 'chat.posted', message: message(n, more) },
});
const failed = (key: string, code: ProblemCode): ChatAction => ({
  type: 'failed',
  key,
  problem: problemOf(code, 'c-test'),
});

test('resuming with what was missed leaves no gap and nothing twice', () => {
  const before = run([{ type: 'snapshot', state: room(messages(1, 3)) }, posted(4)]);
  const resumed = run([posted(4), posted(5), posted(6)], before);
  assert.deepEqual(shown(resumed), ['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'line 6']);
});

test('a fresh snapshot that meets the log continues it, history pages included', () => {
  const before = run([
    { type: 'snapshot', state: room(messages(10, 14)) },
    { type: 'page', messages: messages(5, 9), more: true },
  ]);
  const after = run([{ type: 'snapshot', state: room(messages(12, 18)) }], before);
  assert.deepEqual(
    shown(after),
    messages(5, 18).map((entry) => entry.text),
  );
  assert.equal(after.more, true);
});

test('a fresh snapshot beyond a gap replaces the log, and the gap can be read from the history', () => {
  const before = run([{ type: 'snapshot', state: room(messages(1, 5)) }]);
  const after = run([{ type: 'snapshot', state: room(messages(50, 149)) }], before);
  assert.deepEqual(
    shown(after),
    messages(50, 149).map((entry) => entry.text),
  );
  assert.equal(after.more, true);
});

test('a page that overlaps adds only what is new', () => {
  const log = run([
    { type: 'snapshot', state: room(messages(10, 12)) },
    { type: 'page', messages: messages(7, 11), more: false },
  ]);
  assert.deepEqual(
    shown(log),
    messages(7, 12).map((entry) => entry.text),
  );
  assert.equal(log.more, false);
});

test('hiding reaches messages from the history too', () => {
  const log = run([
    { type: 'snapshot', state: room(messages(10, 12)) },
    { type: 'page', messages: messages(7, 9), more: false },
    { type: 'event', event: { type: 'chat.hidden', messageId: id(8) } },
  ]);
  assert.deepEqual(
    log.room?.messages.find((entry) => entry.id === id(8)),
    message(8, { text: '', hidden: true }),
  );
});

const say: ChatAction = { type: 'say', key: 'mine-0001', text: 'hello', at: 100 };

test('an own line is shown once: as sending, as sent, then as the room’s message', () => {
  const saying = run([{ type: 'snapshot', state: room([]) }, say]);
  assert.deepEqual(saying.own[0]?.phase, { name: 'sending' });
  const sent = run([{ type: 'sent', key: 'mine-0001' }], saying);
  assert.deepEqual(sent.own[0]?.phase, { name: 'sent' });
  const inRoom = run([posted(1, { key: 'mine-0001', text: 'hello' })], sent);
  assert.deepEqual(inRoom.own, []);
  assert.deepEqual(shown(inRoom), ['hello']);
});

test('the room may show the line before the answer comes, and the late answer brings nothing back', () => {
  const log = run([
    { type: 'snapshot', state: room([]) },
    say,
    posted(1, { key: 'mine-0001', text: 'hello' }),
    { type: 'sent', key: 'mine-0001' },
    failed('mine-0001', 'timed-out'),
  ]);
  assert.deepEqual(log.own, []);
  assert.deepEqual(shown(log), ['hello']);
});

test('a line whose answer was lost is found in the snapshot after the reconnect', () => {
  const log = run([
    { type: 'snapshot', state: room([]) },
    say,
    failed('mine-0001', 'network-unreachable'),
    { type: 'snapshot', state: room([message(1, { key: 'mine-0001', text: 'hello' })]) },
  ]);
  assert.deepEqual(log.own, []);
  assert.deepEqual(linesToResend(log, 100), []);
});

test('a failed line keeps its text and its key through every retry', () => {
  const log = run([
    { type: 'snapshot', state: room([]) },
    say,
    failed('mine-0001', 'storage-full'),
    { type: 'sending', key: 'mine-0001' },
    failed('mine-0001', 'chat-muted'),
  ]);
  assert.equal(log.own.length, 1);
  assert.equal(log.own[0]?.text, 'hello');
  assert.equal(log.own[0]?.key, 'mine-0001');
  const { phase } = log.own[0] ?? {};
  assert.ok(phase?.name === 'failed');
  assert.equal(phase.problem.code, 'chat-muted');
});

test('a line the connection failed goes out again by itself, one that was refused does not', () => {
  const at = (n: number): ChatAction => ({ type: 'say', key: `mine-${n}`, text: `${n}`, at: 100 + n });
  const log = run([
    { type: 'snapshot', state: room([]) },
    at(1),
    at(2),
    at(3),
    failed('mine-1', 'network-unreachable'),
    failed('mine-2', 'chat-muted'),
    failed('mine-3', 'shutting-down'),
  ]);
  assert.deepEqual(
    linesToResend(log, 200).map((line) => line.key),
    ['mine-1', 'mine-3'],
  );
  assert.deepEqual(linesToResend(log, 200 + chatLogLimits.resendWithinMs), []);
});

test('restored lines come back once, and not when the room has them already', () => {
  const lines = [1, 2].map((n) => ({
    key: `mine-000${n}`,
    text: `${n}`,
    at: n,
    phase: { name: 'failed', problem: problemOf('timed-out', 'c-test') } as const,
  }));
  const log = run([
    { type: 'restored', lines },
    { type: 'restored', lines },
    { type: 'snapshot', state: room([message(1, { key: 'mine-0001' })]) },
  ]);
  assert.deepEqual(
    log.own.map((line) => line.key),
    ['mine-0002'],
  );
});

test('memory is bounded: messages and own lines', () => {
  const many = Array.from({ length: chatLogLimits.messages + 50 }, (_, n) => posted(n));
  const log = run([{ type: 'snapshot', state: room([]) }, ...many]);
  assert.equal(log.room?.messages.length, chatLogLimits.messages);
  assert.equal(log.more, true);
  const lines = Array.from(
    { length: chatLogLimits.ownLines + 5 },
    (_, n): ChatAction => ({ type: 'say', key: `mine-${n}`, text: 'x', at: n }),
  );
  assert.equal(run(lines).own.length, chatLogLimits.ownLines);
});

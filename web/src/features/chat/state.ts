/**
 * What a chat panel knows, as a pure reducer: the messages of the room as the topic tells them, pages of
 * history in front of them, and the reader's own lines that the room has not shown yet.
 */
import {
  type ChatMessage,
  type ChatState,
  type ChatTopicEvent,
  chatLimits,
  reduceChat,
} from '@slipmat/contract/chat';
import type { Problem } from '@slipmat/contract/problems';
import { passesByItself } from '../../api/problem-error.ts';

export const chatLogLimits = {
  /** Messages kept on the page; whoever scrolled back further gets the rest from the history again. */
  messages: 2_000,
  /** Own lines on the page that are not in the room; beyond it the oldest failed one goes first. */
  ownLines: 20,
  /** A line is sent again by itself only while it still fits the talk. */
  resendWithinMs: 2 * 60_000,
} as const;

export type LinePhase =
  | { readonly name: 'sending' }
  /** The server has it on disk; the room shows it any moment. */
  | { readonly name: 'sent' }
  | { readonly name: 'failed'; readonly problem: Problem };

/** A line the reader wrote; `key` is its idempotency key, the same in every try. */
export interface OwnLine {
  readonly key: string;
  readonly text: string;
  /** Milliseconds of the reader's clock when it was written. */
  readonly at: number;
  readonly phase: LinePhase;
}

export interface ChatLog {
  /** Undefined until the first snapshot. Messages oldest first, history pages included. */
  readonly room: ChatState | undefined;
  /** True while the server has messages before the first one here. */
  readonly more: boolean;
  readonly own: readonly OwnLine[];
}

export type ChatAction =
  | { readonly type: 'snapshot'; readonly state: ChatState }
  | { readonly type: 'event'; readonly event: ChatTopicEvent }
  | { readonly type: 'page'; readonly messages: readonly ChatMessage[]; readonly more: boolean }
  | { readonly type: 'say'; readonly key: string; readonly text: string; readonly at: number }
  | { readonly type: 'sending'; readonly key: string }
  | { readonly type: 'sent'; readonly key: string }
  | { readonly type: 'failed'; readonly key: string; readonly problem: Problem }
  | { readonly type: 'dropped'; readonly key: string }
  | { readonly type: 'restored'; readonly lines: readonly OwnLine[] };

export const emptyLog: ChatLog = { room: undefined, more: false, own: [] };

/** The log after an action. The same event or page twice changes nothing. */
export function reduceLog(log: ChatLog, action: ChatAction): ChatLog {
  switch (action.type) {
    case 'snapshot':
      return withSnapshot(log, action.state);
    case 'event':
      return withEvent(log, action.event);
    case 'page':
      return withPage(log, action.messages, action.more);
    case 'say':
      return withLines(log, [
        { key: action.key, text: action.text, at: action.at, phase: { name: 'sending' } },
      ]);
    case 'restored':
      return withLines(log, action.lines);
    case 'sending':
      return phaseOf(log, action.key, { name: 'sending' });
    case 'sent':
      return phaseOf(log, action.key, { name: 'sent' });
    case 'failed':
      return phaseOf(log, action.key, { name: 'failed', problem: action.problem });
    case 'dropped':
      return { ...log, own: log.own.filter((line) => line.key !== action.key) };
  }
}

/**
 * A snapshot that meets what is here continues it. One that does not leaves a gap, so everything here goes
 * and the history is read anew: a hole in a talk would be a lie.
 */
function withSnapshot(log: ChatLog, state: ChatState): ChatLog {
  const first = state.messages[0];
  const known = log.room?.messages ?? [];
  const meets = first === undefined ? -1 : known.findIndex((message) => message.id === first.id);
  const before = meets > 0 ? known.slice(0, meets) : [];
  return {
    room: { ...state, messages: [...before, ...state.messages] },
    // A snapshot that is not full holds all there is.
    more: meets > 0 ? log.more : state.messages.length >= chatLimits.snapshotMessages,
    own: unseen(log.own, state.messages).filter((line) => line.phase.name !== 'sent'),
  };
}

function withEvent(log: ChatLog, event: ChatTopicEvent): ChatLog {
  const { room } = log;
  if (room === undefined) return log;
  if (event.type !== 'chat.posted') return { ...log, room: reduceChat(room, event, chatLogLimits.messages) };
  const own = unseen(log.own, [event.message]);
  if (room.messages.some((message) => message.id === event.message.id)) return { ...log, own };
  const cut = room.messages.length >= chatLogLimits.messages;
  return { room: reduceChat(room, event, chatLogLimits.messages), more: log.more || cut, own };
}

function withPage(log: ChatLog, page: readonly ChatMessage[], more: boolean): ChatLog {
  if (log.room === undefined) return log;
  const known = new Set(log.room.messages.map((message) => message.id));
  const older = page.filter((message) => !known.has(message.id));
  return { ...log, more, room: { ...log.room, messages: [...older, ...log.room.messages] } };
}

function withLines(log: ChatLog, lines: readonly OwnLine[]): ChatLog {
  const known = new Set(log.own.map((line) => line.key));
  const own = [...log.own, ...unseen(lines, log.room?.messages ?? []).filter((line) => !known.has(line.key))];
  if (own.length <= chatLogLimits.ownLines) return { ...log, own };
  const oldest = own.find((line) => line.phase.name === 'failed') ?? own[0];
  return { ...log, own: own.filter((line) => line !== oldest) };
}

function phaseOf(log: ChatLog, key: string, phase: LinePhase): ChatLog {
  return { ...log, own: log.own.map((line) => (line.key === key ? { ...line, phase } : line)) };
}

function unseen(lines: readonly OwnLine[], messages: readonly ChatMessage[]): readonly OwnLine[] {
  if (lines.length === 0) return lines;
  const shown = new Set(messages.map((message) => message.key));
  return lines.filter((line) => !shown.has(line.key));
}

/** True when a line that failed goes out by itself once the connection is back: the line itself is not at fault. */
export function resendsItself(line: OwnLine, now: number): boolean {
  return (
    line.phase.name === 'failed' &&
    passesByItself(line.phase.problem) &&
    now - line.at <= chatLogLimits.resendWithinMs
  );
}

/** The lines to send again when the connection is open again, in the order they were written. */
export function linesToResend(log: ChatLog, now: number): readonly OwnLine[] {
  return log.own.filter((line) => resendsItself(line, now));
}

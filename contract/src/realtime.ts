/**
 * The protocol of `/realtime`: one WebSocket per tab, JSON text frames.
 *
 * The client sends one message per frame, each with an `id`, and gets one answer for it: a `result` or a
 * `problem`. The server sends arrays: everything that happens within one tick goes out as one frame.
 * `docs/realtime-protocol.md` tells the story.
 */
import { z } from 'zod';
import { ChatState, ChatTopicEvent, chatMessages } from './chat.ts';
import { DashboardState, DashboardTopicEvent } from './dashboard.ts';
import { defineMessage, type SocketMessage } from './endpoint.ts';
import { EventState, EventTopicEvent } from './events.ts';
import { Nothing, Slug } from './ids.ts';
import { Problem } from './problems.ts';

export const realtimeLimits = {
  /** Bytes of one client message; the longest chat text in 4-byte characters, as JSON, with room. */
  messageBytes: 8 * 1024,
  /** Topics one socket may follow at once; a page needs three. */
  subscriptions: 16,
  /** Events kept per topic for resuming; whoever missed more gets a fresh snapshot. */
  resumeEvents: 500,
  /** The server pings this often and closes after two missed pongs. */
  heartbeatMs: 25_000,
} as const;

/** `event:<slug>`, `chat:<slug>`, or one's own `dashboard`. */
export const Topic = z.union([
  z.templateLiteral(['event:', Slug]),
  z.templateLiteral(['chat:', Slug]),
  z.literal('dashboard'),
]);
export type Topic = z.infer<typeof Topic>;

/** A position in a topic's events; each event has one, counted from 1 without gaps. */
export const Seq = z.number().int().min(0);

export const topicMessages = {
  subscribe: defineMessage({
    type: 'subscribe',
    summary: 'Follow a topic. With `after`, what was missed since comes first, or a fresh snapshot.',
    access: 'anyone',
    body: z.strictObject({ topic: Topic, after: Seq.optional() }),
    reply: Nothing,
    problems: ['topic-unknown', 'too-many-subscriptions'],
  }),
  unsubscribe: defineMessage({
    type: 'unsubscribe',
    summary: 'Stop following a topic.',
    access: 'anyone',
    body: z.strictObject({ topic: Topic }),
    reply: Nothing,
    problems: [],
  }),
};

/** Every message a client may send, by feature. */
export const socketMessages = {
  topics: topicMessages,
  chat: chatMessages,
} as const satisfies Record<string, Record<string, SocketMessage>>;

export type SocketFeature = keyof typeof socketMessages;
export type MessagesOf<F extends SocketFeature> = (typeof socketMessages)[F];

/** What a client frame looks like before its `type` is known. */
export const ClientFrame = z.object({ id: z.number().int().min(0), type: z.string().max(40) });

/** Everything that can happen on any topic. */
export const TopicEvent = z.union([EventTopicEvent, ChatTopicEvent, DashboardTopicEvent]);
export type TopicEvent = z.infer<typeof TopicEvent>;

export const TopicState = z.union([EventState, ChatState, DashboardState]);

export const ServerMessage = z.discriminatedUnion('type', [
  /** First on every socket: the session it was opened for, as in the header `slipmat-session`. */
  z.object({ type: z.literal('hello'), session: z.string() }),
  z.object({ type: z.literal('result'), id: z.number().int(), result: z.unknown() }),
  /** `id` is null when the message was too broken to have one. */
  z.object({ type: z.literal('problem'), id: z.number().int().nullable(), problem: Problem }),
  z.object({ type: z.literal('snapshot'), topic: z.string(), seq: Seq, state: z.unknown() }),
  /** `seq` is that of the last event of the list. */
  z.object({ type: z.literal('events'), topic: z.string(), seq: Seq, events: z.array(TopicEvent) }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

export const ServerFrame = z.array(ServerMessage);

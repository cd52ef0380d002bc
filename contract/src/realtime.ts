/**
 * The protocol of `/realtime`: one WebSocket per tab, JSON text frames.
 *
 * The client sends one message per frame, each with an `id`, and gets one answer for it: a `result` or a
 * `problem`. The server sends arrays: everything that happens within one tick goes out as one frame.
 * `docs/realtime-protocol.md` tells the story.
 */
import * as z from 'zod/mini';
import { ChatTopicEvent, chatMessages } from './chat.ts';
import { DashboardTopicEvent } from './dashboard.ts';
import type { SocketMessage } from './endpoint.ts';
import { EventTopicEvent } from './events.ts';
import { realtimeLimits, Seq, serverFrameOf, Topic, topicMessages } from './frames.ts';
import { NotificationsTopicEvent } from './notifications.ts';
import { RollOutsTopicEvent } from './roll-outs.ts';

export { realtimeLimits, Seq, Topic, topicMessages };

/** Every message a client may send, by feature. */
export const socketMessages = {
  topics: topicMessages,
  chat: chatMessages,
} as const satisfies Record<string, Record<string, SocketMessage>>;

export type SocketFeature = keyof typeof socketMessages;
export type MessagesOf<F extends SocketFeature> = (typeof socketMessages)[F];

/** What a client frame looks like before its `type` is known. */
export const ClientFrame = z.object({
  id: z.int().check(z.minimum(0)),
  type: z.string().check(z.maxLength(40)),
});

/** Everything that can happen on any topic. */
export const TopicEvent = z.union([
  EventTopicEvent,
  ChatTopicEvent,
  DashboardTopicEvent,
  RollOutsTopicEvent,
  NotificationsTopicEvent,
]);
export type TopicEvent = z.infer<typeof TopicEvent>;

export const ServerFrame = serverFrameOf(TopicEvent);
export type ServerMessage = z.infer<typeof ServerFrame>[number];

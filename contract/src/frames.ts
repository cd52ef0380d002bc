/**
 * What goes over `/realtime`, without what happens on any one topic: `realtime.ts` has that. Whoever follows a
 * topic reads its events with the schemas of that topic, so that a page carries those of its own topics only.
 */
import * as z from 'zod/mini';
import { defineMessage } from './endpoint.ts';
import { Nothing, Slug } from './ids.ts';
import { Problem } from './problem.ts';

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

/** `event:<slug>`, `chat:<slug>`, one's own `dashboard` or `notifications`, `roll-outs`. */
export const Topic = z.union([
  z.templateLiteral(['event:', Slug]),
  z.templateLiteral(['chat:', Slug]),
  z.literal('dashboard'),
  z.literal('roll-outs'),
  z.literal('notifications'),
]);
export type Topic = z.infer<typeof Topic>;

/** A position in a topic's events; each event has one, counted from 1 without gaps. */
export const Seq = z.int().check(z.minimum(0));

export const topicMessages = {
  subscribe: defineMessage({
    type: 'subscribe',
    summary: 'Follow a topic. With `after`, what was missed since comes first, or a fresh snapshot.',
    access: 'anyone',
    body: z.strictObject({ topic: Topic, after: z.optional(Seq) }),
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

/**
 * The frames of the server.
 * @param event what may happen on a topic.
 */
// @__NO_SIDE_EFFECTS__
export function serverFrameOf<E extends z.ZodMiniType>(event: E) {
  const message = z.discriminatedUnion('type', [
    /** First on every socket: the session it was opened for, as in the header `slipmat-session`. */
    z.object({ type: z.literal('hello'), session: z.string() }),
    z.object({ type: z.literal('result'), id: z.int(), result: z.unknown() }),
    /** `id` is null when the message was too broken to have one. */
    z.object({ type: z.literal('problem'), id: z.nullable(z.int()), problem: Problem }),
    z.object({ type: z.literal('snapshot'), topic: z.string(), seq: Seq, state: z.unknown() }),
    /** `seq` is that of the last event of the list. */
    z.object({ type: z.literal('events'), topic: z.string(), seq: Seq, events: z.array(event) }),
  ]);
  return z.array(message);
}

/** An event of whatever topic; its type begins with the first word of the topic. */
export const AnyEvent = z.looseObject({ type: z.string() });
export type AnyEvent = z.infer<typeof AnyEvent>;

/** A frame whose events are not read yet. */
export const SealedFrame = serverFrameOf(AnyEvent);
export type SealedMessage = z.infer<typeof SealedFrame>[number];

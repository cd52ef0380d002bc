/** Chat of an event: anyone reads, members write; the host and moderators act on messages and people. */
import * as z from 'zod/mini';
import { defineEndpoint, defineMessage } from './endpoint.ts';
import { Id, IdempotencyKey, Instant, Nothing, Slug } from './ids.ts';
import { Person } from './person.ts';

export const chatLimits = {
  /** Longer than nearly every chat message, short enough to read while listening. */
  textLength: 500,
  /** Messages in the snapshot of the topic; older ones come from the history endpoint. */
  snapshotMessages: 100,
  historyPage: 100,
  /** Seconds; an hour is as good as closed. */
  slowModeMax: 3600,
  timeOutMaxMinutes: 24 * 60,
} as const;

/** What a name in chat is marked with. */
export const ChatRole = z.enum(['host', 'dj', 'moderator', 'mentor', 'staff']);
export type ChatRole = z.infer<typeof ChatRole>;

export const ChatAuthor = z.extend(z.omit(Person, { groups: true }), { roles: z.array(ChatRole) });
export type ChatAuthor = z.infer<typeof ChatAuthor>;

/** A message; when hidden, its text is empty for everybody. */
export const ChatMessage = z.object({
  id: Id,
  author: ChatAuthor,
  text: z.string(),
  at: Instant,
  hidden: z.boolean(),
  /** The key the writer sent it with, so that the writer's page can match it with the line on screen. */
  key: z.string(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** A person who cannot write: until a time (time-out) or for the rest of the event (mute, `until` null). */
export const Restriction = z.object({ person: z.omit(Person, { groups: true }), until: z.nullable(Instant) });
export type Restriction = z.infer<typeof Restriction>;

/** The topic `chat:<slug>`; messages oldest first. */
export const ChatState = z.object({
  messages: z.array(ChatMessage),
  slowModeSeconds: z.int(),
  restrictions: z.array(Restriction),
  open: z.boolean(),
});
export type ChatState = z.infer<typeof ChatState>;

export const ChatTopicEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('chat.posted'), message: ChatMessage }),
  z.object({ type: z.literal('chat.hidden'), messageId: Id }),
  z.object({ type: z.literal('chat.slow-mode'), seconds: z.int() }),
  z.object({ type: z.literal('chat.restricted'), restriction: Restriction }),
  z.object({ type: z.literal('chat.unrestricted'), personId: Id }),
  z.object({ type: z.literal('chat.open'), open: z.boolean() }),
]);
export type ChatTopicEvent = z.infer<typeof ChatTopicEvent>;

/**
 * The state after the event.
 * @param keep how many messages the reader keeps; a page that scrolled back keeps more than the snapshot has.
 */
export function reduceChat(
  state: ChatState,
  change: ChatTopicEvent,
  keep: number = chatLimits.snapshotMessages,
): ChatState {
  switch (change.type) {
    case 'chat.posted':
      return { ...state, messages: [...state.messages, change.message].slice(-keep) };
    case 'chat.hidden':
      return {
        ...state,
        messages: state.messages.map((message) =>
          message.id === change.messageId ? { ...message, text: '', hidden: true } : message,
        ),
      };
    case 'chat.slow-mode':
      return { ...state, slowModeSeconds: change.seconds };
    case 'chat.restricted':
      return {
        ...state,
        restrictions: [...without(state, change.restriction.person.id), change.restriction],
      };
    case 'chat.unrestricted':
      return { ...state, restrictions: without(state, change.personId) };
    case 'chat.open':
      return { ...state, open: change.open };
  }
}

function without(state: ChatState, personId: string): Restriction[] {
  return state.restrictions.filter((restriction) => restriction.person.id !== personId);
}

export const chatEndpoints = {
  history: defineEndpoint({
    method: 'GET',
    path: '/api/events/{slug}/chat',
    summary: 'Messages before the given one, oldest first.',
    access: 'anyone',
    rate: 'read',
    params: z.object({ slug: Slug }),
    query: z.object({ before: z.optional(Id) }),
    reply: z.object({ messages: z.array(ChatMessage), more: z.boolean() }),
    problems: ['not-found'],
  }),
};

/** Any text but control characters other than the line feed; at least one visible character. */
const ChatText = z
  .string()
  .check(
    z.trim(),
    z.minLength(1),
    z.maxLength(chatLimits.textLength),
    z.regex(/^(?:[^\p{Cc}]|\n)*$/u, 'no control characters'),
  );

export const chatMessages = {
  say: defineMessage({
    type: 'chat.say',
    summary: 'Write a message. Answered once it is on disk; the same key again gives the same message.',
    access: { can: 'chat.write' },
    body: z.strictObject({ slug: Slug, text: ChatText, key: IdempotencyKey }),
    reply: z.object({ message: ChatMessage }),
    problems: ['chat-slow-mode', 'chat-timed-out', 'chat-muted', 'chat-closed', 'must-read-first'],
  }),
  hide: defineMessage({
    type: 'chat.hide',
    summary: 'Hide a message from everybody; its writer may do so too.',
    access: { can: 'chat.write' },
    body: z.strictObject({ slug: Slug, messageId: Id }),
    reply: Nothing,
    problems: ['not-found'],
  }),
  restrict: defineMessage({
    type: 'chat.restrict',
    summary:
      'Stop a person from writing: for some minutes (time-out), or for this event (mute, minutes null).',
    access: { can: 'chat.write' },
    body: z.strictObject({
      slug: Slug,
      personId: Id,
      minutes: z.nullable(z.int().check(z.minimum(1), z.maximum(chatLimits.timeOutMaxMinutes))),
    }),
    reply: Nothing,
    problems: ['not-found', 'host-protected'],
  }),
  unrestrict: defineMessage({
    type: 'chat.unrestrict',
    summary: 'Let a person write again.',
    access: { can: 'chat.write' },
    body: z.strictObject({ slug: Slug, personId: Id }),
    reply: Nothing,
    problems: ['not-found'],
  }),
  slowMode: defineMessage({
    type: 'chat.slow-mode',
    summary: 'At most one message per person in so many seconds; 0 switches it off.',
    access: { can: 'chat.write' },
    body: z.strictObject({
      slug: Slug,
      seconds: z.int().check(z.minimum(0), z.maximum(chatLimits.slowModeMax)),
    }),
    reply: Nothing,
    problems: ['not-found'],
  }),
};

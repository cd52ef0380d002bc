/** What the live page of an event shows: the event, who is on air, what is playing; and how that changes. */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant, Slug } from './ids.ts';
import { Person } from './person.ts';

/**
 * The life of an event: draft → scheduled → warm-up (30 min before) → live → cool-down → ended; or cancelled.
 * The transitions are in the server's `features/events/lifecycle.ts`.
 */
export const EventStatus = z.enum([
  'draft',
  'scheduled',
  'warm-up',
  'live',
  'cool-down',
  'ended',
  'cancelled',
]);
export type EventStatus = z.infer<typeof EventStatus>;

export const Slot = z.object({ id: Id, dj: Person, startsAt: Instant, endsAt: Instant });
export type Slot = z.infer<typeof Slot>;

/** An event in a list. */
export const EventCard = z.object({
  slug: Slug,
  title: z.string(),
  status: EventStatus,
  startsAt: Instant,
  endsAt: Instant,
  listed: z.boolean(),
  posterUrl: z.nullable(z.string()),
  host: Person,
  djs: z.array(Person),
  listeners: z.int(),
});
export type EventCard = z.infer<typeof EventCard>;

/** An event as its page shows it. */
export const EventDetail = z.extend(z.omit(EventCard, { djs: true, listeners: true }), {
  id: Id,
  description: z.string(),
  lineup: z.array(Slot),
  endedAt: z.nullable(Instant),
});
export type EventDetail = z.infer<typeof EventDetail>;

/** What is played, as the DJ's software names it. */
export const Play = z.object({ id: Id, title: z.string(), dj: z.nullable(Person), at: Instant });
export type Play = z.infer<typeof Play>;

/** Who is on air; `sound` false means the source is lost and the grace period runs. */
export const OnAir = z.object({
  dj: Person,
  since: Instant,
  sound: z.boolean(),
  contentType: z.string(),
});
export type OnAir = z.infer<typeof OnAir>;

/** The topic `event:<slug>`. */
export const EventState = z.object({
  event: EventDetail,
  onAir: z.nullable(OnAir),
  nowPlaying: z.nullable(Play),
  listeners: z.int(),
});
export type EventState = z.infer<typeof EventState>;

export const EventTopicEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event.changed'), event: EventDetail }),
  z.object({ type: z.literal('event.on-air'), onAir: z.nullable(OnAir) }),
  z.object({ type: z.literal('event.title'), nowPlaying: z.nullable(Play) }),
  z.object({ type: z.literal('event.listeners'), listeners: z.int() }),
]);
export type EventTopicEvent = z.infer<typeof EventTopicEvent>;

/** The state after the event: what every client of the topic must arrive at. */
export function reduceEvent(state: EventState, change: EventTopicEvent): EventState {
  switch (change.type) {
    case 'event.changed':
      return { ...state, event: change.event };
    case 'event.on-air':
      return { ...state, onAir: change.onAir };
    case 'event.title':
      return { ...state, nowPlaying: change.nowPlaying };
    case 'event.listeners':
      return { ...state, listeners: change.listeners };
  }
}

/** The parameters of an endpoint of one event. */
export const BySlug = z.object({ slug: Slug });

export const eventPageEndpoints = {
  show: defineEndpoint({
    method: 'GET',
    path: '/api/events/{slug}',
    summary:
      'An event with its line-up, who is on air and what is playing. Drafts only for those who may edit them.',
    access: 'anyone',
    rate: 'read',
    params: BySlug,
    reply: z.extend(EventState, { mayEdit: z.boolean() }),
    problems: ['not-found'],
  }),
  plays: defineEndpoint({
    method: 'GET',
    path: '/api/events/{slug}/plays',
    summary: 'What was played, newest first, at most 200.',
    access: 'anyone',
    rate: 'read',
    params: BySlug,
    reply: z.object({ plays: z.array(Play) }),
    problems: ['not-found'],
  }),
};

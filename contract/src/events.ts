/** Events: a title, a time, a line-up of DJs; what the live page shows; how its state changes. */
import { z } from 'zod';
import { Person } from './accounts.ts';
import { defineEndpoint } from './endpoint.ts';
import { Handle, Id, Instant, Slug } from './ids.ts';

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

/** Limits of what an event may be; each is told to the person when exceeded. */
export const eventLimits = {
  /** A festival is one event with 20 to 30 slots; twice that for room. */
  slots: 60,
  /** A week: longer than any festival, short enough to end by itself. */
  lengthMinutes: 7 * 24 * 60,
  titleLength: 120,
  descriptionLength: 5_000,
  /** A poster of 2000 × 2000 px as JPEG fits well. */
  posterBytes: 2 * 1024 * 1024,
  /** Upcoming events one DJ may have. */
  open: 100,
} as const;

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
  posterUrl: z.string().nullable(),
  host: Person,
  djs: z.array(Person),
  listeners: z.number().int(),
});
export type EventCard = z.infer<typeof EventCard>;

/** An event as its page shows it. */
export const EventDetail = EventCard.omit({ djs: true, listeners: true }).extend({
  id: Id,
  description: z.string(),
  lineup: z.array(Slot),
  endedAt: Instant.nullable(),
});
export type EventDetail = z.infer<typeof EventDetail>;

/** What is played, as the DJ's software names it. */
export const Play = z.object({ id: Id, title: z.string(), dj: Person.nullable(), at: Instant });
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
  onAir: OnAir.nullable(),
  nowPlaying: Play.nullable(),
  listeners: z.number().int(),
});
export type EventState = z.infer<typeof EventState>;

export const EventTopicEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event.changed'), event: EventDetail }),
  z.object({ type: z.literal('event.on-air'), onAir: OnAir.nullable() }),
  z.object({ type: z.literal('event.title'), nowPlaying: Play.nullable() }),
  z.object({ type: z.literal('event.listeners'), listeners: z.number().int() }),
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

const NewSlot = z.strictObject({ handle: Handle, startsAt: Instant, endsAt: Instant });

const Title = z.string().trim().min(1).max(eventLimits.titleLength);
const Description = z.string().trim().max(eventLimits.descriptionLength);
const LengthMinutes = z.number().int().min(5).max(eventLimits.lengthMinutes);
const Lineup = z.array(NewSlot).max(eventLimits.slots);

const BySlug = z.object({ slug: Slug });

export const eventsEndpoints = {
  list: defineEndpoint({
    method: 'GET',
    path: '/api/events',
    summary: 'Listed events: on now (warm-up, live, cool-down), next, and recently ended.',
    access: 'anyone',
    rate: 'read',
    reply: z.object({ now: z.array(EventCard), next: z.array(EventCard), ended: z.array(EventCard) }),
    problems: [],
  }),
  mine: defineEndpoint({
    method: 'GET',
    path: '/api/dj/events',
    summary: 'Events that one hosts or plays at, newest start first.',
    access: { can: 'event.create' },
    rate: 'read',
    reply: z.object({ events: z.array(EventCard) }),
    problems: [],
  }),
  create: defineEndpoint({
    method: 'POST',
    path: '/api/events',
    summary:
      'Make an event, as a draft unless `publish` is true. Without a line-up its host plays the whole time.',
    access: { can: 'event.create' },
    rate: 'write',
    body: z.strictObject({
      title: Title,
      description: Description.default(''),
      startsAt: Instant,
      lengthMinutes: LengthMinutes,
      listed: z.boolean().default(true),
      lineup: Lineup.default([]),
      publish: z.boolean().default(false),
    }),
    reply: z.object({ event: EventDetail }),
    status: 201,
    problems: ['too-many', 'not-a-dj', 'lineup-overlap', 'event-too-soon'],
  }),
  show: defineEndpoint({
    method: 'GET',
    path: '/api/events/{slug}',
    summary:
      'An event with its line-up, who is on air and what is playing. Drafts only for those who may edit them.',
    access: 'anyone',
    rate: 'read',
    params: BySlug,
    reply: EventState.extend({ mayEdit: z.boolean() }),
    problems: ['not-found'],
  }),
  change: defineEndpoint({
    method: 'PATCH',
    path: '/api/events/{slug}',
    summary: 'Change an event; fields left out stay. A line-up replaces the whole line-up.',
    access: { can: 'event.create' },
    rate: 'write',
    params: BySlug,
    body: z.strictObject({
      title: Title.optional(),
      description: Description.optional(),
      startsAt: Instant.optional(),
      lengthMinutes: LengthMinutes.optional(),
      listed: z.boolean().optional(),
      lineup: Lineup.optional(),
    }),
    reply: z.object({ event: EventDetail }),
    problems: ['not-found', 'event-state', 'not-a-dj', 'lineup-overlap'],
  }),
  publish: defineEndpoint({
    method: 'POST',
    path: '/api/events/{slug}/publish',
    summary: 'Make a draft public.',
    access: { can: 'event.create' },
    rate: 'write',
    params: BySlug,
    reply: z.object({ event: EventDetail }),
    problems: ['not-found', 'event-state', 'event-too-soon'],
  }),
  cancel: defineEndpoint({
    method: 'POST',
    path: '/api/events/{slug}/cancel',
    summary: 'Cancel an event that has not ended.',
    access: { can: 'event.create' },
    rate: 'write',
    params: BySlug,
    reply: z.object({ event: EventDetail }),
    problems: ['not-found', 'event-state'],
  }),
  end: defineEndpoint({
    method: 'POST',
    path: '/api/events/{slug}/end',
    summary: 'End a live event before its time: the source is closed and the cool-down begins.',
    access: { can: 'event.create' },
    rate: 'write',
    params: BySlug,
    reply: z.object({ event: EventDetail }),
    problems: ['not-found', 'event-state'],
  }),
  setPoster: defineEndpoint({
    method: 'PUT',
    path: '/api/events/{slug}/poster',
    summary: 'Give the event a poster image.',
    access: { can: 'event.create' },
    rate: 'upload',
    params: BySlug,
    body: {
      bytes: ['image/jpeg', 'image/png', 'image/webp', 'image/avif'],
      maxBytes: eventLimits.posterBytes,
    },
    reply: z.object({ event: EventDetail }),
    problems: ['not-found', 'image-unreadable', 'event-state'],
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

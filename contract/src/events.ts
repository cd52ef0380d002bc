/** Events: a title, a time, a line-up of DJs. What the live page shows of one is in `event-page.ts`. */
import * as z from 'zod/mini';
import { defineEndpoint } from './endpoint.ts';
import {
  BySlug,
  EventCard,
  EventDetail,
  EventState,
  EventStatus,
  EventTopicEvent,
  eventPageEndpoints,
  OnAir,
  Play,
  reduceEvent,
  Slot,
} from './event-page.ts';
import { Handle, Instant } from './ids.ts';

export { EventCard, EventDetail, EventState, EventStatus, EventTopicEvent, OnAir, Play, reduceEvent, Slot };

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

const NewSlot = z.strictObject({ handle: Handle, startsAt: Instant, endsAt: Instant });

const Title = z.string().check(z.trim(), z.minLength(1), z.maxLength(eventLimits.titleLength));
const Description = z.string().check(z.trim(), z.maxLength(eventLimits.descriptionLength));
const LengthMinutes = z.int().check(z.minimum(5), z.maximum(eventLimits.lengthMinutes));
const Lineup = z.array(NewSlot).check(z.maxLength(eventLimits.slots));

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
      description: z._default(Description, ''),
      startsAt: Instant,
      lengthMinutes: LengthMinutes,
      listed: z._default(z.boolean(), true),
      lineup: z._default(Lineup, []),
      publish: z._default(z.boolean(), false),
    }),
    reply: z.object({ event: EventDetail }),
    status: 201,
    problems: ['too-many', 'not-a-dj', 'lineup-overlap', 'event-too-soon'],
  }),
  show: eventPageEndpoints.show,
  change: defineEndpoint({
    method: 'PATCH',
    path: '/api/events/{slug}',
    summary: 'Change an event; fields left out stay. A line-up replaces the whole line-up.',
    access: { can: 'event.create' },
    rate: 'write',
    params: BySlug,
    body: z.strictObject({
      title: z.optional(Title),
      description: z.optional(Description),
      startsAt: z.optional(Instant),
      lengthMinutes: z.optional(LengthMinutes),
      listed: z.optional(z.boolean()),
      lineup: z.optional(Lineup),
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
  plays: eventPageEndpoints.plays,
};

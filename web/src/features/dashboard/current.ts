/** Which of the DJ's events the dashboard is about. */
import type { Connection } from '@slipmat/contract/dashboard';
import type { EventCard, EventStatus } from '@slipmat/contract/events';

/** Sooner in the list goes before later: what runs, then what comes. */
const rank: Readonly<Partial<Record<EventStatus, number>>> = {
  live: 0,
  'warm-up': 1,
  'cool-down': 2,
  scheduled: 3,
};

/**
 * The event that the DJ's source plays at; without one the event that runs, or the next.
 * @param events in any order; drafts, ended and cancelled ones are not current.
 */
export function currentEvent(
  events: readonly EventCard[],
  connection: Connection | undefined,
): EventCard | undefined {
  const connected =
    connection === undefined || connection.state === 'offline' ? undefined : connection.eventSlug;
  const theirs = events.find((event) => event.slug === connected);
  if (theirs !== undefined) return theirs;
  const orderOf = (event: EventCard): number => rank[event.status] ?? Number.POSITIVE_INFINITY;
  return events
    .filter((event) => rank[event.status] !== undefined)
    .toSorted((a, b) => orderOf(a) - orderOf(b) || a.startsAt - b.startsAt)[0];
}

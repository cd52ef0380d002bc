/** An event as the live page follows it: over the socket, and over HTTP until that speaks. */
import { EventState, EventTopicEvent, eventPageEndpoints, reduceEvent } from '@slipmat/contract/event-page';
import type { Problem } from '@slipmat/contract/problems';
import { useEffect, useMemo, useRef } from 'react';
import { run } from '../../api/run.ts';
import { askingOf, useAsked } from '../../api/use-asked.ts';
import { useTopic } from '../../api/use-topic.ts';

/** How often the event is asked for while the socket does not tell. Milliseconds. */
const askEvery = 15_000;

const eventTopic = { state: EventState, event: EventTopicEvent, reduce: reduceEvent };

export interface FollowedEvent {
  readonly state: EventState | undefined;
  readonly mayEdit: boolean;
  /** True when `state` may be behind. */
  readonly stale: boolean;
  /** Why there is no state, or why it is stale. */
  readonly problem: Problem | undefined;
  readonly retry: () => void;
  readonly busy: boolean;
}

/** Follows the event with this name. */
export function useEvent(slug: string): FollowedEvent {
  const topic = useTopic(`event:${slug}`, eventTopic);
  const told = topic.state !== undefined && !topic.stale;
  const asking = useMemo(() => askingOf(eventPageEndpoints.show, { params: { slug } }, 'this event'), [slug]);
  const show = useAsked(asking, told ? undefined : askEvery);
  // Whichever is younger: an answer over HTTP that came after the socket fell silent is.
  const silentSince = useRef(0);
  useEffect(() => {
    silentSince.current = topic.stale ? Date.now() : Number.POSITIVE_INFINITY;
  }, [topic.stale]);
  const asked = show.data !== undefined && show.error === null;
  const newer = topic.stale && asked && show.dataUpdatedAt > silentSince.current;
  const state = newer ? show.data : (topic.state ?? show.data);
  return {
    state,
    mayEdit: show.data?.mayEdit ?? false,
    stale: state !== undefined && (topic.stale || topic.state === undefined) && show.error !== null,
    problem: show.error?.problem ?? topic.problem,
    retry: () => run(() => show.refetch(), 'this event'),
    busy: show.isFetching,
  };
}

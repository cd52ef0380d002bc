/** What a page follows over the socket, and asks for over HTTP where the socket does not tell. */
import type { Problem } from '@slipmat/contract/problems';
import { useEffect } from 'react';
import type { Asked } from './asking.ts';
import { run } from './run.ts';
import type { TopicView } from './topic-view.ts';

/** How often it is asked for while the socket does not tell. Milliseconds. */
export const askEvery = 10_000;

export interface Followed<S> {
  readonly state: S | undefined;
  /** True when `state` may be behind. */
  readonly stale: boolean;
  readonly problem: Problem | undefined;
  readonly retry: () => void;
  readonly busy: boolean;
}

/** True while the socket tells everything there is to know of the topic. */
export function tells(topic: TopicView<unknown>): boolean {
  return topic.state !== undefined && !topic.stale;
}

/**
 * The newer of the two.
 * @param asked the same state, asked `every: askEvery` while the topic does not tell.
 * @param where which part of the page it is for, in words for people.
 */
export function useEither<S>(topic: TopicView<S>, asked: Asked<S>, where: string): Followed<S> {
  const told = tells(topic);
  const { refetch } = asked;
  // The socket fell silent: whoever looks has to know at once whether the server is still there.
  useEffect(() => {
    if (topic.stale) run(() => refetch(), where);
  }, [topic.stale, refetch, where]);
  const answered = asked.data !== undefined && asked.error === null;
  const state = told || !answered ? (topic.state ?? asked.data) : asked.data;
  return {
    state,
    stale: state !== undefined && !told && asked.error !== null,
    problem: asked.error?.problem ?? topic.problem,
    retry: () => run(() => refetch(), where),
    busy: asked.isFetching,
  };
}

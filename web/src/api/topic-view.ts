/** What a page sees of a topic, and how news change it. */
import type { Problem } from '@slipmat/contract/problems';
import type { TopicEvent } from '@slipmat/contract/realtime';
import { safeParse, type z } from 'zod';
import { clientProblem } from './problem-error.ts';
import type { TopicNews } from './socket-topics.ts';

export interface TopicView<S> {
  /** Undefined until the first snapshot. */
  readonly state: S | undefined;
  /** Why the topic cannot be followed. */
  readonly problem: Problem | undefined;
  /** True while `state` may be behind. */
  readonly stale: boolean;
}

/**
 * A reducer of one topic's events. The socket hands on only events whose name begins with the topic's, so a
 * reducer that takes just those is enough; method syntax says so to the compiler.
 */
export type Reduce<S> = { reduce(state: S, change: TopicEvent): S }['reduce'];

/** Nothing heard so far. */
export const noTopicView: TopicView<never> = { state: undefined, problem: undefined, stale: false };

/** The view after the news. */
export function viewAfter<S>(
  view: TopicView<S>,
  news: TopicNews,
  schema: z.ZodType<S>,
  reduce: Reduce<S>,
): TopicView<S> {
  switch (news.type) {
    case 'snapshot': {
      const state = safeParse(schema, news.state);
      if (state.success) return { state: state.data, problem: undefined, stale: view.stale };
      return { ...view, problem: clientProblem('contract-violation', Math.random), stale: true };
    }
    case 'events': {
      if (view.state === undefined) return view;
      const state = news.events.reduce<S>((before, change) => reduce(before, change), view.state);
      return { ...view, state };
    }
    case 'current':
      // A state that this page does not understand is not mended by being current.
      return view.problem?.code === 'contract-violation'
        ? view
        : { ...view, problem: undefined, stale: false };
    case 'stale':
      return { ...view, stale: view.state !== undefined };
    case 'problem':
      return { ...view, problem: news.problem, stale: view.state !== undefined };
  }
}

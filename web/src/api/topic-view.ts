/** What a page sees of a topic, and how news change it. */
import type { Problem } from '@slipmat/contract/problems';
import type * as z from 'zod/mini';
import { safeParse } from 'zod/mini';
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

/** What the contract says of a topic. */
export interface TopicShape<S, E> {
  readonly state: z.ZodMiniType<S>;
  readonly event: z.ZodMiniType<E>;
  readonly reduce: (state: S, change: E) => S;
}

/** Nothing heard so far. */
export const noTopicView: TopicView<never> = { state: undefined, problem: undefined, stale: false };

/** What is on screen stays, and is called what it is: behind. */
function notUnderstood<S>(view: TopicView<S>): TopicView<S> {
  return {
    ...view,
    problem: clientProblem('contract-violation', Math.random),
    stale: view.state !== undefined,
  };
}

/** The view after the news. */
export function viewAfter<S, E>(view: TopicView<S>, news: TopicNews, shape: TopicShape<S, E>): TopicView<S> {
  switch (news.type) {
    case 'snapshot': {
      const state = safeParse(shape.state, news.state);
      if (state.success) return { state: state.data, problem: undefined, stale: view.stale };
      return notUnderstood(view);
    }
    case 'events': {
      if (view.state === undefined) return view;
      let state: S = view.state;
      for (const told of news.events) {
        const change = safeParse(shape.event, told);
        if (!change.success) return notUnderstood(view);
        state = shape.reduce(state, change.data);
      }
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

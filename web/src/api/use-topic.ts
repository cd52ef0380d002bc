/** Following a topic and watching the connection, as hooks. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { z } from 'zod';
import { type ConnectionStatus, realtime } from './socket.ts';
import { noTopicView, type Reduce, type TopicView, viewAfter } from './topic-view.ts';

/**
 * Follows a topic as long as the component is there.
 * @param topic `event:<slug>`, `chat:<slug>` or `dashboard`; null follows nothing.
 * @param schema of the topic's state.
 * @param reduce the contract's reducer of the topic.
 */
export function useTopic<S>(topic: string | null, schema: z.ZodType<S>, reduce: Reduce<S>): TopicView<S> {
  const [view, setView] = useState<{ topic: string | null; view: TopicView<S> }>({
    topic,
    view: noTopicView,
  });
  const latest = useRef({ schema, reduce });
  useEffect(() => {
    latest.current = { schema, reduce };
  });
  useEffect(() => {
    if (topic === null) return undefined;
    return realtime.follow(topic, (news) =>
      setView((before) => {
        const from = before.topic === topic ? before.view : noTopicView;
        return { topic, view: viewAfter(from, news, latest.current.schema, latest.current.reduce) };
      }),
    );
  }, [topic]);
  return view.topic === topic ? view.view : noTopicView;
}

/** The state of this tab's connection. */
export function useConnection(): ConnectionStatus {
  return useSyncExternalStore(realtime.onStatus, realtime.status);
}

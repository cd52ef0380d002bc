/** Following a topic and watching the connection, as hooks. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { problemCentre } from './problem-centre.ts';
import { type ConnectionStatus, realtime } from './socket.ts';
import { noTopicView, type TopicShape, type TopicView, viewAfter } from './topic-view.ts';

/**
 * Follows a topic as long as the component is there.
 * @param topic `event:<slug>`, `chat:<slug>` or `dashboard`; null follows nothing.
 * @param shape what the contract says of it.
 */
export function useTopic<S, E>(topic: string | null, shape: TopicShape<S, E>): TopicView<S> {
  const [view, setView] = useState<{ topic: string | null; view: TopicView<S> }>({
    topic,
    view: noTopicView,
  });
  const latest = useRef(shape);
  useEffect(() => {
    latest.current = shape;
  });
  useEffect(() => {
    if (topic === null) return undefined;
    return realtime.follow(topic, (news) =>
      setView((before) => {
        const from = before.topic === topic ? before.view : noTopicView;
        return { topic, view: viewAfter(from, news, latest.current) };
      }),
    );
  }, [topic]);
  const shown = view.topic === topic ? view.view : noTopicView;
  const { problem } = shown;
  // What the server refused it knows itself; this was found here, and its reference is on the page.
  useEffect(() => {
    if (problem?.code === 'contract-violation') problemCentre.report(problem, 'this page', { shown: true });
  }, [problem]);
  return shown;
}

/** The state of this tab's connection. */
export function useConnection(): ConnectionStatus {
  return useSyncExternalStore(realtime.onStatus, realtime.status);
}

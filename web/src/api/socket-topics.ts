/** The topics a tab follows: snapshot, then events in order, resumed after every reconnect. */

import { type AnyEvent, Topic } from '@slipmat/contract/frames';
import type { Problem } from '@slipmat/contract/problems';
import { backOff } from './back-off.ts';
import type { Clock, Random } from './clock.ts';
import { clientProblem, ProblemError, passesByItself } from './problem-error.ts';
import { silence } from './silence.ts';

/**
 * What a follower is told. `current`: everything up to this moment has been told. `stale`: the connection is
 * gone, so what was told may be old. `problem`: the topic cannot be followed.
 */
export type TopicNews =
  | { readonly type: 'snapshot'; readonly state: unknown; readonly seq: number }
  | { readonly type: 'events'; readonly events: readonly AnyEvent[]; readonly seq: number }
  | { readonly type: 'current' }
  | { readonly type: 'stale' }
  | { readonly type: 'problem'; readonly problem: Problem };

export type TopicListener = (news: TopicNews) => void;

type SubscribeBody = { topic: Topic; after?: number };

interface TopicsParts {
  /** Topics at once. */
  readonly limit: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly subscribe: (body: SubscribeBody) => Promise<unknown>;
  readonly unsubscribe: (body: { topic: Topic }) => Promise<unknown>;
  readonly report: (failure: unknown) => void;
}

interface Followed {
  readonly topic: Topic;
  readonly listeners: Set<TopicListener>;
  /** The last event told; undefined before the first snapshot. */
  seq: number | undefined;
  /** Counts subscriptions, so that the answer to an older one is not taken for the newest's. */
  turn: number;
  /** Refusals in a row. */
  failures: number;
}

export interface Topics {
  follow(topic: string, listener: TopicListener): () => void;
  opened(): void;
  lost(): void;
  /** Lets go of every position: the next subscription starts from a snapshot. */
  forget(): void;
  /** Asks the server for any answer. */
  probe(): void;
  snapshot(topic: string, seq: number, state: unknown): void;
  events(topic: string, seq: number, events: readonly AnyEvent[]): void;
}

/** A topic that nobody follows is answered like any other, and nothing changes. */
const probeTopic: Topic = 'dashboard';

/** `chat:…` has events called `chat.…`; any other event on it is not for its followers. */
function belongs(topic: string, event: AnyEvent): boolean {
  return event.type.startsWith(`${topic.split(':', 1).join('')}.`);
}

/** Makes an empty list of followed topics. */
export function createTopics(parts: TopicsParts): Topics {
  const followed = new Map<string, Followed>();
  let open = false;

  function tell(entry: Followed, news: TopicNews): void {
    for (const listener of [...entry.listeners]) listener(news);
  }

  function fail(entry: Followed, failure: unknown): void {
    if (!(failure instanceof ProblemError)) {
      parts.report(failure);
      return;
    }
    // A lost connection is told as `stale`, and the next one subscribes again.
    if (!open) return;
    tell(entry, { type: 'problem', problem: failure.problem });
    if (!passesByItself(failure.problem) && failure.problem.code !== 'rate-limited') return;
    const { turn } = entry;
    parts.clock.after(backOff(entry.failures, parts.random), () => {
      if (entry.turn === turn) subscribe(entry);
    });
    entry.failures += 1;
  }

  function subscribe(entry: Followed): void {
    if (!open) return;
    entry.turn += 1;
    const { turn, topic, seq } = entry;
    parts.subscribe(seq === undefined ? { topic } : { topic, after: seq }).then(
      () => {
        if (entry.turn !== turn || !open) return;
        entry.failures = 0;
        tell(entry, { type: 'current' });
      },
      (failure: unknown) => {
        if (entry.turn === turn) fail(entry, failure);
      },
    );
  }

  function unsubscribe(topic: Topic): void {
    if (!open) return;
    parts
      .unsubscribe({ topic })
      .catch((failure: unknown) =>
        silence(failure, 'nobody looks at this topic any more, and a lost connection ends it too'),
      );
  }

  function refresh(entry: Followed): void {
    entry.seq = undefined;
    unsubscribe(entry.topic);
    subscribe(entry);
  }

  function leave(entry: Followed, listener: TopicListener): void {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0 || followed.get(entry.topic) !== entry) return;
    followed.delete(entry.topic);
    entry.turn += 1;
    unsubscribe(entry.topic);
  }

  function refuse(listener: TopicListener, code: 'topic-unknown' | 'too-many-subscriptions'): () => void {
    listener({ type: 'problem', problem: clientProblem(code, parts.random) });
    return () => undefined;
  }

  return {
    follow(name, listener) {
      const topic = Topic.safeParse(name);
      if (!topic.success) return refuse(listener, 'topic-unknown');
      const known = followed.get(topic.data);
      if (known !== undefined) {
        known.listeners.add(listener);
        refresh(known);
        return () => leave(known, listener);
      }
      if (followed.size >= parts.limit) return refuse(listener, 'too-many-subscriptions');
      const entry: Followed = {
        topic: topic.data,
        listeners: new Set([listener]),
        seq: undefined,
        turn: 0,
        failures: 0,
      };
      followed.set(topic.data, entry);
      subscribe(entry);
      return () => leave(entry, listener);
    },
    opened() {
      open = true;
      for (const entry of followed.values()) subscribe(entry);
    },
    lost() {
      open = false;
      for (const entry of followed.values()) tell(entry, { type: 'stale' });
    },
    forget() {
      for (const entry of followed.values()) entry.seq = undefined;
    },
    probe() {
      if (followed.has(probeTopic)) {
        const entry = followed.get(probeTopic);
        if (entry !== undefined) subscribe(entry);
        return;
      }
      unsubscribe(probeTopic);
    },
    snapshot(topic, seq, state) {
      const entry = followed.get(topic);
      if (entry === undefined) return;
      entry.seq = seq;
      tell(entry, { type: 'snapshot', state, seq });
    },
    events(topic, seq, events) {
      const entry = followed.get(topic);
      if (entry?.seq === undefined || seq <= entry.seq) return;
      const missing = seq - entry.seq;
      if (!events.every((event) => belongs(topic, event))) {
        tell(entry, { type: 'problem', problem: clientProblem('contract-violation', parts.random) });
        return;
      }
      if (missing > events.length) {
        refresh(entry);
        return;
      }
      entry.seq = seq;
      tell(entry, { type: 'events', events: events.slice(events.length - missing), seq });
    },
  };
}

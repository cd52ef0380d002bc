/** The topics that can be followed, and the feeds of those that are. */
import type { Kysely } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { Who } from '../http/who.ts';
import { ProblemError } from '../platform/problem-error.ts';
import type { DirectTopic } from './direct.ts';
import { Feed, type FeedDeps, type Reader, type Snapshot } from './feed.ts';
import { lastSeq } from './journal.ts';

/** A kind of topic, given by a feature. */
export interface TopicSource {
  /** Part of the topic's name before the colon. */
  readonly kind: string;
  /**
   * The topic's key in the journal when `who` may follow it, otherwise undefined: missing and forbidden look alike.
   * @param subject what follows the colon, empty without one.
   */
  readonly keyFor: (subject: string, who: Who) => Promise<string | undefined>;
  /** The whole state at one moment, by the key. */
  readonly state: (read: Kysely<Tables>, key: string) => Promise<unknown>;
  /** For a topic without a journal. */
  readonly direct?: DirectTopic;
}

export interface Topics {
  /** @throws ProblemError `topic-unknown`, `storage-unavailable`. @returns stops following. */
  follow(name: string, who: Who, reader: Reader, after: number | undefined): Promise<() => void>;
  /** How many sockets follow a topic on this process. */
  readers(key: string): number;
  close(): void;
}

export function createTopics(sources: readonly TopicSource[], deps: FeedDeps): Topics {
  const feeds = new Map<string, Feed>();
  const stopListening = deps.hub.onGap(() => {
    for (const feed of feeds.values()) {
      feed.catchUp().catch((error: unknown) => deps.log.error({ err: error }, 'gap not filled'));
    }
  });

  function feedOf(source: TopicSource, key: string, name: string): Feed {
    const known = feeds.get(key);
    if (known !== undefined) return known;
    const snapshot = (): Promise<Snapshot> =>
      deps.db.snapshot(async (trx) => {
        const seq = await lastSeq(trx, key);
        return { seq, json: JSON.stringify(await source.state(trx, key)) };
      });
    const feed = new Feed({ key, name, snapshot }, deps);
    feeds.set(key, feed);
    return feed;
  }

  return {
    async follow(name, who, reader, after) {
      const [kind = '', subject = ''] = name.split(':', 2);
      const source = sources.find((known) => known.kind === kind);
      const key = await source?.keyFor(subject, who);
      if (source === undefined || key === undefined) throw new ProblemError('topic-unknown');
      if (source.direct !== undefined) {
        const state = async (): Promise<string> =>
          JSON.stringify(await deps.db.snapshot((trx) => source.state(trx, key)));
        return source.direct.follow(key, reader, state);
      }
      const feed = feedOf(source, key, name);
      const drop = (): void => {
        feed.remove(reader);
        if (!feed.isUnused) return;
        feed.close();
        if (feeds.get(key) === feed) feeds.delete(key);
      };
      try {
        await feed.add(reader, after);
      } catch (error) {
        drop();
        throw error;
      }
      return drop;
    },
    readers: (key) => feeds.get(key)?.readers ?? 0,
    close() {
      stopListening();
      for (const feed of feeds.values()) feed.close();
    },
  };
}

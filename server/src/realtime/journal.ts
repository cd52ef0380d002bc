/**
 * The journal: every topic's events, numbered from 1 without gaps, written in the same transaction as what they
 * tell of. The last `resumeEvents` of each topic are kept, for clients that come back.
 */
import { realtimeLimits, type TopicEvent } from '@slipmat/contract/realtime';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '../db/group-commit.ts';
import type { Tables } from '../db/schema.ts';
import type { Hub } from './hub.ts';

/** Old events are deleted once in so many, rather than each time. */
const pruneEvery = 100;

/** Events as they travel between processes; each is JSON text that is never parsed on the way. */
export interface JournalEntry {
  readonly seq: number;
  readonly event: string;
}

export interface Journal {
  /**
   * Appends events to a topic; they are published after the commit.
   * @returns the sequence number of the last.
   */
  append(
    trx: Transaction<Tables>,
    afterCommit: AfterCommit,
    topic: string,
    events: readonly TopicEvent[],
  ): Promise<number>;
}

/** The hub channel of a topic. */
export function topicChannel(topic: string): string {
  return `topic ${topic}`;
}

/** A message on a topic's channel. */
export function encodeEntries(entries: readonly JournalEntry[]): Buffer {
  return Buffer.from(JSON.stringify(entries));
}

export function decodeEntries(message: Buffer): JournalEntry[] {
  const entries: JournalEntry[] = JSON.parse(message.toString());
  return entries;
}

export function createJournal(hub: Hub): Journal {
  return {
    async append(trx, afterCommit, topic, events) {
      const { seq } = await trx
        .insertInto('topics')
        .values({ topic, seq: events.length })
        .onConflict((conflict) =>
          conflict.column('topic').doUpdateSet((eb) => ({ seq: eb('topics.seq', '+', events.length) })),
        )
        .returning('seq')
        .executeTakeFirstOrThrow();
      const entries = events.map((event, index) => ({
        seq: seq - events.length + 1 + index,
        event: JSON.stringify(event),
      }));
      await trx
        .insertInto('topic_events')
        .values(entries.map((entry) => ({ topic, ...entry })))
        .execute();
      if (seq % pruneEvery < events.length) await prune(trx, topic, seq);
      afterCommit(() => hub.publish(topicChannel(topic), encodeEntries(entries)));
      return seq;
    },
  };
}

async function prune(trx: Transaction<Tables>, topic: string, seq: number): Promise<void> {
  await trx
    .deleteFrom('topic_events')
    .where('topic', '=', topic)
    .where('seq', '<=', seq - realtimeLimits.resumeEvents)
    .execute();
}

/** The number of the topic's last event; 0 before the first. */
export async function lastSeq(read: Kysely<Tables>, topic: string): Promise<number> {
  const row = await read.selectFrom('topics').select('seq').where('topic', '=', topic).executeTakeFirst();
  return row?.seq ?? 0;
}

/** Everything after `after`, or undefined when some of it is no longer kept. */
export async function entriesAfter(
  read: Kysely<Tables>,
  topic: string,
  after: number,
): Promise<JournalEntry[] | undefined> {
  const last = await lastSeq(read, topic);
  if (after > last || last - after > realtimeLimits.resumeEvents) return undefined;
  const rows = await read
    .selectFrom('topic_events')
    .select(['seq', 'event'])
    .where('topic', '=', topic)
    .where('seq', '>', after)
    .orderBy('seq')
    .execute();
  const isComplete = rows.every((row, index) => row.seq === after + 1 + index) && rows.length >= last - after;
  return isComplete ? rows : undefined;
}

/**
 * Topics whose events are not journalled, because their state is kept elsewhere and one event may concern a hundred
 * thousand people, of whom a few look. Whoever follows gets the whole state first, and then what happens; whoever
 * comes back gets the whole state again. Reducers of such topics take an event twice without harm.
 */
import type { Log } from '../platform/log.ts';
import { encodeTextFrame, eventsMessage, snapshotMessage } from './frame.ts';
import type { Hub } from './hub.ts';

/** What it needs of a connection. */
export interface DirectReader {
  sendJson(message: string): void;
  writeFrame(frame: Buffer): void;
}

/** A message to the other processes: who is told, and JSON texts of events. */
interface Told {
  /** Null: everybody who follows. */
  readonly keys: readonly string[] | null;
  readonly events: readonly string[];
}

interface Follower {
  readonly reader: DirectReader;
  readonly snapshot: () => Promise<string>;
  /** What was told while the state was being read; undefined once it was sent. */
  early: Told['events'][] | undefined;
}

export interface DirectTopic {
  /** Sends the state, then every event. @returns stops following. */
  follow(key: string, reader: DirectReader, snapshot: () => Promise<string>): Promise<() => void>;
  /** Tells the followers of the keys, on every process. Call it after the commit. */
  tell(keys: readonly string[], events: readonly object[]): void;
  /** Tells everybody who follows, whoever they are, on every process. */
  tellAll(events: readonly object[]): void;
  /** Tells those on this process only: the others learn of it in their own way. */
  tellHere(keys: readonly string[] | null, events: readonly object[]): void;
  /** Keys that somebody follows on this process. */
  keys(): Iterable<string>;
  readonly followers: number;
  /** Begins to hear what other processes tell. @returns stops it. */
  start(): Promise<() => void>;
}

function asTold(keys: readonly string[] | null, events: readonly object[]): Told {
  return { keys, events: events.map((event) => JSON.stringify(event)) };
}

/** @param name of the topic, as clients call it. */
export function createDirectTopic(name: string, hub: Hub, log: Log): DirectTopic {
  const followers = new Map<string, Set<Follower>>();
  const channel = `direct ${name}`;
  /** Of the topic on this process: a follower's position means nothing on another. */
  let seq = 0;

  function receive({ keys, events }: Told): void {
    const concerned = (keys ?? [...followers.keys()]).flatMap((key) => [...(followers.get(key) ?? [])]);
    if (concerned.length === 0) return;
    seq += events.length;
    const frame = encodeTextFrame(`[${eventsMessage(name, seq, events)}]`);
    for (const follower of concerned) {
      if (follower.early === undefined) follower.reader.writeFrame(frame);
      else follower.early.push(events);
    }
  }

  async function sendState(follower: Follower): Promise<void> {
    follower.early = [];
    const state = await follower.snapshot();
    follower.reader.sendJson(snapshotMessage(name, seq, state));
    const missed = follower.early.flat();
    follower.early = undefined;
    if (missed.length > 0) follower.reader.sendJson(eventsMessage(name, seq, missed));
  }

  /** Messages of other processes may have been missed: everybody is told the state anew. */
  function refresh(): void {
    for (const follower of [...followers.values()].flatMap((set) => [...set])) {
      sendState(follower).catch((error: unknown) =>
        log.error({ err: error, topic: name }, 'a follower was not told the state anew'),
      );
    }
  }

  function remove(key: string, follower: Follower): void {
    const set = followers.get(key);
    set?.delete(follower);
    if (set?.size === 0) followers.delete(key);
  }

  function publish(keys: readonly string[] | null, events: readonly object[]): void {
    hub.publish(channel, Buffer.from(JSON.stringify(asTold(keys, events))));
  }

  return {
    async follow(key, reader, snapshot) {
      const follower: Follower = { reader, snapshot, early: [] };
      const set = followers.get(key) ?? new Set();
      followers.set(key, set.add(follower));
      try {
        await sendState(follower);
      } catch (error) {
        remove(key, follower);
        throw error;
      }
      return () => remove(key, follower);
    },
    tell: publish,
    tellAll: (events) => publish(null, events),
    tellHere: (keys, events) => receive(asTold(keys, events)),
    keys: () => followers.keys(),
    get followers() {
      let total = 0;
      for (const set of followers.values()) total += set.size;
      return total;
    },
    async start() {
      const stopGap = hub.onGap(refresh);
      const stop = await hub.subscribe(channel, (message) => {
        const told: Told = JSON.parse(message.toString());
        receive(told);
      });
      return () => {
        stopGap();
        stop();
      };
    },
  };
}

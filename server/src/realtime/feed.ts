/** One topic on this process: its readers, and the events on their way to them. */
import type { Database } from '../db/open.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { encodeTextFrame, eventsMessage, snapshotMessage } from './frame.ts';
import type { Hub } from './hub.ts';
import { decodeEntries, entriesAfter, type JournalEntry, lastSeq, topicChannel } from './journal.ts';
import { tickMs } from './limits.ts';

/** What a feed needs of a connection. */
export interface Reader {
  sendJson(message: string): void;
  writeFrame(frame: Buffer): void;
}

export interface FeedDeps {
  readonly db: Database;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Snapshot {
  readonly seq: number;
  readonly json: string;
}

/** A topic, and how its whole state is read. */
export interface FeedTopic {
  /** Key in the journal, such as `chat:friday` or `dashboard:<person>`. */
  readonly key: string;
  /** What clients call it. */
  readonly name: string;
  readonly snapshot: () => Promise<Snapshot>;
}

export class Feed {
  readonly #deps: FeedDeps;
  readonly #topic: FeedTopic;
  readonly #readers = new Set<Reader>();
  /** Readers whose snapshot is newer than what was last sent to all, with its seq. */
  readonly #ahead = new Map<Reader, number>();
  /** Readers on their way in; the feed is in use for their sake too. */
  #joining = 0;
  #pending: JournalEntry[] = [];
  #sentSeq = 0;
  #isScheduled = false;
  #ready: Promise<void> | undefined;
  /** Entries that came in before the feed knew where it stands, or while it was filling a gap. */
  #early: JournalEntry[] | undefined = [];
  #stop: (() => void) | undefined;
  #sharedSnapshot: Promise<Snapshot> | undefined;

  constructor(topic: FeedTopic, deps: FeedDeps) {
    this.#topic = topic;
    this.#deps = deps;
  }

  get isUnused(): boolean {
    return this.#joining === 0 && this.readers === 0;
  }

  get readers(): number {
    return this.#readers.size + this.#ahead.size;
  }

  /** Sends a reader what it missed, or everything, and from then on every event once. */
  async add(reader: Reader, after: number | undefined): Promise<void> {
    this.#joining += 1;
    try {
      this.#ready ??= this.#open();
      await this.#ready;
      let seq = await this.#sendStart(reader, after);
      // What went out to all while the snapshot was read is not in it; the journal has it.
      while (seq < this.#sentSeq) seq = await this.#sendStart(reader, seq);
      if (seq > this.#sentSeq) this.#ahead.set(reader, seq);
      else this.#readers.add(reader);
    } finally {
      this.#joining -= 1;
    }
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader);
    this.#ahead.delete(reader);
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Looks into the journal for events that no message told of. */
  async catchUp(): Promise<void> {
    if (this.#ready === undefined) return;
    await this.#ready;
    const { db, log } = this.#deps;
    this.#early ??= [];
    let early: JournalEntry[] = [];
    let entries: JournalEntry[] | undefined;
    try {
      entries = await entriesAfter(db.read, this.#topic.key, this.#lastKnown());
    } finally {
      early = this.#early ?? [];
      this.#early = undefined;
    }
    if (entries === undefined) {
      log.warn({ topic: this.#topic.key }, 'missed more events than are kept; readers get a fresh snapshot');
      await this.#restart();
      return;
    }
    this.#accept(entries);
    this.#receive(early);
  }

  async #open(): Promise<void> {
    const { db, hub, log } = this.#deps;
    try {
      this.#stop = await hub.subscribe(topicChannel(this.#topic.key), (message) =>
        this.#receive(decodeEntries(message)),
      );
      this.#sentSeq = await lastSeq(db.read, this.#topic.key);
      const early = this.#early ?? [];
      this.#early = undefined;
      this.#accept(early);
    } catch (error) {
      log.warn({ err: error, topic: this.#topic.key }, 'topic not opened');
      this.#ready = undefined;
      throw error;
    }
  }

  #lastKnown(): number {
    return this.#pending.at(-1)?.seq ?? this.#sentSeq;
  }

  #receive(entries: readonly JournalEntry[]): void {
    if (this.#early !== undefined) {
      this.#early.push(...entries);
      return;
    }
    const known = this.#lastKnown();
    const fresh = entries.filter((entry) => entry.seq > known);
    const [first] = fresh;
    if (first === undefined) return;
    if (first.seq === known + 1) {
      this.#accept(fresh);
      return;
    }
    this.#early = [...fresh];
    this.catchUp().catch((error: unknown) => {
      this.#deps.log.error(
        { err: error, topic: this.#topic.key },
        'gap not filled; the next event tries again',
      );
    });
  }

  /** Takes what is new of the entries; the rest came by another way already. */
  #accept(entries: readonly JournalEntry[]): void {
    const known = this.#lastKnown();
    const fresh = entries.filter((entry) => entry.seq > known);
    if (fresh.length === 0) return;
    this.#sharedSnapshot = undefined;
    this.#pending.push(...fresh);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#deps.clock.after(tickMs(this.readers), () => this.#flush());
  }

  /** One frame, encoded once, to every reader. */
  #flush(): void {
    this.#isScheduled = false;
    const batch = this.#pending;
    const last = batch.at(-1);
    if (last === undefined) return;
    this.#pending = [];
    this.#sentSeq = last.seq;
    const frame = encodeTextFrame(`[${this.#eventsOf(batch)}]`);
    for (const reader of this.#readers) reader.writeFrame(frame);
    for (const [reader, seq] of this.#ahead) {
      const unseen = batch.filter((entry) => entry.seq > seq);
      if (unseen.length > 0) reader.sendJson(this.#eventsOf(unseen));
      if (seq > last.seq) continue;
      this.#ahead.delete(reader);
      this.#readers.add(reader);
    }
  }

  #eventsOf(entries: readonly JournalEntry[]): string {
    const seq = entries.at(-1)?.seq ?? 0;
    return eventsMessage(
      this.#topic.name,
      seq,
      entries.map((entry) => entry.event),
    );
  }

  /** @returns the seq that the reader has then. */
  async #sendStart(reader: Reader, after: number | undefined): Promise<number> {
    const missed =
      after === undefined ? undefined : await entriesAfter(this.#deps.db.read, this.#topic.key, after);
    if (missed !== undefined && after !== undefined) {
      if (missed.length > 0) reader.sendJson(this.#eventsOf(missed));
      return missed.at(-1)?.seq ?? after;
    }
    const snapshot = await this.#snapshot();
    reader.sendJson(snapshotMessage(this.#topic.name, snapshot.seq, snapshot.json));
    return snapshot.seq;
  }

  /** Readers that come together, as after a restart, share one snapshot. */
  async #snapshot(): Promise<Snapshot> {
    const shared = this.#sharedSnapshot ?? this.#topic.snapshot();
    this.#sharedSnapshot = shared;
    try {
      return await shared;
    } catch (error) {
      this.#sharedSnapshot = undefined;
      throw error;
    }
  }

  async #restart(): Promise<void> {
    const snapshot = await this.#topic.snapshot();
    this.#pending = this.#pending.filter((entry) => entry.seq > snapshot.seq);
    this.#sentSeq = snapshot.seq;
    const frame = encodeTextFrame(`[${snapshotMessage(this.#topic.name, snapshot.seq, snapshot.json)}]`);
    for (const reader of [...this.#readers, ...this.#ahead.keys()]) {
      reader.writeFrame(frame);
      this.#readers.add(reader);
    }
    this.#ahead.clear();
  }
}

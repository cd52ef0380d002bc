/** Sources of this process: admitted, switched over, lost, ended. */
import type { Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { SignedInPerson } from '#server/http/who.ts';
import { BoundedMap } from '#server/platform/bounded-map.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { newId, type Random } from '#server/platform/random.ts';
import type { Hub } from '#server/realtime/hub.ts';
import { airTimes, eventFor, placeOf } from './air.ts';
import type { Channel } from './audio/channel.ts';
import type { Frame } from './audio/cutter.ts';
import type { FormatWarning } from './audio/sniff.ts';
import type { TrackTitle } from './audio/track-title.ts';
import type { BroadcastEvent, Desk, DeskDeps } from './desk.ts';
import type { Admission, SourceCandidate, SourceEnd, SourceSink } from './ingest/hooks.ts';
import type { Outlets } from './outlets.ts';
import * as store from './store.ts';

/** The DJ behind a source. */
export interface SourceDj {
  readonly id: string;
  readonly person: SignedInPerson;
  readonly keyId: string;
}

export interface SourcesDeps extends Pick<DeskDeps, 'openEvents' | 'eventById' | 'isHeldUp' | 'processId'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly hub: Hub;
  readonly log: Log;
  readonly desk: Desk;
  readonly outlets: Outlets;
}

/** A process that stops renewing is taken for dead after this time. */
export const leaseMs = 15_000;
/** Sources that are to be closed, wherever they are: sent over this hub channel by their id. */
const kickChannel = 'sources kick';
/** Titles that came before their source. */
const earlyTitles = 500;
/** Renewed well before the lease runs out; each time is a write. */
const renewEveryMs = 5_000;

/** A source that this process holds. */
interface Held {
  readonly id: string;
  readonly dj: SourceDj;
  readonly event: BroadcastEvent;
  readonly stop: SourceCandidate<SourceDj>['stop'];
  state: 'standby' | 'on-air';
  /** Its DJ has something to confirm before they go on air. */
  isHeldUp: boolean;
  channel: Channel | undefined;
  bitrate: number | null;
  format: string;
  /** Work in order: switching over, titles, the end. */
  tail: Promise<void>;
}

function describeFormat(frame: Frame): string {
  const { container, codec, sampleRate, channels } = frame.format;
  const name = container === 'mpeg' ? 'MP3' : container === 'adts' ? 'AAC' : `Ogg ${codec}`;
  return `${name}, ${sampleRate / 1000} kHz, ${channels === 1 ? 'mono' : 'stereo'}`;
}

function warningSentence(warning: FormatWarning): string {
  const claimed = warning.claimed === null ? 'no content type' : `“${warning.claimed}”`;
  return `Your software says ${claimed}, but sends ${warning.found}. It works; set the right type to be safe.`;
}

export type Sources = ReturnType<typeof createSources>;

export function createSources(deps: SourcesDeps) {
  const { db, clock, random, hub, log, desk, outlets, processId } = deps;
  const held = new Map<string, Held>();
  const titles = new BoundedMap<string, string>(earlyTitles);
  /** Last words of sources that are closed. */
  const settling = new Set<Promise<void>>();
  let renewedAt = 0;

  /** Runs work of one source after what came before it; what fails is logged, and the source goes on. */
  function inOrder(source: Held, what: string, work: () => Promise<void>): void {
    source.tail = source.tail.then(work).catch((error: unknown) => {
      log.error({ err: error, dj: source.dj.person.handle, what }, 'source: work failed');
    });
  }

  /** Takes the event's source off the air, if it is not `except`'s, and tells its DJ; its process is to be told. */
  async function clearAir(
    trx: Parameters<typeof store.lockAir>[0],
    afterCommit: AfterCommit,
    eventId: string,
    except: string,
  ) {
    const others = (await store.sourcesOf(trx, eventId, clock.now())).filter(
      (row) => row.state !== 'standby' && row.dj_id !== except,
    );
    for (const other of others) {
      await store.deleteSource(trx, other.id);
      const connection = await desk.connectionOf(trx, other.dj_id);
      await desk.toDashboard(trx, afterCommit, other.dj_id, { type: 'dashboard.connection', connection });
    }
    return others;
  }

  async function putOnAir(source: Held): Promise<void> {
    source.channel = await outlets.feed(source.event.id);
    source.state = 'on-air';
    const title = titles.get(source.dj.id);
    if (title !== undefined) await play(source, title);
  }

  async function play(source: Held, title: string): Promise<void> {
    const id = newId(clock, random);
    const at = clock.now();
    const djId = source.dj.id;
    await db.write(async (trx, afterCommit) => {
      const { nowPlaying, onAir } = await desk.airOf(trx, source.event.id);
      if (onAir?.dj.id !== djId || nowPlaying?.title === title) return;
      await store.insertPlay(trx, { id, eventId: source.event.id, djId, title, at });
      await desk.toEvent(trx, afterCommit, source.event.slug, [
        { type: 'event.title', nowPlaying: { id, title, dj: onAir.dj, at } },
      ]);
    });
    outlets.setTitle(source.event.id, title);
  }

  /** The DJ went over to another event: the page of the one before is told. */
  async function leave(trx: Transaction<Tables>, afterCommit: AfterCommit, eventId: string): Promise<void> {
    const event = await deps.eventById(trx, eventId);
    if (event === undefined) return;
    const { onAir } = await desk.airOf(trx, eventId);
    await desk.toEvent(trx, afterCommit, event.slug, [
      { type: 'event.on-air', onAir },
      { type: 'event.title', nowPlaying: null },
    ]);
    if (onAir === null) afterCommit(() => outlets.end(eventId));
  }

  async function admit(candidate: SourceCandidate<SourceDj>): Promise<Admission> {
    const { dj } = candidate;
    const now = clock.now();
    const events = await deps.openEvents(dj.id);
    const event = eventFor(dj.id, events, now);
    if (event === undefined) return { kind: 'refused', reason: await desk.noEventReason(dj.id, events) };
    const id = newId(clock, random);
    const outcome = await db.write(async (trx, afterCommit) => {
      await store.lockAir(trx, event.id);
      const current = await store.sourcesOf(trx, event.id, now);
      const onAirDj = current.find((row) => row.state !== 'standby')?.dj_id;
      const due = placeOf(dj.id, event, onAirDj, now);
      if (due !== 'on-air' && due !== 'standby') return { place: due, isHeldUp: false, replaced: [] };
      const own = await store.sourceOfDj(trx, dj.id, now);
      const isBack = own !== undefined && own.event_id === event.id && own.state !== 'standby';
      // Whoever is on air already and connects again goes on; the next act begins with the next set.
      const isHeldUp = !isBack && (await deps.isHeldUp(trx, dj.person));
      const place = isHeldUp ? 'standby' : due;
      const replaced = place === 'on-air' ? await clearAir(trx, afterCommit, event.id, dj.id) : [];
      await store.putSource(trx, {
        dj_id: dj.id,
        id,
        event_id: event.id,
        process_id: processId,
        state: place,
        since: isBack ? own.since : now,
        lease_until: now + leaseMs,
        client: (candidate.userAgent ?? 'unknown').slice(0, 100),
        format: '',
        content_type: candidate.contentType ?? '',
        bitrate: null,
        warning: null,
      });
      await desk.announce(trx, afterCommit, dj.id, event);
      if (place === 'on-air' && !isBack) {
        await desk.toEvent(trx, afterCommit, event.slug, [{ type: 'event.title', nowPlaying: null }]);
        afterCommit(() => outlets.setTitle(event.id, null));
      }
      if (own !== undefined && own.event_id !== event.id) await leave(trx, afterCommit, own.event_id);
      const others = own === undefined || own.process_id === processId ? replaced : [...replaced, own];
      return { place, isHeldUp, replaced: others };
    });
    if (outcome.place !== 'on-air' && outcome.place !== 'standby')
      return { kind: 'refused', reason: outcome.place };
    for (const row of outcome.replaced) hub.publish(kickChannel, Buffer.from(row.id));
    const source: Held = {
      id,
      dj,
      event,
      stop: candidate.stop,
      state: 'standby',
      isHeldUp: outcome.isHeldUp,
      channel: undefined,
      bitrate: null,
      format: '',
      tail: Promise.resolve(),
    };
    held.set(id, source);
    if (outcome.place === 'on-air') await putOnAir(source);
    return { kind: 'accepted', sink: sinkOf(source) };
  }

  function sinkOf(source: Held): SourceSink {
    return {
      frames(frames) {
        const last = frames.at(-1);
        if (last !== undefined) noteFormat(source, last);
        if (source.state !== 'on-air' || source.channel === undefined) return;
        source.channel.push(frames);
        if (source.channel.format() !== null) outlets.soundCame(source.event.id);
      },
      title: (title) => takeTitle(source.dj.id, title),
      warning: (warning) =>
        inOrder(source, 'warning', () => update(source, { warning: warningSentence(warning) })),
      closed(end) {
        held.delete(source.id);
        if (source.state === 'on-air' && end !== 'replaced') outlets.release(source.event.id);
        inOrder(source, 'end', () => ended(source, end));
        const last = source.tail.finally(() => settling.delete(last));
        settling.add(last);
        source.tail = last;
      },
    };
  }

  /** Writes what the dashboard shows, if the source is still the DJ's. */
  async function update(source: Held, patch: Partial<store.SourceRow>): Promise<void> {
    await db.write(async (trx, afterCommit) => {
      const row = await store.updateSource(trx, source.id, patch);
      if (row !== undefined) await desk.announce(trx, afterCommit, source.dj.id, source.event);
    });
  }

  /** Tells the dashboard what is sent: once when it is first known, and when it changes. */
  function noteFormat(source: Held, frame: Frame): void {
    if (frame.role !== 'audio') return;
    const format = describeFormat(frame);
    if (source.format === format && source.bitrate !== null) return;
    const bitrate = frame.bitrate > 0 ? Math.round(frame.bitrate / 1000) : null;
    if (source.format === format && bitrate === null) return;
    source.format = format;
    source.bitrate = bitrate;
    inOrder(source, 'format', () =>
      update(source, { format, bitrate, content_type: frame.format.contentType }),
    );
  }

  function takeTitle(djId: string, title: TrackTitle): void {
    titles.set(djId, title.text);
    const source = [...held.values()].find((one) => one.dj.id === djId && one.state === 'on-air');
    if (source !== undefined) inOrder(source, 'title', () => play(source, title.text));
  }

  /** A source that is lost keeps its place and its listeners for a while; one that was ended does not. */
  async function ended(source: Held, end: SourceEnd): Promise<void> {
    log.info({ dj: source.dj.person.handle, event: source.event.slug, end }, 'source closed');
    if (end === 'replaced') return;
    const keepsPlace =
      source.state === 'on-air' &&
      (end === 'lost' || end === 'finished' || end === 'went-silent' || end === 'stopping');
    if (keepsPlace) {
      await update(source, { state: 'lost', lease_until: clock.now() + airTimes.grace });
      return;
    }
    titles.delete(source.dj.id);
    await remove(source.id);
  }

  /** Takes a source out for good and tells everyone; nothing happens when another took its place. */
  async function remove(id: string): Promise<void> {
    await db.write(async (trx, afterCommit) => {
      const row = await store.deleteSource(trx, id);
      const event = row === undefined ? undefined : await deps.eventById(trx, row.event_id);
      if (row === undefined || event === undefined) return;
      await desk.announce(trx, afterCommit, row.dj_id, event);
      if (row.state === 'standby') return;
      const { onAir } = await desk.airOf(trx, event.id);
      if (onAir !== null) return;
      await desk.toEvent(trx, afterCommit, event.slug, [{ type: 'event.title', nowPlaying: null }]);
      afterCommit(() => outlets.end(event.id));
    });
  }

  /** Tells the dashboard when what a waiting DJ waits for has changed. */
  async function noteHeldUp(
    trx: Transaction<Tables>,
    afterCommit: AfterCommit,
    source: Held,
    isHeldUp: boolean,
  ): Promise<void> {
    if (source.isHeldUp === isHeldUp) return;
    await desk.announce(trx, afterCommit, source.dj.id, source.event);
    afterCommit(() => {
      source.isHeldUp = isHeldUp;
    });
  }

  /** Switches a waiting DJ over when their slot has come, or when nobody plays. */
  async function promote(source: Held): Promise<void> {
    const now = clock.now();
    const others = await db.write(async (trx, afterCommit) => {
      await store.lockAir(trx, source.event.id);
      const event = await deps.eventById(trx, source.event.id);
      const current = await store.sourcesOf(trx, source.event.id, now);
      const onAirDj = current.find((row) => row.state !== 'standby')?.dj_id;
      if (event === undefined) return undefined;
      const isHeldUp = await deps.isHeldUp(trx, source.dj.person);
      if (isHeldUp || placeOf(source.dj.id, event, onAirDj, now) !== 'on-air') {
        await noteHeldUp(trx, afterCommit, source, isHeldUp);
        return undefined;
      }
      const replaced = await clearAir(trx, afterCommit, event.id, source.dj.id);
      await store.updateSource(trx, source.id, { state: 'on-air', since: now });
      await desk.announce(trx, afterCommit, source.dj.id, event);
      await desk.toEvent(trx, afterCommit, event.slug, [{ type: 'event.title', nowPlaying: null }]);
      return replaced;
    });
    if (others === undefined) return;
    for (const row of others) hub.publish(kickChannel, Buffer.from(row.id));
    outlets.setTitle(source.event.id, null);
    await putOnAir(source);
  }

  function kick(id: string): void {
    const source = held.get(id);
    if (source === undefined) return;
    // The row is gone or another's already, so that the end takes nobody's place.
    source.stop('kicked');
  }

  return {
    admit,
    takeTitle,
    async start(): Promise<() => void> {
      return hub.subscribe(kickChannel, (message) => kick(message.toString()));
    },
    /** Renews what this process holds, ends what is over, switches over what is due. Once a second. */
    async tick(): Promise<void> {
      const now = clock.now();
      if (held.size > 0 && now - renewedAt >= renewEveryMs) {
        renewedAt = now;
        await db.write((trx) => store.renewLeases(trx, processId, now + leaseMs));
      }
      for (const row of await store.expiredSources(db.read, now)) await remove(row.id);
      for (const source of [...held.values()]) {
        if (source.state === 'standby') inOrder(source, 'switch over', () => promote(source));
      }
    },
    /** Ends every source of an event that takes no more, on every process. */
    async closeEvent(eventId: string): Promise<void> {
      for (const row of await store.sourcesOf(db.read, eventId, clock.now())) {
        hub.publish(kickChannel, Buffer.from(row.id));
        await remove(row.id);
      }
      outlets.end(eventId);
    },
    /** Ends the source of somebody who is no DJ any more, wherever it is. */
    async closeDj(djId: string): Promise<void> {
      const row = await store.sourceOfDj(db.read, djId, clock.now());
      if (row === undefined) return;
      hub.publish(kickChannel, Buffer.from(row.id));
      await remove(row.id);
    },
    /** Ends sources that are connected with a key. */
    closeKey(keyId: string): void {
      for (const source of [...held.values()]) if (source.dj.keyId === keyId) source.stop('kicked');
    },
    held: () => [...held.values()],
    /** Resolves when what closed sources left to write is written. */
    async settled(): Promise<void> {
      await Promise.all(settling);
    },
  };
}

/**
 * Where listeners attach: one channel an event on each process. Sound made here goes to the hub, sound made
 * elsewhere comes from it, so a listener hears an event on whichever process they landed.
 */
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import type { Hub } from '#server/realtime/hub.ts';
import { type Channel, createChannel } from './audio/channel.ts';
import { type Chunk, decodeChunk, encodeChunk, type Primer } from './audio/chunk.ts';
import type { Listener, ListenerEnd } from './audio/listener.ts';

/** First byte of a message on an event's audio channel. */
const kinds = { chunk: 0, title: 1, end: 2, want: 3, headers: 4 } as const;

/** How long a listener who comes at the first moment waits for sound before being told that there is none. */
const firstSoundMs = 3_000;
/** A channel without source and listeners is dropped after so long. */
const idleMs = 30_000;

export interface OutletsDeps {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
  readonly processId: string;
}

export interface Outlet {
  readonly channel: Channel;
  /** True while a source on this process feeds it. */
  isSource: boolean;
  usedAt: number;
  /** People counted last, to notice changes. */
  counted: number;
  readonly stop: () => void;
}

function message(kind: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([kind]), body]);
}

export type Outlets = ReturnType<typeof createOutlets>;

export function createOutlets({ hub, clock, log, processId }: OutletsDeps) {
  const outlets = new Map<string, Promise<Outlet>>();
  const opened = new Map<string, Outlet>();
  /** Listeners waiting for the first sound, by event. */
  const waiting = new Map<string, Set<() => void>>();
  let runs = 0;

  function hubChannel(eventId: string): string {
    return `audio ${eventId}`;
  }

  function tell(eventId: string, kind: number, body: Buffer = Buffer.alloc(0)): void {
    hub.publish(hubChannel(eventId), message(kind, body));
  }

  function soundCame(eventId: string): void {
    const waiters = waiting.get(eventId);
    if (waiters === undefined) return;
    waiting.delete(eventId);
    for (const go of waiters) go();
  }

  /** Answers another process that begins to listen: headers and the last second, in the form of chunks. */
  function sendPrimer(eventId: string, primer: Primer): void {
    if (primer.headers.length > 0) tell(eventId, kinds.headers, primer.headers);
    for (const chunk of primer.chunks) tell(eventId, kinds.chunk, encodeChunk(chunk));
    tell(eventId, kinds.title, Buffer.from(primer.title ?? ''));
  }

  function receive(eventId: string, outlet: Outlet, received: Buffer, headers: { held: Buffer }): void {
    const kind = received[0];
    const body = received.subarray(1);
    if (outlet.isSource) {
      const primer = kind === kinds.want ? outlet.channel.primer() : null;
      if (primer !== null) sendPrimer(eventId, primer);
      return;
    }
    if (kind === kinds.chunk) {
      const chunk = decodeChunk(body);
      if (chunk !== null) takeChunk(eventId, outlet, chunk, headers);
    } else if (kind === kinds.headers) {
      headers.held = Buffer.from(body);
    } else if (kind === kinds.title) {
      outlet.channel.setTitle(body.length === 0 ? null : body.toString());
    } else if (kind === kinds.end) {
      outlet.channel.close('over');
    }
  }

  function takeChunk(eventId: string, outlet: Outlet, chunk: Chunk, headers: { held: Buffer }): void {
    if (outlet.channel.format() === null) {
      outlet.channel.prime({ headers: headers.held, chunks: [chunk], title: null });
    } else {
      outlet.channel.feedChunk(chunk);
    }
    soundCame(eventId);
  }

  async function open(eventId: string): Promise<Outlet> {
    runs += 1;
    const channel = createChannel({
      clock,
      run: `${processId} ${runs}`,
      onChunk: (chunk) => tell(eventId, kinds.chunk, encodeChunk(chunk)),
    });
    const headers = { held: Buffer.alloc(0) };
    let unsubscribe: (() => void) | undefined;
    const outlet: Outlet = {
      channel,
      isSource: false,
      usedAt: clock.now(),
      counted: 0,
      stop: () => unsubscribe?.(),
    };
    unsubscribe = await hub.subscribe(hubChannel(eventId), (received) =>
      receive(eventId, outlet, received, headers),
    );
    opened.set(eventId, outlet);
    tell(eventId, kinds.want);
    return outlet;
  }

  async function outletOf(eventId: string): Promise<Outlet> {
    const known = outlets.get(eventId) ?? open(eventId);
    outlets.set(eventId, known);
    try {
      const outlet = await known;
      outlet.usedAt = clock.now();
      return outlet;
    } catch (error) {
      outlets.delete(eventId);
      throw error;
    }
  }

  function firstSound(eventId: string): Promise<void> {
    return new Promise((resolve) => {
      const waiters = waiting.get(eventId) ?? new Set();
      waiting.set(eventId, waiters);
      const done = (): void => {
        cancel();
        waiters.delete(done);
        resolve();
      };
      const cancel = clock.after(firstSoundMs, done);
      waiters.add(done);
    });
  }

  return {
    /** The event's channel on this process, for a source of this process. */
    async feed(eventId: string): Promise<Channel> {
      const outlet = await outletOf(eventId);
      outlet.isSource = true;
      return outlet.channel;
    },
    /** Frames came in: whoever waited for the first sound gets it. */
    soundCame,
    /** The source of this process is gone; others may take the channel over. */
    release(eventId: string): void {
      const outlet = opened.get(eventId);
      if (outlet === undefined) return;
      outlet.channel.flush();
      outlet.isSource = false;
    },
    setTitle(eventId: string, title: string | null): void {
      opened.get(eventId)?.channel.setTitle(title);
      tell(eventId, kinds.title, Buffer.from(title ?? ''));
    },
    /** Nobody is on air any more: listeners are told so, on every process. */
    end(eventId: string): void {
      opened.get(eventId)?.channel.close('over');
      tell(eventId, kinds.end);
    },
    /**
     * @param isOnAir somebody is on air, so that sound is worth waiting for.
     * @returns false when there is no sound; nothing was written then.
     */
    async attach(eventId: string, listener: Listener, isOnAir: boolean): Promise<boolean> {
      const { channel } = await outletOf(eventId);
      if (channel.attach(listener)) return true;
      if (!isOnAir) return false;
      await firstSound(eventId);
      return channel.attach(listener);
    },
    /** People listening on this process, by event; events whose number changed since the last call. */
    recount(): Map<string, number> {
      const changed = new Map<string, number>();
      for (const [eventId, outlet] of opened) {
        const { people, connections } = outlet.channel.count();
        if (people !== outlet.counted) changed.set(eventId, people);
        outlet.counted = people;
        if (connections > 0 || outlet.isSource) outlet.usedAt = clock.now();
        else if (clock.now() - outlet.usedAt > idleMs) drop(eventId, outlet);
      }
      return changed;
    },
    /** Events with people on this process. */
    counts(): Map<string, number> {
      return new Map([...opened].map(([eventId, outlet]) => [eventId, outlet.counted]));
    },
    connections(): number {
      let total = 0;
      for (const outlet of opened.values()) total += outlet.channel.count().connections;
      return total;
    },
    close(reason: ListenerEnd): void {
      for (const [eventId, outlet] of opened) {
        outlet.channel.close(reason);
        drop(eventId, outlet);
      }
    },
  };

  function drop(eventId: string, outlet: Outlet): void {
    log.debug({ eventId }, 'audio channel closed');
    outlet.stop();
    outlets.delete(eventId);
    opened.delete(eventId);
  }
}

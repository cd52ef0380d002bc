/** One event's on-air output on this process: from frames, or from another process's chunks, to its listeners. */
import { createBurst } from './burst.ts';
import type { Chunk, Primer } from './chunk.ts';
import type { Clock } from './clock.ts';
import type { Frame } from './cutter.ts';
import { type StreamFormat, sameFormat } from './format.ts';
import { icyBlock } from './icy.ts';
import type { Listener, ListenerEnd } from './listener.ts';
import { createPacker, type Packed } from './packer.ts';

/**
 * A chunk that is not full after this time goes out as it is. Longer than a chunk lasts, so that it strikes
 * only when the source stalls.
 */
export const FLUSH_AFTER_MS = 750;

export interface ChannelOptions {
  readonly clock: Clock;
  /** Names this instance in its chunks; must differ between processes and restarts. */
  readonly run: string;
  /** The address put beside titles for ICY players. */
  readonly url?: string;
  /** Is handed every chunk made from frames here (not those fed), for other processes. */
  readonly onChunk?: (chunk: Chunk) => void;
}

export interface ListenerCount {
  readonly connections: number;
  /** Connections that have listened long enough to be people. */
  readonly people: number;
}

export interface Channel {
  /** What is on air; stays known while a source is lost, null before the first sound. */
  readonly format: () => StreamFormat | null;
  /**
   * Frames of the source on air, from one source at a time. Another format than before ends the listeners
   * (`new-format`), so that players reconnect; the same format goes on without a break.
   */
  readonly push: (frames: readonly Frame[]) => void;
  /** Sends what is gathered; to be called when a source ends or is lost. Listeners stay attached. */
  readonly flush: () => void;
  /** A chunk made on another process. Repeated and late ones are dropped. */
  readonly feedChunk: (chunk: Chunk) => void;
  /** Begins from another process's primer; ignored once this channel has sound of its own. */
  readonly prime: (primer: Primer) => void;
  /** For another process that begins; null before the first sound. */
  readonly primer: () => Primer | null;
  /** The title for ICY players, null to clear it. */
  readonly setTitle: (title: string | null) => void;
  /** Starts a listener with a short burst; false before the first sound, and then nothing was written. */
  readonly attach: (listener: Listener) => boolean;
  readonly count: () => ListenerCount;
  /** Ends all listeners; the channel can go on. */
  readonly endListeners: (reason: ListenerEnd) => void;
  /** Ends all listeners and forgets the sound. */
  readonly close: (reason: ListenerEnd) => void;
}

/** A silent channel. */
export function createChannel(options: ChannelOptions): Channel {
  const { clock, run } = options;
  const packer = createPacker();
  const burst = createBurst();
  const listeners = new Set<Listener>();
  let format: StreamFormat | null = null;
  let seq = 0;
  let fed: { readonly run: string; readonly seq: number } | null = null;
  let title: string | null = null;
  let block: Buffer | null = null;
  let cancelFlush: (() => void) | null = null;

  function endListeners(reason: ListenerEnd): void {
    for (const listener of listeners) listener.end(reason);
    listeners.clear();
  }

  function keep(chunk: Chunk): void {
    if (format !== null && !sameFormat(format, chunk.format)) {
      endListeners('new-format');
      burst.clear();
    }
    format = chunk.format;
    burst.add(chunk);
  }

  function distribute(chunk: Chunk): void {
    keep(chunk);
    const byteRate = burst.byteRate();
    for (const listener of listeners) listener.write(chunk.bytes, byteRate);
  }

  function send(packed: readonly Packed[]): void {
    for (const one of packed) {
      seq += 1;
      const chunk = { ...one, run, seq };
      distribute(chunk);
      options.onChunk?.(chunk);
    }
  }

  function disarm(): void {
    cancelFlush?.();
    cancelFlush = null;
  }

  function flush(): void {
    disarm();
    send(packer.flush());
  }

  function push(frames: readonly Frame[]): void {
    const full = packer.push(frames);
    if (full.length > 0) disarm();
    send(full);
    if (!packer.isEmpty()) cancelFlush ??= clock.after(FLUSH_AFTER_MS, flush);
  }

  function feedChunk(chunk: Chunk): void {
    if (fed !== null && fed.run === chunk.run && chunk.seq <= fed.seq) return;
    fed = { run: chunk.run, seq: chunk.seq };
    distribute(chunk);
  }

  function setTitle(next: string | null): void {
    if (next === title) return;
    title = next;
    block = icyBlock(next ?? '', options.url ?? null);
    for (const listener of listeners) listener.announce(block);
  }

  function prime(primer: Primer): void {
    if (format !== null) return;
    burst.setHeaders(primer.headers);
    for (const chunk of primer.chunks) {
      keep(chunk);
      fed = { run: chunk.run, seq: chunk.seq };
    }
    setTitle(primer.title);
  }

  function attach(listener: Listener): boolean {
    if (format === null) return false;
    listener.begin({ format, bytes: burst.bytes(), byteRate: burst.byteRate(), title: block });
    if (!listener.isOpen()) return true;
    listeners.add(listener);
    listener.onEnd(() => listeners.delete(listener));
    return true;
  }

  function close(reason: ListenerEnd): void {
    flush();
    endListeners(reason);
    burst.clear();
    format = null;
  }

  return {
    format: () => format,
    push,
    flush,
    feedChunk,
    prime,
    primer: () => (format === null ? null : { headers: burst.headers(), chunks: burst.chunks(), title }),
    setTitle,
    attach,
    count() {
      let people = 0;
      for (const listener of listeners) if (listener.isPerson()) people += 1;
      return { connections: listeners.size, people };
    },
    endListeners,
    close,
  };
}

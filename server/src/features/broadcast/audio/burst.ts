/** The last second or so of a channel, for those who join. */
import type { Chunk } from './chunk.ts';

/** Sound kept. A joiner is behind by this and what the current chunk still gathers: below two seconds. */
export const BURST_MS = 1_000;

/** Bytes kept at most, for streams whose durations are unknown. */
export const MAX_BURST_BYTES = 512 * 1024;

const EMPTY = Buffer.alloc(0);

export interface Burst {
  /** Adds a chunk and drops what is older than needed. */
  readonly add: (chunk: Chunk) => void;
  readonly clear: () => void;
  readonly chunks: () => readonly Chunk[];
  /** Header pages in force before the first chunk kept; empty when there are none or the chunk brings its own. */
  readonly headers: () => Buffer;
  /** Puts header pages in force, for chunks that begin in the middle of a chain. */
  readonly setHeaders: (headers: Buffer) => void;
  /** All a joiner must get, in one piece. */
  readonly bytes: () => Buffer;
  /** Bytes per second over what is kept, 0 when its duration is unknown. */
  readonly byteRate: () => number;
}

/** An empty burst. */
export function createBurst(): Burst {
  let entries: Array<{ readonly chunk: Chunk; readonly headers: Buffer }> = [];
  let headers: Buffer = EMPTY;
  let ms = 0;
  let size = 0;
  let joined: Buffer | null = null;

  function drop(): void {
    const [first] = entries;
    if (first === undefined) return;
    entries = entries.slice(1);
    ms -= first.chunk.durationMs;
    size -= first.chunk.bytes.length;
  }

  function add(chunk: Chunk): void {
    if (chunk.headerBytes !== null) headers = Buffer.from(chunk.bytes.subarray(0, chunk.headerBytes));
    entries.push({ chunk, headers });
    ms += chunk.durationMs;
    size += chunk.bytes.length;
    joined = null;
    while (entries.length > 1) {
      const oldest = entries[0]?.chunk.durationMs ?? 0;
      if (ms - oldest < BURST_MS && size <= MAX_BURST_BYTES) break;
      drop();
    }
  }

  function headersInForce(): Buffer {
    const first = entries[0];
    if (first === undefined) return headers;
    return first.chunk.headerBytes === null ? first.headers : EMPTY;
  }

  return {
    add,
    clear() {
      entries = [];
      headers = EMPTY;
      ms = 0;
      size = 0;
      joined = null;
    },
    chunks: () => entries.map(({ chunk }) => chunk),
    headers: headersInForce,
    setHeaders(next) {
      headers = next;
    },
    bytes() {
      joined ??= Buffer.concat([headersInForce(), ...entries.map(({ chunk }) => chunk.bytes)]);
      return joined;
    },
    byteRate: () => (ms > 0 ? (size * 1000) / ms : 0),
  };
}

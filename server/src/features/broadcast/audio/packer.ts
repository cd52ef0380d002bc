/** Packing frames into chunks: few big writes cost far less than many small ones. */
import type { Frame } from './cutter.ts';
import { type StreamFormat, sameFormat } from './format.ts';

/** Sound in one chunk; the price is half of it as mean latency. */
export const CHUNK_MS = 500;

/** A chunk is closed at this size whatever its duration claims: pages of unknown duration must not pile up. */
export const MAX_CHUNK_BYTES = 256 * 1024;

/** A chunk without the number that its channel gives it. */
export interface Packed {
  readonly format: StreamFormat;
  readonly durationMs: number;
  readonly bytes: Buffer;
  readonly headerBytes: number | null;
}

export interface Packer {
  /** Adds frames; gives the chunks that are full. A change of format or an Ogg chain begins a new chunk. */
  readonly push: (frames: readonly Frame[]) => readonly Packed[];
  /** Gives what is left as a chunk, if anything. */
  readonly flush: () => readonly Packed[];
  readonly isEmpty: () => boolean;
}

/** A packer with nothing in it. */
export function createPacker(): Packer {
  let audio: Buffer[] = [];
  let audioBytes = 0;
  let durationMs = 0;
  let headers: Buffer[] = [];
  let format: StreamFormat | null = null;

  function flush(): readonly Packed[] {
    if (format === null || audio.length === 0) return [];
    const headerBytes = headers.reduce((sum, page) => sum + page.length, 0);
    const packed = {
      format,
      durationMs,
      bytes: Buffer.concat([...headers, ...audio]),
      headerBytes: headers.length > 0 ? headerBytes : null,
    };
    audio = [];
    audioBytes = 0;
    durationMs = 0;
    headers = [];
    return [packed];
  }

  function add(frame: Frame): readonly Packed[] {
    const breaks = frame.role === 'chain-start' || (format !== null && !sameFormat(format, frame.format));
    const done = breaks ? flush() : [];
    if (breaks) headers = [];
    format = frame.format;
    if (frame.role !== 'audio') {
      headers.push(frame.bytes);
      return done;
    }
    audio.push(frame.bytes);
    audioBytes += frame.bytes.length;
    durationMs += frame.durationMs;
    return durationMs >= CHUNK_MS || audioBytes >= MAX_CHUNK_BYTES ? [...done, ...flush()] : done;
  }

  return {
    push: (frames) => frames.flatMap(add),
    flush,
    isEmpty: () => audio.length === 0,
  };
}

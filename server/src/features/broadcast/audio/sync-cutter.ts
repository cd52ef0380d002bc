/** The cutter for streams whose frames begin with a header that tells their length: MPEG audio and ADTS. */
import { type Cut, type CutFailure, type Cutter, type Frame, MAX_GARBAGE_BYTES } from './cutter.ts';
import { type Codec, type Container, contentTypeOf, type StreamFormat, sameFormat } from './format.ts';
import { MAX_TAG_BYTES, tagLength } from './id3.ts';

/** What one frame header says. */
export interface FrameHeader {
  /** Bytes of the whole frame, header included. */
  readonly length: number;
  readonly samples: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits per second, 0 when the header does not say. */
  readonly bitrate: number;
  readonly codec: Codec;
  /** Equal for frames that can belong to one stream. */
  readonly signature: number;
}

/** How to read one kind of frame. */
export interface FrameSyntax {
  readonly container: Container;
  /** Bytes needed to read a header. */
  readonly headerBytes: number;
  /** The header at `at`, or null when there is none. */
  readonly parse: (bytes: Buffer, at: number) => FrameHeader | null;
  /** True for a frame that describes a file and carries no sound. */
  readonly isFileInfo: (frame: Buffer) => boolean;
}

const EMPTY: Buffer = Buffer.alloc(0);

/**
 * A cutter for `syntax`. A frame counts after a loss of sync only when another header of the same kind follows
 * it. Memory stays below one frame and one header beyond the bytes pushed.
 */
export function createSyncCutter(syntax: FrameSyntax): Cutter {
  let carry = EMPTY;
  let signature: number | null = null;
  let garbage = 0;
  let tagBytes = 0;
  let tagLeft = 0;
  let format: StreamFormat | null = null;
  let failure: CutFailure | null = null;

  function formatOf(header: FrameHeader): StreamFormat {
    const { codec, sampleRate, channels } = header;
    const next = {
      container: syntax.container,
      codec,
      contentType: contentTypeOf(syntax.container),
      sampleRate,
      channels,
    };
    if (format === null || !sameFormat(format, next)) format = next;
    return format;
  }

  /** What stands at `at`: a whole frame's header, a tag, garbage, or not enough bytes to tell. */
  function look(bytes: Buffer, at: number): FrameHeader | 'garbage' | 'short' | 'tag' {
    const left = bytes.length - at;
    if (left === 0) return 'short';
    const tag = tagLength(bytes, at);
    if (tag === null) return 'short';
    if (tag > 0 && tagBytes + tag <= MAX_TAG_BYTES) {
      tagLeft = tag;
      return 'tag';
    }
    if (left < syntax.headerBytes) return 'short';
    const header = syntax.parse(bytes, at);
    if (header === null) return 'garbage';
    if (signature === header.signature) return left < header.length ? 'short' : header;
    if (left < header.length + syntax.headerBytes) return 'short';
    return syntax.parse(bytes, at + header.length)?.signature === header.signature ? header : 'garbage';
  }

  function push(pushed: Buffer): Cut {
    const frames: Frame[] = [];
    const bytes = carry.length === 0 ? pushed : Buffer.concat([carry, pushed]);
    let at = 0;
    let skipped = 0;
    while (failure === null) {
      if (tagLeft > 0) {
        const step = Math.min(tagLeft, bytes.length - at);
        at += step;
        tagLeft -= step;
        tagBytes += step;
        if (tagLeft > 0) break;
      }
      const found = look(bytes, at);
      if (found === 'short') break;
      if (found === 'tag') continue;
      if (found === 'garbage') {
        signature = null;
        at += 1;
        skipped += 1;
        garbage += 1;
        if (garbage > MAX_GARBAGE_BYTES) failure = 'lost-sync';
        continue;
      }
      const frame = bytes.subarray(at, at + found.length);
      at += found.length;
      signature = found.signature;
      garbage = 0;
      tagBytes = 0;
      if (syntax.isFileInfo(frame)) continue;
      const durationMs = (found.samples * 1000) / found.sampleRate;
      const bitrate = found.bitrate || Math.round((found.length * 8000) / durationMs);
      frames.push({ bytes: frame, role: 'audio', durationMs, bitrate, format: formatOf(found) });
    }
    carry = failure === null && at < bytes.length ? Buffer.from(bytes.subarray(at)) : EMPTY;
    return { frames, titles: [], skipped, failure };
  }

  return { push };
}

/** Cutting a byte stream into whole frames (MPEG audio, ADTS) or pages (Ogg), whatever the pieces it came in. */
import type { StreamFormat } from './format.ts';
import type { TrackTitle } from './track-title.ts';

/**
 * `chain-start` is the first page of an Ogg stream and makes earlier header pages void; `header` is a further
 * header page; all other frames are `audio`.
 */
export type FrameRole = 'audio' | 'chain-start' | 'header';

/** One whole frame or page, exactly as the source sent it. */
export interface Frame {
  readonly bytes: Buffer;
  readonly role: FrameRole;
  /** Milliseconds of sound, 0 for headers and for Ogg pages on which no packet ends. */
  readonly durationMs: number;
  /** Bits per second: declared by MPEG audio, otherwise this frame's own size over its duration (0 if unknown). */
  readonly bitrate: number;
  /** The same object for all frames of an unchanged format. */
  readonly format: StreamFormat;
}

/** Why a cutter gave up; it stays given up. */
export type CutFailure = 'lost-sync' | 'headers-too-large';

export interface Cut {
  readonly frames: readonly Frame[];
  /** Titles found in the stream itself (Ogg comment headers). */
  readonly titles: readonly TrackTitle[];
  /** Bytes of garbage dropped by this call; tags are not garbage. */
  readonly skipped: number;
  readonly failure: CutFailure | null;
}

export interface Cutter {
  /** Takes the next bytes, gives what became whole. The frames may share memory with `bytes`. */
  readonly push: (bytes: Buffer) => Cut;
}

/** Garbage allowed between two frames: room for an APE tag with a picture, far below a whole wrong file. */
export const MAX_GARBAGE_BYTES = 256 * 1024;

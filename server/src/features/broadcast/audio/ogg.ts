/** Cutting Ogg into pages: chained streams, header pages, titles from comment headers. */
import { type Cut, type CutFailure, type Cutter, type Frame, MAX_GARBAGE_BYTES } from './cutter.ts';
import { contentTypeOf, type StreamFormat, sameFormat } from './format.ts';
import { identify, isLastHeader, type OggIdentity, titleFromComments } from './ogg-headers.ts';
import { type OggPage, readPage } from './ogg-page.ts';
import type { TrackTitle } from './track-title.ts';

/** Bytes of header pages in one chain: kept for late joiners, so a cover picture fits and no more. */
export const MAX_HEADER_BYTES = 1024 * 1024;

/** A page claiming more sound than this has a broken position; its duration counts as unknown. */
const MAX_PAGE_MS = 10_000;

interface Chain {
  readonly serial: number;
  readonly identity: OggIdentity;
  readonly format: StreamFormat;
  headerBytes: number;
  headersDone: boolean;
  packets: number;
  /** Pieces of the header packet that is not whole yet. */
  pieces: Buffer[];
  lastGranule: bigint | null;
}

const EMPTY: Buffer = Buffer.alloc(0);

/** The first packet of a first page, which must be whole on it (RFC 3533 §4). */
function firstPacket(page: OggPage): Buffer {
  let length = 0;
  for (const piece of page.lacing) {
    length += piece;
    if (piece < 255) break;
  }
  return page.body.subarray(0, length);
}

/** Reads the header packets on `page`; gives the title if the comment packet became whole. */
function readHeaders(chain: Chain, page: OggPage): TrackTitle | null {
  let title: TrackTitle | null = null;
  let at = 0;
  for (const piece of page.lacing) {
    if (chain.headersDone) break;
    chain.pieces.push(page.body.subarray(at, at + piece));
    at += piece;
    if (piece === 255) continue;
    const packet = Buffer.concat(chain.pieces);
    chain.pieces = [];
    if (chain.packets > 0) title = titleFromComments(chain.identity.codec, packet) ?? title;
    chain.headersDone = isLastHeader(chain.identity.codec, packet, chain.packets);
    chain.packets += 1;
  }
  // Pieces outlive this call; keep them, not the whole buffer they were cut from.
  chain.pieces = chain.pieces.map((piece) => Buffer.from(piece));
  return title;
}

/** Milliseconds of sound that end on `page`; 0 when it does not say or says something impossible. */
function pageDuration(chain: Chain, page: OggPage): number {
  if (page.granule === null) return 0;
  const last = chain.lastGranule;
  chain.lastGranule = page.granule;
  const ms = (Number(page.granule - (last ?? 0n)) * 1000) / chain.identity.granuleRate;
  return ms > 0 && ms <= MAX_PAGE_MS ? ms : 0;
}

/**
 * A cutter for Ogg Vorbis, Opus and FLAC. Pages of other logical streams, and pages before the first
 * first-page, are dropped as garbage. Memory stays below one page and `MAX_HEADER_BYTES` beyond the bytes pushed.
 */
export function createOggCutter(): Cutter {
  let carry = EMPTY;
  let chain: Chain | null = null;
  let wasFirst = false;
  let garbage = 0;
  let failure: CutFailure | null = null;
  let format: StreamFormat | null = null;

  function begin(page: OggPage): Chain | null {
    const identity = identify(firstPacket(page));
    if (identity === null) return null;
    const { codec, sampleRate, channels } = identity;
    const next = {
      container: 'ogg',
      codec,
      contentType: contentTypeOf('ogg'),
      sampleRate,
      channels,
    } as const;
    if (format === null || !sameFormat(format, next)) format = next;
    return {
      serial: page.serial,
      identity,
      format,
      headerBytes: 0,
      headersDone: false,
      packets: 0,
      pieces: [],
      lastGranule: null,
    };
  }

  /** A frame for `page`, or null when it belongs to no stream we carry. */
  function take(page: OggPage, titles: TrackTitle[]): Frame | null {
    const joinsGroup = wasFirst && chain !== null;
    wasFirst = page.isFirst;
    let role: Frame['role'] = 'audio';
    if (page.isFirst) {
      const next = joinsGroup ? null : begin(page);
      if (next === null) return null;
      chain = next;
      role = 'chain-start';
    }
    if (chain === null || page.serial !== chain.serial) return null;
    const { format: chainFormat } = chain;
    if (chain.headersDone) {
      const durationMs = pageDuration(chain, page);
      const bitrate = durationMs > 0 ? Math.round((page.bytes.length * 8000) / durationMs) : 0;
      return { bytes: page.bytes, role, durationMs, bitrate, format: chainFormat };
    }
    chain.headerBytes += page.bytes.length;
    if (chain.headerBytes > MAX_HEADER_BYTES) {
      failure = 'headers-too-large';
      return null;
    }
    const title = readHeaders(chain, page);
    if (title !== null) titles.push(title);
    if (role === 'audio') role = 'header';
    return { bytes: page.bytes, role, durationMs: 0, bitrate: 0, format: chainFormat };
  }

  function push(pushed: Buffer): Cut {
    const frames: Frame[] = [];
    const titles: TrackTitle[] = [];
    const bytes = carry.length === 0 ? pushed : Buffer.concat([carry, pushed]);
    let at = 0;
    let skipped = 0;
    while (failure === null && at < bytes.length) {
      const page = readPage(bytes, at);
      if (page === 'short') break;
      const frame = page === null ? null : take(page, titles);
      if (frame === null) {
        const step = page === null ? 1 : page.bytes.length;
        at += step;
        skipped += step;
        garbage += step;
        if (garbage > MAX_GARBAGE_BYTES && failure === null) failure = 'lost-sync';
        continue;
      }
      at += frame.bytes.length;
      garbage = 0;
      frames.push(frame);
    }
    carry = failure === null && at < bytes.length ? Buffer.from(bytes.subarray(at)) : EMPTY;
    return { frames, titles, skipped, failure };
  }

  return { push };
}

/** Telling the real format of a stream from its first bytes, whatever Content-Type was claimed. */
import { parseAdtsHeader } from './adts.ts';
import type { Container } from './format.ts';
import { contentTypeOf } from './format.ts';
import { MAX_TAG_BYTES, tagLength } from './id3.ts';
import { parseMpegHeader } from './mpeg.ts';

/** Bytes looked at before a stream counts as unknown: a source may join in the middle of a frame, not of a file. */
export const SNIFF_WINDOW_BYTES = 64 * 1024;

export type Sniffed =
  | { readonly kind: 'pending' }
  /** `bytes` is everything read, without leading tags: the first thing to give to a cutter. */
  | { readonly kind: 'found'; readonly container: Container; readonly bytes: Buffer }
  /** `what` names what was recognised: `webm`, `mp4`, `flac` (without Ogg), `wav`, `text` or `unknown`. */
  | { readonly kind: 'unsupported'; readonly what: string };

export interface Sniffer {
  /** Takes the next bytes; after an answer other than `pending` it must not be called again. */
  readonly push: (bytes: Buffer) => Sniffed;
}

const signatures: ReadonlyArray<{ readonly at: number; readonly magic: string; readonly what: string }> = [
  { at: 0, magic: '\x1aE\xdf\xa3', what: 'webm' },
  { at: 4, magic: 'ftyp', what: 'mp4' },
  { at: 0, magic: 'fLaC', what: 'flac' },
  { at: 0, magic: 'RIFF', what: 'wav' },
  { at: 0, magic: '<!DO', what: 'text' },
  { at: 0, magic: '<htm', what: 'text' },
];

/** Bytes that the longest signature reaches. */
const SIGNATURE_BYTES = 8;

/** Whether a frame header stands at `at` and another one of its stream right behind it. */
function frameAt(bytes: Buffer, at: number): 'mpeg' | 'adts' | 'none' | 'short' {
  const b1 = bytes[at + 1];
  if (bytes[at] !== 0xff) return 'none';
  if (b1 === undefined) return 'short';
  if ((b1 & 0xe0) !== 0xe0) return 'none';
  const isAdts = (b1 & 0xf6) === 0xf0;
  const headerBytes = isAdts ? 7 : 4;
  const parse = isAdts ? parseAdtsHeader : parseMpegHeader;
  if (bytes.length < at + headerBytes) return 'short';
  const header = parse(bytes, at);
  if (header === null) return 'none';
  const next = at + header.length;
  if (bytes.length < next + headerBytes) return 'short';
  if (parse(bytes, next)?.signature !== header.signature) return 'none';
  return isAdts ? 'adts' : 'mpeg';
}

/** A sniffer for one stream. Leading ID3v2 tags are counted away, not kept. */
export function createSniffer(): Sniffer {
  let held: Buffer = Buffer.alloc(0);
  let tagLeft = 0;
  let tagBytes = 0;
  let at = 0;

  /** Drops leading tags; true when more bytes are needed to go on. */
  function dropTags(): boolean {
    for (;;) {
      const step = Math.min(tagLeft, held.length);
      held = held.subarray(step);
      tagLeft -= step;
      tagBytes += step;
      if (held.length === 0) return true;
      const tag = tagLength(held, 0);
      if (tag === null) return true;
      if (tag === 0 || tagBytes + tag > MAX_TAG_BYTES) return false;
      tagLeft = tag;
    }
  }

  function look(): Sniffed {
    const head = held.toString('latin1', 0, SIGNATURE_BYTES);
    for (const { at: where, magic, what } of signatures) {
      if (head.startsWith(magic, where)) return { kind: 'unsupported', what };
    }
    if (head.startsWith('OggS')) return { kind: 'found', container: 'ogg', bytes: held };
    for (; at < held.length; at += 1) {
      const frame = frameAt(held, at);
      if (frame === 'short') return { kind: 'pending' };
      if (frame !== 'none') return { kind: 'found', container: frame, bytes: held.subarray(at) };
      if (at >= SNIFF_WINDOW_BYTES) return { kind: 'unsupported', what: 'unknown' };
    }
    return { kind: 'pending' };
  }

  function push(bytes: Buffer): Sniffed {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    if (at === 0 && dropTags()) {
      held = Buffer.from(held);
      return { kind: 'pending' };
    }
    if (held.length < SIGNATURE_BYTES) return { kind: 'pending' };
    return look();
  }

  return { push };
}

/** A claimed Content-Type that does not fit what the bytes are; the stream is carried all the same. */
export interface FormatWarning {
  /** As the client sent it; null when it sent none. */
  readonly claimed: string | null;
  readonly found: string;
}

const claims: Readonly<Record<string, Container>> = {
  'audio/mpeg': 'mpeg',
  'audio/mp3': 'mpeg',
  'audio/x-mpeg': 'mpeg',
  'audio/aac': 'adts',
  'audio/aacp': 'adts',
  'audio/x-aac': 'adts',
  'application/ogg': 'ogg',
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
  'audio/vorbis': 'ogg',
  'audio/flac': 'ogg',
  'video/ogg': 'ogg',
};

/** The warning when `claimed` (parameters allowed) is missing or is not the type of `container`; otherwise null. */
export function formatWarning(claimed: string | null, container: Container): FormatWarning | null {
  const type = claimed?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (claims[type] === container) return null;
  return { claimed, found: contentTypeOf(container) };
}

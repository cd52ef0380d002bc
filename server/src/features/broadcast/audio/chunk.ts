/** What a channel sends to all its listeners at once, here and on other processes. */
import type { Codec, Container, StreamFormat } from './format.ts';
import { contentTypeOf } from './format.ts';

/** Whole frames worth about half a second. */
export interface Chunk {
  /** Names the channel instance that made it; a new instance begins a new run. */
  readonly run: string;
  /** Counts up by one within a run. */
  readonly seq: number;
  readonly format: StreamFormat;
  readonly durationMs: number;
  readonly bytes: Buffer;
  /** Not null when an Ogg chain begins: how many of the first `bytes` are header pages. */
  readonly headerBytes: number | null;
}

/** All a channel on another process needs to begin: header pages in force and the last second or so. */
export interface Primer {
  readonly headers: Buffer;
  readonly chunks: readonly Chunk[];
  readonly title: string | null;
}

const PREFIX = 4;

/** Head bytes read back at most; real ones have about 200. */
const MAX_HEAD = 4096;

/** A chunk as one message: length of a JSON head, the head, the bytes. */
export function encodeChunk(chunk: Chunk): Buffer {
  const { bytes, format, ...rest } = chunk;
  const { contentType: _derived, ...formatOnWire } = format;
  const head = Buffer.from(JSON.stringify({ ...rest, format: formatOnWire }));
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32BE(head.length);
  return Buffer.concat([prefix, head, bytes]);
}

const containers: readonly Container[] = ['mpeg', 'adts', 'ogg'];
const codecs: readonly Codec[] = ['mp2', 'mp3', 'aac', 'vorbis', 'opus', 'flac'];

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function readFormat(value: unknown): StreamFormat | null {
  if (!isRecord(value)) return null;
  const container = containers.find((known) => known === value['container']);
  const codec = codecs.find((known) => known === value['codec']);
  const { sampleRate, channels } = value;
  if (!container || !codec || typeof sampleRate !== 'number' || typeof channels !== 'number') return null;
  return { container, codec, contentType: contentTypeOf(container), sampleRate, channels };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The chunk in a message of `encodeChunk`; null when it is not one. */
export function decodeChunk(message: Buffer): Chunk | null {
  if (message.length < PREFIX) return null;
  const length = message.readUInt32BE();
  if (length > MAX_HEAD || message.length < PREFIX + length) return null;
  const head = parseJson(message.toString('utf8', PREFIX, PREFIX + length));
  if (!isRecord(head)) return null;
  const { run, seq, durationMs, headerBytes } = head;
  const format = readFormat(head['format']);
  const bytes = message.subarray(PREFIX + length);
  if (typeof run !== 'string' || typeof seq !== 'number' || typeof durationMs !== 'number') return null;
  if (format === null || (headerBytes !== null && typeof headerBytes !== 'number')) return null;
  if (headerBytes !== null && (headerBytes < 0 || headerBytes > bytes.length)) return null;
  return { run, seq, format, durationMs, bytes, headerBytes };
}

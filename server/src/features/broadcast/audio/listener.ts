/** One listener: the response head and the endless stream on a raw socket, and when to give up on it. */
import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import type { StreamFormat } from './format.ts';
import { createInterleaver, ICY_INTERVAL, type IcyInterleaver } from './icy.ts';

/** Seconds of sound a listener may lag before it is disconnected: two dropped Wi-Fi hand-overs, not a sleeping phone. */
export const MAX_LAG_MS = 15_000;

/**
 * Bytes a listener may lag, whatever the bit rate says. The queue refers to chunks all listeners share, so
 * that many slow listeners do not cost as many copies.
 */
export const MAX_LAG_BYTES = 1024 * 1024;

/** Room below which lag is not judged: the kernel takes data in steps of this order. */
const MIN_LAG_BYTES = 64 * 1024;

/** Being connected this long makes a listener a person; probes of browsers and players are shorter. */
export const PERSON_AFTER_MS = 5_000;

/** Time a socket gets to take its last bytes after an orderly end. */
const END_WITHIN_MS = 5_000;

/** What the station says about itself in the response head. Values may hold anything; line breaks are removed. */
export interface Station {
  readonly name: string;
  readonly description?: string;
  readonly genre?: string;
  readonly url?: string;
  /** kbit/s. */
  readonly bitrate?: number;
}

/** What the listener's request asked for. */
export interface ListenerRequest {
  readonly method: 'GET' | 'HEAD';
  readonly httpVersion: '1.0' | '1.1';
  /** True when it sent `Icy-MetaData: 1`. */
  readonly wantsTitles: boolean;
  /** Its Range header, null without one. */
  readonly range: string | null;
}

/**
 * `gone` the listener left · `too-slow` it lagged beyond the bound · `new-format` the stream goes on in another
 * format (the player reconnects) · `over` the broadcast ended · `stopping` the process stops · `head` it asked for the head only.
 */
export type ListenerEnd = 'gone' | 'too-slow' | 'new-format' | 'over' | 'stopping' | 'head';

export interface ListenerSummary {
  readonly end: ListenerEnd;
  /** Bytes the operating system took for it, response head and titles included. */
  readonly bytes: number;
  readonly milliseconds: number;
  readonly wasPerson: boolean;
}

/** The first thing a listener gets: what a player needs to start, and the last second or so of sound. */
export interface Join {
  readonly format: StreamFormat;
  /** Header pages, if any, and whole frames. */
  readonly bytes: Buffer;
  /** Bytes per second of the stream, 0 when not known yet. */
  readonly byteRate: number;
  /** The title block, null when nothing is known. */
  readonly title: Buffer | null;
}

export interface Listener {
  /** A closed byte range such as Safari's `bytes=0-1`, which only asks what is there. */
  readonly isProbe: boolean;
  readonly startedAt: number;
  /** Writes the response head and the first sound. Call once, first. */
  readonly begin: (join: Join) => void;
  /** Writes whole frames; closes the listener when it lags too far. */
  readonly write: (frames: Buffer, byteRate: number) => void;
  readonly announce: (title: Buffer) => void;
  /** Ends the response in order; what is queued still goes out. */
  readonly end: (reason: ListenerEnd) => void;
  readonly isOpen: () => boolean;
  /** True once it has really listened for `PERSON_AFTER_MS`. */
  readonly isPerson: () => boolean;
  /** Bytes taken by the operating system so far. */
  readonly bytes: () => number;
  /** Calls `told` once when the listener has ended, also when it already has. */
  readonly onEnd: (told: (summary: ListenerSummary) => void) => void;
}

export interface ListenerOptions {
  /** A connected socket, plain or TLS, on which nothing of the response has been written. */
  readonly socket: Socket;
  readonly request: ListenerRequest;
  readonly station: Station;
  /** For Access-Control-Allow-Origin; null sends none. */
  readonly allowOrigin: string | null;
  /** Further response headers. */
  readonly headers?: ReadonlyArray<readonly [string, string]>;
  readonly clock: Clock;
}

const PROBE = /^bytes=\d+-\d+$/;

function headerLine(name: string, value: string): string {
  return `${name}: ${value.replace(/[\p{Cc}]+/gu, ' ').trim()}\r\n`;
}

/** The response head for a stream of `format`: 200 without a length, which ends when the connection does. */
export function listenerHead(options: ListenerOptions, format: StreamFormat, withTitles: boolean): Buffer {
  const { station, request, allowOrigin } = options;
  const lines: Array<readonly [string, string]> = [
    ['Content-Type', format.contentType],
    ['Cache-Control', 'no-cache, no-store'],
    ['Pragma', 'no-cache'],
    ['Connection', 'close'],
    ['X-Content-Type-Options', 'nosniff'],
    ['icy-name', station.name],
    ['icy-pub', '0'],
  ];
  if (station.description) lines.push(['icy-description', station.description]);
  if (station.genre) lines.push(['icy-genre', station.genre]);
  if (station.url) lines.push(['icy-url', station.url]);
  if (station.bitrate) lines.push(['icy-br', String(Math.round(station.bitrate))]);
  if (withTitles) lines.push(['icy-metaint', String(ICY_INTERVAL)]);
  if (allowOrigin !== null) {
    lines.push(['Access-Control-Allow-Origin', allowOrigin]);
    lines.push([
      'Access-Control-Expose-Headers',
      'icy-name, icy-description, icy-genre, icy-url, icy-br, icy-metaint',
    ]);
    if (allowOrigin !== '*') lines.push(['Vary', 'Origin']);
  }
  const all = [...lines, ...(options.headers ?? [])].map(([name, value]) => headerLine(name, value));
  return Buffer.from(`HTTP/${request.httpVersion} 200 OK\r\n${all.join('')}\r\n`, 'utf8');
}

/** Queue bound in bytes for a stream of `byteRate`; `joined` bytes of head and burst never count against it. */
function lagBound(byteRate: number, joined: number): number {
  const byTime = (byteRate * MAX_LAG_MS) / 1000;
  return joined + Math.min(MAX_LAG_BYTES, Math.max(MIN_LAG_BYTES, byTime));
}

/** Takes over `options.socket`; see `Listener`. Nothing is written before `begin`. */
export function createListener(options: ListenerOptions): Listener {
  const { socket, request, clock } = options;
  const startedAt = clock.now();
  let icy: IcyInterleaver | null = null;
  let summary: ListenerSummary | null = null;
  let ending: ListenerEnd = 'gone';
  let isEnding = false;
  let joined = 0;
  let cancelKill: (() => void) | null = null;
  const told: Array<(summary: ListenerSummary) => void> = [];

  const bytes = () => Math.max(0, socket.bytesWritten - socket.writableLength);
  const isProbe = request.range !== null && PROBE.test(request.range.trim());
  const isPerson = () => !isProbe && socket.bytesWritten > 0 && clock.now() - startedAt >= PERSON_AFTER_MS;

  function closed(): void {
    if (summary !== null) return;
    cancelKill?.();
    summary = { end: ending, bytes: bytes(), milliseconds: clock.now() - startedAt, wasPerson: isPerson() };
    for (const tell of told.splice(0)) tell(summary);
  }

  function send(frames: Buffer): void {
    if (icy === null) {
      socket.write(frames);
      return;
    }
    socket.cork();
    for (const piece of icy.weave(frames)) socket.write(piece);
    socket.uncork();
  }

  function end(reason: ListenerEnd): void {
    if (isEnding || summary !== null) return;
    isEnding = true;
    ending = reason;
    socket.end();
    cancelKill = clock.after(END_WITHIN_MS, () => socket.destroy());
  }

  function begin(join: Join): void {
    if (isEnding || summary !== null) return;
    const withTitles = request.wantsTitles && join.format.container !== 'ogg';
    const head = listenerHead(options, join.format, withTitles);
    joined = head.length + join.bytes.length;
    socket.cork();
    socket.write(head);
    if (request.method === 'GET') {
      if (withTitles) icy = createInterleaver();
      if (join.title !== null) icy?.announce(join.title);
      send(join.bytes);
    }
    socket.uncork();
    if (request.method === 'HEAD') end('head');
  }

  function write(frames: Buffer, byteRate: number): void {
    if (isEnding || summary !== null) return;
    send(frames);
    if (socket.writableLength <= lagBound(byteRate, joined)) return;
    isEnding = true;
    ending = 'too-slow';
    socket.destroy();
  }

  socket.setNoDelay(true);
  socket.setTimeout(0);
  // An error is always followed by `close`, which is what counts here.
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.on('close', closed);
  // Read on, so that a listener who leaves is noticed during silence too.
  socket.resume();
  if (socket.destroyed) closed();

  return {
    isProbe,
    startedAt,
    begin,
    write,
    announce: (title) => icy?.announce(title),
    end,
    isOpen: () => !isEnding && summary === null,
    isPerson,
    bytes,
    onEnd(tell) {
      if (summary === null) told.push(tell);
      else tell(summary);
    },
  };
}

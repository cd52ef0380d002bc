/** Undoing the framing of a request body. Pure. */

/** `until-close`: raw bytes until the connection ends, not legal HTTP for a request and yet what most encoders do. */
export type Framing =
  | { readonly kind: 'until-close' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' };

export interface BodyPart {
  /** Body bytes, framing removed; they share memory with the input. */
  readonly data: readonly Buffer[];
  readonly isDone: boolean;
  /** What came behind the body; empty until it is done. */
  readonly rest: Buffer;
  /** True when the framing is broken; nothing more comes out. */
  readonly isBroken: boolean;
}

export interface BodyReader {
  readonly push: (bytes: Buffer) => BodyPart;
}

const EMPTY = Buffer.alloc(0);

function lengthReader(length: number): BodyReader {
  let left = length;
  return {
    push(bytes) {
      const data = bytes.subarray(0, left);
      left -= data.length;
      const rest = left === 0 ? bytes.subarray(data.length) : EMPTY;
      return { data: data.length > 0 ? [data] : [], isDone: left === 0, rest, isBroken: false };
    },
  };
}

/** A chunk-size line with extensions, or a trailer line. */
const MAX_LINE_BYTES = 1024;

/** Trailer lines accepted behind the last chunk. */
const MAX_TRAILERS = 32;

/** Hexadecimal digits of a chunk size: up to 256 GiB. */
const SIZE = /^([0-9A-Fa-f]{1,10})[ \t]*(?:;.*)?$/;

type ChunkState = 'size' | 'data' | 'data-end' | 'trailer' | 'done' | 'broken';

const LF = 0x0a;

/** RFC 9112 §7.1; bare LF is taken for CRLF. */
function chunkedReader(): BodyReader {
  let state: ChunkState = 'size';
  let left = 0;
  let line = '';
  let trailers = 0;

  function endOfLine(text: string): void {
    if (state === 'size') {
      const [, digits] = SIZE.exec(text) ?? [];
      left = digits === undefined ? 0 : Number.parseInt(digits, 16);
      state = digits === undefined ? 'broken' : left === 0 ? 'trailer' : 'data';
    } else if (state === 'data-end') {
      state = text === '' ? 'size' : 'broken';
    } else {
      trailers += 1;
      if (text === '') state = 'done';
      else if (trailers > MAX_TRAILERS) state = 'broken';
    }
  }

  /** Takes bytes of a line; gives how many. */
  function takeLine(bytes: Buffer): number {
    const end = bytes.indexOf(LF);
    line += bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
    if (line.length > MAX_LINE_BYTES) state = 'broken';
    else if (end >= 0) {
      const text = line.endsWith('\r') ? line.slice(0, -1) : line;
      line = '';
      endOfLine(text);
    }
    return end < 0 ? bytes.length : end + 1;
  }

  function push(bytes: Buffer): BodyPart {
    const data: Buffer[] = [];
    let at = 0;
    while (at < bytes.length && state !== 'done' && state !== 'broken') {
      if (state !== 'data') {
        at += takeLine(bytes.subarray(at));
        continue;
      }
      const piece = bytes.subarray(at, at + left);
      data.push(piece);
      at += piece.length;
      left -= piece.length;
      if (left === 0) state = 'data-end';
    }
    const isDone = state === 'done';
    return { data, isDone, rest: isDone ? bytes.subarray(at) : EMPTY, isBroken: state === 'broken' };
  }

  return { push };
}

/** A reader for a body framed as `framing` says. A length of 0 is done with the first push, even of no bytes. */
export function createBodyReader(framing: Framing): BodyReader {
  if (framing.kind === 'chunked') return chunkedReader();
  if (framing.kind === 'length') return lengthReader(framing.length);
  return { push: (bytes) => ({ data: [bytes], isDone: false, rest: EMPTY, isBroken: false }) };
}

/**
 * Request heads as encoders really send them (HTTP/1.0, HTTP/1.1, ICE/1.0; CRLF or bare LF; raw UTF-8 in the
 * path; empty Host), byte for byte. Pure: no sockets, no clock.
 */

/** One header line; the value keeps its bytes, since its charset is unknown. */
export interface Header {
  /** Lower case. */
  readonly name: string;
  readonly value: Buffer;
}

export interface RequestHead {
  /** Upper case. */
  readonly method: string;
  /** The request target, its bytes as sent. */
  readonly target: Buffer;
  readonly version: 'HTTP/1.0' | 'HTTP/1.1' | 'ICE/1.0';
  readonly headers: readonly Header[];
}

/** What is wrong with a head; one word for logs. */
export type HeadFault = 'too-large' | 'too-many-lines' | 'request-line' | 'header-line';

export type HeadResult =
  | { readonly kind: 'more' }
  /** `rest` is what came behind the head. */
  | { readonly kind: 'head'; readonly head: RequestHead; readonly rest: Buffer }
  | { readonly kind: 'bad'; readonly fault: HeadFault };

export interface HeadParser {
  /** Takes the next bytes; after an answer other than `more` it must not be called again. */
  readonly push: (bytes: Buffer) => HeadResult;
  /** True before the first byte of a request, empty lines aside. */
  readonly isIdle: () => boolean;
}

export interface HeadLimits {
  readonly headBytes: number;
  readonly headerLines: number;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

const METHOD = /^[A-Za-z]{1,16}$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function version(text: string): RequestHead['version'] | null {
  const upper = text.toUpperCase();
  if (upper === 'HTTP/1.0' || upper === 'HTTP/1.1' || upper === 'ICE/1.0') return upper;
  return null;
}

type RequestLine = Pick<RequestHead, 'method' | 'target' | 'version'>;

/** Method up to the first space, version behind the last one; a target with raw spaces is kept whole. */
function parseRequestLine(line: Buffer): RequestLine | null {
  const first = line.indexOf(SPACE);
  const last = line.lastIndexOf(SPACE);
  if (first < 1 || last <= first) return null;
  const method = line.toString('latin1', 0, first);
  const known = version(line.toString('latin1', last + 1));
  if (!METHOD.test(method) || known === null) return null;
  return {
    method: method.toUpperCase(),
    target: Buffer.from(line.subarray(first + 1, last)),
    version: known,
  };
}

function trim(value: Buffer): Buffer {
  let start = 0;
  let end = value.length;
  while (start < end && (value[start] === SPACE || value[start] === TAB)) start += 1;
  while (end > start && (value[end - 1] === SPACE || value[end - 1] === TAB)) end -= 1;
  return Buffer.from(value.subarray(start, end));
}

function parseHeader(line: Buffer): Header | null {
  const colon = line.indexOf(COLON);
  if (colon < 1) return null;
  const name = line.toString('latin1', 0, colon).trimEnd();
  if (!HEADER_NAME.test(name)) return null;
  return { name: name.toLowerCase(), value: trim(line.subarray(colon + 1)) };
}

/** A parser for one head. Its memory is bounded by `limits.headBytes`. */
export function createHeadParser(limits: HeadLimits): HeadParser {
  let held: Buffer = Buffer.alloc(0);
  let at = 0;
  let used = 0;
  let request: RequestLine | null = null;
  const headers: Header[] = [];

  /** The next line without its end, or null when it is not whole. */
  function nextLine(): Buffer | null {
    const end = held.indexOf(LF, at);
    if (end < 0) return null;
    const line = held.subarray(at, end > at && held[end - 1] === CR ? end - 1 : end);
    used += end + 1 - at;
    at = end + 1;
    return line;
  }

  function takeLine(line: Buffer): HeadResult | null {
    if (request === null) {
      if (line.length === 0) return null;
      request = parseRequestLine(line);
      return request === null ? { kind: 'bad', fault: 'request-line' } : null;
    }
    if (line.length === 0) {
      return { kind: 'head', head: { ...request, headers }, rest: held.subarray(at) };
    }
    if (headers.length >= limits.headerLines) return { kind: 'bad', fault: 'too-many-lines' };
    const header = parseHeader(line);
    if (header === null) return { kind: 'bad', fault: 'header-line' };
    headers.push(header);
    return null;
  }

  function push(bytes: Buffer): HeadResult {
    held = at >= held.length ? bytes : Buffer.concat([held.subarray(at), bytes]);
    at = 0;
    for (;;) {
      const line = nextLine();
      const waiting = line === null ? held.length - at : 0;
      if (used + waiting > limits.headBytes) return { kind: 'bad', fault: 'too-large' };
      if (line === null) return { kind: 'more' };
      const result = takeLine(line);
      if (result !== null) return result;
    }
  }

  return { push, isIdle: () => request === null && at >= held.length };
}

/** The first header called `name` (lower case), or null. */
export function headerBytes(head: RequestHead, name: string): Buffer | null {
  return head.headers.find((header) => header.name === name)?.value ?? null;
}

/** The first header called `name` as text: UTF-8 where that is valid, else Latin-1; null when absent or empty. */
export function headerText(head: RequestHead, name: string): string | null {
  const value = headerBytes(head, name);
  if (value === null || value.length === 0) return null;
  return looseText(value);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes as text: UTF-8 where that is valid, else Latin-1 (WHATWG: windows-1252). */
export function looseText(bytes: Buffer): string {
  return strictUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
}

/** Bytes as UTF-8, or null when they are not. */
export function strictUtf8(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

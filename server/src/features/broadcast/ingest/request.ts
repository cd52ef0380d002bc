/** What a request to the source port asks for. Pure. */
import type { Framing } from './body.ts';
import { type Fields, parseFields, percentDecode } from './form.ts';
import { headerBytes, headerText, looseText, type RequestHead } from './head.ts';

/** Basic credentials; `unreadable` when an Authorization header is there but says nothing usable. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly key: string }
  | { readonly kind: 'unreadable' };

/** What the software says about its stream (`ice-*`, or older `icy-*` headers). */
export interface StationInfo {
  readonly name: string | null;
  readonly description: string | null;
  readonly genre: string | null;
  readonly url: string | null;
  /** kbit/s as claimed, null when not a number. */
  readonly bitrate: number | null;
  readonly audioInfo: string | null;
}

interface Common {
  readonly credentials: Credentials;
  readonly userAgent: string | null;
  readonly framing: Framing;
  readonly expectsContinue: boolean;
  /** True when the client can send its next request on this connection. */
  readonly isPersistent: boolean;
  readonly version: RequestHead['version'];
}

export interface SourceRequest extends Common {
  readonly kind: 'source';
  readonly method: 'SOURCE' | 'PUT';
  /** Begins with `/`; percent-decoded. */
  readonly mount: string;
  readonly contentType: string | null;
  readonly station: StationInfo;
}

export interface MetadataRequest extends Common {
  readonly kind: 'metadata';
  readonly method: 'GET' | 'POST';
  readonly fields: Fields;
}

export type IngestRequest =
  | SourceRequest
  | MetadataRequest
  /** Title update of Shoutcast software: `/admin.cgi?pass=…`; the credentials are taken from `pass`. */
  | (Common & { readonly kind: 'shoutcast-metadata'; readonly fields: Fields })
  | (Common & { readonly kind: 'options' })
  /** libshout asks `GET /admin/!POKE` to see whether the port speaks plain HTTP. */
  | (Common & { readonly kind: 'poke' })
  | (Common & { readonly kind: 'status-json' })
  | (Common & { readonly kind: 'seven-xsl'; readonly fields: Fields })
  | (Common & { readonly kind: 'other'; readonly method: string; readonly path: string });

/** Null when Content-Length is no number, contradicts itself or the coding is unknown: a request to refuse. */
export function readFraming(head: RequestHead): Framing | null {
  const coding = headerText(head, 'transfer-encoding');
  if (coding !== null) return coding.toLowerCase() === 'chunked' ? { kind: 'chunked' } : null;
  const lengths = head.headers
    .filter(({ name }) => name === 'content-length')
    .map(({ value }) => looseText(value));
  const [length] = lengths;
  if (length === undefined) return { kind: 'until-close' };
  if (!/^\d{1,15}$/.test(length) || lengths.some((other) => other !== length)) return null;
  return { kind: 'length', length: Number(length) };
}

/** Credentials of an Authorization header: Basic, base64 of `user:key`. */
export function readCredentials(head: RequestHead): Credentials {
  const header = headerBytes(head, 'authorization');
  if (header === null) return { kind: 'none' };
  const [, encoded] = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(header.toString('latin1')) ?? [];
  if (encoded === undefined) return { kind: 'unreadable' };
  return splitCredentials(looseText(Buffer.from(encoded, 'base64'))) ?? { kind: 'unreadable' };
}

/** `user:key` in its two parts; null without a colon. */
function splitCredentials(pair: string): Credentials | null {
  const colon = pair.indexOf(':');
  if (colon < 0) return null;
  return { kind: 'basic', user: pair.slice(0, colon), key: pair.slice(colon + 1) };
}

/** Shoutcast's `pass`: a key alone, or `user:key`. */
function passCredentials(fields: Fields): Credentials {
  const pass = fields.get('pass');
  if (pass === undefined || pass.length === 0) return { kind: 'none' };
  const text = looseText(pass);
  return splitCredentials(text) ?? { kind: 'basic', user: 'source', key: text };
}

const QUESTION = 0x3f;

/** Path (percent-decoded) and fields of a target; an absolute target loses scheme and host. */
function splitTarget(target: Buffer): { readonly path: string; readonly fields: Fields } {
  const absolute = /^[a-z]+:\/\/[^/?]*/i.exec(target.toString('latin1'));
  const local = absolute === null ? target : target.subarray(absolute[0].length);
  const question = local.indexOf(QUESTION);
  const path = question < 0 ? local : local.subarray(0, question);
  const query = question < 0 ? Buffer.alloc(0) : local.subarray(question + 1);
  return { path: looseText(percentDecode(path.toString('latin1'))), fields: parseFields(query) };
}

function station(head: RequestHead): StationInfo {
  const text = (name: string) => headerText(head, `ice-${name}`) ?? headerText(head, `icy-${name}`);
  const audioInfo = text('audio-info');
  const [, fromInfo] = /(?:^|;)(?:ice-)?bitrate=(\d{1,5})/.exec(audioInfo ?? '') ?? [];
  const [claimed] = /^\d{1,5}/.exec(text('bitrate') ?? text('br') ?? '') ?? [];
  const bitrate = claimed ?? fromInfo;
  return {
    name: text('name'),
    description: text('description'),
    genre: text('genre'),
    url: text('url'),
    bitrate: bitrate === undefined ? null : Number(bitrate),
    audioInfo,
  };
}

function isPersistent(head: RequestHead): boolean {
  const connection = headerText(head, 'connection')?.toLowerCase() ?? '';
  return head.version === 'HTTP/1.1' ? !connection.includes('close') : connection.includes('keep-alive');
}

const STATUS_JSON = '/status-json.xsl';
const SEVEN = '/7.xsl';

function classifyGet(method: string, path: string, fields: Fields, common: Common): IngestRequest {
  if (path === '/admin/metadata' && (method === 'GET' || method === 'POST')) {
    return { ...common, kind: 'metadata', method, fields };
  }
  if (path === '/admin.cgi' && method === 'GET') {
    return { ...common, kind: 'shoutcast-metadata', fields, credentials: passCredentials(fields) };
  }
  if (path === '/admin/!POKE') return { ...common, kind: 'poke' };
  if (path === STATUS_JSON && method === 'GET') return { ...common, kind: 'status-json' };
  if (path === SEVEN && method === 'GET') return { ...common, kind: 'seven-xsl', fields };
  return { ...common, kind: 'other', method, path };
}

/** What `head` asks for; null when its framing makes no sense. */
export function classify(head: RequestHead): IngestRequest | null {
  const framing = readFraming(head);
  if (framing === null) return null;
  const { path, fields } = splitTarget(head.target);
  const { method } = head;
  const hasBody = framing.kind !== 'until-close' || method === 'SOURCE' || method === 'PUT';
  const common: Common = {
    credentials: readCredentials(head),
    userAgent: headerText(head, 'user-agent'),
    framing: hasBody ? framing : { kind: 'length', length: 0 },
    expectsContinue: headerText(head, 'expect')?.toLowerCase() === '100-continue',
    isPersistent: isPersistent(head),
    version: head.version,
  };
  if (method === 'OPTIONS') return { ...common, kind: 'options' };
  if (method !== 'SOURCE' && method !== 'PUT') return classifyGet(method, path, fields, common);
  const mount = path.startsWith('/') ? path : `/${path}`;
  const contentType = headerText(head, 'content-type');
  return { ...common, kind: 'source', method, mount, contentType, station: station(head) };
}

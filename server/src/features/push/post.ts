/** Hands one message to a push service (RFC 8030), encrypted for the browser (RFC 8291) and signed by us (RFC 8292). */
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:https';
import webPush from 'web-push';
import { endpointFault, publicLookup } from './addresses.ts';

/** The keys that tell push services who we are. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface Addressee {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface Message {
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
  readonly tag: string;
}

/** `gone`: the push service knows the subscription no more. `later`: nothing is decided. */
export type Posted =
  | { readonly kind: 'sent' }
  | { readonly kind: 'gone'; readonly error: string }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'later'; readonly error: string; readonly afterMs: number };

/** Milliseconds for one message, from the look-up of the name to the answer. */
const wholeMs = 15_000;
/** Idle connections to push services are kept for so long. */
const keepAliveMs = 10_000;
/** Milliseconds; a service that asks for more is asked again then. */
const longestWaitMs = 6 * 3_600_000;
/** Bytes of an answer that are read: enough for what went wrong. */
const answerBytes = 2_000;
const errorLength = 300;
/** Seconds that a push service keeps a message for a device that is off: the next day it is no news. */
const ttlSeconds = 24 * 3_600;

export interface PosterOptions {
  readonly keys: () => Promise<VapidKeys>;
  /** `mailto:` or https: whom a push service writes to when something is wrong. */
  readonly contact: () => string;
  readonly allowsPrivate: boolean;
  readonly concurrency: number;
  readonly now: () => number;
  /** Certificates to trust beside the system's. */
  readonly ca?: Buffer | undefined;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** A message of the same tag takes the place of one that is still on its way. At most 32 letters (RFC 8030 §5.4). */
function topicOf(tag: string): string {
  return createHash('sha256').update(tag).digest('base64url').slice(0, 32);
}

/** Retry-After in milliseconds: seconds or a date (RFC 9110 §10.2.3); 0 when it says neither. */
export function waitOf(retryAfter: string | undefined, now: number): number {
  if (retryAfter === undefined) return 0;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestWaitMs) : 0;
}

/** What an answer means. Nobody is followed to another address. */
export function judge({ status, retryAfter, text }: Answer, now: number): Posted {
  const error = `${status} ${text}`.replaceAll(/\s+/g, ' ').trim().slice(0, errorLength);
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404 || status === 410) return { kind: 'gone', error };
  if (status === 408 || status === 429 || status >= 500)
    return { kind: 'later', error, afterMs: waitOf(retryAfter, now) };
  return { kind: 'failed', error };
}

export type Post = (to: Addressee, message: Message, signal: AbortSignal) => Promise<Posted>;

export function createPoster({ keys, contact, allowsPrivate, concurrency, now, ca }: PosterOptions): Post {
  const agent = new Agent({
    keepAlive: true,
    timeout: keepAliveMs,
    maxSockets: concurrency,
    ...(ca === undefined ? {} : { ca }),
    ...(allowsPrivate ? {} : { lookup: publicLookup }),
  });

  function ask(url: string, headers: Record<string, string>, body: Buffer, signal: AbortSignal) {
    return new Promise<Answer>((resolve, reject) => {
      const asked = request(url, { method: 'POST', headers, agent, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text = (text + chunk).slice(0, answerBytes);
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text }),
        );
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  return async (to, message, signal) => {
    const fault = endpointFault(to.endpoint, allowsPrivate);
    if (fault !== undefined) return { kind: 'failed', error: `The address ${fault}.` };
    const { publicKey, privateKey } = await keys();
    let details: { readonly headers: object; readonly body: Buffer };
    try {
      details = webPush.generateRequestDetails(
        { endpoint: to.endpoint, keys: { p256dh: to.p256dh, auth: to.auth } },
        JSON.stringify(message),
        {
          vapidDetails: { subject: contact(), publicKey, privateKey },
          TTL: ttlSeconds,
          contentEncoding: 'aes128gcm',
          topic: topicOf(message.tag),
        },
      );
    } catch (error) {
      return { kind: 'failed', error: `The message could not be encrypted: ${String(error)}` };
    }
    const headers = Object.fromEntries(
      Object.entries(details.headers).map(([name, value]) => [name, String(value)]),
    );
    try {
      const until = AbortSignal.any([signal, AbortSignal.timeout(wholeMs)]);
      return judge(await ask(to.endpoint, headers, details.body, until), now());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { kind: 'later', error: why.slice(0, errorLength), afterMs: 0 };
    }
  };
}

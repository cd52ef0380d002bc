/** One HTTP request with exactly the headers given: no client of ours or Node's adds or tidies any. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Sent {
  readonly method?: string;
  readonly path: string;
  /** A list sends the header several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A test server answers in milliseconds; one that hangs fails the test instead of stopping it. */
const answerWithinMs = 20_000;

/** The body as JSON. */
export function json(answered: Answered): unknown {
  return JSON.parse(answered.body.toString());
}

/** @param origin such as http://127.0.0.1:8080. An answer given before the whole body was sent counts too. */
export function exchange(origin: string, sent: Sent): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const headers = Object.entries(sent.headers ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value],
  ]);
  const outgoing = request(new URL(origin), {
    agent: false,
    method: sent.method ?? 'GET',
    path: sent.path,
    headers: Object.fromEntries(headers),
    timeout: answerWithinMs,
  });
  outgoing.on('response', (incoming) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
    });
    incoming.on('error', reject);
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
  // After an answer this changes nothing: the server may close while a body it refused is still being sent.
  outgoing.on('error', reject);
  outgoing.end(sent.body);
  return promise;
}

/** One request with its header lines exactly as given: in that spelling and order, also several of one name. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Answered } from './exchange.ts';

export interface RawSent {
  readonly method?: string;
  readonly path: string;
  /** Name and value of each line, Host included. */
  readonly lines: readonly (readonly [string, string])[];
  readonly body?: string;
}

const answerWithinMs = 20_000;

/**
 * @param origin where to connect to, such as https://127.0.0.1:8443; certificates are self-made and not checked.
 * @param host what to call it: the Host line, and the name in the TLS handshake.
 */
export async function rawRequest(origin: string, host: string, sent: RawSent): Promise<Answered> {
  const url = new URL(origin);
  const body = sent.body ?? '';
  const lines = [['Host', host], ...sent.lines, ['Content-Length', String(Buffer.byteLength(body))]];
  const options: RequestOptions = {
    host: url.hostname,
    port: url.port,
    method: sent.method ?? 'GET',
    path: sent.path,
    headers: lines.flat(),
    agent: false,
    timeout: answerWithinMs,
  };
  const outgoing =
    url.protocol === 'https:'
      ? httpsRequest({ ...options, servername: host, rejectUnauthorized: false })
      : httpRequest(options);
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
  outgoing.end(body);
  const [incoming]: IncomingMessage[] = await once(outgoing, 'response');
  if (incoming === undefined) throw new Error('no answer');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) };
}

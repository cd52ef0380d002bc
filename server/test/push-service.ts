/**
 * A push service for tests: https with a certificate of an authority of its own. It checks our signature (RFC 8292)
 * and decrypts what comes (RFC 8188, RFC 8291) by itself, as a browser would, with nothing of the library that sends.
 */
import { execFileSync } from 'node:child_process';
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Owner } from './services/daemon.ts';
import { aFolder } from './start-app.ts';

/** A browser's subscription, with the private half that only the browser has. */
export interface TestSubscription {
  readonly name: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface TakenPush {
  readonly name: string;
  readonly text: string;
  readonly topic: string | undefined;
  readonly ttl: string | undefined;
  /** Whom the JWT says to write to. */
  readonly contact: string;
  /** The key that signed it, base64url. */
  readonly signedBy: string;
}

/** @param body encrypted (`aes128gcm`). */
export type Deliver = (body: Buffer) => void;

export interface PushService {
  readonly origin: string;
  /** The authority's certificate: what a client has to trust. */
  readonly ca: Buffer;
  readonly caFile: string;
  readonly taken: readonly TakenPush[];
  /** Requests by name of the subscription, refused ones too. */
  readonly asked: readonly string[];
  /** What was wrong with requests. */
  readonly faults: readonly string[];
  subscribe(name: string): TestSubscription;
  /** Hands what comes for the name on as it is, to a browser that decrypts it itself. @returns the endpoint. */
  relay(name: string, deliver: Deliver): string;
  /** Answers the next requests for the name like this; without a status, as usual again. */
  answer(name: string, status?: number, headers?: Readonly<Record<string, string>>): void;
}

async function certificate(owner: Owner): Promise<{ key: Buffer; cert: Buffer; ca: Buffer; caFile: string }> {
  const folder = await aFolder(owner);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  };
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test authority');
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  openssl(
    ...['req', '-x509', ...ec, '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=localhost'],
    ...[
      '-addext',
      names,
      '-addext',
      'basicConstraints=critical,CA:FALSE',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
    ],
  );
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  return { key: read('key.pem'), cert: read('cert.pem'), ca: read('ca.pem'), caFile: join(folder, 'ca.pem') };
}

interface Keys {
  readonly ecdh: ECDH;
  readonly auth: Buffer;
}

function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length));
}

/** RFC 8188 §2 with the keys of RFC 8291 §3.4; one record. */
function decrypt(body: Buffer, { ecdh, auth }: Keys): string {
  const salt = body.subarray(0, 16);
  const idLength = body.readUInt8(20);
  const theirs = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  const shared = ecdh.computeSecret(theirs);
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), theirs]);
  const secret = hkdf(shared, auth, keyInfo, 32);
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  if (end < 0) throw new Error('the last record has no delimiter');
  return padded.subarray(0, end).toString();
}

function json(part: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
}

/** RFC 8292 §2: an ES256 JWT for this origin that is over within a day. */
function checkVapid(header: string, origin: string): { contact: string; signedBy: string } {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=([\w-]+)$/.exec(header) ?? [];
  const [head, claims, signature] = token.split('.');
  if (json(head)['alg'] !== 'ES256') throw new Error('the JWT is not ES256');
  const point = Buffer.from(key, 'base64url');
  const coordinates = { x: point.subarray(1, 33), y: point.subarray(33) };
  const { x, y } = coordinates;
  const jwk = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = Buffer.from(`${head}.${claims}`);
  const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', signed, options, Buffer.from(signature ?? '', 'base64url')))
    throw new Error('the signature is wrong');
  const { aud, exp, sub } = json(claims);
  if (aud !== origin) throw new Error(`the JWT is for ${String(aud)}`);
  const left = Number(exp) - Date.now() / 1_000;
  if (!(left > 0 && left <= 24 * 3_600)) throw new Error('the JWT is over, or valid for too long');
  return { contact: String(sub), signedBy: key };
}

/** Starts it on a free port of the loopback. */
export async function startPushService(owner: Owner): Promise<PushService> {
  const { key, cert, ca, caFile } = await certificate(owner);
  const taken: TakenPush[] = [];
  const asked: string[] = [];
  const faults: string[] = [];
  const subscriptions = new Map<string, Keys | Deliver>();
  const answers = new Map<string, { status: number; headers: Readonly<Record<string, string>> }>();

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = (request.url ?? '').replace(/^\/push\//, '');
    const body = await buffer(request);
    asked.push(name);
    const answer = answers.get(name);
    const keys = subscriptions.get(name);
    if (answer !== undefined || keys === undefined) {
      response.writeHead(answer?.status ?? 404, answer?.headers ?? {}).end('as told');
      return;
    }
    const { authorization = '', topic, ttl } = request.headers;
    if (request.method !== 'POST' || request.headers['content-encoding'] !== 'aes128gcm')
      throw new Error('no aes128gcm POST');
    if (body.length > 4_096) throw new Error('more than 4,096 bytes');
    const vapid = checkVapid(authorization, origin);
    if (typeof keys === 'function') {
      keys(body);
    } else {
      const text = decrypt(body, keys);
      taken.push({ name, text, topic: topic?.toString(), ttl: ttl?.toString(), ...vapid });
    }
    response.writeHead(201).end();
  }

  const server = createServer({ key, cert }, (request, response) => {
    take(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.writeHead(400).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.after(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const origin = `https://localhost:${address === null || typeof address === 'string' ? 0 : address.port}`;
  return {
    ...{ origin, ca, caFile, taken, asked, faults },
    subscribe(name) {
      const ecdh = createECDH('prime256v1');
      ecdh.generateKeys();
      const auth = randomBytes(16);
      subscriptions.set(name, { ecdh, auth });
      return {
        name,
        endpoint: `${origin}/push/${name}`,
        p256dh: ecdh.getPublicKey('base64url'),
        auth: auth.toString('base64url'),
      };
    },
    relay(name, deliver) {
      subscriptions.set(name, deliver);
      return `${origin}/push/${name}`;
    },
    answer(name, status, headers = {}) {
      if (status === undefined) answers.delete(name);
      else answers.set(name, { status, headers });
    },
  };
}

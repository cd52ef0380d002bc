/** A player reduced to its request: what it hears, and when it ends. */
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { until } from './until.ts';

export interface Heard {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly bytes: () => Buffer;
  /** Resolves when the server ended the sound. */
  readonly ended: Promise<void>;
  leave(): void;
}

/** Asks for `/listen/<slug>`. A refusal's body is in `bytes` once `ended`. */
export function listen(origin: string, slug: string, headers: Record<string, string> = {}): Promise<Heard> {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>();
  const outgoing = request(`${origin}/listen/${slug}`, { agent: false, headers });
  outgoing.on('response', (incoming) => {
    const chunks: Buffer[] = [];
    const end = Promise.withResolvers<void>();
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('close', () => end.resolve());
    incoming.on('error', () => end.resolve());
    resolve({
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      bytes: () => Buffer.concat(chunks),
      ended: end.promise,
      leave: () => outgoing.destroy(),
    });
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}

/** Waits until so many bytes of sound came. */
export async function hears(heard: Heard, bytes: number): Promise<void> {
  await until(`${bytes} bytes of sound`, () => heard.bytes().length >= bytes);
}

/** Seconds of sound that ffmpeg decodes from the bytes without a complaint. @throws with its words otherwise */
export async function decodedSeconds(sound: Buffer): Promise<number> {
  const decode = promisify(execFile)(
    'ffmpeg',
    ['-v', 'error', '-xerror', '-i', 'pipe:0', '-f', 's16le', '-ac', '1', '-ar', '8000', '-'],
    {
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  decode.child.stdin?.end(sound);
  const { stdout, stderr } = await decode;
  if (stderr.length > 0) throw new Error(stderr.toString());
  return stdout.length / 2 / 8000;
}

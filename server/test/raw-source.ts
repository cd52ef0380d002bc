/** An encoder reduced to its socket: exactly these bytes to the source port, at the test's own pace. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until, within } from './until.ts';

export interface RawSource {
  readonly socket: Socket;
  /** Everything that was answered so far. */
  readonly answer: () => string;
  /** The status of the answer, once it came. */
  status(): Promise<number>;
  send(bytes: Uint8Array): void;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
  /** Cuts the connection, as a network does. */
  cut(): Promise<void>;
}

/** Sends a request head, such as `['GET / HTTP/1.0', 'Host: x']`. */
export async function rawRequest(port: number, head: readonly string[]): Promise<RawSource> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('latin1');
  });
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve());
  // A reset is one way for the server to close; tests look at `closed`.
  socket.on('error', () => resolve());
  await within('the source port takes the connection', once(socket, 'connect'));
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return {
    socket,
    answer: () => answer,
    async status() {
      const status = await until(
        'the answer of the source port',
        () => /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1],
      );
      return Number(status);
    },
    send: (bytes) => {
      socket.write(bytes);
    },
    closed,
    async cut() {
      socket.destroy();
      await closed;
    },
  };
}

export interface SourceLogin {
  readonly port: number;
  readonly handle: string;
  readonly key: string;
  readonly user?: string;
}

function authorization({ user = 'source', key }: SourceLogin): string {
  return `Authorization: Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
}

/** A source of MP3, as ffmpeg opens one. */
export function aSource(login: SourceLogin): Promise<RawSource> {
  const head = [`PUT /${login.handle} HTTP/1.1`, 'Host: radio', authorization(login), 'User-Agent: Test/1'];
  return rawRequest(login.port, [...head, 'Content-Type: audio/mpeg', 'Expect: 100-continue']);
}

/** Sends a title as encoders do; resolves with the status of the answer. */
export async function sendTitle(login: SourceLogin, title: string): Promise<number> {
  const path = `/admin/metadata?mode=updinfo&mount=/${login.handle}&song=${encodeURIComponent(title)}`;
  const request = await rawRequest(login.port, [
    `GET ${path} HTTP/1.0`,
    authorization(login),
    'User-Agent: Test/1',
  ]);
  const status = await request.status();
  await request.cut();
  return status;
}

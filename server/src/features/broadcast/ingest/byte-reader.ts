/** Reading a socket by asking, with a time limit, and noticing at any time that the peer has gone. */
import type { Socket } from 'node:net';
import type { Clock } from '../audio/clock.ts';

export type Read =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** The peer sends no more: it closed, half-closed or was cut off. */
  | { readonly kind: 'end' }
  | { readonly kind: 'timeout' };

export interface ByteReader {
  /** The next bytes, within `ms` milliseconds. One call at a time. */
  readonly read: (ms: number) => Promise<Read>;
  /** Puts bytes back, to be read next. */
  readonly unread: (bytes: Buffer) => void;
  /** Reads and drops for `ms` milliseconds, or until the peer has gone. */
  readonly discard: (ms: number) => Promise<void>;
  /** True once the peer sends no more, even when bytes are still waiting. */
  readonly isGone: () => boolean;
}

/** A reader on `socket`; at most about `earlyBytes` are kept before they are asked for. */
export function createByteReader(socket: Socket, clock: Clock, earlyBytes: number): ByteReader {
  const queue: Buffer[] = [];
  let queued = 0;
  let ended = socket.destroyed;
  let wake: (() => void) | null = null;

  function rouse(): void {
    const waiting = wake;
    wake = null;
    waiting?.();
  }

  function end(): void {
    ended = true;
    rouse();
  }

  socket.on('data', (bytes: Buffer) => {
    queue.push(bytes);
    queued += bytes.length;
    if (queued > earlyBytes) socket.pause();
    rouse();
  });
  socket.on('end', end);
  socket.on('close', end);

  function take(): Read | null {
    const bytes = queue.shift();
    if (bytes === undefined) return ended ? { kind: 'end' } : null;
    queued -= bytes.length;
    if (queued <= earlyBytes && socket.isPaused()) socket.resume();
    return { kind: 'bytes', bytes };
  }

  function read(ms: number): Promise<Read> {
    const ready = take();
    if (ready !== null) return Promise.resolve(ready);
    return new Promise((resolve) => {
      const cancel = clock.after(ms, () => {
        wake = null;
        resolve({ kind: 'timeout' });
      });
      wake = () => {
        cancel();
        resolve(take() ?? { kind: 'end' });
      };
    });
  }

  return {
    read,
    unread(bytes) {
      if (bytes.length === 0) return;
      queue.unshift(bytes);
      queued += bytes.length;
    },
    async discard(ms) {
      const until = clock.now() + ms;
      for (;;) {
        const left = until - clock.now();
        if (left <= 0) return;
        const { kind } = await read(left);
        if (kind !== 'bytes') return;
      }
    },
    isGone: () => ended,
  };
}

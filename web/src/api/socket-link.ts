/** One WebSocket from opening to closing: frames in and out, `hello` in time, silence noticed. */
import { SealedFrame, type SealedMessage } from '@slipmat/contract/frames';
import type { Clock } from './clock.ts';

/** The part of the browser's WebSocket that is used. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message' | 'close', listener: (event: Event) => void): void;
}

export type WebSocketMaker = new (url: string) => WebSocketLike;

export const linkLimits = {
  /** A handshake that takes longer will not get better. Milliseconds. */
  helloWithin: 10_000,
  /** Browsers hide pings, so after this much silence the page asks. Above the server's heartbeat. Milliseconds. */
  quietFor: 45_000,
  /** How long the answer to that may take. Milliseconds. */
  answerWithin: 10_000,
} as const;

export interface LinkEvents {
  opened(session: string): void;
  received(messages: readonly SealedMessage[]): void;
  /** A frame that the contract does not know. */
  unreadable(cause: unknown): void;
  /** Asks the server for any answer, because nothing came for long. */
  probe(): void;
  /** Told once. The code is 1006 when the page itself gave the connection up. */
  closed(code: number): void;
}

export interface Link {
  send(frame: object): void;
  /** Gives the connection up at once; `closed` is told. */
  drop(): void;
  /** Closes without telling anybody. */
  end(): void;
  /** Asks for an answer at once and gives up when none comes. */
  check(): void;
}

/** The code for a connection that ended without a close frame (RFC 6455 §7.1.5). */
const abnormal = 1006;

/** Opens a WebSocket. */
export function openLink(url: string, Maker: WebSocketMaker, clock: Clock, events: LinkEvents): Link {
  const socket = new Maker(url);
  let over = false;
  let greeted = false;
  let stopTimer = clock.after(linkLimits.helloWithin, drop);

  function finish(): void {
    over = true;
    stopTimer();
  }

  function drop(): void {
    if (over) return;
    finish();
    socket.close();
    events.closed(abnormal);
  }

  function check(): void {
    if (over || !greeted) return;
    stopTimer();
    stopTimer = clock.after(linkLimits.answerWithin, drop);
    events.probe();
  }

  function read(data: unknown): readonly SealedMessage[] | undefined {
    try {
      return SealedFrame.parse(JSON.parse(String(data)));
    } catch (failure) {
      events.unreadable(failure);
      return undefined;
    }
  }

  socket.addEventListener('message', (event) => {
    if (over) return;
    const messages = read('data' in event ? event.data : undefined);
    if (messages === undefined || over) return;
    const hello = messages.find((message) => message.type === 'hello');
    if (hello?.type === 'hello' && !greeted) {
      greeted = true;
      events.opened(hello.session);
    }
    if (!greeted || over) return;
    stopTimer();
    stopTimer = clock.after(linkLimits.quietFor, check);
    events.received(messages);
  });
  socket.addEventListener('close', (event) => {
    if (over) return;
    finish();
    events.closed('code' in event && typeof event.code === 'number' ? event.code : abnormal);
  });

  return {
    send(frame) {
      if (!over) socket.send(JSON.stringify(frame));
    },
    drop,
    end() {
      if (over) return;
      finish();
      socket.close();
    },
    check,
  };
}

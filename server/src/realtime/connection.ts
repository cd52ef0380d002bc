/** One `/realtime` socket: its outbox, its messages one after the other, its end. */

import type { Duplex } from 'node:stream';
import { type CloseReason, closeCodes } from '@slipmat/contract/close-codes';
import type { ServerMessage } from '@slipmat/contract/realtime';
import type { WebSocket } from 'ws';
import type { Who } from '../http/who.ts';
import type { Clock } from '../platform/clock.ts';
import { encodeTextFrame } from './frame.ts';
import { socketLimits } from './limits.ts';

export class Connection {
  /** Changes when the person's groups or the session change. */
  who: Who;
  readonly address: string;
  readonly session: string;
  /** As sent. */
  readonly userAgent: string;
  /** Topics followed, by the name the client used. */
  readonly subscriptions = new Map<string, () => void>();
  /** False after a ping until the pong. */
  answered = true;
  readonly #webSocket: WebSocket;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  #outbox: string[] | undefined;
  #closing = false;

  constructor(
    webSocket: WebSocket,
    stream: Duplex,
    opened: { who: Who; session: string; address: string; userAgent: string; clock: Clock },
  ) {
    this.#webSocket = webSocket;
    this.#stream = stream;
    this.#clock = opened.clock;
    this.who = opened.who;
    this.session = opened.session;
    this.userAgent = opened.userAgent;
    this.address = opened.address;
  }

  /** False once closing: nothing more is sent, and nothing new may be attached. */
  get isOpen(): boolean {
    return !this.#closing;
  }

  /** Sends a message; everything sent within one turn of the event loop is one frame. */
  send(message: ServerMessage): void {
    this.sendJson(JSON.stringify(message));
  }

  /** Like `send`, for a message that is JSON already. */
  sendJson(message: string): void {
    if (this.#closing) return;
    if (this.#outbox === undefined) {
      this.#outbox = [message];
      setImmediate(() => this.#flush());
    } else {
      this.#outbox.push(message);
    }
  }

  /** Writes a frame that was encoded for many; what was sent before goes first. */
  writeFrame(frame: Buffer): void {
    if (this.#closing) return;
    if (this.#outbox !== undefined) this.#flush();
    this.#write(frame);
  }

  #flush(): void {
    const messages = this.#outbox;
    this.#outbox = undefined;
    if (messages !== undefined && !this.#closing) this.#write(encodeTextFrame(`[${messages.join(',')}]`));
  }

  #write(frame: Buffer): void {
    // `ws` writes each frame whole and without compression, so a frame of ours never lands inside one of its own.
    this.#stream.write(frame);
    if (this.#stream.writableLength > socketLimits.outboxBytes) this.close('tooSlow');
  }

  ping(): void {
    this.answered = false;
    this.#webSocket.ping();
  }

  /** Says why and closes; a peer that does not answer is cut off. */
  close(reason: CloseReason): void {
    if (this.#closing) return;
    this.#flush();
    this.#closing = true;
    const { code, sentence } = closeCodes[reason];
    this.#webSocket.close(code, sentence);
    this.#clock.after(socketLimits.closeGraceMs, () => this.#webSocket.terminate());
  }

  /** Forgets everything that the connection held. */
  released(): void {
    this.#closing = true;
    for (const unsubscribe of this.subscriptions.values()) unsubscribe();
    this.subscriptions.clear();
  }
}

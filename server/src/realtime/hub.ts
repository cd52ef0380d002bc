/**
 * Messages between the parts of the server that hold connections, in this process or in several. A hub is a
 * wake-up and not a store: what must not be lost is in the journal, and readers fill gaps from there.
 */
import { EventEmitter } from 'node:events';

export type Receive = (message: Buffer) => void;

export interface Hub {
  /** Delivers to every subscriber of the channel: in this process at once, elsewhere as soon as possible. */
  publish(channel: string, message: Buffer): void;
  /** Resolves when messages published from here on will arrive. @returns stops the subscription. */
  subscribe(channel: string, receive: Receive): Promise<() => void>;
  /** Calls back after messages from other processes may have been missed. */
  onGap(act: () => void): () => void;
  /** @throws when the hub cannot reach the other processes. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Handlers by channel, with the bookkeeping that both hubs share. */
export class Channels {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  deliver(channel: string, message: Buffer): void {
    this.#emitter.emit(channel, message);
  }

  add(channel: string, receive: Receive): void {
    this.#emitter.on(channel, receive);
  }

  /** @returns true when it was the channel's last. */
  remove(channel: string, receive: Receive): boolean {
    this.#emitter.off(channel, receive);
    return this.#emitter.listenerCount(channel) === 0;
  }
}

/** The hub of a single process. */
export function createMemoryHub(): Hub {
  const channels = new Channels();
  return {
    publish: (channel, message) => channels.deliver(channel, message),
    subscribe(channel, receive) {
      channels.add(channel, receive);
      return Promise.resolve(() => {
        channels.remove(channel, receive);
      });
    },
    onGap: () => () => undefined,
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

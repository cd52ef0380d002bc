/** People who write in a chat: a few sockets in turn, at a steady rate, each message saying when it was sent. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** The mark that `load/readers.c` looks for. */
function timeMark(): string {
  return `@t=${process.hrtime.bigint()};`;
}

export interface WritersTarget {
  readonly url: string;
  /** Headers of each writer's handshake; one socket is opened for each. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  /** What to send before the first message, if anything. */
  readonly hello?: string;
  /** The frame that says `text`. */
  readonly frame: (text: string, number: number) => string;
  readonly perSecond: number;
}

export interface Writers {
  /** Messages sent so far, and answers that were problems. */
  readonly counts: () => { readonly sent: number; readonly failed: number };
  stop(): Promise<void>;
}

/** About as long as people write, so that a message on the wire has some 300 bytes. */
const words = 'that transition was so smooth, what is the name of this one please';

async function open(target: WritersTarget, headers: Readonly<Record<string, string>>): Promise<WebSocket> {
  const socket = new WebSocket(target.url, { headers, perMessageDeflate: false });
  await once(socket, 'open');
  if (target.hello !== undefined) socket.send(target.hello);
  return socket;
}

/** Opens the sockets and begins to write. */
export async function startWriters(target: WritersTarget): Promise<Writers> {
  const sockets = await Promise.all(target.headers.map((headers) => open(target, headers)));
  let sent = 0;
  let failed = 0;
  for (const socket of sockets) {
    socket.on('message', (data) => {
      const text = String(data);
      if (text === '2') socket.send('3');
      if (text.includes('"type":"problem"')) failed += 1;
    });
  }
  const timer = setInterval(() => {
    sockets[sent % sockets.length]?.send(target.frame(`${words} ${timeMark()}`, sent));
    sent += 1;
  }, 1000 / target.perSecond);
  return {
    counts: () => ({ sent, failed }),
    async stop() {
      clearInterval(timer);
      const closed = sockets.map((socket) => once(socket, 'close'));
      for (const socket of sockets) socket.close();
      await Promise.all(closed);
    },
  };
}

/** A way to PostgreSQL that can be cut and mended while the server runs. */
import { connect, createServer, type Socket } from 'node:net';
import type { Owner } from '../services/daemon.ts';

export interface StorageRelay {
  /** Address of the database through the relay. */
  readonly url: string;
  /** Ends every connection, and each new one at once. */
  cut(): void;
  mend(): void;
}

/** Relays to the database at the address; it stops with the owner. */
export async function relayTo(databaseUrl: string, owner: Owner): Promise<StorageRelay> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      // Either end may be cut at any moment; the other one is then ended by `close`.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  const cutAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  owner.after(async () => {
    server.close();
    cutAll();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    cut() {
      isCut = true;
      cutAll();
    },
    mend() {
      isCut = false;
    },
  };
}

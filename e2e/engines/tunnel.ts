/**
 * The HTTP proxy (CONNECT only, RFC 9110 §9.3.6) that WebKit goes through: it leads the test's names to this
 * machine, and every other name nowhere.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Owner } from '../../server/test/services/daemon.ts';

/** WebKit tells the proxy the cookies too, of browsers with many as well. Bytes. */
const maxHeaderSize = 64 * 1024;

function join(near: Socket, far: Socket): void {
  near.pipe(far);
  far.pipe(near);
  // Either end takes the other along.
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy());
}

/**
 * Starts it on a free loopback port.
 * @param hosts the names.
 * @returns its address, such as http://127.0.0.1:40001
 */
export async function openTunnel(owner: Owner, hosts: readonly string[]): Promise<string> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // "close" follows, and does what there is to do.
    socket.on('error', (error) => socket.destroy(error));
  };
  const server = createServer({ maxHeaderSize }, (_request, answer) => answer.writeHead(403).end());
  server.on('connect', (request: IncomingMessage, near: Socket) => {
    const [, host = '', port = '0'] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? [];
    keep(near);
    if (!hosts.includes(host)) {
      near.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const far = connect(Number(port), '127.0.0.1');
    keep(far);
    far.once('connect', () => near.write('HTTP/1.1 200 Connection Established\r\n\r\n'));
    join(near, far);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owner.after(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the tunnel has no port');
  return `http://127.0.0.1:${address.port}`;
}

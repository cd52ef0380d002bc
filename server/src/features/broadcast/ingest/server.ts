/** The source port: one TCP port for DJ software, plain and TLS, on our own parser. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { Clock } from '../audio/clock.ts';
import { createByteReader } from './byte-reader.ts';
import { serveConnection } from './connection.ts';
import type { IngestHouse } from './exchange.ts';
import type { IngestHooks, IngestLog, SourceOwner } from './hooks.ts';
import { defaultLimits, type IngestLimits } from './limits.ts';

/** A certificate with its chain and its key, as PEM. */
export interface TlsMaterial {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface IngestServerOptions<Dj extends SourceOwner> {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** With it, connections whose first byte is a TLS handshake are taken too. */
  readonly tls?: TlsMaterial;
  readonly clock: Clock;
  readonly log: IngestLog;
  readonly limits?: Partial<IngestLimits>;
  readonly hooks: IngestHooks<Dj>;
}

export interface IngestServer {
  /** Resolves when it listens, rejects when the port cannot be had. */
  readonly listen: () => Promise<void>;
  /** The port in use; 0 before `listen`. */
  readonly port: () => number;
  readonly counts: () => { readonly connections: number; readonly sources: number; readonly held: number };
  /** Takes a renewed certificate for new connections; only after it began with one. */
  readonly renewTls: (material: TlsMaterial) => void;
  /** Ends every source (`stopping`) and every connection; resolves when all are closed. */
  readonly close: () => Promise<void>;
}

/** First byte of a TLS record that carries a handshake (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16;

/** Idle time before TCP probes a silent peer, so that half-dead connections end. */
const KEEP_ALIVE_MS = 10_000;

/** A source port that does not listen yet. */
export function createIngestServer<Dj extends SourceOwner>(options: IngestServerOptions<Dj>): IngestServer {
  const { clock, log, hooks } = options;
  const limits: IngestLimits = { ...defaultLimits, ...options.limits };
  const house: IngestHouse<Dj> = { clock, limits, hooks, log, sources: new Map(), held: new Set() };
  const sockets = new Set<Socket>();
  const perAddress = new Map<string, number>();

  function serve(socket: Socket, isSecure: boolean, first: Buffer): void {
    const reader = createByteReader(socket, clock, limits.earlyBytes);
    reader.unread(first);
    const remoteAddress = socket.remoteAddress ?? '';
    serveConnection({ house, socket, reader, remoteAddress, isSecure, askedAt: clock.now() }).catch(
      (err: unknown) => {
        log.error({ err, remoteAddress }, 'source port connection failed');
      },
    );
  }

  const tlsServer = options.tls === undefined ? null : createTlsPart(options.tls);

  function createTlsPart(material: TlsMaterial): TlsServer {
    const part = createTlsServer({ ...material, handshakeTimeout: limits.headMs });
    part.on('secureConnection', (socket: TLSSocket) => {
      swallowErrors(socket);
      serve(socket, true, Buffer.alloc(0));
    });
    part.on('tlsClientError', (err, socket) => {
      log.info({ err, remoteAddress: socket.remoteAddress }, 'TLS handshake failed');
      socket.destroy();
    });
    return part;
  }

  /** Errors of a socket end in `close`, which the reader notices; a reset by the peer is everyday. */
  function swallowErrors(socket: Socket): void {
    socket.on('error', (err) => log.info({ err: err.message }, 'source port socket error'));
  }

  /** Counts a connection; false when there are too many. */
  function enter(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    const fromThere = perAddress.get(address) ?? 0;
    if (sockets.size >= limits.connections || fromThere >= limits.connectionsPerAddress) {
      log.warn({ address, connections: sockets.size, fromThere }, 'too many connections to the source port');
      return false;
    }
    sockets.add(socket);
    perAddress.set(address, fromThere + 1);
    socket.once('close', () => {
      sockets.delete(socket);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
    return true;
  }

  function begin(socket: Socket, first: Buffer): void {
    if (first[0] !== TLS_HANDSHAKE) {
      serve(socket, false, first);
    } else if (tlsServer !== null) {
      socket.pause();
      socket.unshift(first);
      tlsServer.emit('connection', socket);
    } else {
      log.info({ remoteAddress: socket.remoteAddress }, 'TLS asked for, but no certificate is set');
      socket.destroy();
    }
  }

  function accept(socket: Socket): void {
    swallowErrors(socket);
    if (!enter(socket)) {
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const leave = () => socket.destroy();
    const cancel = clock.after(limits.headMs, leave);
    socket.once('close', cancel);
    socket.once('end', leave);
    socket.once('data', (first: Buffer) => {
      cancel();
      socket.off('end', leave);
      begin(socket, first);
    });
  }

  // Half-open: a client that has sent all it will may still read our answer.
  const server: Server = createServer({ allowHalfOpen: true }, accept);

  return {
    async listen() {
      server.listen(options.port, options.host);
      await once(server, 'listening');
    },
    port: () => portOf(server.address()),
    counts: () => ({ connections: sockets.size, sources: house.sources.size, held: house.held.size }),
    renewTls(material) {
      if (tlsServer === null) throw new TypeError('the source port was started without a certificate');
      tlsServer.setSecureContext(material);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const source of [...house.sources.values()]) source.stop('stopping');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

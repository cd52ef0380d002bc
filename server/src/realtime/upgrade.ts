/** `/realtime`: the handshake, the sockets that are open, heartbeats, and closing those of an ended session. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CloseReason, closeCodes } from '@slipmat/contract/close-codes';
import type { Problem, ProblemCode } from '@slipmat/contract/problems';
import { realtimeLimits } from '@slipmat/contract/realtime';
import { referenceHeader } from '@slipmat/contract/sessions';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { judgeOrigin } from '../http/origin-guard.ts';
import type { Failures } from '../http/problem-handler.ts';
import type { RateLimit } from '../http/rate-limit.ts';
import type { Identified, Identify } from '../http/who.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { limitKey } from '../platform/network.ts';
import { ProblemError } from '../platform/problem-error.ts';
import { silence } from '../platform/silence.ts';
import { Connection } from './connection.ts';
import { socketLimits } from './limits.ts';
import type { Messages } from './messages.ts';

export interface RealtimeDeps {
  readonly identify: Identify;
  readonly messages: Messages;
  readonly rateLimit: RateLimit;
  readonly trustedOrigins: ReadonlySet<string>;
  /** The client's address, proxies considered. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly newReference: () => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly failures: Failures;
}

export interface Realtime {
  /** Closes this process's sockets of the sessions. */
  endSessions(sessionIds: ReadonlySet<string>): void;
  /** Ids of the sessions that have a socket on this process. */
  sessions(): ReadonlySet<string>;
  readonly open: number;
  /** Closes every socket with a reason and takes no new ones; resolves when messages under way are done with. */
  close(): Promise<void>;
}

const path = '/realtime';

function refuse(stream: Duplex, problem: Problem): void {
  const { reference } = problem;
  const body = JSON.stringify(problem);
  stream.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\ncontent-type: application/problem+json\r\n` +
      `${referenceHeader}: ${reference}\r\ncache-control: no-store\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Characters of a User-Agent that a socket keeps. */
const userAgentLength = 600;

/** A text of its own: a part of the handshake's head would keep all of it for as long as the socket. */
function copied(text: string): string {
  return Buffer.from(text.slice(0, userAgentLength)).toString();
}

/** Stands alone, because a listener made inside the handshake would keep its whole request for as long as the socket. */
function ignoreGonePeer(error: Error): void {
  silence(error, 'the peer is gone; its socket is being closed');
}

/** Takes `/realtime` handshakes of the HTTP server. */
export function attachRealtime(server: Server, deps: RealtimeDeps): Realtime {
  const { clock, log, messages } = deps;
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: realtimeLimits.messageBytes,
  });
  const connections = new Set<Connection>();
  const perAddress = new Map<string, number>();
  /** Messages under way, of all sockets. */
  const working = new Set<Promise<void>>();
  let isClosed = false;

  const stopHeartbeat = clock.every(realtimeLimits.heartbeatMs, () => {
    for (const connection of connections) {
      if (connection.answered) connection.ping();
      else connection.close('heartbeatMissed');
    }
  });

  function originProblem(request: IncomingMessage): ProblemCode | undefined {
    const { origin, cookie } = request.headers;
    const facts = {
      method: 'GET',
      isWebSocket: true,
      origin,
      secFetchSite: undefined,
      hasCookie: cookie !== undefined,
    };
    return judgeOrigin(facts, deps.trustedOrigins);
  }

  function handshakeProblem(request: IncomingMessage, key: string): ProblemCode | undefined {
    if (request.url?.split('?')[0] !== path) return 'not-found';
    if (isClosed) return 'shutting-down';
    if (connections.size >= socketLimits.perProcess) return 'busy';
    if ((perAddress.get(key) ?? 0) >= socketLimits.perAddress) return 'rate-limited';
    return originProblem(request);
  }

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', ignoreGonePeer);
    const address = deps.addressOf(request);
    const key = limitKey(address);
    const code = handshakeProblem(request, key);
    if (code !== undefined) {
      const reference = deps.newReference();
      log.info({ reference, code, origin: request.headers.origin }, 'socket refused');
      const userAgent = request.headers['user-agent'] ?? '';
      const asked = { reference, log, place: `GET ${path}`, userAgent, personId: undefined };
      refuse(stream, deps.failures.describe(new ProblemError(code), asked));
      return;
    }
    webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      openSocket(webSocket, stream, request, { address, key }).catch((error: unknown) => {
        log.error({ err: error }, 'socket not opened');
        webSocket.close(closeCodes.storageUnavailable.code, closeCodes.storageUnavailable.sentence);
      });
    });
  });

  async function openSocket(
    webSocket: WebSocket,
    stream: Duplex,
    request: IncomingMessage,
    from: { address: string; key: string },
  ): Promise<void> {
    // Messages may arrive while the person is looked up; they wait their turn behind it.
    const early: RawData[] = [];
    webSocket.on('error', (error) => silence(error, 'the socket closes with its own code'));
    const keepEarly = (data: RawData): void => {
      if (early.length < socketLimits.messagesWaiting) early.push(data);
    };
    webSocket.on('message', keepEarly);
    const identified = await identifySocket(request, webSocket, from.address);
    if (identified === undefined) return;
    const { who, session } = identified;
    const userAgent = copied(request.headers['user-agent'] ?? '');
    const { address } = from;
    const connection = new Connection(webSocket, stream, { who, session, address, userAgent, clock });
    webSocket.off('message', keepEarly);
    track(connection, webSocket, from.key);
    connection.send({ type: 'hello', session });
    listen(connection, webSocket, early);
  }

  /** Browsers show no status of a failed handshake, so these outcomes are told by close code instead. */
  async function identifySocket(
    request: IncomingMessage,
    webSocket: WebSocket,
    address: string,
  ): Promise<Identified | undefined> {
    const end = (reason: CloseReason): void =>
      webSocket.close(closeCodes[reason].code, closeCodes[reason].sentence);
    try {
      const identified = await deps.identify({
        cookieHeader: request.headers.cookie,
        userAgent: request.headers['user-agent'] ?? '',
        address,
        host: '',
        path,
        isBrowserVisit: true,
      });
      if (identified.who.kind !== 'conflict') return identified;
      end('sessionConflict');
    } catch (error) {
      log.warn({ err: error }, 'socket without an answer from storage');
      end('storageUnavailable');
    }
    return undefined;
  }

  function track(connection: Connection, webSocket: WebSocket, key: string): void {
    connections.add(connection);
    perAddress.set(key, (perAddress.get(key) ?? 0) + 1);
    webSocket.on('pong', () => {
      connection.answered = true;
    });
    webSocket.once('close', () => {
      connections.delete(connection);
      const left = (perAddress.get(key) ?? 1) - 1;
      if (left === 0) perAddress.delete(key);
      else perAddress.set(key, left);
      connection.released();
    });
  }

  function listen(connection: Connection, webSocket: WebSocket, early: readonly RawData[]): void {
    const budget = { burst: socketLimits.messageBurst, perMinute: socketLimits.messagesPerMinute };
    const budgetKey = `socket ${deps.newReference()}`;
    let waiting = 0;
    let refused = 0;
    let tail = Promise.resolve();

    const take = (data: RawData): void => {
      try {
        if (waiting >= socketLimits.messagesWaiting)
          throw new ProblemError('rate-limited', { retryAfterSeconds: 1 });
        deps.rateLimit.take(budgetKey, budget);
      } catch (error) {
        refused += 1;
        if (refused > socketLimits.refusalsBeforeClose) connection.close('tooManyMessages');
        else messages.fail(connection, idOf(data), error);
        return;
      }
      waiting += 1;
      // What still waits when the server stops is not begun: the page sends it again to the next one.
      const done = tail
        .then(() => (isClosed ? undefined : messages.answer(connection, String(data))))
        .then(() => {
          waiting -= 1;
          working.delete(done);
        });
      working.add(done);
      tail = done;
    };
    for (const data of early) take(data);
    webSocket.on('message', take);
  }

  return {
    endSessions(sessionIds) {
      for (const connection of connections) {
        const { who } = connection;
        if (who.kind === 'signed-in' && sessionIds.has(who.sessionId)) connection.close('sessionEnded');
      }
    },
    sessions: () =>
      new Set([...connections].flatMap(({ who }) => (who.kind === 'signed-in' ? [who.sessionId] : []))),
    get open() {
      return connections.size;
    },
    async close() {
      isClosed = true;
      stopHeartbeat();
      for (const connection of connections) connection.close('shuttingDown');
      webSockets.close();
      await Promise.all(working);
    },
  };
}

/** The id of a message that is refused unread, so that the page knows which one it was. */
function idOf(data: RawData): number | null {
  const id = /"id"\s*:\s*(\d{1,15})/.exec(String(data))?.[1];
  return id === undefined ? null : Number(id);
}

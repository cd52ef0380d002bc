/**
 * This tab's connection to `/realtime`: follows topics without gaps or doubles over reconnects, sends messages
 * that are always answered, and says in which state it is.
 */
import { type CloseReason, closeCodes, reconnectAfter } from '@slipmat/contract/close-codes';
import type { MessageBodyOf, MessageReplyOf, SocketMessage } from '@slipmat/contract/endpoint';
import { realtimeLimits, type SealedMessage, topicMessages } from '@slipmat/contract/frames';
import { backOff } from './back-off.ts';
import { type Clock, type Random, systemClock } from './clock.ts';
import type { IdentityWatch } from './identity.ts';
import { pageIdentity } from './page-identity.ts';
import { problemCentre } from './problem-centre.ts';
import { clientProblem, ProblemError } from './problem-error.ts';
import { type Link, openLink, type WebSocketMaker } from './socket-link.ts';
import { createRequests } from './socket-requests.ts';
import { createTopics, type TopicListener } from './socket-topics.ts';

export type { TopicListener, TopicNews } from './socket-topics.ts';

export const socketLimits = {
  /** After so long a connection counts as good, and the next loss starts the back-off anew. Milliseconds. */
  goodAfter: 10_000,
  /** How long a message may wait for its answer, connecting included, unless said. Milliseconds. */
  answerWithin: 10_000,
} as const;

/** `waiting`: lost, and tried again at `retryAt`. `stopped`: not tried again by itself. */
export interface ConnectionStatus {
  readonly state: 'connecting' | 'open' | 'waiting' | 'stopped';
  readonly reason?: CloseReason | 'offline';
  /** Milliseconds since 1970. */
  readonly retryAt?: number;
}

export interface RealtimeParts {
  /** The address, asked at every attempt. */
  readonly url: () => string;
  readonly WebSocket: WebSocketMaker;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: IdentityWatch;
  /** Takes failures that belong to no topic and no message. */
  readonly report: (failure: unknown) => void;
}

export interface SendOptions {
  /** Milliseconds. */
  readonly timeoutMs?: number;
}

export interface Realtime {
  /** Follows a topic from a fresh snapshot on; gives back what stops it. Connects when nothing did so far. */
  follow(topic: string, listener: TopicListener): () => void;
  /**
   * Sends a message; waits for the connection when there is none.
   * @throws ProblemError the server's problem; `network-unreachable` when the connection is not there or was lost
   * before the answer (it may have arrived: send again with the same key); `timed-out`; `contract-violation`.
   */
  send<const M extends SocketMessage>(
    message: M,
    body: MessageBodyOf<M>,
    options?: SendOptions,
  ): Promise<MessageReplyOf<M>>;
  /** The same object until the status changes. */
  status(): ConnectionStatus;
  onStatus(listener: () => void): () => void;
  /** The session that the connection was opened for; undefined while there is none. */
  session(): string | undefined;
  /** Connects again as whoever is signed in; call after signing in, up or out. Topics start from a snapshot. */
  reset(): void;
  /** Tries at once: the person asked, the browser is online again, or the page is looked at again. */
  nudge(): void;
}

function reasonOf(code: number): CloseReason | 'offline' {
  for (const reason of closeReasons) {
    if (closeCodes[reason].code === code) return reason;
  }
  return 'offline';
}

const closeReasons = Object.keys(closeCodes).filter((name): name is CloseReason => name in closeCodes);

/** Makes a connection that opens when something is first followed or sent. */
export function createRealtime(parts: RealtimeParts): Realtime {
  const { clock, random, identity } = parts;
  let status: ConnectionStatus = { state: 'connecting' };
  let link: Link | undefined;
  let session: string | undefined;
  let begun = false;
  let failures = 0;
  let stopRetry: () => void = () => undefined;
  let stopGood: () => void = () => undefined;
  const statusListeners = new Set<() => void>();

  const requests = createRequests({ clock, random });
  const topics = createTopics({
    limit: realtimeLimits.subscriptions,
    clock,
    random,
    subscribe: (body) => requests.send(topicMessages.subscribe, body, socketLimits.answerWithin),
    unsubscribe: (body) => requests.send(topicMessages.unsubscribe, body, socketLimits.answerWithin),
    report: parts.report,
  });

  function setStatus(next: ConnectionStatus): void {
    status = next;
    for (const listener of statusListeners) listener();
  }

  function opened(named: string, heard: (session: string) => void): void {
    const greeted = link;
    if (greeted === undefined) return;
    session = named;
    stopGood = clock.after(socketLimits.goodAfter, () => {
      failures = 0;
    });
    heard(named);
    // Another session than before: whoever listened has connected anew.
    if (link !== greeted) return;
    setStatus({ state: 'open' });
    requests.opened(greeted.send);
    topics.opened();
  }

  function received(messages: readonly SealedMessage[]): void {
    for (const message of messages) {
      if (message.type === 'result') requests.result(message.id, message.result);
      else if (message.type === 'problem' && message.id !== null)
        requests.problem(message.id, message.problem);
      else if (message.type === 'problem') parts.report(message.problem);
      else if (message.type === 'snapshot') topics.snapshot(message.topic, message.seq, message.state);
      else if (message.type === 'events') topics.events(message.topic, message.seq, message.events);
    }
  }

  function lost(): void {
    stopGood();
    link = undefined;
    session = undefined;
    requests.lost();
    topics.lost();
  }

  function stop(reason: CloseReason): void {
    lost();
    requests.stopped();
    setStatus({ state: 'stopped', reason });
  }

  function closed(code: number): void {
    const reason = reasonOf(code);
    if (reconnectAfter(code) !== 'yes' && reason !== 'offline') {
      stop(reason);
      return;
    }
    lost();
    const wait = backOff(failures, random);
    failures += 1;
    stopRetry = clock.after(wait, connect);
    setStatus({ state: 'waiting', reason, retryAt: clock.now() + wait });
  }

  function unreadable(cause: unknown): void {
    const opened = link;
    parts.report(new ProblemError(clientProblem('contract-violation', random), { cause }));
    stop('badMessage');
    opened?.end();
  }

  function connect(): void {
    begun = true;
    stopRetry();
    setStatus(
      status.reason === undefined ? { state: 'connecting' } : { state: 'connecting', reason: status.reason },
    );
    const heard = identity.begin();
    link = openLink(parts.url(), parts.WebSocket, clock, {
      opened: (session) => opened(session, heard),
      received,
      unreadable,
      probe: topics.probe,
      closed,
    });
  }

  return {
    follow(topic, listener) {
      if (!begun) connect();
      return topics.follow(topic, listener);
    },
    async send(message, body, options = {}) {
      if (!begun) connect();
      try {
        return await requests.send(message, body, options.timeoutMs ?? socketLimits.answerWithin);
      } catch (failure) {
        // No answer to this may mean that there is no connection any more, which browsers notice late.
        if (failure instanceof ProblemError && failure.problem.code === 'timed-out') link?.check();
        throw failure;
      }
    },
    status: () => status,
    onStatus(listener) {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    session: () => session,
    reset() {
      if (!begun) return;
      stopRetry();
      const opened = link;
      lost();
      opened?.end();
      requests.resumed();
      topics.forget();
      failures = 0;
      status = { state: 'connecting' };
      connect();
    },
    nudge() {
      if (status.state === 'waiting') connect();
      else if (status.state === 'open') link?.check();
    },
  };
}

/** The page's connection. */
export const realtime = createRealtime({
  url: () => new URL('/realtime', location.href.replace(/^http/, 'ws')).href,
  WebSocket,
  clock: systemClock,
  random: Math.random,
  identity: pageIdentity,
  report: (failure) => problemCentre.report(failure, 'the live connection'),
});

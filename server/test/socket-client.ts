/** A `/realtime` client typed by the contract; its states are kept with the contract's own reducers. */
import assert from 'node:assert/strict';
import {
  type ChatState,
  ChatState as ChatStateSchema,
  type ChatTopicEvent,
  reduceChat,
} from '@slipmat/contract/chat';
import { DashboardState, type DashboardTopicEvent, reduceDashboard } from '@slipmat/contract/dashboard';
import type { MessageReplyOf, SocketMessage } from '@slipmat/contract/endpoint';
import { EventState, type EventTopicEvent, reduceEvent } from '@slipmat/contract/events';
import {
  NotificationsState,
  type NotificationsTopicEvent,
  reduceNotifications,
} from '@slipmat/contract/notifications';
import type { Problem, ProblemCode } from '@slipmat/contract/problems';
import { ServerFrame, type ServerMessage, type TopicEvent, topicMessages } from '@slipmat/contract/realtime';
import { WebSocket } from 'ws';
import type * as z from 'zod/mini';
import { until, within } from './until.ts';

export interface SocketOptions {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Fails the test on events that come twice or leave a gap; on unless a test makes gaps. */
  readonly checkSeq?: boolean;
}

type State =
  | { readonly kind: 'chat'; state: ChatState }
  | { readonly kind: 'event'; state: EventState }
  | { readonly kind: 'dashboard'; state: DashboardState }
  | { readonly kind: 'notifications'; state: NotificationsState };

type Followable = 'dashboard' | 'notifications' | `chat:${string}` | `event:${string}`;

interface Following {
  seq: number;
  /** Undefined while resuming: the client goes on from a state that the test keeps. */
  kept: State | undefined;
  snapshots: number;
}

function isChat(event: TopicEvent): event is ChatTopicEvent {
  return event.type.startsWith('chat.');
}
function isEvent(event: TopicEvent): event is EventTopicEvent {
  return event.type.startsWith('event.');
}
function isDashboard(event: TopicEvent): event is DashboardTopicEvent {
  return event.type.startsWith('dashboard.');
}

function isNotifications(event: TopicEvent): event is NotificationsTopicEvent {
  return event.type.startsWith('notifications.');
}

function stateOf(topic: string, state: unknown): State {
  if (topic.startsWith('chat:')) return { kind: 'chat', state: ChatStateSchema.parse(state) };
  if (topic.startsWith('event:')) return { kind: 'event', state: EventState.parse(state) };
  if (topic === 'notifications') return { kind: 'notifications', state: NotificationsState.parse(state) };
  return { kind: 'dashboard', state: DashboardState.parse(state) };
}

function reduce(kept: State, event: TopicEvent): void {
  if (kept.kind === 'chat' && isChat(event)) kept.state = reduceChat(kept.state, event);
  else if (kept.kind === 'event' && isEvent(event)) kept.state = reduceEvent(kept.state, event);
  else if (kept.kind === 'dashboard' && isDashboard(event)) kept.state = reduceDashboard(kept.state, event);
  else if (kept.kind === 'notifications' && isNotifications(event))
    kept.state = reduceNotifications(kept.state, event);
  else throw new Error(`${event.type} on a topic of kind ${kept.kind}`);
}

function parseReply<S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> {
  return schema.parse(value);
}

export class SocketClient {
  readonly webSocket: WebSocket;
  /** Everything that came, in order. */
  readonly received: ServerMessage[] = [];
  /** Events by topic, in order, each with its seq. */
  readonly events: { readonly topic: string; readonly seq: number; readonly event: TopicEvent }[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #topics = new Map<string, Following>();
  readonly #answers = new Map<number, (message: ServerMessage) => void>();
  readonly #checkSeq: boolean;
  #failure: unknown;
  #lastId = 0;

  constructor(webSocket: WebSocket, options: SocketOptions) {
    this.webSocket = webSocket;
    this.#checkSeq = options.checkSeq ?? true;
    const { promise, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = promise;
    webSocket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    webSocket.on('error', (error) => {
      this.#failure ??= error;
    });
    webSocket.on('message', (data) => {
      try {
        for (const message of ServerFrame.parse(JSON.parse(String(data)))) this.#take(message);
      } catch (error) {
        this.#failure ??= error;
      }
    });
  }

  #take(message: ServerMessage): void {
    this.received.push(message);
    if (message.type === 'result' || (message.type === 'problem' && message.id !== null)) {
      const { id } = message;
      if (id !== null) this.#answers.get(id)?.(message);
    } else if (message.type === 'snapshot') {
      const { topic, seq, state } = message;
      const snapshots = (this.#topics.get(topic)?.snapshots ?? 0) + 1;
      this.#topics.set(topic, { seq, kept: stateOf(topic, state), snapshots });
    } else if (message.type === 'events') {
      this.#takeEvents(message);
    }
  }

  #takeEvents({ topic, seq, events }: Extract<ServerMessage, { type: 'events' }>): void {
    const following = this.#topics.get(topic);
    assert.ok(following, `events of ${topic}, which is not followed`);
    const first = seq - events.length + 1;
    // Without a journal, the numbers are those of all that is told, to whomever.
    if (topic === 'notifications') assert.ok(seq >= following.seq);
    else if (this.#checkSeq)
      assert.equal(first, following.seq + 1, `${topic}: events without gap and double`);
    following.seq = seq;
    for (const [index, event] of events.entries()) {
      this.events.push({ topic, seq: first + index, event });
      if (following.kept !== undefined) reduce(following.kept, event);
    }
  }

  /** What went wrong on this socket, if anything: a frame outside the contract, a gap. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The answer to a message, whatever it is. */
  async answer(type: string, body: object): Promise<ServerMessage> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<ServerMessage>();
    this.#answers.set(id, resolve);
    this.webSocket.send(JSON.stringify({ id, type, ...body }));
    const closed = this.closed.then(({ code }) => {
      throw new Error(`${type}: the socket closed with ${code} instead of an answer`);
    });
    const message = await within(`an answer to ${type}`, Promise.race([promise, closed]));
    this.#answers.delete(id);
    this.#raise();
    return message;
  }

  #raise(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The result of a message; fails the test on a problem. */
  async send<M extends SocketMessage>(message: M, body: z.input<M['body']>): Promise<MessageReplyOf<M>> {
    const answer = await this.answer(message.type, Object(body));
    assert.equal(answer.type, 'result', `${message.type}: ${JSON.stringify(answer)}`);
    return parseReply<M['reply']>(message.reply, answer.type === 'result' ? answer.result : undefined);
  }

  /** The problem that a message is answered with; fails the test on a result and on another code. */
  async refused<M extends SocketMessage>(
    message: M,
    code: ProblemCode,
    body: z.input<M['body']>,
  ): Promise<Problem> {
    const answer = await this.answer(message.type, Object(body));
    assert.ok(answer.type === 'problem', `${message.type}: ${JSON.stringify(answer)}`);
    assert.equal(answer.problem.code, code);
    return answer.problem;
  }

  /** Follows a topic from its snapshot. */
  async subscribe(topic: Followable): Promise<void> {
    await this.send(topicMessages.subscribe, { topic });
  }

  /** Follows a topic from where another client left off, with the state that it had. */
  async resume(topic: Followable, from: SocketClient): Promise<void> {
    const left = from.#topics.get(topic);
    assert.ok(left, `${topic} was not followed`);
    this.#topics.set(topic, { seq: left.seq, kept: structuredClone(left.kept), snapshots: 0 });
    await this.send(topicMessages.subscribe, { topic, after: left.seq });
  }

  /** Forgets a topic and follows it anew: the state is read from storage again. */
  async fresh(topic: Followable): Promise<void> {
    await this.send(topicMessages.unsubscribe, { topic });
    await this.subscribe(topic);
  }

  seq(topic: string): number {
    return this.#topics.get(topic)?.seq ?? 0;
  }

  snapshots(topic: string): number {
    return this.#topics.get(topic)?.snapshots ?? 0;
  }

  #kept(topic: string): State {
    this.#raise();
    const kept = this.#topics.get(topic)?.kept;
    assert.ok(kept, `${topic} is not followed`);
    return kept;
  }

  chat(slug: string): ChatState {
    const kept = this.#kept(`chat:${slug}`);
    assert.ok(kept.kind === 'chat');
    return kept.state;
  }

  event(slug: string): EventState {
    const kept = this.#kept(`event:${slug}`);
    assert.ok(kept.kind === 'event');
    return kept.state;
  }

  dashboard(): DashboardState {
    const kept = this.#kept('dashboard');
    assert.ok(kept.kind === 'dashboard');
    return kept.state;
  }

  notifications(): NotificationsState {
    const kept = this.#kept('notifications');
    assert.ok(kept.kind === 'notifications');
    return kept.state;
  }

  /** Waits until a condition on the states or events holds. */
  async next<T>(what: string, look: () => T | undefined | false, deadlineMs?: number): Promise<T> {
    return until(
      what,
      () => {
        this.#raise();
        return look();
      },
      deadlineMs,
    );
  }

  /** Closes as a page does that is left. */
  async leave(): Promise<void> {
    this.webSocket.close();
    await within('the socket closes', this.closed);
    this.#raise();
  }
}

/** A socket that has said hello, or one that the server closed instead. */
export async function connectSocket(origin: string, options: SocketOptions = {}): Promise<SocketClient> {
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : [...value],
  ]);
  const webSocket = new WebSocket(`${origin.replace(/^http/, 'ws')}/realtime`, {
    headers: Object.fromEntries(headers),
    perMessageDeflate: false,
  });
  const client = new SocketClient(webSocket, options);
  const opened = until('hello or a close', () => {
    if (client.failure !== undefined) throw client.failure;
    return client.received.length > 0 || webSocket.readyState === WebSocket.CLOSED;
  });
  await opened;
  return client;
}

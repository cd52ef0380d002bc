/** The server's side of the socket, for tests: the outside world of `socket.ts`. */
import type { ProblemCode } from '@slipmat/contract/problem';
import { fakeClock } from './fake-clock.ts';
import { createIdentityWatch } from './identity.ts';
import { ProblemError } from './problem-error.ts';
import { createRealtime } from './socket.ts';
import type { TopicNews } from './socket-topics.ts';

interface Sent {
  readonly id: number;
  readonly type: string;
  readonly topic?: string;
  readonly after?: number;
  readonly key?: string;
}

/** The other end of one WebSocket. */
export class FakeSocket extends EventTarget {
  static opened: FakeSocket[] = [];
  readonly sent: Sent[] = [];
  given = false;

  constructor(_url: string) {
    super();
    FakeSocket.opened.push(this);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.given = true;
  }

  says(...messages: unknown[]): void {
    this.saysRaw(JSON.stringify(messages));
  }

  saysRaw(data: string): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }

  ends(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }

  hello(session = 'none'): void {
    this.says({ type: 'hello', session });
  }

  /** Answers everything of a type that was sent so far. */
  answers(type: string, result: unknown = {}): void {
    for (const { id } of this.sent.filter((message) => message.type === type)) {
      this.says({ type: 'result', id, result });
    }
  }
}

/** A connection that nothing has used yet, on a clock that stands still. */
export function begin() {
  FakeSocket.opened = [];
  const clock = fakeClock();
  const reported: unknown[] = [];
  const told: string[] = [];
  const realtime = createRealtime({
    url: () => 'ws://test/realtime',
    WebSocket: FakeSocket,
    clock,
    random: () => 0.5,
    identity: createIdentityWatch({
      changed: () => told.push('changed'),
      split: () => told.push('split'),
    }),
    report: (failure) => reported.push(failure),
  });
  const socket = (): FakeSocket => {
    const last = FakeSocket.opened.at(-1);
    if (last === undefined) throw new Error('no socket was opened');
    return last;
  };
  const follow = (topic: string) => {
    const news: TopicNews[] = [];
    return { news, stop: realtime.follow(topic, (item) => news.push(item)) };
  };
  return { clock, realtime, socket, follow, reported, told };
}

export const title = (listeners: number) => ({ type: 'event.listeners', listeners });
export const say = { slug: 'a', text: 'hi', key: 'key-12345' };
const person = { id: '01890000-0000-7000-8000-000000000001', handle: 'ana', displayName: 'Ana', roles: [] };
export const message = {
  id: '01890000-0000-7000-8000-000000000002',
  author: person,
  text: 'hi',
  at: 1,
  hidden: false,
  key: 'key-12345',
};

/** The problem that the act failed with. */
export async function codeOf(act: Promise<unknown>): Promise<ProblemCode> {
  const failure = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(failure instanceof ProblemError)) throw new Error(`no problem: ${String(failure)}`);
  return failure.problem.code;
}

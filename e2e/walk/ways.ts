/** The six ways in which a call fails, each on the network between the real page and the real server. */
import { type Problem, type ProblemCode, problemOf, problems } from '@slipmat/contract/problems';
import type { Page, Route, WebSocketRoute } from 'playwright-core';

/** Longer than any answer may take, an upload's included; the clock of the page is moved. Milliseconds. */
const tooLong = 61_000;
/** The same for a message over the socket, and too short for the socket itself to be taken for lost. Milliseconds. */
const socketTooLong = 11_000;
const retryAfterSeconds = 41;

export type WayName = 'network' | 'time-out' | '500' | '503' | 'html' | 'contract';

/** How a request of HTTP fails. */
export interface Way {
  readonly name: WayName;
  /** What the page must call it. */
  readonly code: ProblemCode;
  /** The reference that the server gave; undefined where the page makes one. */
  readonly reference?: string;
  readonly answer: (route: Route) => Promise<void>;
  /** Lets the time pass that the page waits. */
  readonly wait?: (page: Page) => Promise<void>;
}

let answered = 0;

/** A reference that no other answer had. */
function freshReference(): string {
  answered += 1;
  return `w-${String(answered).padStart(6, '0')}`;
}

async function sendProblem(route: Route, problem: Problem): Promise<void> {
  const { status } = problems[problem.code];
  const wait = problem.retryAfterSeconds;
  await route.fulfill({
    status,
    contentType: 'application/problem+json',
    headers: {
      'slipmat-reference': problem.reference,
      ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
    },
    body: JSON.stringify(problem),
  });
}

/** The six ways, with fresh references. */
export function sixWays(): readonly Way[] {
  const broke = problemOf('internal-error', freshReference());
  const busy = problemOf('busy', freshReference(), { retryAfterSeconds });
  return [
    { name: 'network', code: 'network-unreachable', answer: (route) => route.abort('connectionreset') },
    {
      name: 'time-out',
      code: 'timed-out',
      // It is never answered, as by a server that hangs.
      answer: async () => undefined,
      wait: (page) => page.clock.fastForward(tooLong),
    },
    {
      name: '500',
      code: broke.code,
      reference: broke.reference,
      answer: (route) => sendProblem(route, broke),
    },
    { name: '503', code: busy.code, reference: busy.reference, answer: (route) => sendProblem(route, busy) },
    {
      name: 'html',
      code: 'unexpected-answer',
      answer: (route) =>
        route.fulfill({ status: 200, contentType: 'text/html', body: '<title>Hotel</title><p>Welcome</p>' }),
    },
    {
      name: 'contract',
      code: 'contract-violation',
      answer: (route) =>
        route.fulfill({ status: 200, contentType: 'application/json', body: '"nothing like it"' }),
    },
  ];
}

/** The answer to one message over the socket, or none. */
export interface SocketWay {
  readonly name: WayName;
  readonly code: ProblemCode;
  readonly reference?: string;
  readonly answer: (socket: WebSocketRoute, id: number) => void;
  /** The connection is gone afterwards. */
  readonly ruins?: true;
  readonly wait?: (page: Page) => Promise<void>;
}

/** The same six, as far as a socket knows them: closed, no answer, two problems, text that is no frame, a strange result. */
export function sixSocketWays(): readonly SocketWay[] {
  const broke = problemOf('internal-error', freshReference());
  const busy = problemOf('busy', freshReference(), { retryAfterSeconds });
  const problem =
    (told: Problem) =>
    (socket: WebSocketRoute, id: number): void =>
      socket.send(JSON.stringify([{ type: 'problem', id, problem: told }]));
  return [
    {
      name: 'time-out',
      code: 'timed-out',
      answer: () => undefined,
      wait: (page) => page.clock.fastForward(socketTooLong),
    },
    { name: '500', code: broke.code, reference: broke.reference, answer: problem(broke) },
    { name: '503', code: busy.code, reference: busy.reference, answer: problem(busy) },
    {
      name: 'contract',
      code: 'contract-violation',
      answer: (socket, id) =>
        socket.send(JSON.stringify([{ type: 'result', id, result: 'nothing like it' }])),
    },
    {
      name: 'network',
      code: 'network-unreachable',
      answer: (socket) => {
        socket.close({ code: 4999, reason: 'gone' }).catch(failLoudly);
      },
      ruins: true,
    },
    {
      name: 'html',
      code: 'contract-violation',
      answer: (socket) => socket.send('<p>Welcome</p>'),
      ruins: true,
    },
  ];
}

/** A failure of the test's own, which ends it. */
function failLoudly(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

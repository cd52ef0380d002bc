/** A sample person: a client of the server like any other, over HTTP and the realtime socket. */
import type { Endpoint } from '@slipmat/contract/endpoint';
import type { ServerMessage } from '@slipmat/contract/realtime';
import { WebSocket } from 'ws';

export interface Visitor {
  /** @returns the reply, for the caller to parse. @throws when the server refuses. */
  call(endpoint: Endpoint, input?: { params?: Record<string, string>; body?: object }): Promise<unknown>;
  /** Sends one realtime message and waits for its result. */
  send(type: string, body: object): Promise<void>;
  close(): void;
}

/** A socket that does not answer within this time is given up. */
const answerWithinMs = 10_000;

function pathOf(endpoint: Endpoint, params: Readonly<Record<string, unknown>>): string {
  return endpoint.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
    encodeURIComponent(String(params[name])),
  );
}

/** @param origin of the server, such as http://localhost:8080 */
export function createVisitor(origin: string): Visitor {
  let cookie = '';
  let socket: Promise<WebSocket> | undefined;
  let nextId = 1;

  function openSocket(): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const opening = new WebSocket(`${origin.replace(/^http/, 'ws')}/realtime`, {
        headers: { origin, cookie },
      });
      opening.once('open', () => resolve(opening));
      opening.once('error', reject);
    });
  }

  return {
    async call(endpoint, input = {}) {
      const response = await fetch(origin + pathOf(endpoint, { ...input.params }), {
        method: endpoint.method,
        headers: {
          origin,
          cookie,
          ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      });
      for (const line of response.headers.getSetCookie()) cookie = line.split(';')[0] ?? '';
      const value: unknown = await response.json();
      if (!response.ok) throw new Error(`${endpoint.method} ${endpoint.path}: ${JSON.stringify(value)}`);
      return value;
    },
    async send(type, body) {
      socket ??= openSocket();
      const open = await socket;
      const id = nextId;
      nextId += 1;
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${type}: no answer`)), answerWithinMs);
        const hear = (data: Buffer): void => {
          const frame: ServerMessage[] = JSON.parse(data.toString());
          const answer = frame.find((message) => 'id' in message && message.id === id);
          if (answer === undefined) return;
          clearTimeout(late);
          open.off('message', hear);
          if (answer.type === 'problem') reject(new Error(answer.problem.detail));
          else resolve();
        };
        open.on('message', hear);
        open.send(JSON.stringify({ id, type, ...body }));
      });
    },
    close() {
      socket?.then((open) => open.close()).catch((error: unknown) => process.emitWarning(String(error)));
    },
  };
}

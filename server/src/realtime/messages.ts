/** Client messages: read, checked against the contract, handed to the feature, always answered. */
import type { MessageBodyOf, MessageReplyOf, SocketMessage } from '@slipmat/contract/endpoint';
import { ClientFrame, type MessagesOf, type SocketFeature, socketMessages } from '@slipmat/contract/realtime';
import { checkAccess, validate } from '../http/pipeline.ts';
import type { Failures } from '../http/problem-handler.ts';
import type { SignedIn, Who } from '../http/who.ts';
import type { Log } from '../platform/log.ts';
import { ProblemError } from '../platform/problem-error.ts';
import type { Connection } from './connection.ts';

export interface MessageCall<M extends SocketMessage> {
  readonly body: MessageBodyOf<M>;
  readonly who: Who;
  readonly connection: Connection;
  /** The signed-in person; a message whose access is not 'anyone' always has one. */
  signedIn(): SignedIn;
}

export type MessageHandler<M extends SocketMessage> = (call: MessageCall<M>) => Promise<MessageReplyOf<M>>;
export type MessageHandlers<F extends SocketFeature> = {
  readonly [Name in keyof MessagesOf<F>]: MessagesOf<F>[Name] extends SocketMessage
    ? MessageHandler<MessagesOf<F>[Name]>
    : never;
};

interface Mounted {
  readonly message: SocketMessage;
  readonly handler: MessageHandler<SocketMessage>;
}

export interface MessageDeps {
  /** The person of an open socket as they are now. */
  readonly refresh: (who: SignedIn) => Promise<Who>;
  readonly newReference: () => string;
  readonly log: Log;
  readonly failures: Failures;
}

function isMessageHandler(value: unknown): value is MessageHandler<SocketMessage> {
  return typeof value === 'function';
}

/** Every message of the contract with its handler; a missing one does not compile. */
export type AllMessageHandlers = { readonly [F in SocketFeature]: MessageHandlers<F> };

function mountAll(handlers: AllMessageHandlers): Map<string, Mounted> {
  const mounted = new Map<string, Mounted>();
  for (const [feature, messages] of Object.entries(socketMessages)) {
    for (const [name, message] of Object.entries(messages)) {
      const handler: unknown = Reflect.get(Reflect.get(handlers, feature), name);
      if (!isMessageHandler(handler)) throw new Error(`${feature}.${name} has no handler`);
      mounted.set(message.type, { message, handler });
    }
  }
  return mounted;
}

function parse(text: string): { id: number; type: string; body: Record<string, unknown> } {
  try {
    const value: unknown = JSON.parse(text);
    const { id, type } = ClientFrame.parse(value);
    const { id: _id, type: _type, ...body } = Object(value);
    return { id, type, body };
  } catch (error) {
    throw new ProblemError('message-unreadable', {}, { cause: error });
  }
}

/** @returns answers one message of one connection; never rejects. */
export function createMessages(handlers: AllMessageHandlers, deps: MessageDeps) {
  const mounted = mountAll(handlers);

  async function act(connection: Connection, type: string, body: unknown): Promise<unknown> {
    const known = mounted.get(type);
    if (known === undefined) throw new ProblemError('message-unreadable');
    const { message, handler } = known;
    if (connection.who.kind === 'signed-in') {
      connection.who = await deps.refresh(connection.who);
      if (connection.who.kind !== 'signed-in') throw new ProblemError('session-revoked');
    }
    const { who } = connection;
    checkAccess(message.access, who, { duringConflict: false });
    return handler({
      body: validate(message.body, body),
      who,
      connection,
      signedIn() {
        if (who.kind === 'signed-in') return who;
        throw new ProblemError('session-missing');
      },
    });
  }

  /** @param type of the message, where it could be read. */
  function fail(connection: Connection, id: number | null, error: unknown, type = ''): void {
    const { who, userAgent } = connection;
    const problem = deps.failures.describe(error, {
      reference: deps.newReference(),
      log: deps.log,
      // What is no message of ours has whatever type somebody gave it.
      place: mounted.has(type) ? type : '/realtime',
      userAgent,
      personId: who.kind === 'signed-in' ? who.person.id : undefined,
    });
    connection.send({ type: 'problem', id, problem });
  }

  return {
    fail,
    async answer(connection: Connection, text: string): Promise<void> {
      let id: number | null = null;
      let type = '';
      try {
        const frame = parse(text);
        ({ id, type } = frame);
        const result = await act(connection, frame.type, frame.body);
        connection.send({ type: 'result', id, result });
      } catch (error) {
        fail(connection, id, error, type);
        if (error instanceof ProblemError && error.code === 'session-revoked')
          connection.close('sessionEnded');
      }
    },
  };
}

export type Messages = ReturnType<typeof createMessages>;

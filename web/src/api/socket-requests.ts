/** Messages on their way: each is answered, refused, or given up at its deadline; never forgotten. */
import type { MessageBodyOf, MessageReplyOf, SocketMessage } from '@slipmat/contract/endpoint';
import type { Problem } from '@slipmat/contract/problems';
import { safeParse } from 'zod/mini';
import type { Clock, Random } from './clock.ts';
import { clientProblem, ProblemError } from './problem-error.ts';

/** Messages waiting for an answer at once; a page that has more is not being typed at by a person. */
export const pendingMessages = 32;

interface Pending {
  readonly frame: { readonly id: number; readonly type: string };
  sent: boolean;
  answer(result: unknown): void;
  fail(failure: ProblemError): void;
}

export interface Requests {
  /** Sends now or as soon as there is a connection. */
  send<const M extends SocketMessage>(
    message: M,
    body: MessageBodyOf<M>,
    withinMs: number,
  ): Promise<MessageReplyOf<M>>;
  opened(deliver: (frame: object) => void): void;
  /** The connection is gone: what was sent will not be answered. */
  lost(): void;
  /** There will be no connection: nothing waits for one any more. */
  stopped(): void;
  /** Connections are tried again. */
  resumed(): void;
  result(id: number, result: unknown): void;
  problem(id: number, problem: Problem): void;
}

/** Makes an empty list of messages on their way. */
export function createRequests({ clock, random }: { clock: Clock; random: Random }): Requests {
  const pending = new Map<number, Pending>();
  let deliver: ((frame: object) => void) | undefined;
  let hopeless = false;
  let nextId = 1;

  const unreachable = (): ProblemError => new ProblemError(clientProblem('network-unreachable', random));

  function transmit(request: Pending): void {
    if (deliver === undefined) return;
    request.sent = true;
    deliver(request.frame);
  }

  function failAll(which: (request: Pending) => boolean): void {
    for (const request of [...pending.values()]) {
      if (which(request)) request.fail(unreachable());
    }
  }

  return {
    send(message, body, withinMs) {
      if (hopeless) return Promise.reject(unreachable());
      if (pending.size >= pendingMessages) {
        return Promise.reject(new ProblemError(clientProblem('busy', random)));
      }
      return new Promise((resolve, reject) => {
        const id = nextId;
        nextId += 1;
        const stopTimer = clock.after(withinMs, () =>
          fail(request.sent ? new ProblemError(clientProblem('timed-out', random)) : unreachable()),
        );
        const done = (): void => {
          pending.delete(id);
          stopTimer();
        };
        const fail = (failure: ProblemError): void => {
          done();
          reject(failure);
        };
        const request: Pending = {
          frame: { ...body, id, type: message.type },
          sent: false,
          fail,
          answer(result) {
            const reply = safeParse<(typeof message)['reply']>(message.reply, result);
            if (!reply.success) {
              fail(new ProblemError(clientProblem('contract-violation', random), { cause: reply.error }));
              return;
            }
            done();
            resolve(reply.data);
          },
        };
        pending.set(id, request);
        transmit(request);
      });
    },
    opened(next) {
      deliver = next;
      for (const request of pending.values()) {
        if (!request.sent) transmit(request);
      }
    },
    lost() {
      deliver = undefined;
      failAll((request) => request.sent);
    },
    stopped() {
      hopeless = true;
      failAll(() => true);
    },
    resumed() {
      hopeless = false;
    },
    result: (id, result) => pending.get(id)?.answer(result),
    problem: (id, problem) => pending.get(id)?.fail(new ProblemError(problem)),
  };
}

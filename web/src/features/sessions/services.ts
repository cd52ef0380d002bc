/** Asks every part of the site, with this browser's cookies, who it takes this browser for. */
import { closeCodes } from '@slipmat/contract/close-codes';
import type { Endpoint, ReplyOf } from '@slipmat/contract/endpoint';
import {
  type CookieReading,
  type Service as ListedService,
  type Me,
  ServiceAnswer,
  sessionsEndpoints,
} from '@slipmat/contract/sessions';
import { safeParse } from 'zod/mini';
import { type ClientParts, createClient } from '../../api/client.ts';
import { type Clock, type Random, systemClock } from '../../api/clock.ts';
import type { IdentityWatch } from '../../api/identity.ts';
import { pageIdentity } from '../../api/page-identity.ts';
import { clientProblem, ProblemError } from '../../api/problem-error.ts';
import { silence } from '../../api/silence.ts';
import { openLink, type WebSocketMaker } from '../../api/socket-link.ts';
import { type Answer, type Asked, answerOf, type Service } from './agreement.ts';

/** Longer than any of them takes on a slow line, and short enough to wait for. Milliseconds. */
export const answerWithin = 5_000;
/** An answer is two short fields; whatever is longer is not one. Characters. */
const answerLength = 4_096;

/** What is needed of the browser, so that tests can do without one. */
export interface AskingParts {
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly random: Random;
  readonly WebSocket: WebSocketMaker;
  /** Address of the socket. */
  readonly socketUrl: () => string;
  /** Told what the API answers, as every other answer of the API is. */
  readonly identity: IdentityWatch;
}

export interface Everything {
  readonly asked: readonly Asked[];
  /** What the API said of this browser; undefined when it did not answer. */
  readonly me: Me | undefined;
  /** The cookies as the server read them; undefined when it did not answer. */
  readonly cookies: readonly CookieReading[] | undefined;
  /** Why the API did not answer. */
  readonly failure: ProblemError | undefined;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  /**
   * The session of the connection that the page has; undefined when it has none, which then is left out. Without
   * this option another connection is opened for the question.
   */
  readonly connection?: { readonly session: string | undefined };
}

const services = {
  api: { title: 'This page', name: 'this page' },
  check: { title: 'Sign-in check', name: 'the sign-in check' },
  socket: { title: 'Chat connection', name: 'the chat connection' },
} as const satisfies Record<string, Service>;

const pageParts: AskingParts = {
  fetch: (address, init) => fetch(address, { ...init, cache: 'no-store' }),
  clock: systemClock,
  random: Math.random,
  get WebSocket() {
    return WebSocket;
  },
  socketUrl: () => new URL('/realtime', location.href.replace(/^http/, 'ws')).href,
  identity: pageIdentity,
};

/** Aborts after the time that an answer may take, and when the caller gives up. */
function deadline(clock: Clock, caller: AbortSignal | undefined) {
  const controller = new AbortController();
  let late = false;
  const giveUp = (): void => controller.abort(caller?.reason);
  const stopTimer = clock.after(answerWithin, () => {
    late = true;
    controller.abort();
  });
  caller?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    isLate: () => late,
    end() {
      stopTimer();
      caller?.removeEventListener('abort', giveUp);
    },
  };
}

type Heard<T> =
  | { readonly reply: T; readonly session: string | undefined }
  | { readonly answer: Answer; readonly failure: ProblemError | undefined };

/** Asks an endpoint of our own, and hears for which session it was answered. */
async function hear<const E extends Endpoint>(
  endpoint: E,
  parts: AskingParts,
  caller: AbortSignal | undefined,
): Promise<Heard<ReplyOf<E>>> {
  let session: string | undefined;
  const told = parts.identity.begin();
  const identity: ClientParts['identity'] = {
    begin: () => (named) => {
      session = named;
      told(named);
    },
    reset: () => undefined,
  };
  const { fetch, clock, random } = parts;
  const limit = deadline(clock, caller);
  try {
    const client = createClient({ fetch, clock, random, identity });
    const reply = await client.perform(endpoint, { signal: limit.signal });
    return { reply, session };
  } catch (failure) {
    caller?.throwIfAborted();
    // The time of this check is shorter than that of the client, which then knows only that it was given up.
    const known = limit.isLate()
      ? new ProblemError(clientProblem('timed-out', random), { cause: failure })
      : failure;
    if (!(known instanceof ProblemError)) throw known;
    return { answer: answerOfProblem(known), failure: known };
  } finally {
    limit.end();
  }
}

function answerOfProblem({ problem }: ProblemError): Answer {
  switch (problem.code) {
    case 'session-conflict':
      return { kind: 'conflict' };
    case 'network-unreachable':
      return { kind: 'silent', because: 'unreached' };
    case 'timed-out':
      return { kind: 'silent', because: 'late' };
    default:
      return { kind: 'silent', because: 'problem', detail: problem.detail };
  }
}

function answerOfApi(session: string | undefined, handle: string | null): Answer {
  return session === undefined ? { kind: 'silent', because: 'strange' } : answerOf(session, handle);
}

/** The first word of a fresh connection. */
function askSocket(parts: AskingParts, caller: AbortSignal | undefined): Promise<Answer> {
  return new Promise((resolve) => {
    const limit = deadline(parts.clock, caller);
    const finish = (answer: Answer): void => {
      limit.end();
      link.end();
      resolve(answer);
    };
    const link = openLink(parts.socketUrl(), parts.WebSocket, parts.clock, {
      opened: (session) => finish(answerOf(session, undefined)),
      received: () => undefined,
      unreadable: () => finish({ kind: 'silent', because: 'strange' }),
      probe: () => undefined,
      closed: (code) =>
        finish(
          code === closeCodes.sessionConflict.code
            ? { kind: 'conflict' }
            : { kind: 'silent', because: 'unreached' },
        ),
    });
    limit.signal.addEventListener('abort', () =>
      finish({ kind: 'silent', because: limit.isLate() ? 'late' : 'unreached' }),
    );
  });
}

/** A service that stays behind, which may be on another host. */
async function askService(url: string, parts: AskingParts, caller: AbortSignal | undefined): Promise<Answer> {
  const limit = deadline(parts.clock, caller);
  try {
    const response = await parts.fetch(url, {
      credentials: 'include',
      headers: { accept: 'application/json' },
      signal: limit.signal,
    });
    const text = await response.text();
    return readAnswer(text);
  } catch (failure) {
    caller?.throwIfAborted();
    silence(failure, 'the page says of this service that it did not answer');
    return { kind: 'silent', because: limit.isLate() ? 'late' : 'unreached' };
  } finally {
    limit.end();
  }
}

/** Whatever the status is: a service may refuse those it does not know and still say so in these words. */
function readAnswer(text: string): Answer {
  const strange: Answer = { kind: 'silent', because: 'strange' };
  if (text.length > answerLength) return strange;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (failure) {
    silence(failure, 'the page says of this service that its answer is strange');
    return strange;
  }
  const answer = safeParse(ServiceAnswer, value);
  return answer.success ? answerOf(answer.data.session, answer.data.handle) : strange;
}

function askListed(
  listed: readonly ListedService[],
  parts: AskingParts,
  caller: AbortSignal | undefined,
): Promise<Asked[]> {
  return Promise.all(
    listed.map(async ({ name, url }) => ({
      service: { title: name, name: `“${name}”` },
      answer: await askService(url, parts, caller),
    })),
  );
}

/**
 * Asks all of them at once; an answer that does not come within five seconds is silence.
 * @throws only the reason of the signal, when the caller gave up.
 */
export async function askEverything(
  { signal, connection }: AskOptions = {},
  parts: AskingParts = pageParts,
): Promise<Everything> {
  const socket =
    connection === undefined
      ? askSocket(parts, signal)
      : connection.session === undefined
        ? undefined
        : answerOf(connection.session, undefined);
  const [me, { check, old }, heardSocket] = await Promise.all([
    hear(sessionsEndpoints.me, parts, signal),
    hear(sessionsEndpoints.check, parts, signal).then(async (heard) => ({
      check: heard,
      old: 'reply' in heard ? await askListed(heard.reply.services, parts, signal) : [],
    })),
    socket,
  ]);
  const api: Answer = 'answer' in me ? me.answer : answerOfApi(me.session, me.reply.account?.handle ?? null);
  const checked: Answer =
    'answer' in check ? check.answer : answerOf(check.reply.session, check.reply.handle);
  const failed = [me, check].find((heard) => 'answer' in heard && heard.failure !== undefined);
  return {
    asked: [
      { service: services.api, answer: api },
      { service: services.check, answer: checked },
      ...(heardSocket === undefined ? [] : [{ service: services.socket, answer: heardSocket }]),
      ...old,
    ],
    me: 'reply' in me ? me.reply : undefined,
    cookies: 'reply' in check ? check.reply.cookies : undefined,
    failure: failed !== undefined && 'answer' in failed ? failed.failure : undefined,
  };
}

/** Display names by handle, as far as an answer says them. */
export function namesOf({ me }: Everything): ReadonlyMap<string, string> {
  const account = me?.account ?? null;
  return new Map(account === null ? [] : [[account.handle.toLowerCase(), account.displayName]]);
}

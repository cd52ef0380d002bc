/** Calling the server's HTTP endpoints. Every way this can fail is a `ProblemError`. */
import {
  type BodyFor,
  type BytesBody,
  type Endpoint,
  isBytesBody,
  type ParamsFor,
  type QueryFor,
  type ReplyOf,
} from '@slipmat/contract/endpoint';
import { Problem } from '@slipmat/contract/problem';
import { csrfHeader, incidentHeader, referenceHeader, sessionHeader } from '@slipmat/contract/sessions';
import type * as z from 'zod/mini';
import { safeParse } from 'zod/mini';
import { type Clock, type Random, systemClock } from './clock.ts';
import type { IdentityWatch } from './identity.ts';
import { pageIdentity } from './page-identity.ts';
import { problemCentre } from './problem-centre.ts';
import { clientProblem, noteIncident, ProblemError } from './problem-error.ts';

/** Longer than the server takes for anything but an upload; then a person had rather be told. Milliseconds. */
export const answerWithin = 15_000;
/** 2 MiB over a slow mobile uplink (0.4 Mbit/s) take 42 s. Milliseconds. */
export const uploadWithin = 60_000;
/** An answer is JSON of at most some hundred kilobytes; more is not ours. Characters. */
const answerLength = 4 * 1024 * 1024;

type Part<Name extends string, Has, Value> = Has extends z.ZodMiniType | BytesBody
  ? Record<Name, Value>
  : Partial<Record<Name, undefined>>;
type QueryPart<E extends Endpoint> = E['query'] extends z.ZodMiniType
  ? { query?: QueryFor<E> }
  : { query?: undefined };

/** What a call of this endpoint takes. */
export type CallInput<E extends Endpoint> = Part<'params', E['params'], ParamsFor<E>> &
  QueryPart<E> &
  Part<'body', E['body'], BodyFor<E>> & {
    readonly signal?: AbortSignal | undefined;
  };

/** The input may be left out where nothing in it is required. */
export type CallArguments<E extends Endpoint> =
  Record<never, never> extends CallInput<E> ? [input?: CallInput<E>] : [input: CallInput<E>];

/** The input of any call, for code that is about every endpoint. */
export interface LooseInput {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

interface Answer {
  readonly response: Response;
  readonly text: string;
}

export interface ClientParts {
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: IdentityWatch;
  /** Called after every answer of the server itself. */
  readonly reached?: () => void;
}

export interface Client {
  /**
   * Calls an endpoint.
   * @throws ProblemError for every failure; the signal's own reason when the caller gave up.
   */
  call<const E extends Endpoint>(endpoint: E, ...input: CallArguments<E>): Promise<ReplyOf<E>>;
  /** As `call`, for code whose input was checked against the endpoint elsewhere. */
  perform<const E extends Endpoint>(endpoint: E, input: LooseInput): Promise<ReplyOf<E>>;
  /** Sets the token that `me` gave, sent with everything that changes something. */
  setCsrfToken(token: string | null): void;
}

function entriesOf(values: unknown): [string, string][] {
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
}

/** The address of a call: parameters put into the path, the query behind it. */
export function addressOf(endpoint: Pick<Endpoint, 'path'>, params: unknown, query: unknown): string {
  const values = new Map(entriesOf(params));
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(values.get(name) ?? ''),
  );
  const search = new URLSearchParams(entriesOf(query)).toString();
  return search === '' ? path : `${path}?${search}`;
}

function isJson(response: Response): boolean {
  const type = response.headers.get('content-type') ?? '';
  return /^application\/(?:problem\+)?json\b/i.test(type);
}

/** Makes a client. */
export function createClient({ fetch, clock, random, identity, reached }: ClientParts): Client {
  let csrfToken: string | null = null;

  function requestOf(endpoint: Endpoint, input: LooseInput, signal: AbortSignal): RequestInit {
    const headers = new Headers({ accept: 'application/json' });
    let body: BodyInit | undefined;
    if (endpoint.body !== undefined && isBytesBody(endpoint.body)) {
      if (!(input.body instanceof Blob)) throw new TypeError(`${endpoint.path} takes a file`);
      headers.set('content-type', input.body.type);
      body = input.body;
    } else if (endpoint.body !== undefined) {
      headers.set('content-type', 'application/json');
      body = JSON.stringify(input.body ?? {});
    }
    if (endpoint.method !== 'GET' && csrfToken !== null) headers.set(csrfHeader, csrfToken);
    const init: RequestInit = { method: endpoint.method, headers, signal, credentials: 'same-origin' };
    return body === undefined ? init : { ...init, body };
  }

  async function exchange(endpoint: Endpoint, input: LooseInput, signal: AbortSignal): Promise<Answer> {
    const heard = identity.begin();
    const init = requestOf(endpoint, input, signal);
    let response: Response;
    let text: string;
    try {
      response = await fetch(addressOf(endpoint, input.params, input.query), init);
      text = response.status === 204 ? '{}' : await response.text();
    } catch (failure) {
      throw new ProblemError(clientProblem('network-unreachable', random), { cause: failure });
    }
    if (response.status !== 204 && (!isJson(response) || text.length > answerLength)) {
      throw new ProblemError(clientProblem('unexpected-answer', random));
    }
    noteIncident(response.headers.get(incidentHeader));
    const session = response.headers.get(sessionHeader);
    if (session !== null) heard(session);
    return { response, text };
  }

  function read<const E extends Endpoint>(endpoint: E, { response, text }: Answer): ReplyOf<E> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (failure) {
      throw new ProblemError(clientProblem('unexpected-answer', random), { cause: failure });
    }
    if (response.ok) {
      const reply = safeParse<E['reply']>(endpoint.reply, value);
      if (reply.success) return reply.data;
      throw violation(response, reply.error);
    }
    const problem = Problem.safeParse(value);
    throw problem.success ? new ProblemError(problem.data) : violation(response, problem.error);
  }

  function violation(response: Response, cause: unknown): ProblemError {
    const problem = clientProblem('contract-violation', random);
    const reference = response.headers.get(referenceHeader);
    return new ProblemError(reference === null ? problem : { ...problem, reference }, { cause });
  }

  async function perform<const E extends Endpoint>(endpoint: E, input: LooseInput): Promise<ReplyOf<E>> {
    input.signal?.throwIfAborted();
    const controller = new AbortController();
    let late = false;
    const uploads = endpoint.body !== undefined && isBytesBody(endpoint.body);
    const stopTimer = clock.after(uploads ? uploadWithin : answerWithin, () => {
      late = true;
      controller.abort();
    });
    const giveUp = (): void => controller.abort();
    input.signal?.addEventListener('abort', giveUp, { once: true });
    try {
      const answer = await exchange(endpoint, input, controller.signal);
      reached?.();
      return read(endpoint, answer);
    } catch (failure) {
      if (late) throw new ProblemError(clientProblem('timed-out', random), { cause: failure });
      if (input.signal?.aborted === true) throw input.signal.reason;
      throw failure;
    } finally {
      stopTimer();
      input.signal?.removeEventListener('abort', giveUp);
    }
  }

  return {
    call: (endpoint, ...input) => perform(endpoint, input[0] ?? {}),
    perform,
    setCsrfToken(token) {
      csrfToken = token;
    },
  };
}

/** This page's client. */
const client = createClient({
  fetch: (address, init) => fetch(address, init),
  clock: systemClock,
  random: Math.random,
  identity: pageIdentity,
  reached: () => problemCentre.passed('network-unreachable', 'timed-out'),
});

/** Calls an endpoint of this page's server; see `Client.call`. */
export const call: Client['call'] = client.call;
export const perform: Client['perform'] = client.perform;
export const setCsrfToken: Client['setCsrfToken'] = client.setCsrfToken;

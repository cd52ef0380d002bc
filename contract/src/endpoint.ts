/**
 * What an HTTP endpoint and a socket message are: data that the server mounts, the web client calls, the
 * documentation is generated from and the sweep test attacks. Nothing here does anything.
 */
import type * as z from 'zod/mini';
import type { Capability } from './capabilities.ts';
import type { ProblemCode } from './problems.ts';

/** Who may call: anyone, any signed-in person, or somebody whose groups give the capability. */
export type Access = 'anyone' | 'signed-in' | { readonly can: Capability };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A body that is not JSON: an upload of raw bytes of one of the given media types. */
export interface BytesBody {
  readonly bytes: readonly string[];
  readonly maxBytes: number;
}

/** Which budget of requests per minute the endpoint draws from; the budgets are in the server's rate limits. */
export type RateClass = 'read' | 'write' | 'credentials' | 'upload' | 'report' | 'policy-report';

export interface Endpoint {
  readonly method: Method;
  /** With `{name}` for parameters, as in OpenAPI. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly rate: RateClass;
  readonly params?: z.ZodMiniObject;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniObject | BytesBody;
  /** Of a JSON body; `application/json` unless said. The other is what browsers send by themselves. */
  readonly mediaType?: 'application/json' | 'application/csp-report';
  readonly reply: z.ZodMiniType;
  /** Status of success; 200 unless said. */
  readonly status?: 200 | 201 | 204;
  /** Codes that this endpoint itself may answer with, beside those every endpoint may (`sharedProblems`). */
  readonly problems: readonly ProblemCode[];
  /** True: works even while the browser is signed in to two accounts at once; for what ends that state. */
  readonly duringConflict?: boolean;
  /**
   * True: only soon after the person gave their password (`sessionsEndpoints.stepUp`), because what it gives outlasts
   * the session. Such an endpoint may answer `step-up-required`.
   */
  readonly needsStepUp?: boolean;
  /** True: pages of trusted origins on other hosts may read the answer (CORS), cookies included. */
  readonly crossOrigin?: boolean;
  /** True: nobody asks who is asking, so that it works when the cookies cannot even be read. */
  readonly withBrokenCookies?: boolean;
  /** True: who is asking is noted when it can be known; not knowing it, for whatever reason, stops nothing. */
  readonly anonymousIfUnknown?: boolean;
}

/**
 * Gives the endpoint back with its exact type.
 * @param endpoint every field is required but params, query, body and status.
 */
// @__NO_SIDE_EFFECTS__
export function defineEndpoint<const E extends Endpoint>(endpoint: E): E {
  return endpoint;
}

/** A message that a client may send over `/realtime`; it is always answered by a result or a problem. */
export interface SocketMessage {
  readonly type: string;
  readonly summary: string;
  readonly access: Access;
  readonly body: z.ZodMiniObject;
  readonly reply: z.ZodMiniType;
  readonly problems: readonly ProblemCode[];
}

/** Gives the socket message back with its exact type. */
// @__NO_SIDE_EFFECTS__
export function defineMessage<const M extends SocketMessage>(message: M): M {
  return message;
}

type Parsed<S> = S extends z.ZodMiniType ? z.output<S> : Record<string, never>;
type Sent<S> = S extends z.ZodMiniType ? z.input<S> : Record<string, never>;

/** The values a handler gets, after validation. */
export type ParamsOf<E extends Endpoint> = Parsed<E['params']>;
export type QueryOf<E extends Endpoint> = Parsed<E['query']>;
export type BodyOf<E extends Endpoint> = E['body'] extends BytesBody ? Uint8Array : Parsed<E['body']>;
/** The value a handler gives and a client gets. */
export type ReplyOf<E extends Endpoint> = z.output<E['reply']>;

/** The values a client passes, before validation. */
export type ParamsFor<E extends Endpoint> = Sent<E['params']>;
export type QueryFor<E extends Endpoint> = Sent<E['query']>;
export type BodyFor<E extends Endpoint> = E['body'] extends BytesBody ? Upload : Sent<E['body']>;

/** Whatever the client's platform sends as raw bytes; the contract knows no DOM and no Node. */
type Upload = { readonly size: number; readonly type: string };

export type MessageBodyOf<M extends SocketMessage> = z.output<M['body']>;
export type MessageReplyOf<M extends SocketMessage> = z.output<M['reply']>;

/** Tells an upload from a JSON body. */
export function isBytesBody(body: Endpoint['body']): body is BytesBody {
  return body !== undefined && 'bytes' in body;
}

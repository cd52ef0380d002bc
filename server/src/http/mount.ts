/** Mounts the endpoints of a feature: a missing handler does not compile, and none goes around the pipeline. */
import { isDeepStrictEqual } from 'node:util';
import {
  type BodyOf,
  type Endpoint,
  isBytesBody,
  type ParamsOf,
  type QueryOf,
  type ReplyOf,
} from '@slipmat/contract/endpoint';
import { type EndpointsOf, endpoints, type Feature } from '@slipmat/contract/endpoints';
import { incidentHeader, sessionHeader } from '@slipmat/contract/sessions';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../platform/problem-error.ts';
import { silence } from '../platform/silence.ts';
import {
  askerOf,
  checkAccess,
  checkCsrf,
  checkOrigin,
  checkRate,
  checkStepUp,
  identifyRequest,
  type PipelineDeps,
  validateRequest,
} from './pipeline.ts';
import type { Failures } from './problem-handler.ts';
import { type Asker, type Identified, noSession, type SignedIn, type Who } from './who.ts';

/** What a handler gets. */
export interface Call<E extends Endpoint> {
  readonly params: ParamsOf<E>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
  readonly who: Who;
  readonly asker: Asker;
  /** The signed-in person; an endpoint whose access is not 'anyone' always has one. */
  signedIn(): SignedIn;
  /** Adds `Set-Cookie` lines, in order, and names the session that the response belongs to. */
  answerForSession(session: string, cookieLines: readonly string[]): void;
  /** Has the browser forget every cookie of the registrable domain (Clear-Site-Data, W3C). */
  forgetCookies(): void;
}

export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<ReplyOf<E>>;
export type Handlers<F extends Feature> = {
  readonly [Name in keyof EndpointsOf<F>]: EndpointsOf<F>[Name] extends Endpoint
    ? Handler<EndpointsOf<F>[Name]>
    : never;
};

/** Bytes of a JSON body: the longest is an event with 60 slots and 5,000 characters of text. */
const jsonBodyLimit = 64 * 1024;

/** Responses of these may set cookies: they are about the session itself, and never cached or prefetched. */
const cookiePaths = /^\/api\/(auth\/|accounts$|setup$)/;

export interface MountDeps extends PipelineDeps {
  /** True: check each reply against the contract before it is sent (tests; costs time). */
  readonly checkReplies: boolean;
  /** Number of the newest incident that is open. */
  readonly openIncident: () => number | undefined;
  readonly failures: Failures;
}

/** What browsers send by themselves says nothing about how a roll-out of the guard goes. */
const unstaged: Pick<MountDeps, 'isCsrfStaged' | 'judgeCsrf'> = {
  isCsrfStaged: false,
  judgeCsrf: ({ code }) => (code === undefined ? 'pass' : 'refuse'),
};

/** For endpoints that do not ask who is asking. */
const unidentified: Identified = {
  who: { kind: 'anonymous', reason: 'unknown' },
  session: noSession,
  cookieLines: async () => [],
};

/** What the pipeline learnt about a request before its handler. */
const identifiedOf = new WeakMap<FastifyRequest, Identified>();

/** @param handlers one for every endpoint of the feature, by name. */
export function mount<F extends Feature>(
  app: FastifyInstance,
  feature: F,
  handlers: Handlers<F>,
  deps: MountDeps,
): void {
  const list: Readonly<Record<string, Endpoint>> = endpoints[feature];
  for (const [name, endpoint] of Object.entries(list)) {
    const handler: unknown = Reflect.get(handlers, name);
    if (!isHandler(handler)) throw new Error(`${feature}.${name} has no handler`);
    mountEndpoint(app, endpoint, handler, deps);
  }
}

function isHandler(value: unknown): value is Handler<Endpoint> {
  return typeof value === 'function';
}

function mountEndpoint(
  app: FastifyInstance,
  endpoint: Endpoint,
  handler: Handler<Endpoint>,
  deps: MountDeps,
): void {
  const { body } = endpoint;
  const bytes = body !== undefined && isBytesBody(body) ? body : undefined;
  const setsCookies = cookiePaths.test(endpoint.path);
  app.route({
    method: endpoint.method,
    url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: bytes?.maxBytes ?? jsonBodyLimit,
    onRequest: async (request, reply) => {
      try {
        const incident = deps.openIncident();
        if (incident !== undefined) reply.header(incidentHeader, String(incident));
        if (endpoint.crossOrigin === true) allowReading(request, reply, deps.trustedOrigins);
        checkRate(request, endpoint, deps);
        const guard = endpoint.mediaType === 'application/csp-report' ? { ...deps, ...unstaged } : deps;
        const code = checkOrigin(request, guard);
        const identified = await identifyFor(endpoint, request, deps);
        identifiedOf.set(request, identified);
        const { who } = identified;
        if (who.kind === 'signed-in') deps.failures.belongsTo(request, who.person.id);
        checkCsrf(request, code, who, guard);
        if (identified !== unidentified) reply.header(sessionHeader, identified.session);
        if (setsCookies) reply.header('set-cookie', [...(await identified.cookieLines())]);
        checkAccess(endpoint.access, who, { duringConflict: endpoint.duringConflict === true });
        checkStepUp(endpoint, who, deps);
        checkMediaType(request, endpoint);
      } catch (error) {
        await deps.failures.send(request, reply, error);
      }
    },
    handler: (request, reply) => handle(request, reply, endpoint, handler, deps),
  });
}

/** Who is asking, as far as the endpoint wants to know. */
async function identifyFor(
  endpoint: Endpoint,
  request: FastifyRequest,
  deps: MountDeps,
): Promise<Identified> {
  if (endpoint.withBrokenCookies === true) return unidentified;
  if (endpoint.anonymousIfUnknown !== true) return identifyRequest(request, deps);
  try {
    return await identifyRequest(request, deps);
  } catch (error) {
    silence(error, 'what this endpoint takes is taken from nobody too; who cannot be known is nobody');
    return unidentified;
  }
}

/** Lets pages of trusted origins read the answer (Fetch standard, CORS protocol). */
function allowReading(request: FastifyRequest, reply: FastifyReply, trusted: ReadonlySet<string>): void {
  const { origin } = request.headers;
  reply.header('vary', 'origin');
  if (origin === undefined || !trusted.has(origin)) return;
  reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
}

/** Refuses a body by its content type before its bytes are read. */
function checkMediaType(request: FastifyRequest, { body, mediaType = 'application/json' }: Endpoint): void {
  if (body === undefined) return;
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  // A body of JSON that is missing is answered field by field, by validation.
  if (given === undefined && !isBytesBody(body)) return;
  const allowed: readonly string[] = isBytesBody(body) ? body.bytes : [mediaType];
  if (given === undefined || !allowed.includes(given)) throw new ProblemError('unsupported-media-type');
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  endpoint: Endpoint,
  handler: Handler<Endpoint>,
  deps: MountDeps,
): Promise<FastifyReply> {
  const identified = identifiedOf.get(request);
  if (identified === undefined) throw new Error('handled without passing the pipeline');
  const { params, query, body } = validateRequest(request, endpoint);
  const value = await handler({
    params,
    query,
    body,
    who: identified.who,
    asker: askerOf(request),
    signedIn() {
      if (identified.who.kind === 'signed-in') return identified.who;
      throw new ProblemError('session-missing');
    },
    answerForSession(session, cookieLines) {
      reply
        .header(sessionHeader, session)
        .removeHeader('set-cookie')
        .header('set-cookie', [...cookieLines]);
    },
    forgetCookies() {
      reply.header('clear-site-data', '"cookies"');
    },
  } as Call<Endpoint>);
  return reply
    .code(endpoint.status ?? 200)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(deps.checkReplies ? checkedReply(endpoint, value) : JSON.stringify(value));
}

/** The reply as JSON. @throws when it is not what the contract says, also by a field too many. */
function checkedReply(endpoint: Endpoint, value: unknown): string {
  const reply = JSON.stringify(value);
  const sent: unknown = JSON.parse(reply);
  if (isDeepStrictEqual(endpoint.reply.parse(sent), sent)) return reply;
  throw new Error(`${endpoint.path} replies with more than the contract says`);
}

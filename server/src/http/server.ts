/** The Fastify instance: limits, references, parsers, and the problem handler for everything unforeseen. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { faultsEndpoints } from '@slipmat/contract/faults';
import { referenceHeader } from '@slipmat/contract/sessions';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Log } from '../platform/log.ts';
import { ProblemError } from '../platform/problem-error.ts';
import { securityHeaders } from './headers.ts';
import type { Failures } from './problem-handler.ts';

/** A request's head and body must be in by then; slower senders are cut off. */
const requestTimeoutMs = 30_000;
/** Longer than proxies keep idle connections, so that it is they who close them. */
const keepAliveTimeoutMs = 75_000;

/**
 * Bytes. Far above what Slipmat reads (`cookie-header.ts`), so that a browser that collected too many cookies still
 * gets the page that mends it; Node's own default of 16 kB would end the connection before any page.
 */
const maxHeaderSize = 64 * 1024;

export interface HttpDeps {
  readonly log: Log;
  readonly newReference: () => string;
  readonly trustedProxies: readonly string[];
  readonly publicOrigin: () => string;
  /** Origins beside our own that our pages ask who one is signed in as. */
  readonly askedOrigins: readonly string[];
  readonly failures: Failures;
}

/** Requests that Node's parser refuses never reach Fastify; they get a problem too. */
function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket, deps: HttpDeps): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const reference = deps.newReference();
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'header-too-large' : 'bad-request';
  const asked = { reference, log: deps.log, place: '(unreadable)', userAgent: '', personId: undefined };
  const problem = deps.failures.describe(new ProblemError(code), asked);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Bad Request'}\r\n` +
      `content-type: application/problem+json; charset=utf-8\r\n${referenceHeader}: ${reference}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** An instance with nothing mounted. */
export function createHttp(deps: HttpDeps): FastifyInstance {
  const { log, newReference, trustedProxies, publicOrigin, askedOrigins, failures } = deps;
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newReference,
    http: { maxHeaderSize },
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: true,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    routerOptions: { maxParamLength: 120 },
    clientErrorHandler: (error, socket) => answerUnparsable(error, socket, deps),
    frameworkErrors(error, request, reply) {
      // An address that cannot be decoded is no page either; people are shown the one that says so.
      const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
      return isPage ? reply.redirect('/not-found', 303) : failures.send(request, reply, error);
    },
  });
  // Only JSON and the uploads that the contract names; a form or plain text from another site is none of them.
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser(
    'application/csp-report',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
  app.addContentTypeParser(/^image\//, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  let headers: Readonly<Record<string, string>> | undefined;
  app.addHook('onRequest', (_request, reply, done) => {
    headers ??= securityHeaders(publicOrigin(), askedOrigins, faultsEndpoints.reportPolicy.path);
    reply.headers(headers);
    done();
  });
  app.setErrorHandler((error, request, reply) => failures.send(request, reply, error));
  return app;
}

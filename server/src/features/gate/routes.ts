/** `/gate/check` for reverse proxies, and `/.well-known/jwks.json` for old services. */
import type { FastifyInstance } from 'fastify';
import type { Gate } from './index.ts';
import { keyTimes } from './keys.ts';
import { refusalBody } from './refusal.ts';

const jwksMaxAgeSeconds = keyTimes.warmUp / 1000;

interface GateRoute {
  Querystring: { readonly anonymous?: unknown; readonly refusal?: unknown };
}

/**
 * Mounts the gate. The query of `/gate/check` belongs to whoever sets up the proxy: `anonymous=allow` lets nobody
 * pass too, as nobody; `refusal=body` puts words into a refusal, for a proxy that hands it to the client.
 */
export function mountGate(http: FastifyInstance, gate: Gate): void {
  http.get<GateRoute>('/gate/check', async (request, reply) => {
    const { headers, query } = request;
    const answer = await gate.check({
      headers,
      address: request.ip,
      allowAnonymous: query.anonymous === 'allow',
      reference: request.id,
    });
    reply.code(answer.status).headers(answer.headers).header('cache-control', 'no-store');
    if (answer.problem === undefined || query.refusal !== 'body') return reply.send();
    const wantsPage = headers.accept?.includes('text/html') === true;
    const { type, text } = refusalBody(answer.problem, answer.headers, wantsPage);
    return reply.type(type).send(text);
  });

  http.get('/.well-known/jwks.json', async (_request, reply) => {
    const keys = await gate.publishedKeys();
    return reply
      .header('cache-control', `public, max-age=${jwksMaxAgeSeconds}`)
      .type('application/jwk-set+json')
      .send(JSON.stringify({ keys }));
  });
}

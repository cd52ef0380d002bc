/** For whoever runs the server: is it alive, is it ready, how is it doing, what is its API. */
import { problems } from '@slipmat/contract/problems';
import { referenceHeader } from '@slipmat/contract/sessions';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { silencedCount } from '../platform/silence.ts';
import { escapeHtml } from './html.ts';
import { openApi } from './openapi.ts';
import type { Failures } from './problem-handler.ts';

export interface OperationsDeps {
  /** @throws when storage or the hub do not answer. */
  readonly ready: () => Promise<void>;
  /** Numbers for `/metrics`, by name. */
  readonly gauges: Readonly<Record<string, { readonly help: string; readonly read: () => number }>>;
  readonly publicOrigin: () => string;
  readonly failures: Failures;
}

export function mountOperations(app: FastifyInstance, deps: OperationsDeps): void {
  const { ready, gauges, publicOrigin, failures } = deps;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const silenced = { help: 'Errors that were deliberately not shown to anybody', read: silencedCount };
  for (const [name, { help, read }] of Object.entries({ ...gauges, slipmat_silenced_errors: silenced })) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }

  app.get('/healthz', async (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (request, reply) => {
    try {
      await ready();
      return reply.type('text/plain').send('ready\n');
    } catch (error) {
      const problem = failures.describe(error, {
        reference: request.id,
        log: request.log,
        place: 'GET /readyz',
        userAgent: request.headers['user-agent'] ?? '',
        personId: undefined,
      });
      return reply
        .code(503)
        .header(referenceHeader, problem.reference)
        .type('application/problem+json')
        .send(JSON.stringify(problem));
    }
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  app.get('/api/openapi.json', async (_request, reply) => reply.send(openApi(publicOrigin())));
  app.get('/problems/:code', async (request, reply) => {
    const { code } = Object(request.params);
    const row = Object.entries(problems).find(([known]) => known === code)?.[1];
    if (row === undefined) return reply.callNotFound();
    const title = escapeHtml(row.title);
    return reply
      .type('text/html; charset=utf-8')
      .send(
        `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><p>${escapeHtml(row.sentence)}</p></html>`,
      );
  });
}

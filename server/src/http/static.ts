/** The built web client: its files, and its page for every address that is not a file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { Endpoint } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../platform/problem-error.ts';
import type { Failures } from './problem-handler.ts';

/** A year: names of built files carry a hash of their content. */
const assetsMaxAgeMs = 365 * 24 * 3_600_000;
/** Where the page's head takes what is known of the address. */
const headMark = '<!--head-->';
/** The title that the page has where no server writes its head. */
const ownTitle = /<title>[^<]*<\/title>\s*(?=<!--head-->)/;
/** Paths that are never the page, so that a wrong API address is a problem and not HTML. */
const notPages =
  /^\/(api|gate|\.well-known|realtime|listen|posters|assets|metrics|healthz|readyz|favicon\.ico)(\/|$)/;

/** Paths of the API that take some method, if not the one asked for. */
const endpointPaths = Object.values(endpoints).flatMap((list) =>
  Object.values<Endpoint>(list).map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)),
);

export interface PageDeps {
  /** Folder of the built client. */
  readonly root: string;
  /** HTML for the head of the page at the path: title and share preview. */
  readonly headFor: (path: string) => Promise<string>;
  readonly failures: Failures;
  /** `Set-Cookie` lines for a navigation. @throws nothing: a page is shown even when storage does not answer. */
  readonly cookieLinesFor: (request: FastifyRequest) => Promise<readonly string[]>;
}

const notBuilt =
  '<!doctype html><title>Slipmat</title><p>The web client is not built. Start Slipmat with npm start.</p>';

/** Mounts the files and the page, and answers what nothing else does. */
export async function mountPages(app: FastifyInstance, deps: PageDeps): Promise<void> {
  const indexFile = join(deps.root, 'index.html');
  const index = existsSync(indexFile) ? readFileSync(indexFile, 'utf8').replace(ownTitle, '') : notBuilt;
  if (existsSync(deps.root)) {
    await app.register(fastifyStatic, {
      root: deps.root,
      index: false,
      wildcard: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, path) {
        const isHashed = path.includes('/assets/');
        reply.header(
          'cache-control',
          isHashed ? `public, max-age=${assetsMaxAgeMs / 1000}, immutable` : 'no-cache',
        );
      },
    });
  }

  async function page(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const path = request.url.split('?')[0] ?? '/';
    const head = await deps.headFor(path);
    reply.header('set-cookie', [...(await deps.cookieLinesFor(request))]);
    return reply
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(index.replace(headMark, () => head));
  }

  app.get('/', page);
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !notPages.test(path);
    if (isPage) return page(request, reply);
    const isKnown = endpointPaths.some((known) => known.test(path));
    await deps.failures.send(request, reply, new ProblemError(isKnown ? 'method-not-allowed' : 'not-found'));
    return reply;
  });
}

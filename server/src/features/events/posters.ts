/** `GET /posters/<id>`: poster images. An id never gets other bytes, so browsers keep them for a year. */

import { Id } from '@slipmat/contract/ids';
import type { FastifyInstance } from 'fastify';
import type { Failures } from '#server/http/problem-handler.ts';
import { ProblemError } from '#server/platform/problem-error.ts';

const maxAgeSeconds = 31_536_000;

/** @param find the image's media type, as sniffed when it came in, and bytes. */
export function mountPosters(
  app: FastifyInstance,
  failures: Failures,
  find: (id: string) => Promise<{ readonly media_type: string; readonly bytes: Uint8Array } | undefined>,
): void {
  app.get('/posters/:id', async (request, reply) => {
    const { id } = Object(request.params);
    const parsed = Id.safeParse(id);
    const poster = parsed.success ? await find(parsed.data) : undefined;
    if (poster === undefined) {
      await failures.send(request, reply, new ProblemError('not-found'));
      return reply;
    }
    return reply
      .header('cache-control', `public, max-age=${maxAgeSeconds}, immutable`)
      .header('cross-origin-resource-policy', 'cross-origin')
      .type(poster.media_type)
      .send(Buffer.from(poster.bytes));
  });
}

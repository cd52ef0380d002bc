/** `GET /listen/<event>`: the sound, as an endless response on the raw socket. */

import type { OnAir } from '@slipmat/contract/events';
import { Slug } from '@slipmat/contract/ids';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Failures } from '#server/http/problem-handler.ts';
import type { Clock } from '#server/platform/clock.ts';
import { limitKey } from '#server/platform/network.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { createListener } from './audio/listener.ts';
import type { Outlets } from './outlets.ts';

export interface ListenDeps {
  readonly clock: Clock;
  readonly outlets: Outlets;
  readonly failures: Failures;
  /** @throws ProblemError `not-found` */
  readonly eventOf: (slug: string) => Promise<{ readonly id: string; readonly title: string }>;
  readonly onAirOf: (eventId: string) => Promise<OnAir | null>;
}

/** Listeners of one process: a 320 kbit/s stream to so many fills a 10 Gbit/s line. */
const listenersLimit = 20_000;
/** Listeners from one address: a club's or a school's network behind one router. */
const perAddressLimit = 2_000;

/** Mounts the endpoint. It is no JSON and no contract endpoint; its refusals are problems like all others. */
export function mountListen(app: FastifyInstance, deps: ListenDeps): void {
  const { clock, outlets, eventOf, onAirOf, failures } = deps;
  const perAddress = new Map<string, number>();

  function enter(key: string): () => void {
    if (outlets.connections() >= listenersLimit || (perAddress.get(key) ?? 0) >= perAddressLimit) {
      throw new ProblemError('stream-full');
    }
    perAddress.set(key, (perAddress.get(key) ?? 0) + 1);
    return () => {
      const left = (perAddress.get(key) ?? 1) - 1;
      if (left > 0) perAddress.set(key, left);
      else perAddress.delete(key);
    };
  }

  function listenerFor(request: FastifyRequest, station: string) {
    const { socket, headers, httpVersion } = request.raw;
    return createListener({
      socket,
      clock,
      station: { name: station },
      // Other sites may embed the player; the stream is public and carries no cookie's rights.
      allowOrigin: '*',
      headers: [['Cross-Origin-Resource-Policy', 'cross-origin']],
      request: {
        method: request.method === 'HEAD' ? 'HEAD' : 'GET',
        httpVersion: httpVersion === '1.0' ? '1.0' : '1.1',
        wantsTitles: headers['icy-metadata'] === '1',
        range: headers.range ?? null,
      },
    });
  }

  async function listen(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { slug } = Object(request.params);
    const parsed = Slug.safeParse(slug);
    if (!parsed.success) throw new ProblemError('not-found');
    const event = await eventOf(parsed.data);
    const onAir = await onAirOf(event.id);
    if (onAir === null) throw new ProblemError('not-on-air', { retryAfterSeconds: 5 });
    const leave = enter(limitKey(request.ip));
    const listener = listenerFor(request, event.title);
    listener.onEnd(leave);
    const isAttached = await outlets.attach(event.id, listener, true);
    if (!isAttached) {
      leave();
      throw new ProblemError('not-on-air', { retryAfterSeconds: 5 });
    }
    reply.hijack();
    return reply;
  }

  app.get('/listen/:slug', async (request, reply) => {
    try {
      return await listen(request, reply);
    } catch (error) {
      reply.header('access-control-allow-origin', '*');
      await failures.send(request, reply, error);
      return reply;
    }
  });
}

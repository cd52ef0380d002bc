/** Events over HTTP. */
import type { Play } from '@slipmat/contract/events';
import type { Handlers } from '#server/http/mount.ts';
import type { Events } from './index.ts';

export interface EventRoutesDeps {
  readonly events: Events;
  readonly playsOf: (eventId: string) => Promise<Play[]>;
}

/** Fields that were sent; `undefined` and "left out" are the same on the wire. */
function given<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

export function eventRoutes({ events, playsOf }: EventRoutesDeps): Handlers<'events'> {
  return {
    list: () => events.lists(),
    async mine({ signedIn }) {
      return { events: await events.mine(signedIn().person) };
    },
    async create({ body, signedIn }) {
      const { publish, ...input } = body;
      return { event: await events.create(signedIn().person, input, publish) };
    },
    show: ({ params, who }) => events.show(params.slug, who),
    async change({ params, body, who }) {
      return { event: await events.change(params.slug, who, given(body)) };
    },
    async publish({ params, who }) {
      return { event: await events.publish(params.slug, who) };
    },
    async cancel({ params, who }) {
      return { event: await events.cancel(params.slug, who) };
    },
    async end({ params, who }) {
      return { event: await events.end(params.slug, who) };
    },
    async setPoster({ params, body, who }) {
      return { event: await events.setPoster(params.slug, who, body) };
    },
    async plays({ params, who }) {
      const { id } = await events.face(params.slug, who);
      return { plays: await playsOf(id) };
    },
  };
}

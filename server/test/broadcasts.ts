/** Events and stream keys that tests need to begin with. */
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { type EventDetail, eventsEndpoints } from '@slipmat/contract/events';
import type * as z from 'zod/mini';
import type { Browser } from './people.ts';

export const minute = 60_000;

export type EventInput = Partial<z.input<typeof eventsEndpoints.create.body>>;

/** An event of the DJ, published, that begins in ten minutes and lasts an hour. */
export async function anEvent(
  dj: Browser,
  input: EventInput = {},
  now: number = Date.now(),
): Promise<EventDetail> {
  const body = { title: 'Friday', startsAt: now + 10 * minute, lengthMinutes: 60, publish: true, ...input };
  return (await dj.call(eventsEndpoints.create, { body })).event;
}

/** A new stream key of the DJ: its secret. */
export async function aKey(dj: Browser): Promise<string> {
  return (await dj.call(broadcastEndpoints.createKey, { body: {} })).secret;
}

/** The DJ's evening: connection state, refused attempts, listeners, over the topic `dashboard`. */
import * as z from 'zod/mini';
import { RefusalReason } from './broadcast.ts';
import { defineEndpoint } from './endpoint.ts';
import { Id, Instant, Slug } from './ids.ts';

/** A connection of the DJ's software that was refused or cut, with the true reason. */
export const Attempt = z.object({
  id: Id,
  at: Instant,
  reason: RefusalReason,
  /** The software, as it names itself. */
  client: z.string(),
  network: z.string(),
});
export type Attempt = z.infer<typeof Attempt>;

/**
 * The DJ's source: `standby` is connected and waiting for the slot; `lost` is cut off, with listeners kept
 * until `graceEndsAt`.
 */
export const Connection = z.discriminatedUnion('state', [
  z.object({ state: z.literal('offline') }),
  z.object({
    state: z.enum(['standby', 'on-air']),
    eventSlug: Slug,
    since: Instant,
    client: z.string(),
    format: z.string(),
    /** kbit/s, null until measured. */
    bitrate: z.nullable(z.number()),
    /** Something to mend that did not stop the stream, such as a wrong content type. */
    warning: z.nullable(z.string()),
    /** Keeps a standby from going on air: something that its DJ has to confirm first. */
    waitsFor: z.nullable(z.literal('must-read')),
  }),
  z.object({ state: z.literal('lost'), eventSlug: Slug, since: Instant, graceEndsAt: Instant }),
]);
export type Connection = z.infer<typeof Connection>;

/** How many attempts the dashboard keeps in view; older ones are dropped from the list. */
export const attemptsShown = 20;

/** The topic `dashboard`. */
export const DashboardState = z.object({
  connection: Connection,
  attempts: z.array(Attempt),
  listeners: z.int(),
});
export type DashboardState = z.infer<typeof DashboardState>;

export const DashboardTopicEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dashboard.connection'), connection: Connection }),
  z.object({ type: z.literal('dashboard.attempt'), attempt: Attempt }),
  z.object({ type: z.literal('dashboard.listeners'), listeners: z.int() }),
]);
export type DashboardTopicEvent = z.infer<typeof DashboardTopicEvent>;

/** The state after the event; attempts are newest first. */
export function reduceDashboard(state: DashboardState, change: DashboardTopicEvent): DashboardState {
  switch (change.type) {
    case 'dashboard.connection':
      return { ...state, connection: change.connection };
    case 'dashboard.attempt':
      return { ...state, attempts: [change.attempt, ...state.attempts].slice(0, attemptsShown) };
    case 'dashboard.listeners':
      return { ...state, listeners: change.listeners };
  }
}

export const dashboardEndpoints = {
  show: defineEndpoint({
    method: 'GET',
    path: '/api/dj/dashboard',
    summary:
      'The state of one’s source, refused attempts and listeners, as the topic `dashboard` also gives it.',
    access: { can: 'broadcast.send' },
    rate: 'read',
    reply: DashboardState,
    problems: [],
  }),
};

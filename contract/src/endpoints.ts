/** Every HTTP endpoint, by feature: what the sweep test walks and the documentation lists. */
import { accountsEndpoints } from './accounts.ts';
import { broadcastEndpoints } from './broadcast.ts';
import { chatEndpoints } from './chat.ts';
import { dashboardEndpoints } from './dashboard.ts';
import type { Endpoint } from './endpoint.ts';
import { eventsEndpoints } from './events.ts';
import { faultsEndpoints } from './faults.ts';
import { incidentsEndpoints } from './incidents.ts';
import { mailEndpoints } from './mail.ts';
import { notificationsEndpoints } from './notifications.ts';
import { pushEndpoints } from './push.ts';
import { rollOutsEndpoints } from './roll-outs.ts';
import { sendingEndpoints } from './sending.ts';
import { sessionsEndpoints } from './sessions.ts';

export const endpoints = {
  accounts: accountsEndpoints,
  sessions: sessionsEndpoints,
  events: eventsEndpoints,
  broadcast: broadcastEndpoints,
  chat: chatEndpoints,
  dashboard: dashboardEndpoints,
  'roll-outs': rollOutsEndpoints,
  faults: faultsEndpoints,
  incidents: incidentsEndpoints,
  mail: mailEndpoints,
  push: pushEndpoints,
  notifications: notificationsEndpoints,
  sending: sendingEndpoints,
} as const satisfies Record<string, Record<string, Endpoint>>;

export type Feature = keyof typeof endpoints;
/** The endpoints of one feature, by name. */
export type EndpointsOf<F extends Feature> = (typeof endpoints)[F];

/** What the house shows to the outside: endpoints, pages, sockets, the source port. */
import { fileURLToPath } from 'node:url';
import proxyAddress from '@fastify/proxy-addr';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { accountRoutes } from './features/accounts/routes.ts';
import type { IngestServer } from './features/broadcast/ingest/server.ts';
import { mountListen } from './features/broadcast/listen.ts';
import { broadcastRoutes } from './features/broadcast/routes.ts';
import { createSourcePort } from './features/broadcast/source-port.ts';
import { chatRoutes } from './features/chat/routes.ts';
import { chatMessageHandlers } from './features/chat/socket.ts';
import { dashboardRoutes } from './features/dashboard/routes.ts';
import { mountPosters } from './features/events/posters.ts';
import { eventRoutes } from './features/events/routes.ts';
import { sharePreview } from './features/events/share-preview.ts';
import { faultRoutes } from './features/faults/routes.ts';
import { mountGate } from './features/gate/routes.ts';
import { incidentRoutes } from './features/incidents/routes.ts';
import { type MailRoutesDeps, mailRoutes } from './features/mail/routes.ts';
import { mountLedgerCsv } from './features/notifications/ledger-csv.ts';
import { notificationRoutes, sendingRoutes } from './features/notifications/routes.ts';
import { pushRoutes } from './features/push/routes.ts';
import { rollOutRoutes } from './features/roll-outs/routes.ts';
import { sessionRoutes } from './features/sessions/routes.ts';
import { type House, hubChannels } from './house.ts';
import { type MountDeps, mount } from './http/mount.ts';
import { mountOperations } from './http/operations.ts';
import { askerOf } from './http/pipeline.ts';
import { limitPassword, type RateLimit } from './http/rate-limit.ts';
import { mountPages } from './http/static.ts';
import type { SignedInPerson, Who } from './http/who.ts';
import { silence } from './platform/silence.ts';
import { createMessages } from './realtime/messages.ts';
import { subscriptionMessages } from './realtime/subscriptions.ts';
import { createTopics, type Topics } from './realtime/topics.ts';
import { attachRealtime, type Realtime } from './realtime/upgrade.ts';

const anonymous: Who = { kind: 'anonymous', reason: 'no-cookie' };
export const defaultWebRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** What all that is mounted shares. */
export interface Front {
  readonly config: Config;
  readonly deps: Deps;
  readonly house: House;
  readonly http: FastifyInstance;
  readonly rateLimit: RateLimit;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly publicOrigin: () => string;
  readonly newReference: () => string;
}

/** Tells whether it is the password of somebody who is signed in. @throws ProblemError `rate-limited` */
function passwordCheck({ house, rateLimit }: Front) {
  return async ({ id, handle }: SignedInPerson, password: string): Promise<boolean> => {
    limitPassword(rateLimit, id);
    return (await house.accounts.checkPassword(handle, password))?.id === id;
  };
}

/** What the mail routes need of accounts. */
function mailHandling(front: Front): MailRoutesDeps {
  const { house, deps } = front;
  const { mail, emails, accounts } = house;
  const isPasswordOf = passwordCheck(front);
  return {
    mail,
    standing: emails.standing,
    sendLink: emails.sendLink,
    change: (person, input) => emails.change(person, input, isPasswordOf),
    verify: emails.verify,
    peopleByIds: (ids) => accounts.findByIds(deps.db.read, ids),
  };
}

/** The endpoints of the contract. */
export function mountEndpoints(front: Front, sourcePort: IngestServer, checkReplies: boolean): void {
  const { http, house, config, deps, rateLimit, trustedOrigins, publicOrigin } = front;
  const { sessions, rollOuts, accounts, invitations, broadcast, events, chat, dashboard } = house;
  const { identify } = sessions;
  const pipeline: MountDeps = {
    identify,
    rateLimit,
    trustedOrigins,
    judgeCsrf: rollOuts.judgeCsrf,
    isCsrfStaged: config.csrfByRollOut,
    hasSteppedUp: sessions.hasSteppedUp,
    checkReplies,
    openIncident: house.incidents.newestOpen,
    failures: house.failures,
  };
  const { findByLogin, checkPassword } = accounts;
  const startSession = sessions.start;
  const encoder = () => ({
    host: config.sourcePublicHost ?? new URL(publicOrigin()).hostname,
    port: sourcePort.port(),
    tls: deps.sourceTls !== undefined,
  });
  const closeKey = (keyId: string): void => deps.hub.publish(hubChannels.keysRevoked, Buffer.from(keyId));
  const services = config.oldSites.map(({ name, origin }) => ({ name, url: `${origin}/slipmat/whoami` }));
  const { noteFinding } = rollOuts;
  // A session of the old site may be known on its own host only: the shared cookie begins there.
  const adopts = config.django?.sessions !== undefined;
  const elsewhere = adopts
    ? config.oldSites.map(({ origin }) => `${origin}${sessionsEndpoints.me.path}`)
    : [];
  const asking = { services, elsewhere, noteFinding };
  const isPasswordOf = passwordCheck(front);
  const signing = { sessions, rateLimit, findByLogin, checkPassword, isPasswordOf, ...asking };
  mount(http, 'sessions', sessionRoutes(signing), pipeline);
  mount(http, 'accounts', accountRoutes({ accounts, invitations, startSession, publicOrigin }), pipeline);
  mount(http, 'events', eventRoutes({ events, playsOf: broadcast.desk.playsOf }), pipeline);
  mount(http, 'broadcast', broadcastRoutes({ keys: broadcast.keys, encoder, closeKey }), pipeline);
  mount(http, 'chat', chatRoutes(chat), pipeline);
  mount(http, 'dashboard', dashboardRoutes(dashboard), pipeline);
  mount(http, 'roll-outs', rollOutRoutes(rollOuts), pipeline);
  mount(http, 'faults', faultRoutes(house.faults), pipeline);
  mount(http, 'incidents', incidentRoutes(house.incidents), pipeline);
  mount(http, 'push', pushRoutes(house.push), pipeline);
  mount(http, 'mail', mailRoutes(mailHandling(front)), pipeline);
  const ofNotifications = { db: deps.db, notifications: house.notifications };
  mount(http, 'notifications', notificationRoutes(ofNotifications), pipeline);
  mount(http, 'sending', sendingRoutes(ofNotifications), pipeline);
  mountLedgerCsv(http, house.notifications, pipeline);
}

/** The gate, sound, posters, and the web client's files and page. */
export async function mountSite({ http, house, deps, publicOrigin }: Front, webRoot: string): Promise<void> {
  const { sessions, broadcast, events, failures } = house;
  mountPosters(http, failures, events.poster);
  mountGate(http, house.gate);
  mountListen(http, {
    clock: deps.clock,
    outlets: broadcast.outlets,
    failures,
    eventOf: (slug) => events.face(slug, anonymous),
    onAirOf: async (eventId) => (await broadcast.desk.airOf(deps.db.read, eventId)).onAir,
  });
  await mountPages(http, {
    root: webRoot,
    failures,
    headFor: sharePreview({ show: (slug) => events.show(slug, anonymous), publicOrigin }),
    async cookieLinesFor(request) {
      try {
        const identified = await sessions.identify(askerOf(request));
        return await identified.cookieLines();
      } catch (error) {
        silence(error, 'the page itself asks who it is signed in as, and shows what is wrong');
        return [];
      }
    },
  });
}

/** `/realtime` with its topics and messages. */
export function mountRealtime(front: Front): { topics: Topics; realtime: Realtime } {
  const { house, deps, config, newReference, rateLimit, trustedOrigins } = front;
  const { sessions, rollOuts, events, chat, dashboard, failures } = house;
  const { clock, log } = deps;
  const sources = [events.topic, chat.topic, dashboard.topic, rollOuts.topic, house.notifications.topic];
  const topics = createTopics(sources, deps);
  const handlers = { topics: subscriptionMessages(topics), chat: chatMessageHandlers(chat) };
  const messages = createMessages(handlers, { refresh: sessions.refresh, newReference, log, failures });
  const trustProxy = proxyAddress.compile([...config.trustedProxies]);
  const realtime = attachRealtime(front.http.server, {
    identify: sessions.identify,
    messages,
    rateLimit,
    trustedOrigins,
    addressOf: (request) => proxyAddress(request, trustProxy),
    newReference,
    clock,
    log,
    failures,
  });
  return { topics, realtime };
}

/** The port for DJ software; it does not listen yet. */
export function makeSourcePort({ config, deps, house, rateLimit }: Omit<Front, 'http'>): IngestServer {
  const { keys, desk, sources, outlets } = house.broadcast;
  return createSourcePort({
    host: config.host,
    port: config.sourcePort,
    tls: deps.sourceTls,
    clock: deps.clock,
    log: deps.log,
    rateLimit,
    keys,
    desk,
    sources,
    personByHandle: house.accounts.findByLogin,
    personById: house.accounts.findById,
    listenersAt: (eventId) => outlets.counts().get(eventId) ?? 0,
  });
}

/** Health, readiness, metrics, API description. */
export function mountForOperators(front: Front, realtime: Realtime, sourcePort: IngestServer): void {
  const { db, hub } = front.deps;
  const { outlets } = front.house.broadcast;
  const { adoption } = front.house;
  mountOperations(front.http, {
    publicOrigin: front.publicOrigin,
    failures: front.house.failures,
    async ready() {
      await db.check();
      await hub.check();
    },
    gauges: {
      slipmat_sockets: { help: 'Open realtime sockets', read: () => realtime.open },
      slipmat_listeners: { help: 'Open listener connections', read: () => outlets.connections() },
      slipmat_adoption_refusals: {
        help: 'Sessions of the old site that were not adopted; the log says why',
        read: () => Object.values(adoption?.refusals() ?? {}).reduce((sum, count) => sum + count, 0),
      },
      slipmat_fault_events_dropped: {
        help: 'Failures that were counted, and whose references were not kept',
        read: () => front.house.faults.dropped(),
      },
      slipmat_faults_not_forwarded: {
        help: 'Faults that the service of SENTRY_DSN did not take',
        read: () => front.house.faults.notForwarded(),
      },
      slipmat_sources: { help: 'Connected sources', read: () => sourcePort.counts().sources },
    },
  });
}

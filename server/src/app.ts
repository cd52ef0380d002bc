/** The composition root: every feature is made here, and what one needs of another is handed over here, in sight. */
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import proxyAddress from '@fastify/proxy-addr';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { createAccounts, sharedSecret } from './features/accounts/index.ts';
import { createInvitations } from './features/accounts/invitations.ts';
import { accountRoutes } from './features/accounts/routes.ts';
import { createBroadcast } from './features/broadcast/index.ts';
import { createStreamKeys } from './features/broadcast/keys.ts';
import { mountListen } from './features/broadcast/listen.ts';
import { createListenerCounts } from './features/broadcast/listener-counts.ts';
import { createOutlets } from './features/broadcast/outlets.ts';
import { broadcastRoutes } from './features/broadcast/routes.ts';
import { createSourcePort } from './features/broadcast/source-port.ts';
import { createSources } from './features/broadcast/sources.ts';
import { createChat } from './features/chat/index.ts';
import { chatRoutes } from './features/chat/routes.ts';
import { chatMessageHandlers } from './features/chat/socket.ts';
import { createDashboard } from './features/dashboard/index.ts';
import { dashboardRoutes } from './features/dashboard/routes.ts';
import { createEvents, type EventsDeps } from './features/events/index.ts';
import { mountPosters } from './features/events/posters.ts';
import { eventRoutes } from './features/events/routes.ts';
import { sharePreview } from './features/events/share-preview.ts';
import { createSessions } from './features/sessions/index.ts';
import { policiesFor, policyMistakes } from './features/sessions/policies.ts';
import { sessionRoutes } from './features/sessions/routes.ts';
import { type MountDeps, mount } from './http/mount.ts';
import { mountOperations } from './http/operations.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createHttp } from './http/server.ts';
import { mountPages } from './http/static.ts';
import type { Who } from './http/who.ts';
import { newSecret } from './platform/random.ts';
import { silence } from './platform/silence.ts';
import { startTicks } from './platform/ticker.ts';
import { createJournal } from './realtime/journal.ts';
import { createMessages } from './realtime/messages.ts';
import { subscriptionMessages } from './realtime/subscriptions.ts';
import { createTopics } from './realtime/topics.ts';
import { attachRealtime } from './realtime/upgrade.ts';

export interface AppOptions {
  /** Check each reply against the contract before it is sent. */
  readonly checkReplies?: boolean;
  /** Folder of the built web client; the repository's own unless said. */
  readonly webRoot?: string;
  /** False: nothing happens by time, for tests that call `advance` themselves. */
  readonly ticks?: boolean;
}

export interface App {
  /** Opens both ports. @throws when one is taken. */
  listen(): Promise<void>;
  readonly http: FastifyInstance;
  /** Valid once it listens. */
  readonly port: () => number;
  readonly sourcePort: () => number;
  readonly publicOrigin: () => string;
  readonly accounts: ReturnType<typeof createAccounts>;
  /** One round of everything that happens by time. */
  advance(): Promise<void>;
  /** Stops in order: no new connections, sockets and listeners told why, sources closed, writes finished. */
  close(): Promise<void>;
}

const sessionsChannel = 'sessions ended';
const keysChannel = 'keys revoked';
const anonymous: Who = { kind: 'anonymous', reason: 'no-cookie' };
const defaultWebRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Builds the whole server on opened dependencies, without listening. */
export async function buildApp(config: Config, deps: Deps, options: AppOptions = {}): Promise<App> {
  const { db, hub, clock, random, log, processId } = deps;
  const newReference = (): string => newSecret(random, 9);
  const cookieUrl = config.publicUrl ?? new URL('http://localhost');
  const policies = policiesFor(cookieUrl);
  const mistakes = policies.flatMap((policy) => policyMistakes(policy, cookieUrl.protocol === 'https:'));
  if (mistakes.length > 0) throw new Error(`cookie policies that browsers would drop: ${mistakes.join('; ')}`);

  const trustedOrigins = new Set<string>(config.trustedOrigins);
  const publicOrigin = (): string => config.publicUrl?.origin ?? `http://localhost:${port()}`;
  const rateLimit = createRateLimit(clock);
  const journal = createJournal(hub);
  const http = createHttp({ log, newReference, trustedProxies: config.trustedProxies, publicOrigin });

  const sessions = createSessions({
    db,
    clock,
    random,
    policies,
    secret: await sharedSecret(db, random),
    announceEnded: (ids) => {
      if (ids.length > 0) hub.publish(sessionsChannel, Buffer.from(ids.join(' ')));
    },
  });
  const accounts = createAccounts({ db, clock, random });
  const invitations = createInvitations({ db, clock, random });
  const outlets = createOutlets({ hub, clock, log, processId });
  const keys = createStreamKeys({ db, clock, random });
  const eventById: Parameters<typeof createBroadcast>[0]['eventById'] = (read, id) => events.faceById(read, id);
  const broadcast = createBroadcast({
    db,
    clock,
    random,
    journal,
    hub,
    log,
    keys,
    outlets,
    processId,
    peopleByIds: accounts.findByIds,
    personByHandle: accounts.findByLogin,
    eventById,
    openEvents: (djId) => events.openForDj(djId),
    endedSince: (djId, since) => events.endedSince(djId, since),
  });
  const onStatus: EventsDeps['onStatus'] = async (trx, afterCommit, event) => {
    await chat.followStatus(trx, afterCommit, event);
    if (event.takesSource) return;
    afterCommit(() => {
      sources.closeEvent(event.id).catch((error: unknown) => log.error({ err: error }, 'sources not closed'));
    });
  };
  const events = createEvents({
    db,
    clock,
    random,
    journal,
    peopleByIds: accounts.findByIds,
    peopleByHandles: accounts.findByHandles,
    airOf: broadcast.airOf,
    listenersOf: broadcast.listenersOf,
    onStatus,
  });
  const sources = createSources({
    db,
    clock,
    random,
    hub,
    log,
    broadcast,
    outlets,
    processId,
    eventById,
    openEvents: (djId) => events.openForDj(djId),
  });
  const chat = createChat({
    db,
    clock,
    random,
    journal,
    roomFor: events.face,
    roomAt: events.faceBySlug,
    personById: async (id) => (await accounts.findByIds(db.read, [id]))[0],
  });
  const dashboard = createDashboard({
    db,
    connectionOf: broadcast.connectionOf,
    attemptsOf: broadcast.attemptsOf,
    async listenersFor(read, djId) {
      const eventId = await events.currentIdOf(read, djId);
      return eventId === undefined ? 0 : ((await broadcast.listenersOf(read, [eventId])).get(eventId) ?? 0);
    },
  });
  const countListeners = createListenerCounts({ db, clock, broadcast, outlets, processId, eventById });

  const mountDeps: MountDeps = {
    identify: sessions.identify,
    isCsrfToken: sessions.isCsrfToken,
    rateLimit,
    trustedOrigins,
    checkReplies: options.checkReplies ?? false,
  };
  const { findByLogin, checkPassword } = accounts;
  const encoder = () => ({
    host: config.sourcePublicHost ?? new URL(publicOrigin()).hostname,
    port: sourcePort.port(),
    tls: deps.sourceTls !== undefined,
  });
  const closeKey = (keyId: string): void => hub.publish(keysChannel, Buffer.from(keyId));
  mount(http, 'sessions', sessionRoutes({ sessions, rateLimit, findByLogin, checkPassword }), mountDeps);
  mount(
    http,
    'accounts',
    accountRoutes({ accounts, invitations, startSession: sessions.start, publicOrigin }),
    mountDeps,
  );
  mount(http, 'events', eventRoutes({ events, playsOf: broadcast.playsOf }), mountDeps);
  mount(http, 'broadcast', broadcastRoutes({ keys, encoder, closeKey }), mountDeps);
  mount(http, 'chat', chatRoutes(chat), mountDeps);
  mount(http, 'dashboard', dashboardRoutes(dashboard), mountDeps);
  mountPosters(http, events.poster);
  mountListen(http, {
    clock,
    outlets,
    eventOf: (slug) => events.face(slug, anonymous),
    onAirOf: async (eventId) => (await broadcast.airOf(db.read, eventId)).onAir,
  });

  const topics = createTopics([events.topic, chat.topic, dashboard.topic], { db, hub, clock, log });
  const messages = createMessages(
    { topics: subscriptionMessages(topics), chat: chatMessageHandlers(chat) },
    { refresh: sessions.refresh, newReference, log },
  );
  const trustProxy = proxyAddress.compile([...config.trustedProxies]);
  const realtime = attachRealtime(http.server, {
    identify: sessions.identify,
    messages,
    rateLimit,
    trustedOrigins,
    addressOf: (request) => proxyAddress(request, trustProxy),
    newReference,
    clock,
    log,
  });
  const sourcePort = createSourcePort({
    host: config.host,
    port: config.sourcePort,
    tls: deps.sourceTls,
    clock,
    log,
    rateLimit,
    keys,
    broadcast,
    sources,
    personByHandle: accounts.findByLogin,
    listenersAt: (eventId) => outlets.counts().get(eventId) ?? 0,
  });

  mountOperations(http, {
    publicOrigin,
    ready: async () => {
      await db.check();
      await hub.check();
    },
    gauges: {
      slipmat_sockets: { help: 'Open realtime sockets', read: () => realtime.open },
      slipmat_listeners: { help: 'Open listener connections', read: () => outlets.connections() },
      slipmat_sources: { help: 'Connected sources', read: () => sourcePort.counts().sources },
    },
  });
  await mountPages(http, {
    root: options.webRoot ?? defaultWebRoot,
    headFor: sharePreview({ show: (slug) => events.show(slug, anonymous), publicOrigin }),
    async cookieLinesFor(request) {
      try {
        const { cookie } = request.headers;
        const identified = await sessions.identify({ cookieHeader: cookie, hasAuthorization: false });
        return await identified.cookieLines();
      } catch (error) {
        silence(error, 'the page itself asks who it is signed in as, and shows what is wrong');
        return [];
      }
    },
  });

  const ticks = [
    { name: 'events', everyMs: events.tickEveryMs, act: events.advance },
    { name: 'sources', everyMs: 1_000, act: sources.tick },
    { name: 'listeners', everyMs: 2_000, act: countListeners },
  ];
  const stops = [
    await sources.start(),
    await hub.subscribe(sessionsChannel, (ids) => realtime.endSessions(new Set(ids.toString().split(' ')))),
    await hub.subscribe(keysChannel, (keyId) => sources.closeKey(keyId.toString())),
  ];
  const stopTicks = options.ticks === false ? async () => undefined : startTicks(ticks, clock, log);

  function port(): number {
    const address: AddressInfo | string | null = http.server.address();
    return address === null || typeof address === 'string' ? config.port : address.port;
  }

  return {
    http,
    accounts,
    port,
    publicOrigin,
    sourcePort: () => sourcePort.port(),
    async listen() {
      await http.listen({ host: config.host, port: config.port });
      await sourcePort.listen();
      trustedOrigins.add(publicOrigin());
      if (config.publicUrl !== undefined) return;
      for (const host of ['127.0.0.1', '[::1]']) trustedOrigins.add(`http://${host}:${port()}`);
    },
    async advance() {
      for (const tick of ticks) await tick.act();
    },
    async close() {
      realtime.close();
      await sourcePort.close();
      outlets.close('stopping');
      topics.close();
      await stopTicks();
      for (const stop of stops) stop();
      await http.close();
      await Promise.all(sources.held().map((source) => source.tail));
      await deps.close();
    },
  };
}

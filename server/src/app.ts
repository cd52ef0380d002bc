/** The server as a whole: built, listening, moving with time, and stopped in order. */
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { faultTicks } from './features/faults/index.ts';
import { loadIncidentsEvery } from './features/incidents/index.ts';
import { rollOutTicks } from './features/roll-outs/index.ts';
import { createHouse, type House, hubChannels } from './house.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createHttp } from './http/server.ts';
import {
  defaultWebRoot,
  makeSourcePort,
  mountEndpoints,
  mountForOperators,
  mountRealtime,
  mountSite,
} from './mounts.ts';
import { newSecret } from './platform/random.ts';
import { startTicks, type Tick } from './ticks.ts';

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
  readonly accounts: House['accounts'];
  readonly emails: House['emails'];
  /** One round of everything that happens by time. */
  advance(): Promise<void>;
  /** Stops in order: no new connections, sockets and listeners told why, sources closed, writes finished. */
  close(): Promise<void>;
}

function ticksOf(house: House): readonly Tick[] {
  const { sessions, rollOuts, loadRollOuts, gate, events, broadcast } = house;
  const { faults, incidents, mail, push, emails, notifications } = house;
  return [
    { name: 'events', everyMs: events.tickEveryMs, act: events.advance },
    { name: 'sources', everyMs: 1_000, act: broadcast.sources.tick },
    { name: 'listeners', everyMs: 2_000, act: broadcast.countListeners },
    { name: 'old sessions', everyMs: 10 * 60_000, act: sessions.prune },
    { name: 'roll-outs', everyMs: rollOutTicks.load, act: loadRollOuts },
    { name: 'roll-out evaluation', everyMs: rollOutTicks.evaluate, act: rollOuts.evaluate },
    { name: 'mail', everyMs: 1_000, act: mail.send },
    { name: 'push', everyMs: 1_000, act: push.send },
    { name: 'old push', everyMs: 10 * 60_000, act: push.prune },
    { name: 'old mail', everyMs: 10 * 60_000, act: mail.prune },
    { name: 'old links', everyMs: 10 * 60_000, act: emails.prune },
    { name: 'notifications', everyMs: notifications.tickEveryMs, act: notifications.tick },
    { name: 'old notifications', everyMs: 10 * 60_000, act: notifications.prune },
    { name: 'gate keys', everyMs: 60_000, act: gate.rotate },
    { name: 'incidents', everyMs: loadIncidentsEvery, act: incidents.load },
    { name: 'faults', everyMs: faultTicks.flush, act: faults.flush },
    { name: 'digest of faults', everyMs: faultTicks.digest, act: faults.digest },
    { name: 'old faults', everyMs: faultTicks.prune, act: faults.prune },
  ];
}

/** Sessions that the command line ends, which can tell no process, lose their sockets after so long at most. */
const endedLookMs = 5_000;

/** Builds the whole server on opened dependencies, without listening. */
export async function buildApp(config: Config, deps: Deps, options: AppOptions = {}): Promise<App> {
  const { hub, clock, log } = deps;
  const newReference = (): string => newSecret(deps.random, 9);
  const publicOrigin = (): string => config.publicUrl?.origin ?? `http://localhost:${port()}`;
  const trustedOrigins = new Set<string>(config.trustedOrigins);
  const askedOrigins = config.oldSites.map(({ origin }) => origin);
  const { trustedProxies } = config;
  const webRoot = options.webRoot ?? defaultWebRoot;
  const house = await createHouse(config, deps, { publicOrigin, trustedOrigins }, webRoot);
  const { failures } = house;
  const http = createHttp({ log, newReference, trustedProxies, publicOrigin, askedOrigins, failures });
  const rateLimit = createRateLimit(clock);
  const front = { config, deps, house, http, rateLimit, trustedOrigins, publicOrigin, newReference };

  const sourcePort = makeSourcePort(front);
  mountEndpoints(front, sourcePort, options.checkReplies ?? false);
  const { topics, realtime } = mountRealtime(front);
  mountForOperators(front, realtime, sourcePort);
  await mountSite(front, webRoot);
  await house.incidents.load();

  const { sources, outlets } = house.broadcast;
  const stops = [
    await sources.start(),
    await house.notifications.start(),
    await hub.subscribe(hubChannels.sessionsEnded, (ids) =>
      realtime.endSessions(new Set(String(ids).split(' '))),
    ),
    await hub.subscribe(hubChannels.rollOutsChanged, () => {
      house.loadRollOuts().catch((error: unknown) => log.error({ err: error }, 'roll-outs not read'));
    }),
    await hub.subscribe(hubChannels.incidentsChanged, () => {
      house.incidents.load().catch((error: unknown) => log.error({ err: error }, 'incidents not read'));
    }),
    await hub.subscribe(hubChannels.keysRevoked, (keyId) => sources.closeKey(String(keyId))),
  ];
  const ticks = [
    ...ticksOf(house),
    {
      name: 'sockets of ended sessions',
      everyMs: endedLookMs,
      act: async () => realtime.endSessions(await house.sessions.endedOf(realtime.sessions())),
    },
  ];
  const stopTicks = options.ticks === false ? async () => undefined : startTicks(ticks, clock, log);

  function port(): number {
    const address = http.server.address();
    return address === null || typeof address === 'string' ? config.port : address.port;
  }

  return {
    http,
    accounts: house.accounts,
    emails: house.emails,
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
      const socketsClosed = realtime.close();
      await sourcePort.close();
      outlets.close('stopping');
      topics.close();
      house.mail.stop();
      house.push.stop();
      await stopTicks();
      for (const stop of stops) stop();
      await http.close();
      await Promise.all([sources.settled(), house.notifications.settled(), socketsClosed]);
      await house.rollOuts.flush();
      await house.faults.close();
      await house.adoption?.close();
      await deps.close();
    },
  };
}

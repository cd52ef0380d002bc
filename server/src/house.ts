/** The house: every feature is made here, and what one needs of another is handed over here, in sight. */
import { can } from '@slipmat/contract/capabilities';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { createAccounts, type OnPersonChanged, sharedSecret } from './features/accounts/index.ts';
import { createInvitations } from './features/accounts/invitations.ts';
import { createBroadcast } from './features/broadcast/index.ts';
import { createChat } from './features/chat/index.ts';
import { createDashboard } from './features/dashboard/index.ts';
import { createEvents, type EventsDeps } from './features/events/index.ts';
import { createSessions } from './features/sessions/index.ts';
import { type CookieWish, isWritten } from './features/sessions/policies.ts';
import { openPolicyBook } from './features/sessions/policy-book.ts';
import { createJournal } from './realtime/journal.ts';

/** Channels of the hub that features share. */
export const hubChannels = { sessionsEnded: 'sessions ended', keysRevoked: 'keys revoked' } as const;

/** The cookie that the settings ask for. */
function cookieWish({ publicUrl, cookieDomain, oldSites }: Config): CookieWish {
  const url = publicUrl ?? new URL('http://localhost');
  return {
    domain: cookieDomain,
    secure: url.protocol === 'https:',
    host: url.hostname,
    otherHosts: oldSites.map(({ origin }) => new URL(origin).hostname),
  };
}

export type House = Awaited<ReturnType<typeof createHouse>>;

/** Makes the features on opened dependencies; nothing runs yet. */
export async function createHouse(config: Config, deps: Deps) {
  const { db, hub, clock, random, log } = deps;
  const base = { ...deps, journal: createJournal(hub) };

  const policies = await openPolicyBook(db, clock, cookieWish(config));
  const sessions = createSessions({
    ...base,
    policies,
    versionsFor: () => ({
      base: policies.findLast(isWritten)?.version ?? 1,
      next: undefined,
      takesPart: false,
    }),
    noteCookie: async () => undefined,
    notePolicyUse: () => undefined,
    foreign: undefined,
    secret: await sharedSecret(db, random),
    announceEnded: (ids) => {
      if (ids.length > 0) hub.publish(hubChannels.sessionsEnded, Buffer.from(ids.join(' ')));
    },
  });
  const onChanged: OnPersonChanged = async (trx, afterCommit, personId) => {
    await events.tellOfPerson(trx, afterCommit, personId);
    const [person] = await accounts.findByIds(trx, [personId]);
    if (person === undefined || can(person.groups, 'broadcast.send')) return;
    afterCommit(() => {
      broadcast.sources.closeDj(personId).catch((error: unknown) => {
        log.error({ err: error }, 'the source of somebody who is no DJ any more was not closed');
      });
    });
  };
  const accounts = createAccounts({ db, clock, random, onChanged });
  const invitations = createInvitations({ db, clock, random, onChanged });
  const broadcast = createBroadcast({
    ...base,
    peopleByIds: accounts.findByIds,
    eventById: (read, id) => events.faceById(read, id),
    openEvents: (djId) => events.openForDj(djId),
    endedSince: (djId, since) => events.endedSince(djId, since),
  });
  const onStatus: EventsDeps['onStatus'] = async (trx, afterCommit, event) => {
    await chat.followStatus(trx, afterCommit, event);
    if (event.takesSource) return;
    afterCommit(() => {
      broadcast.sources.closeEvent(event.id).catch((error: unknown) => {
        log.error({ err: error }, 'sources of an event that is over were not closed');
      });
    });
  };
  const events = createEvents({
    ...base,
    peopleByIds: accounts.findByIds,
    peopleByHandles: accounts.findByHandles,
    airOf: broadcast.desk.airOf,
    listenersOf: broadcast.desk.listenersOf,
    onStatus,
  });
  const chat = createChat({
    ...base,
    roomFor: events.face,
    roomAt: events.faceBySlug,
    personById: accounts.findById,
  });
  const dashboard = createDashboard({
    db,
    connectionOf: broadcast.desk.connectionOf,
    attemptsOf: broadcast.desk.attemptsOf,
    async listenersFor(read, djId) {
      const eventId = await events.currentIdOf(read, djId);
      return eventId === undefined
        ? 0
        : ((await broadcast.desk.listenersOf(read, [eventId])).get(eventId) ?? 0);
    },
  });
  return { sessions, accounts, invitations, broadcast, events, chat, dashboard };
}

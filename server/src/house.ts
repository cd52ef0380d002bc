/** The house: every feature is made here, and what one needs of another is handed over here, in sight. */
import { can } from '@slipmat/contract/capabilities';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import {
  type AccountsDeps,
  createAccounts,
  type OnPersonChanged,
  sharedSecret,
} from './features/accounts/index.ts';
import { createInvitations } from './features/accounts/invitations.ts';
import { audit } from './features/accounts/store.ts';
import { type Adoption, createAdoption } from './features/adoption/index.ts';
import { createBroadcast } from './features/broadcast/index.ts';
import { createChat } from './features/chat/index.ts';
import { createDashboard } from './features/dashboard/index.ts';
import { createEvents, type EventsDeps } from './features/events/index.ts';
import { createGate } from './features/gate/index.ts';
import { createRollOuts } from './features/roll-outs/index.ts';
import { createSessions, type SessionsDeps } from './features/sessions/index.ts';
import type { CookieWish } from './features/sessions/policies.ts';
import { openPolicyBook, policyRows, setWritten } from './features/sessions/policy-book.ts';
import { newId } from './platform/random.ts';
import { createJournal } from './realtime/journal.ts';

/** Channels of the hub that features share. */
export const hubChannels = {
  sessionsEnded: 'sessions ended',
  keysRevoked: 'keys revoked',
  rollOutsChanged: 'roll-outs changed',
} as const;

/** What the house needs of the address that it is seen at. */
export interface Shown {
  /** Such as https://radio.example; known once it listens. */
  readonly publicOrigin: () => string;
  readonly trustedOrigins: ReadonlySet<string>;
}

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

/** The old site's sessions, where there are some to adopt. */
function foreignSessions({ django }: Config, adoption: Adoption | undefined): SessionsDeps['foreign'] {
  if (django?.sessions === undefined || adoption === undefined) return undefined;
  return {
    cookieName: django.sessionCookie,
    async adopt(value) {
      const adopted = await adoption.adoptSession(value);
      return 'refused' in adopted ? undefined : adopted;
    },
  };
}

/** Lets people sign in whom only the old site knows. */
function elsewhere(adoption: Adoption | undefined): Pick<AccountsDeps, 'findElsewhere'> {
  return adoption === undefined ? {} : { findElsewhere: adoption.findByUsername };
}

export type House = Awaited<ReturnType<typeof createHouse>>;

/** Makes the features on opened dependencies; nothing runs yet. */
export async function createHouse(config: Config, deps: Deps, shown: Shown) {
  const { db, hub, clock, random, log } = deps;
  const base = { ...deps, journal: createJournal(hub) };

  const wish = cookieWish(config);
  const book = await openPolicyBook(db, clock, wish);
  const rollOuts = createRollOuts({
    ...base,
    policyRows,
    setWritten,
    wish: { domain: wish.domain ?? null, secure: wish.secure },
    csrfByRollOut: config.csrfByRollOut,
    audit: (trx, entry) =>
      audit(trx, { id: newId(clock, random), at: clock.now(), subjectId: null, ...entry }),
    announceChanged: () => hub.publish(hubChannels.rollOutsChanged, Buffer.from('')),
  });
  /** Policies first: where a roll-out stands is told by them. */
  const loadRollOuts = async (): Promise<void> => {
    await book.load();
    await rollOuts.load();
  };
  await rollOuts.load();
  const adoption =
    config.django === undefined
      ? undefined
      : createAdoption({
          db,
          clock,
          log,
          settings: config.django,
          adoptPerson: (trx, newcomer) => accounts.adopt(trx, newcomer),
        });
  const sessions = createSessions({
    ...base,
    policies: book.policies,
    versionsFor: rollOuts.versionsFor,
    noteCookie: rollOuts.noteCookie,
    notePolicyUse: rollOuts.notePolicyUse,
    foreign: foreignSessions(config, adoption),
    secret: await sharedSecret(db, random),
    announceEnded: (ids) => {
      if (ids.length > 0) hub.publish(hubChannels.sessionsEnded, Buffer.from(ids.join(' ')));
    },
  });
  const gate = createGate({
    ...base,
    identify: sessions.identify,
    issuer: shown.publicOrigin,
    audiences: config.oldSites.map(({ origin }) => origin),
    trustedOrigins: shown.trustedOrigins,
    judgeCsrf: rollOuts.judgeCsrf,
    isCsrfStaged: config.csrfByRollOut,
    foreignIdOf: async (personId) => adoption?.foreignIdOf(personId),
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
  const accounts = createAccounts({ db, clock, random, onChanged, log, ...elsewhere(adoption) });
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
  return {
    sessions,
    rollOuts,
    loadRollOuts,
    adoption,
    gate,
    accounts,
    invitations,
    broadcast,
    events,
    chat,
    dashboard,
  };
}

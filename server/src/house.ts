/** The house: every feature is made here, and what one needs of another is handed over here, in sight. */
import { can } from '@slipmat/contract/capabilities';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { createEmailVerification } from './features/accounts/email-verification.ts';
import {
  type Accounts,
  type AccountsDeps,
  createAccounts,
  type OnPersonChanged,
} from './features/accounts/index.ts';
import { createInvitations } from './features/accounts/invitations.ts';
import type { Adoption } from './features/adoption/index.ts';
import { createBroadcast } from './features/broadcast/index.ts';
import { type Chat, createChat } from './features/chat/index.ts';
import { createDashboard } from './features/dashboard/index.ts';
import { createEvents, type Events, type EventsDeps } from './features/events/index.ts';
import { createFaults, type Faults, type FaultsDeps } from './features/faults/index.ts';
import { readRelease } from './features/faults/release.ts';
import { createIncidents, type Incidents } from './features/incidents/index.ts';
import { createMail, type Mail } from './features/mail/index.ts';
import { createNotifications, type Notifications } from './features/notifications/index.ts';
import { createPush, type Push } from './features/push/index.ts';
import { createFailures, type FailureDeps } from './http/problem-handler.ts';
import { createIdentity, type Shown } from './identity.ts';
import { toStaff } from './own-notices.ts';
import { createJournal } from './realtime/journal.ts';

/** Channels of the hub that features share. */
export const hubChannels = {
  sessionsEnded: 'sessions ended',
  keysRevoked: 'keys revoked',
  rollOutsChanged: 'roll-outs changed',
  incidentsChanged: 'incidents changed',
} as const;

/** Lets people sign in whom only the old site knows. */
function elsewhere(adoption: Adoption | undefined): Pick<AccountsDeps, 'findElsewhere'> {
  return adoption === undefined ? {} : { findElsewhere: adoption.findByUsername };
}

/** Whom a push service writes to. */
function pushContact({ channels }: Config, origin: string): string {
  if (channels.sender !== undefined) return `mailto:${channels.sender}`;
  // Push services refuse plain http and localhost; on a machine of its own a Slipmat reaches none of them anyway.
  return origin.startsWith('https:') ? origin : 'mailto:nobody@example.invalid';
}

interface Told {
  readonly mail: Mail;
  readonly push: Push;
  readonly accounts: Accounts;
  readonly events: Events;
  readonly chat: Chat;
  readonly faults: Faults;
}

/** Notifications know people by their groups, events and faults. */
function makeNotifications(
  deps: Deps,
  config: Config,
  { mail, push, accounts, events, chat, faults }: Told,
): Notifications {
  const notifications = createNotifications({
    ...deps,
    keepDays: config.channels.notificationDays,
    mail,
    push,
    peopleByIds: accounts.findByIds,
    peopleByHandles: accounts.findByHandles,
    idsInGroup: accounts.idsInGroup,
    idsAtEvent: (read, slug) => [events.idsAt(read, slug), chat.idsWritingAt(read, slug)],
    eventFor: events.face,
    idsHitBy: faults.hitBy,
    isFault: faults.exists,
  });
  faults.onHit(({ faultId, personIds }) => notifications.tellHit(faultId, personIds));
  return notifications;
}

/** Staff and owners are told of a fault by a notification like any other. */
function staffTeller(db: Deps['db'], notifications: () => Notifications): FaultsDeps['tellStaff'] {
  return async (notice) => {
    await db.write((trx, afterCommit) =>
      notifications().put(trx, afterCommit, { kind: 'normal', audience: toStaff, ...notice }),
    );
  };
}

function makeIncidents(deps: Deps, faults: Faults, notifications: Notifications): Incidents {
  return createIncidents({
    ...deps,
    tell: notifications.put,
    retell: notifications.change,
    withdraw: notifications.withdraw,
    preview: notifications.sending.preview,
    toldOf: notifications.toldOf,
    isFault: faults.exists,
    faultOf: faults.detailOf,
    announceChanged: () => deps.hub.publish(hubChannels.incidentsChanged, Buffer.from('')),
  });
}

export type House = Awaited<ReturnType<typeof createHouse>>;

/** Makes the features on opened dependencies; nothing runs yet. @param webRoot folder of the built web client, which names the release. */
export async function createHouse(config: Config, deps: Deps, shown: Shown, webRoot?: string) {
  const { db, hub, clock, random, log } = deps;
  const base = { ...deps, journal: createJournal(hub) };

  const release = readRelease(webRoot);
  const tellStaff = staffTeller(db, () => notifications);
  const faults = createFaults({ ...deps, release, sentryDsn: config.sentryDsn, tellStaff });
  const incidentOf: FailureDeps['incidentOf'] = (failure) => incidents.numberOf(failure);
  const failures = createFailures({ note: faults.noteRefusal, incidentOf });
  const { sessions, rollOuts, loadRollOuts, adoption, gate } = await createIdentity(config, base, {
    ...shown,
    failures,
    announceEnded: (ids) => {
      if (ids.length > 0) hub.publish(hubChannels.sessionsEnded, Buffer.from(ids.join(' ')));
    },
    announceRollOuts: () => hub.publish(hubChannels.rollOutsChanged, Buffer.from('')),
    adoptPerson: (trx, newcomer) => accounts.adopt(trx, newcomer),
    notify: (trx, afterCommit, draft) => notifications.put(trx, afterCommit, draft),
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
  const { publicOrigin } = shown;
  const { mail: server, mailsPerMinute: perMinute } = config.channels;
  const mail = createMail({ ...deps, publicOrigin, server, perMinute });
  const push = createPush({
    ...deps,
    perMinute: config.channels.pushesPerMinute,
    allowsPrivate: config.channels.privatePush,
    contact: () => pushContact(config, publicOrigin()),
  });
  const emails = createEmailVerification({
    db,
    clock,
    random,
    onChanged,
    publicOrigin,
    sendTo: mail.enqueueTo,
  });
  const accounts = createAccounts({
    ...{ db, clock, random, onChanged, log, ...elsewhere(adoption) },
    onSignedUp: (trx, person) => emails.offer(trx, person, person.email),
  });
  const invitations = createInvitations({ db, clock, random, onChanged });
  const broadcast = createBroadcast({
    ...base,
    peopleByIds: accounts.findByIds,
    eventById: (read, id) => events.faceById(read, id),
    openEvents: (djId) => events.openForDj(djId),
    endedSince: (djId, since) => events.endedSince(djId, since),
    onRefused: faults.noteSource,
    isHeldUp: (read, dj) => notifications.isHeldUp(read, dj),
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
    refuseUnread: (read, person) => notifications.refuseUnread(read, person),
  });
  const notifications = makeNotifications(base, config, { mail, push, accounts, events, chat, faults });
  const incidents = makeIncidents(base, faults, notifications);
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
    emails,
    notifications,
    mail,
    push,
    faults,
    incidents,
    failures,
  };
}

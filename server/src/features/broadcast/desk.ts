/** The desk: who is on air, what plays and who was refused, as the database knows it; the same on every process. */

import type { RefusalReason } from '@slipmat/contract/broadcast';
import { can } from '@slipmat/contract/capabilities';
import {
  type Attempt,
  attemptsShown,
  type Connection,
  type DashboardTopicEvent,
} from '@slipmat/contract/dashboard';
import type { EventTopicEvent, OnAir, Play } from '@slipmat/contract/events';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import { type SignedInPerson, toPerson } from '#server/http/who.ts';
import { BoundedMap } from '#server/platform/bounded-map.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { networkOf } from '#server/platform/network.ts';
import { newId, type Random } from '#server/platform/random.ts';
import type { Hub } from '#server/realtime/hub.ts';
import type { Journal } from '#server/realtime/journal.ts';
import { type AirEvent, airTimes } from './air.ts';
import * as store from './store.ts';

type Trx = Transaction<Tables>;
type Read = Kysely<Tables>;

/** An event as broadcast needs it. */
export interface BroadcastEvent extends AirEvent {
  readonly slug: string;
  readonly hostId: string;
}

export interface DeskDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly hub: Hub;
  readonly log: Log;
  readonly processId: string;
  readonly peopleByIds: (read: Read, ids: readonly string[]) => Promise<readonly SignedInPerson[]>;
  readonly eventById: (read: Read, id: string) => Promise<BroadcastEvent | undefined>;
  /** Published events with a slot of the DJ that are not over, soonest first. */
  readonly openEvents: (djId: string) => Promise<readonly BroadcastEvent[]>;
  /** True when the DJ has something to confirm before they go on air. */
  readonly isHeldUp: (read: Read, dj: SignedInPerson) => Promise<boolean>;
  /** True when an event of the DJ ended or was cancelled after the time. */
  readonly endedSince: (djId: string, since: number) => Promise<boolean>;
  /** Told of every refusal that the dashboard shows. */
  readonly onRefused: (refused: { personId: string; reason: RefusalReason; client: string }) => void;
}

/** How many refused attempts are kept per person. */
const attemptsKept = 100;
/** The same refusal again within this time is one line on the dashboard: some software tries five times a second. */
const attemptRepeatMs = 10_000;
const rememberedAttempts = 5_000;
const playsShown = 200;

export type Desk = ReturnType<typeof createDesk>;

export function createDesk(deps: DeskDeps) {
  const { db, clock, random, journal } = deps;
  const lastAttempts = new BoundedMap<string, number>(rememberedAttempts);

  function toEvent(trx: Trx, afterCommit: AfterCommit, slug: string, events: readonly EventTopicEvent[]) {
    return journal.append(trx, afterCommit, `event:${slug}`, events);
  }

  function toDashboard(trx: Trx, afterCommit: AfterCommit, djId: string, event: DashboardTopicEvent) {
    return journal.append(trx, afterCommit, `dashboard:${djId}`, [event]);
  }

  async function onAirOf(read: Read, eventId: string): Promise<OnAir | null> {
    const rows = await store.sourcesOf(read, eventId, clock.now());
    const row = rows.find(({ state }) => state !== 'standby');
    const [dj] = row === undefined ? [] : await deps.peopleByIds(read, [row.dj_id]);
    if (row === undefined || dj === undefined) return null;
    return {
      dj: toPerson(dj),
      since: row.since,
      sound: row.state === 'on-air',
      contentType: row.content_type,
    };
  }

  async function playsOf(read: Read, eventId: string, limit: number): Promise<Play[]> {
    const rows = await store.plays(read, eventId, limit);
    const people = await deps.peopleByIds(read, [...new Set(rows.map((row) => row.dj_id))]);
    return rows.map((row) => {
      const dj = people.find((person) => person.id === row.dj_id);
      return { id: row.id, title: row.title, at: row.at, dj: dj === undefined ? null : toPerson(dj) };
    });
  }

  function toConnection(row: store.SourceRow | undefined, slug: string, isHeldUp: boolean): Connection {
    if (row === undefined) return { state: 'offline' };
    const { since } = row;
    if (row.state === 'lost') return { state: 'lost', eventSlug: slug, since, graceEndsAt: row.lease_until };
    const { client, format, bitrate, warning } = row;
    const waitsFor = row.state === 'standby' && isHeldUp ? 'must-read' : null;
    return { state: row.state, eventSlug: slug, since, client, format, bitrate, warning, waitsFor };
  }

  async function connectionOf(read: Read, djId: string): Promise<Connection> {
    const row = await store.sourceOfDj(read, djId, clock.now());
    const event = row === undefined ? undefined : await deps.eventById(read, row.event_id);
    if (event === undefined) return { state: 'offline' };
    const [dj] = row?.state === 'standby' ? await deps.peopleByIds(read, [djId]) : [];
    return toConnection(row, event.slug, dj !== undefined && (await deps.isHeldUp(read, dj)));
  }

  /** Tells the event's page and the DJ's dashboard how the source stands now. */
  async function announce(
    trx: Trx,
    afterCommit: AfterCommit,
    djId: string,
    event: BroadcastEvent,
  ): Promise<void> {
    await toEvent(trx, afterCommit, event.slug, [
      { type: 'event.on-air', onAir: await onAirOf(trx, event.id) },
    ]);
    const connection = await connectionOf(trx, djId);
    await toDashboard(trx, afterCommit, djId, { type: 'dashboard.connection', connection });
  }

  async function airOf(read: Read, eventId: string) {
    const onAir = await onAirOf(read, eventId);
    const [play] = onAir === null ? [] : await playsOf(read, eventId, 1);
    const isCurrent =
      play !== undefined && onAir !== null && play.dj?.id === onAir.dj.id && play.at >= onAir.since;
    const listeners = await store.listeners(read, [eventId]);
    return { onAir, nowPlaying: isCurrent ? play : null, listeners: listeners.get(eventId) ?? 0 };
  }

  async function refuse(
    personId: string,
    refusal: { reason: RefusalReason; client: string; address: string; at: number },
  ): Promise<void> {
    const network = networkOf(refusal.address);
    const client = refusal.client.slice(0, 100);
    const repeat = `${personId} ${refusal.reason} ${client} ${network}`;
    if (refusal.at - (lastAttempts.get(repeat) ?? 0) < attemptRepeatMs) return;
    lastAttempts.set(repeat, refusal.at);
    deps.onRefused({ personId, reason: refusal.reason, client });
    const attempt: Attempt = {
      id: newId(clock, random),
      at: refusal.at,
      reason: refusal.reason,
      client,
      network,
    };
    await db.write(async (trx, afterCommit) => {
      await store.insertAttempt(trx, { ...attempt, person_id: personId }, attemptsKept);
      await toDashboard(trx, afterCommit, personId, { type: 'dashboard.attempt', attempt });
    });
  }

  return {
    airOf,
    connectionOf,
    announce,
    toEvent,
    toDashboard,
    refuse,
    listenersOf: (read: Read, eventIds: readonly string[]) => store.listeners(read, eventIds),
    playsOf: (eventId: string) => playsOf(db.read, eventId, playsShown),
    async attemptsOf(read: Read, personId: string): Promise<Attempt[]> {
      const rows = await store.attempts(read, personId, attemptsShown);
      return rows.map(({ id, at, reason, client, network }) => ({ id, at, reason, client, network }));
    },
    /** Why the DJ has nowhere to play. */
    async noEventReason(
      djId: string,
      events: readonly BroadcastEvent[],
    ): Promise<'too-early' | 'event-over' | 'not-scheduled'> {
      if (events.length > 0) return 'too-early';
      return (await deps.endedSince(djId, clock.now() - airTimes.overFor)) ? 'event-over' : 'not-scheduled';
    },
    /** Why the person may not send audio, or undefined when they may. */
    profileRefusal({ groups, pausedGroups }: SignedInPerson): 'not-a-dj' | 'email-unverified' | undefined {
      if (can(groups, 'broadcast.send')) return undefined;
      return can(pausedGroups, 'broadcast.send') ? 'email-unverified' : 'not-a-dj';
    },
  };
}

/** Events: making, changing and moving them through their life; the topic `event:<slug>`. */
import { can } from '@slipmat/contract/capabilities';
import {
  type EventCard,
  type EventDetail,
  type EventState,
  type EventStatus,
  eventLimits,
  type OnAir,
  type Play,
} from '@slipmat/contract/events';
import type { Kysely, Transaction } from 'kysely';
import type { AfterCommit } from '#server/db/group-commit.ts';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import { storageTrouble } from '#server/db/storage-error.ts';
import type { SignedInPerson, Who } from '#server/http/who.ts';
import type { Clock } from '#server/platform/clock.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { newId, type Random } from '#server/platform/random.ts';
import type { Journal } from '#server/realtime/journal.ts';
import type { TopicSource } from '#server/realtime/topics.ts';
import { sniffImage } from './image.ts';
import { isEditable, lifecycleTimes, statusAfter, statusAt } from './lifecycle.ts';
import { orderSlots } from './lineup.ts';
import { slugFor } from './slug.ts';
import * as store from './store.ts';
import { createEventViews, type EventFace, faceOf } from './views.ts';

type Trx = Transaction<Tables>;

/** Of two events with one title, 1 in 16 million has the other's address. */
const addressTries = 3;

/** What is on the air of an event, as the broadcast feature knows it. */
export interface AirState {
  readonly onAir: OnAir | null;
  readonly nowPlaying: Play | null;
  readonly listeners: number;
}

export interface EventsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly peopleByIds: (read: Kysely<Tables>, ids: readonly string[]) => Promise<readonly SignedInPerson[]>;
  readonly peopleByHandles: (handles: readonly string[]) => Promise<readonly SignedInPerson[]>;
  readonly airOf: (read: Kysely<Tables>, eventId: string) => Promise<AirState>;
  readonly listenersOf: (
    read: Kysely<Tables>,
    eventIds: readonly string[],
  ) => Promise<ReadonlyMap<string, number>>;
  /** Called in the transaction that changes a status. */
  readonly onStatus: (trx: Trx, afterCommit: AfterCommit, event: EventFace) => Promise<void>;
}

export interface NewEvent {
  readonly title: string;
  readonly description: string;
  readonly startsAt: number;
  readonly lengthMinutes: number;
  readonly listed: boolean;
  readonly lineup: readonly { readonly handle: string; readonly startsAt: number; readonly endsAt: number }[];
}

const minute = 60_000;
/** Statuses are looked at so often; each step is a few reads while nothing is due. */
const tickEveryMs = 1_000;
const dueAtOnce = 200;
const listLength = { now: 50, next: 50, ended: 12, mine: 100 } as const;

export type Events = ReturnType<typeof createEvents>;

export function createEvents(deps: EventsDeps) {
  const { db, clock, random, journal } = deps;
  const { toDetail, toCards } = createEventViews(deps);

  function mayEdit(row: store.EventRow, who: Who): boolean {
    if (who.kind !== 'signed-in') return false;
    return row.host_id === who.person.id || can(who.person.groups, 'event.manage-any');
  }

  /** The one way to an event on somebody's behalf: a draft of somebody else's looks like none. */
  async function visible(slug: string, who: Who): Promise<store.StoredEvent> {
    const stored = await store.findBySlug(db.read, slug);
    if (stored === undefined || (stored.row.status === 'draft' && !mayEdit(stored.row, who))) {
      throw new ProblemError('not-found');
    }
    return stored;
  }

  async function editable(slug: string, who: Who): Promise<store.StoredEvent> {
    const stored = await visible(slug, who);
    if (!mayEdit(stored.row, who)) throw new ProblemError('not-allowed');
    return stored;
  }

  async function slotsFor(
    eventId: string,
    event: { startsAt: number; endsAt: number },
    lineup: NewEvent['lineup'],
  ): Promise<store.SlotRow[]> {
    const people = await deps.peopleByHandles([...new Set(lineup.map((slot) => slot.handle))]);
    return orderSlots(lineup, event).map((slot) => {
      const dj = people.find((person) => person.handle === slot.handle);
      if (dj === undefined || !can(dj.groups, 'broadcast.send')) {
        const path = `lineup.${lineup.indexOf(slot)}.handle`;
        const waits = dj !== undefined && can(dj.pausedGroups, 'broadcast.send');
        const what = waits ? 'has not verified their e-mail address yet' : 'is not a DJ here';
        throw new ProblemError('not-a-dj', { fields: [{ path, message: `“${slot.handle}” ${what}` }] });
      }
      return {
        id: newId(clock, random),
        event_id: eventId,
        dj_id: dj.id,
        starts_at: slot.startsAt,
        ends_at: slot.endsAt,
      };
    });
  }

  /** Writes a change and tells everyone who looks at the event. */
  async function commitChange(
    stored: store.StoredEvent,
    patch: store.EventPatch,
    slots?: readonly store.SlotRow[],
    also?: (trx: Trx) => Promise<void>,
  ): Promise<EventDetail> {
    return db.write(async (trx, afterCommit) => {
      await also?.(trx);
      if (!(await store.updateEvent(trx, stored.row.id, stored.row.status, patch)))
        throw new ProblemError('event-state');
      if (slots !== undefined) await store.replaceSlots(trx, stored.row.id, slots);
      const changed = await store.findById(trx, stored.row.id);
      if (changed === undefined) throw new ProblemError('not-found');
      const detail = await toDetail(trx, changed);
      await journal.append(trx, afterCommit, `event:${changed.row.slug}`, [
        { type: 'event.changed', event: detail },
      ]);
      if (changed.row.status !== stored.row.status) await deps.onStatus(trx, afterCommit, faceOf(changed));
      return detail;
    });
  }

  function statusPatch(status: EventStatus, now: number): store.EventPatch {
    if (status === 'warm-up') return { status, warm_up_since: now };
    if (status === 'live') return { status, live_since: now };
    if (status === 'cool-down') return { status, cool_down_since: now };
    return status === 'ended' || status === 'cancelled' ? { status, ended_at: now } : { status };
  }

  /** An event that is published when its warm-up should have begun begins at once. */
  function publishedStatus(startsAt: number, now: number): EventStatus {
    return now >= startsAt - lifecycleTimes.warmUp ? 'warm-up' : 'scheduled';
  }

  async function act(slug: string, who: Who, wanted: 'publish' | 'cancel' | 'end'): Promise<EventDetail> {
    const stored = await editable(slug, who);
    const status = statusAfter(stored.row.status, wanted);
    if (status === undefined) throw new ProblemError('event-state');
    const now = clock.now();
    if (wanted === 'publish' && stored.row.ends_at <= now) throw new ProblemError('event-too-soon');
    const begun = status === 'scheduled' ? publishedStatus(stored.row.starts_at, now) : status;
    return commitChange(stored, statusPatch(begun, now));
  }

  async function state(read: Kysely<Tables>, slug: string): Promise<EventState> {
    const stored = await store.findBySlug(read, slug);
    if (stored === undefined) throw new ProblemError('not-found');
    const air = await deps.airOf(read, stored.row.id);
    return { event: await toDetail(read, stored), ...air };
  }

  /** Moves one event a step if it is due; a step that another process took first is no failure. */
  async function step(row: store.EventRow, now: number): Promise<void> {
    const { onAir } = await deps.airOf(db.read, row.id);
    const facts = {
      status: row.status,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      warmUpSince: row.warm_up_since,
      coolDownSince: row.cool_down_since,
      hasSource: onAir !== null,
    };
    const status = statusAt(facts, now);
    if (status === row.status) return;
    try {
      await commitChange({ row, slots: [] }, statusPatch(status, now));
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'event-state') return;
      throw error;
    }
  }

  async function advance(): Promise<void> {
    const now = clock.now();
    for (const row of await store.dueEvents(db.read, now + lifecycleTimes.warmUp, dueAtOnce))
      await step(row, now);
  }

  const topic: TopicSource = {
    kind: 'event',
    async keyFor(slug, who) {
      const stored = await store.findBySlug(db.read, slug);
      const isHidden = stored === undefined || (stored.row.status === 'draft' && !mayEdit(stored.row, who));
      return isHidden ? undefined : `event:${slug}`;
    },
    state: (read, key) => state(read, key.slice('event:'.length)),
  };

  /** Inserts the event; under another address when somebody's event of the same title has it by chance. */
  async function insert(stored: store.StoredEvent, tried = 1): Promise<store.StoredEvent> {
    try {
      await db.write((trx) => store.insertEvent(trx, stored));
      return stored;
    } catch (error) {
      if (storageTrouble(error) !== 'duplicate' || tried === addressTries) throw error;
      const slug = slugFor(stored.row.title, random);
      return insert({ ...stored, row: { ...stored.row, slug } }, tried + 1);
    }
  }

  return {
    topic,
    tickEveryMs,
    /** Moves every event whose time has come; called by the server's ticker and by tests. */
    advance,
    async lists() {
      const [now, next, ended] = await Promise.all([
        store.listed(db.read, ['warm-up', 'live', 'cool-down'], 'start-desc', listLength.now),
        store.listed(db.read, ['scheduled'], 'start-asc', listLength.next),
        store.listed(db.read, ['ended'], 'end-desc', listLength.ended),
      ]);
      return {
        now: await toCards(db.read, now),
        next: await toCards(db.read, next),
        ended: await toCards(db.read, ended),
      };
    },
    async mine(person: SignedInPerson): Promise<EventCard[]> {
      return toCards(db.read, await store.ofPerson(db.read, person.id, listLength.mine));
    },
    /** @throws ProblemError `too-many`, `not-a-dj`, `lineup-overlap`, `event-too-soon` */
    async create(host: SignedInPerson, input: NewEvent, publish: boolean): Promise<EventDetail> {
      if ((await store.countOpen(db.read, host.id)) >= eventLimits.open) throw new ProblemError('too-many');
      const now = clock.now();
      const endsAt = input.startsAt + input.lengthMinutes * minute;
      if (publish && endsAt <= now) throw new ProblemError('event-too-soon');
      const id = newId(clock, random);
      const times = { startsAt: input.startsAt, endsAt };
      const lineup = input.lineup.length > 0 ? input.lineup : [{ handle: host.handle, ...times }];
      const row: store.EventRow = {
        id,
        slug: slugFor(input.title, random),
        host_id: host.id,
        title: input.title,
        description: input.description,
        starts_at: input.startsAt,
        ends_at: endsAt,
        listed: input.listed ? 1 : 0,
        poster_id: null,
        warm_up_since: null,
        live_since: null,
        cool_down_since: null,
        ended_at: null,
        created_at: now,
        status: 'draft',
        ...(publish ? statusPatch(publishedStatus(input.startsAt, now), now) : {}),
      };
      return toDetail(db.read, await insert({ row, slots: await slotsFor(id, times, lineup) }));
    },
    /** @throws ProblemError `not-found` */
    async show(slug: string, who: Who): Promise<EventState & { mayEdit: boolean }> {
      const stored = await visible(slug, who);
      const shown = await db.snapshot((trx) => state(trx, slug));
      return { ...shown, mayEdit: mayEdit(stored.row, who) };
    },
    /** @throws ProblemError `not-found`, `not-allowed`, `event-state`, `not-a-dj`, `lineup-overlap` */
    async change(slug: string, who: Who, input: Partial<NewEvent>): Promise<EventDetail> {
      const stored = await editable(slug, who);
      const { row } = stored;
      if (!isEditable(row.status)) throw new ProblemError('event-state');
      const startsAt = input.startsAt ?? row.starts_at;
      const length =
        input.lengthMinutes === undefined ? row.ends_at - row.starts_at : input.lengthMinutes * minute;
      const times = { startsAt, endsAt: startsAt + length };
      const slots =
        input.lineup === undefined
          ? fittedSlots(stored.slots, row, times)
          : await slotsFor(row.id, times, input.lineup);
      const patch: store.EventPatch = {
        title: input.title ?? row.title,
        description: input.description ?? row.description,
        listed: (input.listed ?? row.listed === 1) ? 1 : 0,
        starts_at: times.startsAt,
        ends_at: times.endsAt,
      };
      return commitChange(stored, patch, slots);
    },
    publish: (slug: string, who: Who) => act(slug, who, 'publish'),
    cancel: (slug: string, who: Who) => act(slug, who, 'cancel'),
    end: (slug: string, who: Who) => act(slug, who, 'end'),
    /** @throws ProblemError `not-found`, `not-allowed`, `image-unreadable`, `event-state` */
    async setPoster(slug: string, who: Who, bytes: Uint8Array): Promise<EventDetail> {
      const stored = await editable(slug, who);
      const mediaType = sniffImage(bytes);
      if (mediaType === undefined) throw new ProblemError('image-unreadable');
      const id = newId(clock, random);
      return commitChange(stored, { poster_id: id }, undefined, async (trx) => {
        await store.insertPoster(trx, { id, media_type: mediaType, bytes, created_at: clock.now() });
        if (stored.row.poster_id !== null) await store.deletePoster(trx, stored.row.poster_id);
      });
    },
    poster: (id: string) => store.findPoster(db.read, id),
    /** An event that `who` may see. @throws ProblemError `not-found` */
    async face(slug: string, who: Who): Promise<EventFace> {
      return faceOf(await visible(slug, who));
    },
    /** An event by its id, for features that know it already. */
    async faceById(read: Kysely<Tables>, id: string): Promise<EventFace | undefined> {
      const stored = await store.findById(read, id);
      return stored === undefined ? undefined : faceOf(stored);
    },
    /** Host and line-up. */
    idsAt: (read: Kysely<Tables>, slug: string) => store.idsAtEvent(read, slug),
    async faceBySlug(read: Kysely<Tables>, slug: string): Promise<EventFace | undefined> {
      const stored = await store.findBySlug(read, slug);
      return stored === undefined ? undefined : faceOf(stored);
    },
    /** The event that the person is at now, as host or DJ. */
    async currentIdOf(read: Kysely<Tables>, personId: string): Promise<string | undefined> {
      return (await store.currentOf(read, personId))?.id;
    },
    endedSince: (djId: string, since: number) => store.endedSince(db.read, djId, since),
    /** Shows a person's new name or groups on the pages of their events that are not over. */
    async tellOfPerson(trx: Trx, afterCommit: AfterCommit, personId: string): Promise<void> {
      for (const stored of await store.openWith(trx, personId)) {
        const { onAir, nowPlaying } = await deps.airOf(trx, stored.row.id);
        await journal.append(trx, afterCommit, `event:${stored.row.slug}`, [
          { type: 'event.changed', event: await toDetail(trx, stored) },
          { type: 'event.on-air', onAir },
          { type: 'event.title', nowPlaying },
        ]);
      }
    },
    /** Published events with a slot of the DJ that are not over, soonest first. */
    async openForDj(djId: string): Promise<EventFace[]> {
      return (await store.openForDj(db.read, djId)).map(faceOf);
    },
  };
}

/** An event that moves takes its slots along; one that becomes shorter or longer keeps a single slot filled. */
function fittedSlots(
  slots: readonly store.SlotRow[],
  row: store.EventRow,
  times: { startsAt: number; endsAt: number },
): store.SlotRow[] {
  const shift = times.startsAt - row.starts_at;
  const moved = slots.map((slot) => ({
    ...slot,
    starts_at: slot.starts_at + shift,
    ends_at: slot.ends_at + shift,
  }));
  const [only] = moved;
  if (moved.length === 1 && only !== undefined)
    return [{ ...only, starts_at: times.startsAt, ends_at: times.endsAt }];
  orderSlots(
    moved.map((slot) => ({ startsAt: slot.starts_at, endsAt: slot.ends_at })),
    times,
  );
  return moved;
}

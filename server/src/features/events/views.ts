/** Events as they are shown: to pages, to lists, and to other features. */
import type { Person } from '@slipmat/contract/accounts';
import type { EventCard, EventDetail, EventStatus } from '@slipmat/contract/events';
import type { Kysely } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { type SignedInPerson, toPerson } from '#server/http/who.ts';
import { hasOpenChat, takesSource } from './lifecycle.ts';
import type { StoredEvent } from './store.ts';

type Read = Kysely<Tables>;

/** What other features may know of an event. */
export interface EventFace {
  readonly id: string;
  readonly slug: string;
  readonly hostId: string;
  readonly status: EventStatus;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly title: string;
  readonly hasOpenChat: boolean;
  /** DJs of the line-up may send audio now. */
  readonly takesSource: boolean;
  readonly slots: readonly { readonly djId: string; readonly startsAt: number; readonly endsAt: number }[];
}

export function faceOf({ row, slots }: StoredEvent): EventFace {
  return {
    id: row.id,
    slug: row.slug,
    hostId: row.host_id,
    status: row.status,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    title: row.title,
    hasOpenChat: hasOpenChat(row.status),
    takesSource: takesSource(row.status),
    slots: slots.map((slot) => ({ djId: slot.dj_id, startsAt: slot.starts_at, endsAt: slot.ends_at })),
  };
}

export interface EventViewsDeps {
  readonly peopleByIds: (read: Read, ids: readonly string[]) => Promise<readonly SignedInPerson[]>;
  readonly listenersOf: (read: Read, eventIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

/** @returns mappers that list each field they show. */
export function createEventViews(deps: EventViewsDeps) {
  function personIn(people: readonly SignedInPerson[], id: string): Person {
    const person = people.find((known) => known.id === id);
    if (person === undefined) throw new Error(`no person ${id}`);
    return toPerson(person);
  }

  function peopleOf(read: Read, stored: readonly StoredEvent[]) {
    const ids = stored.flatMap(({ row, slots }) => [row.host_id, ...slots.map((slot) => slot.dj_id)]);
    return deps.peopleByIds(read, [...new Set(ids)]);
  }

  async function toDetail(read: Read, stored: StoredEvent): Promise<EventDetail> {
    const people = await peopleOf(read, [stored]);
    const { row, slots } = stored;
    return {
      id: row.id,
      slug: row.slug,
      title: row.title,
      description: row.description,
      status: row.status,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      endedAt: row.ended_at,
      listed: row.listed === 1,
      posterUrl: row.poster_id === null ? null : `/posters/${row.poster_id}`,
      host: personIn(people, row.host_id),
      lineup: slots.map((slot) => ({
        id: slot.id,
        dj: personIn(people, slot.dj_id),
        startsAt: slot.starts_at,
        endsAt: slot.ends_at,
      })),
    };
  }

  async function toCards(read: Read, stored: readonly StoredEvent[]): Promise<EventCard[]> {
    const people = await peopleOf(read, stored);
    const listeners = await deps.listenersOf(
      read,
      stored.map(({ row }) => row.id),
    );
    return stored.map(({ row, slots }) => ({
      slug: row.slug,
      title: row.title,
      status: row.status,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      listed: row.listed === 1,
      posterUrl: row.poster_id === null ? null : `/posters/${row.poster_id}`,
      host: personIn(people, row.host_id),
      djs: [...new Set(slots.map((slot) => slot.dj_id))].map((id) => personIn(people, id)),
      listeners: listeners.get(row.id) ?? 0,
    }));
  }

  return { toDetail, toCards };
}

/** An event as the editor holds it: everything as typed, times in the reader's own zone. */
import { type EventDetail, eventsEndpoints } from '@slipmat/contract/events';
import * as z from 'zod/mini';
import { checkBody, type FieldErrors } from '../../ui/form-problems.ts';
import { fromLocal, toLocal } from '../../ui/local-time.ts';

const minute = 60_000;

const LineupRow = z.object({
  /** Tells rows apart while they are moved and removed. */
  key: z.string(),
  handle: z.string(),
  /** As `<input type="datetime-local">` has it: "2026-12-04T21:00". */
  from: z.string(),
  to: z.string(),
});
export type LineupRow = z.infer<typeof LineupRow>;

export const EventDraft = z.object({
  title: z.string(),
  description: z.string(),
  from: z.string(),
  to: z.string(),
  listed: z.boolean(),
  /** Empty: the host plays the whole time. */
  lineup: z.array(LineupRow),
});
export type EventDraft = z.infer<typeof EventDraft>;

/** A new event: two hours, tomorrow at nine in the evening. */
export function newDraft(now: number): EventDraft {
  const start = new Date(now);
  start.setDate(start.getDate() + 1);
  start.setHours(21, 0, 0, 0);
  return {
    title: '',
    description: '',
    from: toLocal(start.getTime()),
    to: toLocal(start.getTime() + 120 * minute),
    listed: true,
    lineup: [],
  };
}

/** The draft of an event that exists. */
export function draftOf(event: EventDetail): EventDraft {
  const [first] = event.lineup;
  const hostOnly =
    event.lineup.length === 1 &&
    first?.dj.id === event.host.id &&
    first.startsAt === event.startsAt &&
    first.endsAt === event.endsAt;
  return {
    title: event.title,
    description: event.description,
    from: toLocal(event.startsAt),
    to: toLocal(event.endsAt),
    listed: event.listed,
    lineup: hostOnly
      ? []
      : event.lineup.map((slot) => ({
          key: slot.id,
          handle: slot.dj.handle,
          from: toLocal(slot.startsAt),
          to: toLocal(slot.endsAt),
        })),
  };
}

/** The fields of a draft as the contract has them. */
export function bodyOf(draft: EventDraft) {
  const startsAt = fromLocal(draft.from);
  return {
    title: draft.title,
    description: draft.description,
    startsAt,
    lengthMinutes: Math.round((fromLocal(draft.to) - startsAt) / minute),
    listed: draft.listed,
    lineup: draft.lineup.map((row) => ({
      handle: row.handle.trim().replace(/^@/, ''),
      startsAt: fromLocal(row.from),
      endsAt: fromLocal(row.to),
    })),
  };
}

export type EventBody = ReturnType<typeof bodyOf>;

/** The fields that differ, so that an edit leaves alone what it did not touch. */
export function changedFields(before: EventDraft, after: EventDraft): Partial<EventBody> {
  const [old, fresh] = [bodyOf(before), bodyOf(after)];
  const changed: Partial<EventBody> = {};
  if (old.title !== fresh.title) changed.title = fresh.title;
  if (old.description !== fresh.description) changed.description = fresh.description;
  if (old.startsAt !== fresh.startsAt) changed.startsAt = fresh.startsAt;
  if (old.lengthMinutes !== fresh.lengthMinutes) changed.lengthMinutes = fresh.lengthMinutes;
  if (old.listed !== fresh.listed) changed.listed = fresh.listed;
  if (JSON.stringify(old.lineup) !== JSON.stringify(fresh.lineup)) changed.lineup = fresh.lineup;
  return changed;
}

/** Fields of the form that show what is wrong with them. */
export const eventFields: readonly string[] = [
  'title',
  'description',
  'startsAt',
  'lengthMinutes',
  'listed',
  'lineup',
];

/** What is wrong with a draft, by the contract's paths (`lineup.1.startsAt`). */
export function draftErrors(draft: EventDraft): FieldErrors {
  const body = bodyOf(draft);
  const errors: Record<string, string> = { ...checkBody(eventsEndpoints.create.body, body) };
  if (body.lengthMinutes < 5) errors['lengthMinutes'] = 'It must end at least 5 minutes after it starts.';
  else if (errors['lengthMinutes'] !== undefined) errors['lengthMinutes'] = 'At most a week is possible.';
  return { ...lineupErrors(body), ...errors };
}

function lineupErrors({ lineup, startsAt, lengthMinutes }: EventBody): FieldErrors {
  const errors: Record<string, string> = {};
  const endsAt = startsAt + lengthMinutes * minute;
  for (const [index, slot] of lineup.entries()) {
    const at = `lineup.${String(index)}`;
    if (slot.startsAt < startsAt) errors[`${at}.startsAt`] = 'Before the event starts.';
    if (slot.endsAt > endsAt) errors[`${at}.endsAt`] = 'After the event ends.';
    if (slot.endsAt <= slot.startsAt) errors[`${at}.endsAt`] = 'Must be after its start.';
    const other = lineup.findIndex(
      (candidate, place) =>
        place < index && candidate.startsAt < slot.endsAt && slot.startsAt < candidate.endsAt,
    );
    if (other >= 0) errors[`${at}.startsAt`] ??= `Overlaps with slot ${String(other + 1)}.`;
  }
  return errors;
}

function shifted(value: string, by: number): string {
  const at = fromLocal(value);
  return Number.isNaN(at) ? value : toLocal(at + by);
}

/** Another start: the end and all slots move along. */
export function moveStart(draft: EventDraft, from: string): EventDraft {
  const by = fromLocal(from) - fromLocal(draft.from);
  if (Number.isNaN(by)) return { ...draft, from };
  return {
    ...draft,
    from,
    to: shifted(draft.to, by),
    lineup: draft.lineup.map((row) => ({ ...row, from: shifted(row.from, by), to: shifted(row.to, by) })),
  };
}

/** One more slot, from the end of the last one to the end of the event. */
export function addSlot(draft: EventDraft, key: string, handle: string): EventDraft {
  const last = draft.lineup.at(-1);
  const row = { key, handle, from: last?.to ?? draft.from, to: draft.to };
  return { ...draft, lineup: [...draft.lineup, row] };
}

/** Slots of equal length, in their order, over the whole event, on whole minutes. */
export function shareEvenly(draft: EventDraft): EventDraft {
  const start = fromLocal(draft.from);
  const minutes = Math.floor((fromLocal(draft.to) - start) / minute);
  const count = draft.lineup.length;
  if (Number.isNaN(minutes) || minutes < count) return draft;
  const edge = (place: number): string => toLocal(start + Math.round((minutes * place) / count) * minute);
  return {
    ...draft,
    lineup: draft.lineup.map((row, place) => ({ ...row, from: edge(place), to: edge(place + 1) })),
  };
}

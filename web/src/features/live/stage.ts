/** What the live page is about at this moment: the stage of the event, who plays, and what comes next. */
import type { EventDetail, EventState, Slot } from '@slipmat/contract/events';
import type { Air } from './player.ts';

export type Stage =
  | { readonly name: 'draft' }
  /** Before the start, or at it while nobody is on air yet. `late` when the start has passed. */
  | { readonly name: 'before'; readonly startsAt: number; readonly late: boolean }
  | { readonly name: 'on-air' }
  /** The DJ's connection broke off; the place is kept for a while. */
  | { readonly name: 'lost' }
  /** Between two DJs, or before the first one after the start. */
  | { readonly name: 'between' }
  | { readonly name: 'cool-down' }
  | { readonly name: 'ended' }
  | { readonly name: 'cancelled' };

/** @param now milliseconds, to tell an event that should have begun from one that will. */
export function stageOf(state: Pick<EventState, 'event' | 'onAir'>, now: number): Stage {
  const { event, onAir } = state;
  if (event.status === 'draft') return { name: 'draft' };
  if (event.status === 'cancelled') return { name: 'cancelled' };
  if (onAir !== null) return { name: onAir.sound ? 'on-air' : 'lost' };
  switch (event.status) {
    case 'ended':
      return { name: 'ended' };
    case 'cool-down':
      return { name: 'cool-down' };
    case 'live':
      return { name: 'between' };
    default:
      return { name: 'before', startsAt: event.startsAt, late: event.startsAt <= now };
  }
}

/**
 * What the player is told.
 * @param fresh false when the page has not heard from the server or lost it: then only trying tells.
 */
export function airOf(
  state: Pick<EventState, 'event' | 'onAir'> | undefined,
  fresh: boolean,
): { readonly air: Air; readonly over: boolean } {
  if (state === undefined) return { air: 'unknown', over: false };
  const over = isOver(state.event);
  if (over && state.onAir === null) return { air: 'none', over };
  if (!fresh) return { air: 'unknown', over: false };
  if (state.onAir === null) return { air: 'none', over };
  return { air: state.onAir.sound ? 'sound' : 'lost', over };
}

/** True when no more sound will come. */
export function isOver(event: Pick<EventDetail, 'status'>): boolean {
  return event.status === 'cool-down' || event.status === 'ended' || event.status === 'cancelled';
}

/**
 * The slot to mark: that of the DJ on air, otherwise the one the clock is in.
 * @param onAirId who is on air; a DJ may start late or run over, so that the clock alone would be wrong.
 */
export function currentSlot(
  lineup: readonly Slot[],
  onAirId: string | undefined,
  now: number,
): Slot | undefined {
  const byClock = lineup.find((slot) => slot.startsAt <= now && now < slot.endsAt);
  if (onAirId === undefined || byClock?.dj.id === onAirId) return byClock;
  const theirs = lineup.filter((slot) => slot.dj.id === onAirId);
  const distance = (slot: Slot): number => Math.max(slot.startsAt - now, now - slot.endsAt, 0);
  return theirs.toSorted((a, b) => distance(a) - distance(b))[0] ?? byClock;
}

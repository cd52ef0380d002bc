/** The line-up decides who is on air. Pure. */
import type { AdmissionRefusal } from './ingest/refusal.ts';

const minute = 60_000;

export const airTimes = {
  /** A DJ may connect so long before their slot and wait, unheard, to be switched over when it begins. */
  standbyLead: 15 * minute,
  /** A lost source keeps its listeners and its place: Mixxx tries again for 50 s (ten times 5 s). */
  grace: 60_000,
  /** A refusal says "event over" rather than "no event" for so long after the end. */
  overFor: 6 * 60 * minute,
} as const;

export interface AirSlot {
  readonly djId: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What is known of an event for this decision. */
export interface AirEvent {
  readonly id: string;
  readonly startsAt: number;
  /** DJs of the line-up may send now. */
  readonly takesSource: boolean;
  readonly slots: readonly AirSlot[];
}

/** The slot that counts now: the one running, before the first the first, in a gap or after the last the one before. */
export function slotAt(slots: readonly AirSlot[], now: number): AirSlot | undefined {
  return slots.findLast((slot) => slot.startsAt <= now) ?? slots[0];
}

/** Whether the DJ goes on air now, waits in standby, or is refused, while `onAirDj` (or nobody) plays. */
export function placeOf(
  djId: string,
  event: AirEvent,
  onAirDj: string | undefined,
  now: number,
): 'on-air' | 'standby' | Extract<AdmissionRefusal, 'someone-else-on-air' | 'too-early'> {
  if (onAirDj === djId || slotAt(event.slots, now)?.djId === djId) return 'on-air';
  const own = event.slots.filter((slot) => slot.djId === djId);
  const isSoon = own.some((slot) => slot.startsAt > now && slot.startsAt - now <= airTimes.standbyLead);
  if (onAirDj !== undefined) return isSoon ? 'standby' : 'someone-else-on-air';
  const hasBegun = own.some((slot) => slot.startsAt <= now);
  return isSoon || hasBegun ? 'on-air' : 'too-early';
}

/** The event that a DJ's source is for: one where they are due now, otherwise the first that takes sources. */
export function eventFor<E extends AirEvent>(djId: string, events: readonly E[], now: number): E | undefined {
  const open = events.filter((event) => event.takesSource);
  return open.find((event) => slotAt(event.slots, now)?.djId === djId) ?? open[0];
}

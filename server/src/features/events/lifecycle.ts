/**
 * The life of an event, as a pure state machine:
 *
 *   draft ──publish──▶ scheduled ──30 min before──▶ warm-up ──a DJ on air──▶ live ──over──▶ cool-down ──▶ ended
 *
 * and `cancelled` from anywhere before the cool-down. Nobody on air 15 min after the start: ended.
 */
import type { EventStatus } from '@slipmat/contract/events';

const minute = 60_000;

/** Milliseconds. */
export const lifecycleTimes = {
  /** DJs may connect and followers are told from so long before the start. */
  warmUp: 30 * minute,
  /** Nobody came on air so long after the start: the event closes by itself. */
  noShow: 15 * minute,
  /** DJs overrun; a source that still plays is let play so long after the end. */
  overrun: 60 * minute,
  /** A moment's silence at the end of the night is not the end of it. */
  lastSound: 2 * minute,
  /** Chat stays open so long after the music, so that nobody is put out on the street. */
  coolDown: 15 * minute,
} as const;

export interface EventFacts {
  readonly status: EventStatus;
  readonly startsAt: number;
  readonly endsAt: number;
  /** When the warm-up began: an event may be published after its start. */
  readonly warmUpSince: number | null;
  readonly coolDownSince: number | null;
  /** Somebody is on air, or was until a moment ago and is waited for. */
  readonly hasSource: boolean;
}

/** The status that the event should have by time alone; its own when nothing changes. One step at a time. */
export function statusAt(facts: EventFacts, now: number): EventStatus {
  switch (facts.status) {
    case 'scheduled':
      return now >= facts.startsAt - lifecycleTimes.warmUp ? 'warm-up' : 'scheduled';
    case 'warm-up':
      if (facts.hasSource) return 'live';
      return now >= Math.max(facts.startsAt, facts.warmUpSince ?? 0) + lifecycleTimes.noShow
        ? 'ended'
        : 'warm-up';
    case 'live':
      if (now >= facts.endsAt + lifecycleTimes.overrun) return 'cool-down';
      return now >= facts.endsAt + lifecycleTimes.lastSound && !facts.hasSource ? 'cool-down' : 'live';
    case 'cool-down':
      return now >= (facts.coolDownSince ?? now) + lifecycleTimes.coolDown ? 'ended' : 'cool-down';
    default:
      return facts.status;
  }
}

/** What the host may do, and the status it leads to; undefined when it is not possible now. */
export function statusAfter(status: EventStatus, act: 'publish' | 'cancel' | 'end'): EventStatus | undefined {
  switch (act) {
    case 'publish':
      return status === 'draft' ? 'scheduled' : undefined;
    case 'cancel':
      return status === 'draft' || status === 'scheduled' || status === 'warm-up' ? 'cancelled' : undefined;
    case 'end':
      return status === 'live' ? 'cool-down' : undefined;
  }
}

/** True while DJs of the line-up may send audio. */
export function takesSource(status: EventStatus): boolean {
  return status === 'warm-up' || status === 'live';
}

/** True while title, time and line-up may be changed. */
export function isEditable(status: EventStatus): boolean {
  return status !== 'ended' && status !== 'cancelled' && status !== 'cool-down';
}

/** True while people may write in the event's chat. */
export function hasOpenChat(status: EventStatus): boolean {
  return status === 'scheduled' || status === 'warm-up' || status === 'live' || status === 'cool-down';
}

/** The line-up: who plays when. */
import { ProblemError } from '#server/platform/problem-error.ts';

export interface PlannedSlot {
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * The slots in order of their start.
 * @throws ProblemError `lineup-overlap` when two overlap, one is empty, or one lies outside the event.
 */
export function orderSlots<S extends PlannedSlot>(slots: readonly S[], event: PlannedSlot): S[] {
  const ordered = slots.toSorted((a, b) => a.startsAt - b.startsAt);
  for (const [index, slot] of ordered.entries()) {
    const next = ordered[index + 1];
    const isInside = slot.startsAt >= event.startsAt && slot.endsAt <= event.endsAt;
    if (!isInside || slot.endsAt <= slot.startsAt || (next !== undefined && next.startsAt < slot.endsAt)) {
      const place = slots.indexOf(slot);
      throw new ProblemError('lineup-overlap', {
        fields: [
          { path: `lineup.${place}.startsAt`, message: 'overlaps another slot or lies outside the event' },
        ],
      });
    }
  }
  return ordered;
}

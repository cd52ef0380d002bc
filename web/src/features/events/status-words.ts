/** What the states of an event are called. */
import type { EventStatus } from '@slipmat/contract/events';

export const statusWords: Readonly<Record<EventStatus, string>> = {
  draft: 'Draft',
  scheduled: 'Scheduled',
  'warm-up': 'Starts soon',
  live: 'Live',
  'cool-down': 'Just ended',
  ended: 'Ended',
  cancelled: 'Cancelled',
};

/** "Ana", "Ana and Ben", "Ana, Ben and 3 more". */
export function namesOf(people: readonly { readonly displayName: string }[]): string {
  const [first, second] = people;
  if (first === undefined) return '';
  if (second === undefined) return first.displayName;
  if (people.length === 2) return `${first.displayName} and ${second.displayName}`;
  return `${first.displayName}, ${second.displayName} and ${String(people.length - 2)} more`;
}

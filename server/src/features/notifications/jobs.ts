/** What there is to do for a notification from its start on. Pure. */
import type { NewJob } from './jobs-store.ts';
import type { StoredNotification } from './store.ts';
import type { JobKind } from './tables.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Number of the first reminder by hand; those of the schedule are counted from 1. */
export const handRound = 100;

/**
 * @param newId makes an id.
 * @param from when its readers get it. Milliseconds since 1970.
 */
export function jobsFor(
  { id, version, push_after, email_after, reminders }: StoredNotification,
  newId: () => string,
  from: number,
): NewJob[] {
  const job = (kind: JobKind, due: number, round = 0): NewJob => ({
    id: newId(),
    notification_id: id,
    version,
    kind,
    round,
    due_at: due,
  });
  const jobs = [job('expand', from)];
  if (push_after !== null) jobs.push(job('push', from + push_after * minute));
  if (email_after !== null) jobs.push(job('email', from + email_after * minute));
  if (reminders !== null) {
    for (let round = 1; round <= reminders.times; round += 1)
      jobs.push(job('remind', from + round * reminders.everyHours * hour, round));
  }
  return jobs;
}

/** Numbers of all rounds in which mail or push may have gone out, newest last: the schedule's, then those by hand. */
export function roundsOf({ reminders, hand_reminders }: StoredNotification): number[] {
  const scheduled = Array.from({ length: (reminders?.times ?? 0) + 1 }, (_, round) => round);
  return [...scheduled, ...Array.from({ length: hand_reminders }, (_, round) => handRound + round)];
}

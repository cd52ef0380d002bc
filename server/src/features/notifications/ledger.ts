/** The ledger as its readers see it: who was sent a notification, and what each did with it. */
import {
  type ChannelState,
  type LedgerFilter,
  type LedgerRow,
  type Progress,
  sendingLimits,
} from '@slipmat/contract/sending';
import type { Kysely } from 'kysely';
import type { Database } from '#server/db/open.ts';
import type { Tables } from '#server/db/schema.ts';
import type { Clock } from '#server/platform/clock.ts';
import { keyOf } from './escalation.ts';
import { roundsOf } from './jobs.ts';
import * as ledger from './ledger-store.ts';
import type { StoredNotification } from './store.ts';

type Read = Kysely<Tables>;

/** How mails or pushes stand, by their keys. */
export type StatesOf = (
  read: Read,
  keys: readonly string[],
) => Promise<ReadonlyMap<string, { readonly state: ChannelState }>>;

export interface LedgerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly mailStates: StatesOf;
  readonly pushStates: StatesOf;
}

export interface LedgerAsked {
  readonly filter: LedgerFilter;
  readonly q: string;
  readonly after?: string | undefined;
}

/** The chart shows at least so much; more would be drawn before it was there. Milliseconds. */
const shortestMs = 60_000;
/** And at most so much after the start: what comes later is in the numbers. Milliseconds. */
const longestMs = 14 * 24 * 3_600_000;

export type Ledger = ReturnType<typeof createLedger>;

export function createLedger({ db, clock, mailStates, pushStates }: LedgerDeps) {
  async function toRows(
    read: Read,
    stored: StoredNotification,
    entries: readonly ledger.LedgerEntry[],
  ): Promise<LedgerRow[]> {
    const rounds = roundsOf(stored).reverse();
    const job = { notification_id: stored.id, version: stored.version };
    const keysOf = (personId: string): string[] => rounds.map((round) => keyOf({ ...job, round }, personId));
    const keys = entries.flatMap(({ person_id }) => keysOf(person_id));
    const [mails, pushes] = [await mailStates(read, keys), await pushStates(read, keys)];
    const latest = (states: Awaited<ReturnType<StatesOf>>, personId: string): ChannelState | null => {
      const key = keysOf(personId).find((one) => states.has(one));
      return key === undefined ? null : (states.get(key)?.state ?? null);
    };
    return entries.map((entry) => ({
      person: { id: entry.person_id, handle: entry.handle, displayName: entry.display_name },
      state: entry.state,
      sentAt: entry.sent_at,
      seenAt: entry.seen_at,
      confirmedAt: entry.confirmed_at,
      confirmedBeforeAt: entry.confirmed_before_at,
      remindedAt: entry.reminded_at,
      reminders: entry.reminders,
      email: latest(mails, entry.person_id),
      push: latest(pushes, entry.person_id),
      unreachable: entry.unreachable,
    }));
  }

  /** @param limit rows of a page. */
  async function page(stored: StoredNotification, asked: LedgerAsked, limit: number) {
    const { filter, q, after = '' } = asked;
    return db.snapshot(async (trx) => {
      const entries = await ledger.page(trx, stored.id, { filter, q, after, limit: limit + 1 });
      return { rows: await toRows(trx, stored, entries.slice(0, limit)), more: entries.length > limit };
    });
  }

  return {
    page,
    progress(stored: StoredNotification): Promise<Progress[]> {
      const from = stored.starts_at;
      const end = Math.min(stored.expires_at ?? clock.now(), clock.now(), from + longestMs);
      const parts = sendingLimits.progressPoints;
      const width = Math.ceil(Math.max(end - from, shortestMs) / parts);
      return ledger.progress(db.read, stored, { from, width, parts });
    },
  };
}

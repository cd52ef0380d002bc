/** All users of the old site at once. What was done stays when it is stopped; started again, it goes on. */
import type { Database } from '#server/db/open.ts';
import type { DjangoDatabase } from './django-database.ts';
import type { People } from './people.ts';
import * as store from './store.ts';

/** Users per transaction: a tenth of a second for which SQLite has other writers wait. */
const pageSize = 200;

export interface AdoptionTotals {
  /** Newly adopted; with `dryRun`, who would be. */
  readonly adopted: number;
  /** Adopted before. */
  readonly present: number;
  /** Not adopted, by reason. */
  readonly skipped: { readonly disabled: number; readonly ours: number };
}

export interface AdoptionProgress extends AdoptionTotals {
  readonly done: number;
  /** As counted at the start. */
  readonly total: number;
}

export interface BulkOptions {
  /** True: nothing is written. */
  readonly dryRun?: boolean;
  /** After each page. */
  readonly onProgress?: (progress: AdoptionProgress) => void;
}

export interface BulkDeps {
  readonly db: Database;
  readonly django: DjangoDatabase;
  readonly people: People;
}

/** @throws ProblemError `storage-unavailable` when either database does not answer; finished pages stay. */
export async function adoptAll(
  { db, django, people }: BulkDeps,
  { dryRun = false, onProgress }: BulkOptions,
): Promise<AdoptionTotals> {
  const total = await django.countUsers();
  let totals: AdoptionTotals = { adopted: 0, present: 0, skipped: { disabled: 0, ours: 0 } };
  let done = 0;
  let lastId = '0';
  for (;;) {
    const page = await django.usersAfter(lastId, pageSize);
    const last = page.at(-1);
    if (last === undefined) return totals;
    lastId = last.id;
    const ids = page.map((user) => user.id);
    const known = await store.adoptedAmong(db.read, ids);
    const strangers = page.filter((user) => !known.has(user.id));
    const missing = strangers.filter((user) => !user.isOurs);
    const ours = strangers.length - missing.length;
    const adoptable = missing.filter((user) => user.isActive);
    const adopted = dryRun ? adoptable.length : await people.adoptMissing(adoptable);
    const disabled = missing.length - adoptable.length;
    totals = {
      adopted: totals.adopted + adopted,
      present: totals.present + page.length - ours - disabled - adopted,
      skipped: { disabled: totals.skipped.disabled + disabled, ours: totals.skipped.ours + ours },
    };
    done += page.length;
    onProgress?.({ ...totals, done, total: Math.max(total, done) });
  }
}

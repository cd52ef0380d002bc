/** Adopts all users of the old site, whether Slipmat runs or not. */
import type { Config } from '../config.ts';
import { openDatabase } from '../db/open.ts';
import { storageOf } from '../deps.ts';
import { createAccounts } from '../features/accounts/index.ts';
import { type AdoptionTotals, type BulkOptions, createAdoption } from '../features/adoption/index.ts';
import { systemClock } from '../platform/clock.ts';
import { createLog } from '../platform/log.ts';
import { ProblemError } from '../platform/problem-error.ts';
import { systemRandom } from '../platform/random.ts';

export type { AdoptionProgress, AdoptionTotals, BulkOptions } from '../features/adoption/index.ts';

/** Whoever runs the command may know which database said what; browsers are never told. */
function withReason(error: unknown): unknown {
  if (!(error instanceof ProblemError) || !(error.cause instanceof Error)) return error;
  const detail = `A database did not answer as it should: ${error.cause.message}`;
  return new ProblemError(error.code, { detail }, { cause: error.cause });
}

/**
 * Brings Slipmat's database to the newest form, then adopts page by page.
 * @throws ProblemError `storage-unavailable`, with what the database said; what was adopted before stays.
 * @throws when no old site is configured.
 */
export async function adoptUsers(config: Config, options: BulkOptions): Promise<AdoptionTotals> {
  if (config.django === undefined)
    throw new ProblemError('not-found', { detail: 'DJANGO_DATABASE_URL is not set: there is no old site.' });
  const log = createLog('silent');
  const db = openDatabase(storageOf(config), log);
  try {
    await db.migrate();
    // Nobody has a page open that shows somebody who was not here before.
    const onChanged = () => Promise.resolve();
    const accounts = createAccounts({ db, clock: systemClock, random: systemRandom, onChanged });
    const adoption = createAdoption({
      db,
      clock: systemClock,
      log,
      // Users only: nobody's session is looked at here.
      settings: { ...config.django, sessions: undefined },
      adoptPerson: accounts.adopt,
    });
    try {
      return await adoption.adoptUsers(options);
    } finally {
      await adoption.close();
    }
  } catch (error) {
    throw withReason(error);
  } finally {
    await db.close();
  }
}

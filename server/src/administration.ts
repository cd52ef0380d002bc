/** What the command line does to a Slipmat, running or not. */
import type { Group } from '@slipmat/contract/capabilities';
import type { Config } from './config.ts';
import { type Database, openDatabase } from './db/open.ts';
import { storageOf } from './deps.ts';
import { createEmailVerification } from './features/accounts/email-verification.ts';
import { createAccounts, type NewAccount } from './features/accounts/index.ts';
import { endAllSessions } from './features/sessions/store.ts';
import { systemClock } from './platform/clock.ts';
import { createLog } from './platform/log.ts';
import { systemRandom } from './platform/random.ts';

/** Opens the database for one piece of work and closes it again. */
async function withDatabase<T>(config: Config, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase(storageOf(config), createLog('silent'));
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

function withAccounts<T>(
  config: Config,
  work: (accounts: ReturnType<typeof createAccounts>) => Promise<T>,
): Promise<T> {
  return withDatabase(config, async (db) => {
    await db.migrate();
    // A page that is open shows the change with its next event; nobody is on this process to be told.
    const onChanged = () => Promise.resolve();
    return work(createAccounts({ db, clock: systemClock, random: systemRandom, onChanged }));
  });
}

/** @throws ProblemError `handle-taken`, `email-taken`, `password-too-common` */
export async function createOwner(config: Config, account: NewAccount): Promise<{ handle: string }> {
  return withAccounts(config, (accounts) => accounts.createOwner(account));
}

/** @returns the person's groups then, and those that wait for a verified e-mail address. @throws ProblemError `not-found` */
export async function changeGroup(
  config: Config,
  act: 'grant' | 'revoke',
  handle: string,
  group: Group,
): Promise<{ groups: readonly Group[]; pausedGroups: readonly Group[] }> {
  return withAccounts(config, (accounts) => accounts[act](null, handle, group));
}

/**
 * Gives somebody another password and signs them out everywhere. @returns their handle.
 * @throws ProblemError `not-found`, `password-too-common`
 */
export function setPassword(config: Config, handle: string, password: string): Promise<string> {
  return withAccounts(config, (accounts) =>
    accounts.setPassword(handle, password, (trx, personId) =>
      endAllSessions(trx, personId, systemClock.now()),
    ),
  );
}

/** Takes somebody's e-mail address as proven. @throws ProblemError `not-found`, `email-missing` */
export function verifyEmail(config: Config, handle: string): Promise<{ email: string }> {
  return withDatabase(config, async (db) => {
    await db.migrate();
    const onChanged = () => Promise.resolve();
    const nothing = { sendTo: () => Promise.resolve(), publicOrigin: () => '' };
    const emails = createEmailVerification({
      db,
      clock: systemClock,
      random: systemRandom,
      onChanged,
      ...nothing,
    });
    return emails.verifyByHand(handle);
  });
}

/** @returns names of the migrations applied. */
export function migrate(config: Config): Promise<readonly string[]> {
  return withDatabase(config, (db) => db.migrate());
}

/** Copies the embedded database while the server may be running. @throws for PostgreSQL */
export function backup(config: Config, file: string): Promise<void> {
  return withDatabase(config, (db) => db.backupTo(file));
}

/** Signing out everywhere ends what a sign-in that has already begun would start, whatever clocks say. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { ProblemError } from '#server/platform/problem-error.ts';
import { asker, sessionsOf } from './cookies/bare-sessions.ts';
import { eachDatabase, type TestDatabase } from './each-database.ts';
import { aMember, password } from './people.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { startApp, type TestApp } from './start-app.ts';
import { until } from './until.ts';

const place = { host: 'slipmat.test', path: '/' };

/** As a sign-in reads it before it compares the password. */
async function signedOutAt(site: TestApp, handle: string): Promise<number | null> {
  const person = await site.app.accounts.checkPassword(handle, password);
  assert.ok(person);
  return person.signedOutAt;
}

async function sessionsAlive({ deps }: TestApp, personId: string): Promise<number> {
  const rows = await deps.db.read
    .selectFrom('sessions')
    .select('id')
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .execute();
  return rows.length;
}

const isRevoked = (error: unknown): boolean =>
  error instanceof ProblemError && error.code === 'session-revoked';

function inOneProcess({ name, skip, start }: TestDatabase): void {
  describe(`signing out everywhere over ${name}`, { skip }, () => {
    test('refuses who began to sign in before, in the same millisecond too, and nobody who begins after', async (t) => {
      const { site } = await start(t);
      const { id, handle } = await aMember(site);
      const at = site.deps.clock.now();
      const sessions = await sessionsOf(site, { clock: { ...site.deps.clock, now: () => at } });
      const begun: (number | null)[] = [];
      for (let round = 0; round < 3; round += 1) {
        begun.push(await signedOutAt(site, handle));
        await sessions.signOutEverywhere(id, undefined, place);
        assert.equal(await sessionsAlive(site, id), 0);
        for (const before of begun)
          await assert.rejects(sessions.start(id, { ...asker, signedOutAt: before }), isRevoked);
        assert.equal(await sessionsAlive(site, id), 0);
        await sessions.start(id, { ...asker, signedOutAt: await signedOutAt(site, handle) });
        assert.equal(await sessionsAlive(site, id), 1);
      }
    });

    test('by a clock that is behind that of the sign-in', async (t) => {
      const { site } = await start(t);
      const { id, handle } = await aMember(site);
      const { clock } = site.deps;
      const behind = await sessionsOf(site, { clock: { ...clock, now: () => clock.now() - 60_000 } });
      const ahead = await sessionsOf(site);
      const before = await signedOutAt(site, handle);
      await behind.signOutEverywhere(id, undefined, place);
      await assert.rejects(ahead.start(id, { ...asker, signedOutAt: before }), isRevoked);
      assert.equal(await sessionsAlive(site, id), 0);
    });
  });
}

for (const database of await eachDatabase()) inOneProcess(database);

describe('two processes', { skip: requireCommand('postgres') }, async () => {
  const skip = requireCommand('postgres');
  if (skip !== false) return;
  const postgres = await startPostgres({ after });

  test('a sign-in that is being written on one ends with everything else on the other', async (t) => {
    const environment = { DATABASE_URL: await postgres.createDatabase() };
    const one = await startApp(t, { environment });
    const two = await startApp(t, { environment });
    const { id, handle } = await aMember(one);
    const before = await signedOutAt(one, handle);
    // Holds what inserts a session until the lock is given back.
    await one.deps.db.write(async (trx) => {
      await sql`create function wait() returns trigger language plpgsql as $$
        begin perform pg_advisory_xact_lock(42); return new; end $$`.execute(trx);
      await sql`create trigger waits before insert on sessions for each row execute function wait()`.execute(
        trx,
      );
    });
    const waiting = async (kind: string): Promise<boolean> => {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and wait_event = ${kind}`.execute(
        two.deps.db.read,
      );
      return rows.length > 0;
    };
    const [onOne, onTwo] = await Promise.all([sessionsOf(one), sessionsOf(two)]);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holding = two.deps.db.read.connection().execute(async (connection) => {
      await sql`select pg_advisory_lock(42)`.execute(connection);
      held.resolve();
      await released;
      await sql`select pg_advisory_unlock(42)`.execute(connection);
    });
    await held.promise;
    try {
      const starting = onOne.start(id, { ...asker, signedOutAt: before });
      await until('the sign-in is being written', () => waiting('advisory'));
      let isOut = false;
      const signingOut = onTwo.signOutEverywhere(id, undefined, place).then(() => {
        isOut = true;
      });
      await until('the other waits, or is through', async () => isOut || (await waiting('transactionid')));
      release();
      await Promise.all([starting, signingOut]);
    } finally {
      release();
      await holding;
    }
    assert.equal(await sessionsAlive(one, id), 0, 'nothing that proves a session is left alive');
  });
});

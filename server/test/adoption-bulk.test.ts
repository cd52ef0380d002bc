/** `adopt-users`: everybody of a real Django site, as whoever runs the server does it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { type Database, openDatabase, type Storage } from '#server/db/open.ts';
import { createLog } from '#server/platform/log.ts';
import { aDjangoSite, anAdoptingHouse, type Location, newLocation, requireDjango } from './django.ts';
import { type Ended, type Environment, slipmat } from './server-process.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { aFolder } from './start-app.ts';
import { until } from './until.ts';

const skip = requireDjango();
const skipPostgres = skip === false ? requireCommand('postgres') : skip;
const postgres = skipPostgres === false ? await startPostgres({ after }) : undefined;
const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

type Kind = Location['kind'];

async function newStorage(t: TestContext, kind: Kind): Promise<Storage> {
  if (kind === 'sqlite') return { kind, dataDir: await aFolder(t) };
  assert.ok(postgres);
  return { kind, url: await postgres.createDatabase() };
}

function environmentFor(storage: Storage, location: Location): Environment {
  return {
    LOG_LEVEL: 'silent',
    DJANGO_DATABASE_URL: location.kind === 'sqlite' ? `sqlite://${location.file}` : location.url,
    DJANGO_GROUPS: 'DJs=dj',
    ...(storage.kind === 'sqlite' ? { DATA_DIR: storage.dataDir } : { DATABASE_URL: storage.url }),
  };
}

async function opened(t: TestContext, storage: Storage): Promise<Database> {
  const db = openDatabase(storage, createLog('silent'));
  t.after(() => db.close());
  await db.migrate();
  return db;
}

async function count(db: Database, table: 'people' | 'adopted_people' | 'person_groups'): Promise<number> {
  const { rows } = await db.read
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return Number(rows);
}

/** Waits until nobody else is in a transaction: PostgreSQL may finish a commit of a client that is gone. */
async function alone({ kind, read }: Database): Promise<void> {
  if (kind === 'sqlite') return;
  await until('nobody else is in a transaction', async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`.execute(read);
    return Number(rows[0]?.n) === 0;
  });
}

/** Starts the command and kills it once it has adopted somebody; @returns how many then. */
async function killedHalfWay(db: Database, environment: Environment): Promise<number> {
  const child = spawn(process.execPath, [cli, 'adopt-users'], {
    env: { ...environment, PATH: process.env['PATH'] },
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  await until('somebody was adopted', async () => {
    assert.equal(child.exitCode, null, 'the command ended before anybody was adopted');
    return (await count(db, 'adopted_people')) > 0;
  });
  child.kill('SIGKILL');
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  await alone(db);
  return count(db, 'adopted_people');
}

const crowd = 4_000;
const disabled = crowd / 100;
const combinations: readonly (readonly [Kind, Kind])[] = [
  ['sqlite', 'sqlite'],
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
  ['postgres', 'postgres'],
];

/** Runs the command. How often it says how far it is depends on the machine, and is tested with its words. */
async function withoutProgress(args: readonly string[], environment: Environment): Promise<Ended> {
  const { code, said } = await slipmat(args, environment);
  return { code, said: said.replaceAll(/^\d+ of \d+, .*\n/gm, '') };
}

describe('adopt-users', { skip }, () => {
  for (const [ours, theirs] of combinations) {
    const needsPostgres = ours === 'postgres' || theirs === 'postgres';
    const title = `Django in ${theirs} into Slipmat in ${ours}: killed, started again, and again`;
    test(title, { skip: needsPostgres ? skipPostgres : false }, async (t) => {
      const location = await newLocation(t, theirs, postgres);
      const site = await aDjangoSite(location, [{ username: 'nova', groups: ['DJs', 'Others'] }]);
      await site.crowd(crowd);
      const storage = await newStorage(t, ours);
      const environment = environmentFor(storage, location);
      const db = await opened(t, storage);
      const adoptable = crowd + 1 - disabled;

      const dry = await withoutProgress(['adopt-users', '--dry-run'], environment);
      assert.deepEqual(dry, {
        code: 0,
        said: `Would adopt: ${adoptable}\nHere before: 0\nLeft out: ${disabled} disabled\nNobody was adopted: this was a dry run.\n`,
      });
      assert.equal(await count(db, 'people'), 0);

      const half = await killedHalfWay(db, environment);
      assert.ok(half > 0 && half < adoptable, `killed after ${half} of ${adoptable}`);
      assert.equal(await count(db, 'people'), half, 'nobody is here without being tied to the old site');

      const resumed = await withoutProgress(['adopt-users'], environment);
      assert.deepEqual(resumed, {
        code: 0,
        said: `Adopted: ${adoptable - half}\nHere before: ${half}\nLeft out: ${disabled} disabled\n`,
      });
      assert.equal(await count(db, 'people'), adoptable);
      assert.equal(await count(db, 'adopted_people'), adoptable);
      assert.equal(await count(db, 'person_groups'), adoptable + 1, 'everybody is a member, and one a DJ');
      const someone = await db.read
        .selectFrom('people')
        .select(['email', 'display_name'])
        .where('handle', '=', 'crowd-17')
        .executeTakeFirst();
      assert.deepEqual({ ...someone }, { email: 'crowd17@example.com', display_name: 'crowd.17' });

      const again = await withoutProgress(['adopt-users'], environment);
      assert.match(again.said, new RegExp(`^Adopted: 0\nHere before: ${adoptable}\n`));
    });
  }

  test('somebody who was adopted keeps what they changed here', async (t) => {
    const site = await aDjangoSite(await newLocation(t, 'sqlite', undefined), [{ username: 'nova' }]);
    const house = await anAdoptingHouse(t, site.location);
    await house.adoption.adoptUsers();
    const nova = await house.accounts.findByLogin('nova');
    assert.ok(nova);
    await house.accounts.rename(nova, 'Nova at last');
    assert.equal((await house.adoption.adoptUsers()).present, 1);
    assert.equal((await house.accounts.findByLogin('nova'))?.displayName, 'Nova at last');
  });

  test('what is missing is told in one line', async (t) => {
    const environment = { DATA_DIR: await aFolder(t) };
    const none = await slipmat(['adopt-users'], environment);
    assert.equal(none.code, 1);
    assert.match(none.said, /^DJANGO_DATABASE_URL is not set[^\n]*\n$/);
    const absent = await slipmat(['adopt-users'], {
      ...environment,
      DJANGO_DATABASE_URL: `sqlite://${environment.DATA_DIR}/none.sqlite3`,
    });
    assert.equal(absent.code, 1);
    assert.match(absent.said, /^A database did not answer[^\n]*unable to open[^\n]*\n$/);
    const foreign = await slipmat(['adopt-users'], {
      ...environment,
      DJANGO_DATABASE_URL: `sqlite://${environment.DATA_DIR}/slipmat.sqlite`,
    });
    assert.match(foreign.said, /^A database did not answer[^\n]*no such table: auth_user[^\n]*\n$/);
    const surprise = await slipmat(['adopt-users', '--surprise'], environment);
    assert.match(surprise.said, /surprise/);
  });
});

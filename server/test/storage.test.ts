/** What features rely on of the database, the same over SQLite and PostgreSQL. */
import assert from 'node:assert/strict';
import { after, describe, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { type Database, openDatabase, type Storage } from '#server/db/open.ts';
import { storageTrouble } from '#server/db/storage-error.ts';
import { createLog } from '#server/platform/log.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { createMemoryHub } from '#server/realtime/hub.ts';
import { createJournal, entriesAfter, lastSeq } from '#server/realtime/journal.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { aFolder } from './start-app.ts';

type NewStorage = (t: TestContext) => Promise<Storage>;

const skipPostgres = requireCommand('postgres');
const postgres = skipPostgres === false ? await startPostgres({ after }) : undefined;

const storages: readonly (readonly [string, false | string, NewStorage])[] = [
  ['SQLite', false, async (t) => ({ kind: 'sqlite', dataDir: await aFolder(t) })],
  [
    'PostgreSQL',
    skipPostgres,
    async () => {
      assert.ok(postgres);
      return { kind: 'postgres', url: await postgres.createDatabase() };
    },
  ],
];

const log = createLog('silent');

async function opened(t: TestContext, storage: Storage): Promise<Database> {
  const db = openDatabase(storage, log);
  t.after(() => db.close());
  await db.migrate();
  return db;
}

const put = (db: Database, name: string, value = name) =>
  db.write((trx) => trx.insertInto('server_settings').values({ name, value }).execute());

const names = async (db: Database): Promise<string[]> =>
  (await db.read.selectFrom('server_settings').select('name').orderBy('name').execute()).map(
    ({ name }) => name,
  );

for (const [name, skip, newStorage] of storages) {
  /**
   * A second SQLite connection that waits for the lock holds up the process that has it, when both are one. Two
   * processes on one SQLite file are in command-line.test.ts.
   */
  const hasManyWriters = name !== 'SQLite';

  describe(name, { skip }, () => {
    if (hasManyWriters)
      test('migrations are applied once, also when two start at the same moment', async (t) => {
        const storage = await newStorage(t);
        const first = openDatabase(storage, log);
        const second = openDatabase(storage, log);
        t.after(() => Promise.all([first.close(), second.close()]));
        const applied = await Promise.all([first.migrate(), second.migrate()]);
        assert.deepEqual(applied.flat(), [...new Set(applied.flat())]);
        assert.ok(applied.flat().length > 0);
        assert.deepEqual(await first.migrate(), []);
        await first.check();
      });

    test('writes that come together are all committed, in the order they came', async (t) => {
      const db = await opened(t, await newStorage(t));
      const order: number[] = [];
      const written = Array.from({ length: 300 }, async (_, index) => {
        await db.write(async (trx, afterCommit) => {
          await trx
            .insertInto('server_settings')
            .values({ name: String(index), value: '' })
            .execute();
          afterCommit(() => order.push(index));
        });
      });
      await Promise.all(written);
      assert.deepEqual(
        order,
        Array.from({ length: 300 }, (_, index) => index),
      );
      assert.equal((await names(db)).length, 300);
    });

    test('one that fails takes back its own writes, and nobody else’s', async (t) => {
      const db = await opened(t, await newStorage(t));
      await put(db, 'taken');
      const wrong = new ProblemError('handle-taken');
      const outcomes = await Promise.allSettled([
        put(db, 'a'),
        db.write(async (trx) => {
          await trx.insertInto('server_settings').values({ name: 'half', value: '' }).execute();
          throw wrong;
        }),
        put(db, 'b'),
        db.write(async (trx) => {
          await trx.insertInto('server_settings').values({ name: 'other half', value: '' }).execute();
          await trx.insertInto('server_settings').values({ name: 'taken', value: '' }).execute();
        }),
        put(db, 'c'),
        db.write((trx) => sql`select * from no_such_table`.execute(trx)),
        put(db, 'd'),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status === 'fulfilled'),
        [true, false, true, false, true, false, true],
      );
      const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));
      assert.equal(reasons[1], wrong, 'the rule’s own error comes through');
      assert.equal(storageTrouble(reasons[3]), 'duplicate');
      assert.deepEqual(await names(db), ['a', 'b', 'c', 'd', 'taken']);
      await assert.rejects(put(db, 'taken'), (error) => storageTrouble(error) === 'duplicate');
      await assert.rejects(
        db.write(() => Promise.reject(wrong)),
        wrong,
      );
      await put(db, 'e');
    });

    test('what is to be done after the commit is not done without one, nor before', async (t) => {
      const db = await opened(t, await newStorage(t));
      const seen: string[] = [];
      const failing = db.write(async (_trx, afterCommit) => {
        afterCommit(() => seen.push('never'));
        throw new Error('no');
      });
      const good = db.write(async (trx, afterCommit) => {
        await trx.insertInto('server_settings').values({ name: 'a', value: '' }).execute();
        afterCommit(() => seen.push('after'));
        seen.push(`inside: ${(await names(db)).length}`);
      });
      await assert.rejects(failing, /^Error: no$/);
      await good;
      assert.deepEqual(seen, ['inside: 0', 'after'], 'others see it when it is committed');
      assert.deepEqual(await names(db), ['a']);
    });

    test('a snapshot sees one moment, whatever is written meanwhile', async (t) => {
      const db = await opened(t, await newStorage(t));
      await put(db, 'a');
      await db.snapshot(async (trx) => {
        const count = async () => (await trx.selectFrom('server_settings').select('name').execute()).length;
        assert.equal(await count(), 1);
        await put(db, 'b');
        assert.equal(await count(), 1);
      });
      assert.deepEqual(await names(db), ['a', 'b']);
    });

    test('the reading side writes nothing', async (t) => {
      const db = await opened(t, await newStorage(t));
      await assert.rejects(
        db.snapshot((trx) => trx.insertInto('server_settings').values({ name: 'x', value: '' }).execute()),
      );
      assert.deepEqual(await names(db), []);
    });

    if (hasManyWriters)
      test('two processes that count the same number lose nothing', async (t) => {
        const storage = await newStorage(t);
        const [one, two] = [await opened(t, storage), await opened(t, storage)];
        const journal = createJournal(createMemoryHub());
        const append = (db: Database) =>
          db.write((trx, afterCommit) =>
            journal.append(trx, afterCommit, 'chat:a', [{ type: 'chat.open', open: true }]),
          );
        const seqs = await Promise.all(
          Array.from({ length: 60 }, (_, index) => append(index % 2 === 0 ? one : two)),
        );
        assert.deepEqual(
          seqs.toSorted((a, b) => a - b),
          Array.from({ length: 60 }, (_, index) => index + 1),
        );
        assert.equal(await lastSeq(one.read, 'chat:a'), 60);
        assert.equal((await entriesAfter(two.read, 'chat:a', 0))?.length, 60);
      });

    if (hasManyWriters)
      test('deadlocks between processes are tried again', async (t) => {
        const storage = await newStorage(t);
        const [one, two] = [await opened(t, storage), await opened(t, storage)];
        await put(one, 'a', '0');
        await put(one, 'b', '0');
        const add = (db: Database, order: readonly string[]) =>
          db.write(async (trx) => {
            for (const name of order) {
              const add = sql<string>`cast(cast(value as integer) + 1 as text)`;
              await trx.updateTable('server_settings').set({ value: add }).where('name', '=', name).execute();
              await new Promise((resolve) => setImmediate(resolve));
            }
          });
        for (let round = 0; round < 5; round += 1)
          await Promise.all([add(one, ['a', 'b']), add(two, ['b', 'a'])]);
        const rows = await one.read.selectFrom('server_settings').select('value').execute();
        assert.deepEqual(
          rows.map(({ value }) => value),
          ['10', '10'],
        );
      });

    test('numbers, bytes, null and text come back as they went in', async (t) => {
      const db = await opened(t, await newStorage(t));
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const created_at = 8_640_000_000_000_000;
      await db.write((trx) =>
        trx.insertInto('posters').values({ id: 'p', media_type: 'ä🎧\n\'"', bytes, created_at }).execute(),
      );
      const row = await db.read.selectFrom('posters').selectAll().executeTakeFirstOrThrow();
      assert.deepEqual(
        { ...row, bytes: Uint8Array.from(row.bytes) },
        { id: 'p', media_type: 'ä🎧\n\'"', bytes, created_at },
      );
    });

    test('closing waits for the writes under way', async (t) => {
      const storage = await newStorage(t);
      const db = openDatabase(storage, log);
      await db.migrate();
      const written = Promise.all(Array.from({ length: 100 }, (_, index) => put(db, `n${index}`)));
      await db.close();
      await written;
      const again = await opened(t, storage);
      assert.equal((await names(again)).length, 100);
    });

    test('more writes than can wait are told that it is busy, and the others go through', async (t) => {
      const db = await opened(t, await newStorage(t));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 6_000 }, () => db.write(async () => 'ok')),
      );
      const busy = outcomes.filter(({ status }) => status === 'rejected');
      assert.equal(busy.length, 1_000);
      assert.ok(busy.every((one) => one.status === 'rejected' && one.reason instanceof ProblemError));
      await put(db, 'after');
    });
  });
}

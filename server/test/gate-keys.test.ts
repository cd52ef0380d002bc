/** The gate's keys over time, with several processes on one database: SQLite and PostgreSQL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '#server/db/open.ts';
import { createKeys, keyTimes } from '#server/features/gate/keys.ts';
import { createLog } from '#server/platform/log.ts';
import { systemRandom } from '#server/platform/random.ts';
import { createFakeClock } from './fake-clock.ts';
import type { Owner } from './services/daemon.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { aFolder } from './start-app.ts';

/** The number of a key, without what names the very key. */
function idOf(kid: string): string {
  assert.match(kid, /^gate-\d+-[\w-]{8}$/);
  return kid.slice(0, -9);
}

const storages = {
  sqlite: async (owner: Owner) => ({ kind: 'sqlite' as const, dataDir: await aFolder(owner) }),
  async postgres(owner: Owner) {
    const { createDatabase } = await startPostgres(owner);
    return { kind: 'postgres' as const, url: await createDatabase() };
  },
};

for (const [kind, storageFor] of Object.entries(storages)) {
  const skip = kind === 'postgres' && requireCommand('postgres');

  test(`keys on ${kind}: one first key for all processes, published before it signs and after`, {
    skip,
  }, async (t) => {
    const storage = await storageFor(t);
    const clock = createFakeClock();
    const log = createLog('silent');
    const databases = [openDatabase(storage, log), openDatabase(storage, log)];
    await databases[0]?.migrate();
    t.after(() => Promise.all(databases.map((db) => db.close())));
    const processes = databases.map((db) => createKeys({ db, clock, random: systemRandom }));
    const signing = (): Promise<string[]> =>
      Promise.all(processes.map(async (keys) => idOf((await keys.signer()).kid)));
    const published = (): Promise<string[][]> =>
      Promise.all(processes.map(async (keys) => (await keys.published()).map((key) => idOf(key.kid))));
    const rotate = (): Promise<unknown> => Promise.all(processes.map((keys) => keys.rotate()));

    assert.deepEqual(await signing(), ['gate-1', 'gate-1']);
    const [left, right] = await Promise.all(processes.map((keys) => keys.published()));
    assert.deepEqual(left, right, 'the very same key');

    clock.leap(keyTimes.rotateAfter - 60_000);
    await rotate();
    assert.deepEqual(await published(), [['gate-1'], ['gate-1']]);
    clock.leap(60_000);
    await rotate();
    const both = ['gate-1', 'gate-2'];
    assert.deepEqual(await published(), [both, both], 'published');
    assert.deepEqual(await signing(), ['gate-1', 'gate-1'], 'and does not sign yet');
    clock.leap(keyTimes.warmUp);
    assert.deepEqual(await signing(), ['gate-2', 'gate-2']);
    clock.leap(keyTimes.keep - 60_000);
    await rotate();
    assert.deepEqual(await published(), [both, both], 'still published');
    clock.leap(60_000);
    await rotate();
    assert.deepEqual(await published(), [['gate-2'], ['gate-2']]);
  });
}

/** CSRF protection by roll-out, what is counted beside, and who is told of it, over both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RollOut, RollOutsState } from '@slipmat/contract/roll-outs';
import type { SignedInPerson, Who } from '#server/http/who.ts';
import { aRollOutHouse, minute, type Process, rollOutOf, storages, userAgents } from './roll-out-house.ts';

const { firefox, safari } = userAgents;
const day = 24 * 60 * minute;
const code = 'csrf-origin-mismatch';

const csrf = async ({ rollOuts }: Process): Promise<RollOut> => rollOutOf(await rollOuts.show(), 'csrf');
const begin = ({ rollOuts }: Process, steps: number[]) =>
  rollOuts.start(null, 'csrf', { steps, stepMinutes: 60 });

/** Somebody signed in, for what a topic asks. */
function signedIn(groups: SignedInPerson['groups']): Who {
  const person = {
    id: 'p',
    handle: 'p',
    displayName: 'P',
    email: 'p@example.com',
    createdAt: 0,
    emailVerifiedAt: null,
    groups,
    pausedGroups: [],
  };
  return { kind: 'signed-in', person, sessionId: 's', authenticatedAt: null, csrfToken: '' };
}

for (const [name, skip, newStorage] of await storages()) {
  describe(name, { skip }, () => {
    test('without a roll-out every refusal counts', async (t) => {
      const { rollOuts } = await aRollOutHouse(t, newStorage);
      const facts = { sessionId: 'session-1', userAgent: firefox };
      assert.equal(rollOuts.judgeCsrf({ ...facts, code }), 'refuse');
      assert.equal(rollOuts.judgeCsrf({ ...facts, code: undefined }), 'pass');
      assert.deepEqual(
        (await rollOuts.show()).rollOuts.map(({ kind }) => kind),
        ['cookie'],
      );
    });

    test('before it begins, refusals of sessions are let through and counted', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { csrfByRollOut: true });
      const { rollOuts } = house;
      for (const sessionId of house.sessions.slice(0, 10)) {
        assert.equal(rollOuts.judgeCsrf({ code: undefined, sessionId, userAgent: firefox }), 'pass');
      }
      for (let time = 0; time < 3; time += 1) {
        assert.equal(rollOuts.judgeCsrf({ code, sessionId: 'session-0', userAgent: firefox }), 'pass');
        assert.equal(rollOuts.judgeCsrf({ code, sessionId: 'session-11', userAgent: safari }), 'pass');
      }
      assert.equal(rollOuts.judgeCsrf({ code, sessionId: undefined, userAgent: '' }), 'refuse', 'no session');
      assert.equal(rollOuts.judgeCsrf({ code, sessionId: 'gone', userAgent: '' }), 'pass');
      await rollOuts.evaluate();
      const ready = await csrf(house);
      assert.deepEqual([ready.state, ready.from, ready.to], ['ready', 'report only', 'enforce']);
      assert.deepEqual(ready.figures, { issued: 11, accepted: 9, refused: 2 });
      const { findings } = await rollOuts.show();
      assert.deepEqual(findings.map(({ finding, family, count }) => [finding, family, count]).toSorted(), [
        [code, 'Firefox', 1],
        [code, 'Other', 1],
        [code, 'Safari', 1],
      ]);
    });

    test('it refuses for the share that takes part only, and then for everybody', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { csrfByRollOut: true, sessions: 200 });
      const { rollOuts } = house;
      await begin(house, [50, 100]);
      const judged = new Map(
        house.sessions.map((sessionId) => [
          sessionId,
          rollOuts.judgeCsrf({ code, sessionId, userAgent: firefox }),
        ]),
      );
      const refused = [...judged.values()].filter((verdict) => verdict === 'refuse').length;
      assert.ok(refused > 60 && refused < 140, String(refused));
      for (const [sessionId, verdict] of judged) {
        assert.equal(rollOuts.judgeCsrf({ code, sessionId, userAgent: firefox }), verdict, 'the same again');
      }
      await rollOuts.flush();
      assert.deepEqual((await csrf(house)).figures, { issued: refused, accepted: 0, refused });
      await rollOuts.advance(null, 'csrf');
      await rollOuts.advance(null, 'csrf');
      assert.equal((await csrf(house)).state, 'complete');
      for (const sessionId of house.sessions) {
        assert.equal(rollOuts.judgeCsrf({ code, sessionId, userAgent: firefox }), 'refuse');
      }
    });

    test('pages that are refused stop it, also when other pages of theirs are let through', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { csrfByRollOut: true });
      const { rollOuts } = house;
      await begin(house, [100]);
      for (const sessionId of house.sessions) {
        rollOuts.judgeCsrf({ code: undefined, sessionId, userAgent: safari });
      }
      await rollOuts.evaluate();
      assert.deepEqual((await csrf(house)).figures, { issued: 60, accepted: 60, refused: 0 });
      for (const sessionId of house.sessions.slice(0, 5)) {
        assert.equal(rollOuts.judgeCsrf({ code, sessionId, userAgent: safari }), 'refuse');
        rollOuts.judgeCsrf({ code: undefined, sessionId, userAgent: safari });
      }
      await rollOuts.evaluate();
      const stopped = await csrf(house);
      assert.deepEqual([stopped.state, stopped.figures.refused], ['stopped', 5]);
      assert.match(stopped.reason ?? '', /^5 sessions in a row/);
      assert.equal(rollOuts.judgeCsrf({ code, sessionId: 'session-7', userAgent: safari }), 'pass');
    });

    test('uses of a policy: sessions a day, and when its reader may go', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { settled: true });
      const { rollOuts, clock } = house;
      const policies = async () => (await rollOuts.show()).policies;
      // The beginning of a day, so that leaps of hours stay within it.
      clock.leap(day - (clock.now() % day));
      for (let time = 0; time < 3; time += 1) {
        for (const sessionId of house.sessions.slice(0, 10))
          rollOuts.notePolicyUse('__Host-slipmat', sessionId);
        await rollOuts.flush();
      }
      const usedAt = clock.now();
      const [old, current] = await policies();
      assert.deepEqual([old?.isWritten, old?.usedToday, old?.domain], [false, 10, null]);
      assert.ok(Math.abs((old?.lastUsedAt ?? 0) - usedAt) < minute);
      assert.equal(old?.removableAt, (old?.lastUsedAt ?? 0) + 365 * day);
      assert.deepEqual([current?.isWritten, current?.usedToday, current?.removableAt], [true, 0, null]);
      clock.leap(23 * 60 * minute);
      assert.equal((await policies())[0]?.usedToday, 10);
      clock.leap(2 * 60 * minute);
      assert.equal((await policies())[0]?.usedToday, 0, 'more than a day ago');
      rollOuts.notePolicyUse('__Host-slipmat', 'session-1');
      await rollOuts.flush();
      const later = (await policies())[0];
      assert.deepEqual([later?.usedToday, (later?.lastUsedAt ?? 0) > usedAt + day], [1, true]);
    });

    test('findings of a week, by kind of browser', async (t) => {
      const { rollOuts, clock } = await aRollOutHouse(t, newStorage);
      const findings = async () =>
        (await rollOuts.show()).findings.map(({ finding, family, count }) => [finding, family, count]);
      await rollOuts.noteFinding('split', safari);
      await rollOuts.noteFinding('split', safari);
      clock.leap(5 * day);
      await rollOuts.noteFinding('not-kept', firefox);
      await rollOuts.noteFinding('split', safari);
      assert.deepEqual(await findings(), [
        ['split', 'Safari', 3],
        ['not-kept', 'Firefox', 1],
      ]);
      clock.leap(3 * day);
      assert.deepEqual(await findings(), [
        ['not-kept', 'Firefox', 1],
        ['split', 'Safari', 1],
      ]);
    });

    test('nobody can make up kinds of browsers without end', async (t) => {
      const { rollOuts, db, clock } = await aRollOutHouse(t, newStorage);
      // The beginning of a day, by which they are counted.
      clock.leap(day - (clock.now() % day));
      for (let version = 0; version < 500; version += 1) {
        await rollOuts.noteFinding('agreed', firefox.replaceAll('153', String(version)));
      }
      const rows = await db.read.selectFrom('sign_in_findings').select('count').execute();
      assert.ok(rows.length <= 201, String(rows.length));
      assert.equal(
        rows.reduce((sum, row) => sum + row.count, 0),
        500,
        'all are counted',
      );
    });

    test('staff may follow; figures are told by one process at a time, and the last state is the present one', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      const other = await house.second();
      const { topic } = house.rollOuts;
      assert.equal(await topic.keyFor('', signedIn(['member', 'dj'])), undefined);
      assert.equal(await topic.keyFor('', { kind: 'anonymous', reason: 'no-cookie' }), undefined);
      assert.equal(await topic.keyFor('x', signedIn(['staff'])), undefined);
      assert.equal(await topic.keyFor('', signedIn(['staff'])), 'roll-outs');

      const events = async () =>
        house.db.read
          .selectFrom('topic_events')
          .selectAll()
          .where('topic', '=', 'roll-outs')
          .orderBy('seq')
          .execute();
      const last = async (): Promise<RollOutsState> =>
        RollOutsState.parse(JSON.parse((await events()).at(-1)?.event ?? '{}').state);
      await house.rollOuts.start(null, 'cookie', { steps: [100], stepMinutes: 60 });
      await other.rollOuts.load();
      assert.deepEqual(await last(), await house.rollOuts.show());
      for (let round = 0; round < 10; round += 1) {
        house.clock.leap(10_000);
        for (const sessionId of house.sessions.slice(round, round + 2))
          await house.note({ sessionId, version: 2, outcome: 'accepted', userAgent: firefox });
        await house.rollOuts.evaluate();
        await other.rollOuts.evaluate();
        assert.deepEqual(await last(), await house.rollOuts.show());
      }
      const told = await events();
      assert.equal(told.at(-1)?.seq, 11, 'one for the start, one for each change of figures');
      assert.equal(told.length, 5, 'the last few');
      await house.rollOuts.evaluate();
      assert.equal((await events()).at(-1)?.seq, 11, 'nothing new is not told');
    });
  });
}

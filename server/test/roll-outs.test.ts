/** Roll-outs of a cookie policy: what sessions answer, and what becomes of it, over both databases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RollOut } from '@slipmat/contract/roll-outs';
import { ProblemError } from '#server/platform/problem-error.ts';
import {
  aRollOutHouse,
  minute,
  type Process,
  type RollOutHouse,
  rollOutOf,
  storages,
  userAgents,
} from './roll-out-house.ts';

const { firefox, chrome, safari, instagram } = userAgents;
const steps = [5, 50, 100];
const boss = { id: 'p', handle: 'boss' };

/** Begins at the first step, an hour each. */
async function begin({ rollOuts }: Process, first = steps): Promise<RollOut> {
  return rollOutOf(await rollOuts.start(boss, 'cookie', { steps: first, stepMinutes: 60 }), 'cookie');
}

const cookie = async ({ rollOuts }: Process): Promise<RollOut> => rollOutOf(await rollOuts.show(), 'cookie');

/** Sessions from `from` on get the cookie and answer. */
async function answer(
  house: RollOutHouse,
  outcome: 'accepted' | 'refused',
  userAgent: string,
  [from, to]: readonly [number, number],
): Promise<void> {
  for (const sessionId of house.sessions.slice(from, to)) {
    await house.note({ sessionId, version: 2, outcome: 'issued', userAgent });
    await house.note({ sessionId, version: 2, outcome, userAgent });
  }
}

const written = async ({ db }: Process): Promise<number[]> => {
  const rows = await db.read.selectFrom('cookie_policies').selectAll().orderBy('version').execute();
  return rows
    .filter((row) => row.written_from !== null && row.written_until === null)
    .map((row) => row.version);
};

const isState = (error: unknown): boolean => error instanceof ProblemError && error.code === 'roll-out-state';
const isMissing = (error: unknown): boolean => error instanceof ProblemError && error.code === 'not-found';

for (const [name, skip, newStorage] of await storages()) {
  describe(name, { skip }, () => {
    test('what is declared is ready, and nobody gets it before the start', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      const ready = await cookie(house);
      assert.deepEqual(
        [ready.state, ready.percent, ready.from, ready.to, ready.revision],
        ['ready', 0, '__Host-slipmat', '__Secure-slipmat-2', 0],
      );
      assert.deepEqual(
        ready.history.map(({ act }) => act),
        ['declared'],
      );
      assert.deepEqual(house.rollOuts.versionsFor('session-1'), {
        base: 1,
        next: undefined,
        takesPart: false,
      });
      await answer(house, 'accepted', firefox, [0, 3]);
      assert.equal((await cookie(house)).figures.issued, 0);
      await assert.rejects(house.rollOuts.pause(boss, 'cookie'), isState);
      await assert.rejects(house.rollOuts.pause(boss, 'csrf'), isMissing, 'CSRF is enforced already');
    });

    test('with nothing to roll out there is nothing to start', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { settled: true });
      assert.deepEqual((await house.rollOuts.show()).rollOuts, []);
      assert.equal(house.rollOuts.versionsFor('x').base, 2);
      await assert.rejects(begin(house), isMissing);
    });

    test('a start reaches a share of the sessions, the same ones at every look', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { sessions: 400 });
      const begun = await begin(house, [25, 100]);
      assert.deepEqual([begun.state, begun.percent, begun.revision], ['running', 25, 1]);
      assert.deepEqual(await written(house), [1, 2]);
      const reached = (one: Process) => house.sessions.filter((id) => one.rollOuts.versionsFor(id).takesPart);
      assert.ok(reached(house).length > 60 && reached(house).length < 140, String(reached(house).length));
      assert.deepEqual(house.rollOuts.versionsFor('session-1').next, 2);
      const other = await house.second();
      assert.deepEqual(reached(other), reached(house));
      const entry = await house.db.read.selectFrom('audit_log').selectAll().executeTakeFirstOrThrow();
      assert.deepEqual([entry.act, entry.actor_id], ['roll-out.start', 'p']);
      await assert.rejects(begin(house), isState);
    });

    test('each session is counted once, whatever is told of it and how often', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      await begin(house);
      const agents = [firefox, chrome, safari, instagram];
      const follows = { issued: [''], accepted: ['', 'issued', 'refused'], refused: ['', 'issued'] };
      const model = new Map<string, { family: number; outcome: string }>();
      const outcomes = ['issued', 'accepted', 'refused'] as const;
      for (let act = 0; act < 400; act += 1) {
        const sessionId = house.sessions[house.random.below(house.sessions.length)] ?? '';
        const outcome = outcomes[house.random.below(3)] ?? 'issued';
        const family = house.random.below(agents.length);
        await house.note({ sessionId, version: 2, outcome, userAgent: agents[family] ?? '' });
        const known = model.get(sessionId);
        if (follows[outcome].includes(known?.outcome ?? ''))
          model.set(sessionId, { family: known?.family ?? family, outcome });
      }
      const shown = await cookie(house);
      const count = (outcome: string, family?: number): number =>
        [...model.values()].filter(
          (one) => one.outcome === outcome && (family === undefined || one.family === family),
        ).length;
      assert.deepEqual(shown.figures, {
        issued: model.size,
        accepted: count('accepted'),
        refused: count('refused'),
      });
      for (const [family, named] of ['Firefox', 'Chrome', 'Safari', 'Instagram'].entries()) {
        const segment = shown.segments.find((one) => one.family === named);
        assert.deepEqual(
          [segment?.accepted, segment?.refused],
          [count('accepted', family), count('refused', family)],
          named,
        );
      }
      const issued = shown.segments.map((segment) => segment.issued);
      assert.deepEqual(
        issued,
        issued.toSorted((a, b) => b - a),
      );
      assert.equal(shown.segments.find((one) => one.family === 'Instagram')?.webView, true);
    });

    test('a rate of refusals that is no chance any more stops it', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { sessions: 300 });
      await begin(house, [100]);
      await answer(house, 'accepted', firefox, [0, 200]);
      for (const from of [200, 202]) {
        await answer(house, 'refused', safari, [from, from + 1]);
        await answer(house, 'accepted', safari, [from + 1, from + 2]);
      }
      await house.rollOuts.evaluate();
      assert.equal((await cookie(house)).state, 'running', '2 of 204 may be chance');
      for (const [index, userAgent] of [chrome, instagram].entries()) {
        await answer(house, 'refused', userAgent, [210 + index, 211 + index]);
      }
      await house.rollOuts.evaluate();
      const stopped = await cookie(house);
      assert.equal(stopped.state, 'stopped');
      assert.match(stopped.reason ?? '', /^4 of 206 sessions refused it/);
      assert.deepEqual(house.stops, [{ kind: 'cookie', reason: stopped.reason }]);
    });

    test('five refusals in one kind of browser stop it within one evaluation, and all is as before', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      await begin(house, [100]);
      await answer(house, 'accepted', firefox, [5, 60]);
      await answer(house, 'refused', safari, [0, 2]);
      await house.rollOuts.evaluate();
      assert.equal((await cookie(house)).state, 'running');
      await answer(house, 'refused', safari, [2, 5]);
      await house.rollOuts.evaluate();
      const again = await cookie(house);
      assert.deepEqual([again.state, again.percent, again.verdict], ['stopped', 0, 'stop']);
      assert.equal(again.reason, '5 sessions in a row refused it in Safari 15 on iPhone.');
      assert.ok(again.alertSince !== null);
      assert.deepEqual(again.history[0], {
        at: again.history[0]?.at,
        act: 'stopped',
        by: null,
        percent: 0,
        reason: again.reason,
      });
      assert.deepEqual(await written(house), [1]);
      assert.deepEqual(house.rollOuts.versionsFor('session-1'), {
        base: 1,
        next: undefined,
        takesPart: false,
      });
      assert.equal(house.log.filter(({ level }) => level === 50).length, 1, 'it is logged as an error');
      const acts = await house.db.read.selectFrom('audit_log').select('act').execute();
      assert.equal(acts.filter(({ act }) => act === 'roll-out.stop').length, 1);
      const calm = await house.rollOuts.acknowledge(boss, 'cookie');
      assert.equal(rollOutOf(calm, 'cookie').alertSince, null);
      await house.rollOuts.acknowledge(boss, 'cookie');
    });

    test('a few refusals among many that accept do not stop it', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { sessions: 420 });
      await begin(house, [100]);
      await answer(house, 'refused', safari, [0, 4]);
      await answer(house, 'accepted', safari, [4, 420]);
      await house.rollOuts.evaluate();
      const shown = await cookie(house);
      assert.deepEqual(
        [shown.state, shown.figures.refused, shown.refusalBound < 0.005],
        ['running', 4, true],
      );
    });

    test('without answers it holds: never further, one alert, until somebody answers', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      await begin(house);
      house.clock.leap(9 * minute);
      await house.rollOuts.evaluate();
      assert.equal((await cookie(house)).verdict, 'too-soon');
      for (let hours = 0; hours < 30; hours += 1) {
        house.clock.leap(60 * minute);
        await house.rollOuts.evaluate();
      }
      const held = await cookie(house);
      assert.deepEqual([held.state, held.percent, held.verdict], ['running', 5, 'no-data']);
      assert.match(held.reason ?? '', /stays at 5 %/);
      assert.deepEqual(
        held.history.map(({ act }) => act),
        ['held', 'started', 'declared'],
      );
      await house.rollOuts.acknowledge(boss, 'cookie');
      house.clock.leap(60 * minute);
      await house.rollOuts.evaluate();
      assert.equal((await cookie(house)).alertSince, null, 'it is not raised again');
      await answer(house, 'accepted', firefox, [0, 1]);
      await house.rollOuts.evaluate();
      const on = await cookie(house);
      assert.deepEqual([on.percent, on.verdict, on.reason], [50, 'too-soon', null]);
    });

    test('step by step to the end, where the old policy is written no more', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      await begin(house);
      const percents: number[] = [];
      for (let hour = 0; hour < 3; hour += 1) {
        percents.push((await cookie(house)).percent);
        house.clock.leap(59 * minute);
        await answer(house, 'accepted', chrome, [hour, hour + 1]);
        await house.rollOuts.evaluate();
        assert.equal((await cookie(house)).percent, percents.at(-1), 'the hour is not over');
        house.clock.leap(minute);
        await house.rollOuts.evaluate();
      }
      assert.deepEqual(percents, steps);
      const done = await cookie(house);
      assert.deepEqual([done.state, done.percent], ['complete', 100]);
      assert.deepEqual(
        done.history.map(({ act, percent }) => `${act} ${percent}`),
        ['completed 100', 'promoted 100', 'promoted 50', 'started 5', 'declared 0'],
      );
      assert.deepEqual(await written(house), [2]);
      assert.deepEqual(house.rollOuts.versionsFor('x'), { base: 2, next: undefined, takesPart: false });
      await assert.rejects(begin(house), isState);
    });

    test('by hand: pause keeps those who have it, advance, complete, and back even then', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      await begin(house, [50, 100]);
      const paused = rollOutOf(await house.rollOuts.pause(boss, 'cookie'), 'cookie');
      assert.deepEqual([paused.state, paused.percent, paused.revision], ['paused', 50, 1]);
      for (const id of house.sessions) {
        assert.deepEqual(house.rollOuts.versionsFor(id), { base: 1, next: 2, takesPart: false });
      }
      await answer(house, 'accepted', firefox, [0, 2]);
      house.clock.leap(600 * minute);
      await house.rollOuts.evaluate();
      const rested = await cookie(house);
      assert.deepEqual(
        [rested.state, rested.percent, rested.verdict, rested.figures.accepted],
        ['paused', 50, 'idle', 2],
      );
      await assert.rejects(house.rollOuts.advance(boss, 'cookie'), isState);
      assert.equal(rollOutOf(await house.rollOuts.resume(boss, 'cookie'), 'cookie').revision, 1);
      await assert.rejects(house.rollOuts.advance(boss, 'cookie', 25), isState, 'meant from another step');
      await house.rollOuts.advance(boss, 'cookie', 50);
      const done = rollOutOf(await house.rollOuts.advance(boss, 'cookie'), 'cookie');
      assert.equal(done.state, 'complete');
      assert.equal(done.history[0]?.by, 'boss');
      const back = rollOutOf(await house.rollOuts.rollBack(boss, 'cookie', 'oops'), 'cookie');
      assert.deepEqual([back.state, back.percent, back.reason], ['rolled-back', 0, 'oops']);
      assert.deepEqual(await written(house), [1]);
      assert.equal(house.rollOuts.versionsFor('x').base, 1);
    });

    test('a new start counts anew, and forgets who answered before', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      await begin(house);
      await answer(house, 'accepted', firefox, [0, 10]);
      await house.rollOuts.rollBack(boss, 'cookie', '');
      assert.equal((await cookie(house)).figures.accepted, 10, 'what was found out stays to be seen');
      const again = await begin(house);
      assert.deepEqual([again.revision, again.figures.issued], [2, 0]);
      await answer(house, 'accepted', firefox, [0, 3]);
      await house.rollOuts.evaluate();
      assert.equal((await cookie(house)).figures.accepted, 3);
      const kept = await house.db.read.selectFrom('roll_out_sessions').select('revision').execute();
      assert.deepEqual(
        kept.map(({ revision }) => revision),
        [2, 2, 2],
      );
    });

    test('two processes that judge at the same moment go one step, and agree', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      const other = await house.second();
      await begin(house);
      await other.rollOuts.load();
      for (const round of [1, 2]) {
        house.clock.leap(60 * minute);
        await answer(house, 'accepted', firefox, [round, round + 1]);
        await Promise.all([house, other, house, other].map(({ rollOuts }) => rollOuts.evaluate()));
        assert.equal((await cookie(other)).percent, steps[round]);
      }
      const acts = (await cookie(house)).history.map(({ act }) => act);
      assert.deepEqual(acts, ['promoted', 'promoted', 'started', 'declared']);
      const stops = [house, other].map(({ rollOuts }) => rollOuts.rollBack(boss, 'cookie', ''));
      const outcomes = await Promise.allSettled(stops);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    test('two processes count the same sessions, and nothing is lost or counted twice', async (t) => {
      const house = await aRollOutHouse(t, newStorage, { sessions: 120 });
      const other = await house.second();
      await begin(house);
      await other.rollOuts.load();
      await Promise.all(
        house.sessions.flatMap((sessionId, index) =>
          [house, other].map(({ note }) =>
            note({
              sessionId,
              version: 2,
              outcome: 'accepted',
              userAgent: index % 2 === 0 ? firefox : chrome,
            }),
          ),
        ),
      );
      assert.deepEqual((await cookie(house)).figures, { issued: 120, accepted: 120, refused: 0 });
    });

    test('what is done elsewhere counts here after the next look', async (t) => {
      const house = await aRollOutHouse(t, newStorage);
      const other = await house.second();
      await begin(other, [100]);
      assert.equal(other.announced(), 1);
      assert.equal(house.rollOuts.versionsFor('x').next, undefined);
      await house.rollOuts.load();
      assert.deepEqual(house.rollOuts.versionsFor('x'), { base: 1, next: 2, takesPart: true });
    });
  });
}

/**
 * Case 25: the change of cookies that made the outage (outage.test.ts shows it), made with Slipmat. 10,000 browsers of
 * all kinds and orders; a first attempt that a cohort of browsers refuses, which stops by itself; a second one up
 * to everybody, with a restart half-way; then taken back. On a clock that leaps.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type RollOut, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { isReached } from '#server/features/roll-outs/share.ts';
import { startPostgres } from '../services/postgres.ts';
import { startRedis } from '../services/redis.ts';
import { requireCommand } from '../services/require-command.ts';
import { endsTheOldAtOnce } from './case-run.ts';
import { caseOf } from './cases.ts';
import { seeded, shuffled } from './chance.ts';
import { aCrowd, allVisit, emptyTally, type Tally, type Visitor } from './crowd.ts';
import { aStage, hostCookie, type Somebody, type Stage, sharedCookie, valuesOf } from './stage.ts';

const minute = 60_000;
const params = { kind: 'cookie' } as const;
/** Below `stopRule.silenceMs`: in the first of them all may have answered in its first minute. */
const stepMinutes = 9;

/** What all rounds together found, a line for the table each. */
class Replay {
  readonly stage: Stage;
  readonly crowd: readonly Visitor[];
  /** Of the roll-out. */
  readonly steps: readonly number[];
  readonly total: Tally = emptyTally();
  readonly #lines: string[] = [];
  readonly #random = seeded(25);
  readonly #began = performance.now();

  constructor(stage: Stage, crowd: readonly Visitor[], steps: readonly number[]) {
    this.stage = stage;
    this.crowd = crowd;
    this.steps = steps;
  }

  /** So many of the crowd, whom chance decides. */
  some(count: number): readonly Visitor[] {
    return shuffled(this.crowd, this.#random).slice(0, count);
  }

  reached(percent: number): readonly Visitor[] {
    return this.crowd.filter(({ sessionId }) => isReached('cookie', sessionId, percent));
  }

  /** These come, once each, and a minute passes. */
  async round(what: string, visitors: readonly Visitor[]): Promise<void> {
    const tally = emptyTally();
    await allVisit(visitors, tally);
    this.stage.clock.leap(minute);
    for (const name of ['visits', 'requests', 'split', 'signedOut', 'conflicts', 'failed'] as const) {
      this.total[name] += tally[name];
    }
    const { visits, requests, split, signedOut, conflicts, failed } = tally;
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    this.#lines.push(
      `${what.padEnd(44)} visits ${String(visits).padStart(6)}  requests ${String(requests).padStart(6)}  ` +
        `split ${split}  signed out ${signedOut}  conflicts ${conflicts}  failed ${failed}  (${seconds} s)`,
    );
  }

  say(line: string): void {
    this.#lines.push(line);
  }

  print(t: TestContext): void {
    for (const line of this.#lines) t.diagnostic(line);
  }
}

async function look({ browser }: Somebody): Promise<RollOut> {
  const { rollOuts } = await browser.call(rollOutsEndpoints.show);
  const found = rollOuts.find(({ kind }) => kind === 'cookie');
  assert.ok(found);
  return found;
}

function inWords({ state, percent, figures, reason }: RollOut): string {
  const { issued, accepted, refused } = figures;
  return `  ${state} at ${percent} %: issued ${issued}, accepted ${accepted}, refused ${refused}${reason === null ? '' : ` (${reason})`}`;
}

const ignoresShared = { ignores: (name: string) => name === sharedCookie };

/**
 * The first attempt: half of the web views on iPhones do not keep the new cookie. @returns how many of them were given
 * it and are left in peace for a week.
 */
async function refusedByACohort(replay: Replay, owner: Somebody): Promise<number> {
  const cohort = replay.crowd.filter(({ browser }) => browser.kind.name === 'iOS web view');
  for (const [index, visitor] of cohort.entries()) if (index % 2 === 0) visitor.faults = ignoresShared;
  let now = await look(owner);
  for (let round = 1; now.state === 'running' && round <= 20; round += 1) {
    await replay.round(`first attempt, ${now.percent} %`, [
      ...replay.reached(now.percent),
      ...replay.some(100),
    ]);
    await replay.stage.tick();
    now = await look(owner);
  }
  replay.say(inWords(now));
  assert.equal(now.state, 'stopped', 'it stops by itself');
  assert.notEqual(now.alertSince, null, 'staff are alerted');
  assert.ok(now.figures.refused >= 3 && now.percent === 0);
  await replay.round('stopped and taken back', [
    ...replay.reached(replay.steps[1] ?? 100),
    ...replay.some(500),
  ]);
  for (const visitor of cohort) visitor.faults = {};
  return now.figures.refused;
}

/** The second one: to everybody, and the server is restarted at 50 %. @returns who does not keep the new cookie. */
async function rolledOut(replay: Replay, owner: Somebody): Promise<readonly Visitor[]> {
  const { steps, stage } = replay;
  const [firstStep = 100] = steps;
  const others = replay
    .some(replay.crowd.length)
    .filter(({ browser }) => browser.kind.name !== 'iOS web view');
  // One of them kept it in the first attempt. Of the rest none is in the first step, where three refusals stop it.
  const former = others.find(({ browser }) => valuesOf(browser, sharedCookie).length > 0);
  assert.ok(former, 'somebody still has the cookie of the first attempt');
  const reachedLater = others.filter(
    (other) => other !== former && !isReached('cookie', other.sessionId, firstStep),
  );
  const loners = [former, ...reachedLater.slice(0, Math.ceil(replay.crowd.length / 1_500))];
  for (const loner of loners) loner.faults = ignoresShared;
  await owner.browser.call(rollOutsEndpoints.start, { params, body: { steps: [...steps], stepMinutes } });
  await stage.tick();
  const moved = new Set<Visitor>();
  for (const percent of steps) {
    assert.equal((await look(owner)).percent, percent, 'promoted by itself');
    const arriving = replay.reached(percent).filter((visitor) => !moved.has(visitor));
    for (const visitor of arriving) moved.add(visitor);
    const late = arriving.slice(0, Math.ceil(arriving.length / 10));
    await replay.round(`second attempt, ${percent} %`, arriving.slice(late.length));
    if (percent === 50) await stage.restart();
    const again = arriving.slice(-500);
    await replay.round('  and again', [...again, ...loners]);
    await replay.round('  and once more', [...again.slice(0, 50), ...loners]);
    stage.clock.leap((stepMinutes - 4) * minute);
    await replay.round('  and later', late);
    if (percent < 100) await stage.tick();
  }
  return loners;
}

/**
 * What the server counted is what there was. The owner's page is open all the time and not in it.
 * @param spared refused the first attempt, and so were not asked again.
 */
async function everythingIsCounted(
  replay: Replay,
  owner: Somebody,
  { loners, spared }: { loners: readonly Visitor[]; spared: number },
): Promise<void> {
  const now = await look(owner);
  replay.say(inWords(now));
  const kept = replay.crowd.filter(({ browser }) => valuesOf(browser, sharedCookie).length > 0);
  assert.equal(now.figures.refused, loners.length, 'every browser that does not keep it is counted, once');
  assert.equal(now.figures.accepted, kept.length, 'every browser that keeps it is counted');
  assert.equal(
    now.figures.issued,
    replay.crowd.length - spared,
    'every browser that was given it is counted',
  );
  for (const { browser } of loners) assert.equal(valuesOf(browser, hostCookie).length, 1);
}

/** Staff take it back while people are there. */
async function takenBack(replay: Replay, owner: Somebody): Promise<void> {
  const [, state] = await Promise.all([
    replay.round('taken back meanwhile', replay.some(Math.ceil(replay.crowd.length / 5))),
    owner.browser.call(rollOutsEndpoints.rollBack, { params, body: { reason: 'the replay' } }),
  ]);
  assert.equal(state.rollOuts.find(({ kind }) => kind === 'cookie')?.state, 'rolled-back');
  await replay.round('everybody once more', replay.crowd);
  await replay.round('some twice', replay.crowd.slice(0, 500));
  for (const { browser } of replay.crowd.slice(0, 500)) {
    assert.equal(valuesOf(browser, hostCookie).length, 1, 'has the first cookie again');
    assert.deepEqual(valuesOf(browser, sharedCookie), [], 'and nothing else of ours');
  }
}

function nothingHappened({ split, signedOut, conflicts, failed }: Tally): void {
  const found = { split, signedOut, conflicts, failed };
  assert.deepEqual(found, { split: 0, signedOut: 0, conflicts: 0, failed: 0 });
}

async function wholeStory(
  t: TestContext,
  stage: Stage,
  { size, steps }: { size: number; steps: readonly number[] },
): Promise<void> {
  const crowd = await aCrowd(stage, size);
  const replay = new Replay(stage, crowd, steps);
  try {
    await replay.round('before', replay.some(Math.ceil(size / 20)));
    const owner = await stage.rollOut(steps, stepMinutes);
    const spared = await refusedByACohort(replay, owner);
    const loners = await rolledOut(replay, owner);
    await everythingIsCounted(replay, owner, { loners, spared });
    await takenBack(replay, owner);
  } finally {
    replay.print(t);
  }
  t.diagnostic(`${size} browsers: ${JSON.stringify(replay.total)}`);
  nothingHappened(replay.total);
}

test(`case 25: ${caseOf(25).title}: 10,000 browsers, with Slipmat`, async (t) => {
  await wholeStory(t, await aStage(t), { size: 10_000, steps: [1, 5, 25, 50, 100] });
});

test(`case 25: ${caseOf(25).title}: does not hold when the old cookie ends with the new one`, async (t) => {
  const stage = await aStage(t, { hop: endsTheOldAtOnce() });
  const replay = new Replay(stage, await aCrowd(stage, 100), [100]);
  for (const visitor of replay.crowd.slice(0, 10)) visitor.faults = ignoresShared;
  await stage.rollOut();
  for (let round = 0; round < 2; round += 1) await replay.round('broken', replay.crowd);
  assert.throws(() => nothingHappened(replay.total), /signedOut/);
});

const skip = requireCommand('postgres') || requireCommand('redis-server');

test(`case 25: ${caseOf(25).title}: two servers on one database`, { skip }, async (t) => {
  const [postgres, redis] = await Promise.all([startPostgres(t), startRedis(t)]);
  const environment = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
  const stage = await aStage(t, { servers: 2, environment });
  await wholeStory(t, stage, { size: 600, steps: [50, 100] });
});

/** A deployment takes a while: one server has the settings of before, its neighbour those that wish for the domain. */
test(`case 25: ${caseOf(25).title}: old and new settings side by side`, { skip }, async (t) => {
  const [postgres, redis] = await Promise.all([startPostgres(t), startRedis(t)]);
  const environment = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
  const stage = await aStage(t, { environment });
  const replay = new Replay(stage, await aCrowd(stage, 100), [100]);
  const owner = await stage.inGroup('owner');
  await stage.startBeside({ COOKIE_DOMAIN: 'slipmat.test' });
  await stage.tick();
  const body = { steps: [100], stepMinutes };
  const start = { params, body };
  // Only the server that wishes for it can start it; the two take turns.
  const answers = [];
  while (answers.at(-1)?.status !== 200 && answers.length < 4) {
    answers.push(await owner.browser.ask(rollOutsEndpoints.start, start));
  }
  assert.ok(answers.length < 4, 'started by the one or the other');
  await stage.tick();
  for (let round = 0; round < 4; round += 1) await replay.round('side by side', replay.crowd);
  replay.print(t);
  nothingHappened(replay.total);
});

/** `slipmat roll-out` on a database of its own; that the command reaches it is in command-line.test.ts. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { rollOutCommand } from '#server/cli/roll-out.ts';
import { type Config, parseConfig } from '#server/config.ts';
import { storageOf } from '#server/deps.ts';
import { aRollOutHouse } from './roll-out-house.ts';
import { aFolder } from './start-app.ts';

async function aConfig(t: TestContext, more: Readonly<Record<string, string>> = {}): Promise<Config> {
  const parsed = parseConfig({
    DATA_DIR: await aFolder(t),
    PUBLIC_URL: 'https://radio.example',
    COOKIE_DOMAIN: 'radio.example',
    ...more,
  });
  assert.ok(parsed.ok);
  return parsed.config;
}

/** Runs the command; @returns what it said. */
async function run(config: Config, ...args: readonly string[]): Promise<string> {
  const said: string[] = [];
  await rollOutCommand(args, config, (line) => said.push(line));
  return said.join('\n');
}

test('from the start to the end and back, and a running server knows', async (t) => {
  const config = await aConfig(t);
  const house = await aRollOutHouse(t, async () => storageOf(config));
  assert.match(await run(config), /^cookie: __Host-slipmat -> __Secure-slipmat-2\n {2}ready at 0 %/);
  const started = await run(config, 'start', 'cookie', '--steps', '10,100', '--step-minutes', '5');
  assert.match(started, /^ {2}running at 10 % \(steps 10, 100; 5 minutes each; revision 1\)$/m);
  await house.rollOuts.load();
  assert.equal(house.rollOuts.versionsFor('x').next, 2);
  const note = { sessionId: 'session-1', version: 2, outcome: 'refused' } as const;
  await house.note({ ...note, userAgent: 'Mozilla/5.0 (Android 14; Mobile; rv:153.0) Firefox/153.0' });
  const status = await run(config, 'status');
  assert.match(status, /^ {2}browser +system +in an app +issued +accepted +refused +in a row$/m);
  assert.match(status, /^ {2}Firefox 153 +Android +1 +0 +1 +1$/m);
  assert.match(status, /^ {2}__Host-slipmat +this host +yes +0 +never$/m);
  assert.match(await run(config, 'pause', 'cookie'), /paused at 10 %/);
  assert.match(await run(config, 'resume', 'cookie'), /running at 10 %/);
  assert.match(await run(config, 'advance', 'cookie'), /running at 100 %/);
  const back = await run(config, 'roll-back', 'cookie', '--reason', 'not today');
  assert.match(back, /rolled-back at 0 %[\s\S]*^ {2}not today$/m);
  assert.match(await run(config, 'acknowledge', 'cookie'), /rolled-back/);
  await house.rollOuts.evaluate();
  const last = await house.db.read.selectFrom('topic_events').select('event').executeTakeFirstOrThrow();
  assert.match(last.event, /"state":"rolled-back"/, 'the running server tells those who look on');
});

test('mistakes are said', async (t) => {
  const config = await aConfig(t);
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [/roll-out takes one of/, ['dance']],
    [/roll-out takes one of/, ['pause']],
    [/roll-out takes one of/, ['pause', 'cookie', 'csrf']],
    [/steps: ascending, and 100 at the end/, ['start', 'cookie', '--steps', '5,1']],
    [/stepMinutes/, ['start', 'cookie', '--step-minutes', 'x']],
    [/Unknown option '--surprise'/, ['status', '--surprise']],
    [/Nothing is to be rolled out/, ['start', 'cookie']],
    [/Nothing is to be rolled out: CSRF protection is not set/, ['start', 'csrf']],
  ];
  for (const [expected, args] of cases) {
    await assert.rejects(run(config, ...args), { message: expected }, args.join(' '));
  }
  assert.equal(await run(config, 'status'), 'Nothing is to be rolled out.');
  const byRollOut = await aConfig(t, { CSRF: 'roll-out' });
  assert.match(await run(byRollOut, 'start', 'csrf'), /^csrf: report only -> enforce\n {2}running at 1 %/);
  await assert.rejects(run(byRollOut, 'resume', 'csrf'), { message: /not in a state that allows this/ });
});

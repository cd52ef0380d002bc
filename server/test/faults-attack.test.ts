/** Faults under attack: floods, odd reports, markup, people who are not staff, storage that does not answer. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { type FaultReport, faultsEndpoints } from '@slipmat/contract/faults';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sql } from 'kysely';
import { breakableRandom } from './broken-random.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { aBrowser, aDj, aMember, aModerator, aStaffMember, problemIn } from './people.ts';
import { startPostgres } from './services/postgres.ts';
import { requireCommand } from './services/require-command.ts';
import { startApp } from './start-app.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';

function aReport(change: Partial<Record<keyof FaultReport, unknown>> = {}) {
  return {
    reference: 'c-abcdefgh',
    code: 'page-broke',
    name: 'TypeError',
    message: 'x is undefined',
    frames: [],
    place: '/e/:slug',
    where: 'the chat',
    at: Date.now(),
    times: 1,
    build: 'AbCdEfGh',
    ...change,
  };
}

const sending = (reports: readonly unknown[]) => ({
  method: 'POST',
  path: faultsEndpoints.report.path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ reports }),
});

/** Budgets are of a minute of the clock, which begins now. */
function aNewMinute(): FakeClock {
  const clock = createFakeClock();
  clock.leap(60_000 - (clock.now() % 60_000));
  return clock;
}

test('a flood of reports from one address is refused, and costs nobody else anything', async (t) => {
  const site = await startApp(t);
  const flooder = aBrowser(site);
  const codes: number[] = [];
  for (let round = 0; round < 100; round += 1) {
    codes.push((await flooder.fetch(sending([aReport()]))).status);
  }
  assert.ok(codes.filter((status) => status === 200).length <= 45);
  assert.ok(codes.slice(-5).includes(429), 'refused to the end, but for one each second');
  await flooder.call(sessionsEndpoints.me);
  await aBrowser(site).call(faultsEndpoints.report, { body: { reports: [aReport() as FaultReport] } });
});

test('a flood from many addresses: counted, kept within a budget, and faults of the server still found', async (t) => {
  const random = breakableRandom();
  const site = await startApp(t, { random, clock: aNewMinute() });
  const staff = await aStaffMember(site);
  const dj = await aDj(site);
  for (let round = 0; round < 60; round += 1) {
    const reports = Array.from({ length: 20 }, (_none, index) => {
      const word = `${letters.charAt(round % 26)}${letters.charAt(Math.floor(round / 26))}${letters.charAt(index)}`;
      const earlier = Array.from(letters.slice(0, 20), (letter) => `c-more${word}${letter}`);
      return aReport({ reference: `c-flood${word}`, message: `other ${word}`, place: `/${word}`, earlier });
    });
    assert.equal((await aBrowser(site).fetch(sending(reports))).status, 200);
  }
  random.broken = true;
  const { reference } = await dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} });
  random.broken = false;
  await site.app.advance();
  const stored = async (table: string): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
      site.deps.db.read,
    );
    return Number(rows[0]?.n);
  };
  assert.ok((await stored('faults')) <= 201, `${String(await stored('faults'))} faults`);
  assert.ok((await stored('fault_events')) <= 301, `${String(await stored('fault_events'))} events`);
  const { fault } = await staff.call(faultsEndpoints.lookUp, { params: { reference } });
  assert.equal(fault?.kind, 'server');
});

test('odd reports are refused whole, or hold nothing but words of ours', async (t) => {
  const site = await startApp(t);
  const staff = await aStaffMember(site);
  const bad = [
    [],
    [aReport({ reference: 'x' })],
    [aReport({ reference: 'c-ABCDEFGH' })],
    [aReport({ code: 'no-such-code' })],
    [aReport({ times: 0 })],
    [aReport({ times: 1e9 })],
    [aReport({ earlier: ['anna'] })],
    [aReport({ earlier: Array(21).fill('c-abcdefgh') })],
    [aReport({ at: -1 })],
    [aReport({ at: 'now' })],
    [aReport({ frames: Array(9).fill('a') })],
    [aReport({ frames: ['x'.repeat(161)] })],
    [aReport({ message: 'x'.repeat(301) })],
    [aReport({ name: null })],
    [{ ...aReport(), text: 'what I typed' }],
    Array(21).fill(aReport()),
  ];
  for (const reports of bad) {
    const problem = problemIn(await aBrowser(site).fetch(sending(reports)));
    assert.ok(
      ['invalid-input', 'unknown-field'].includes(problem.code),
      JSON.stringify(reports).slice(0, 80),
    );
  }
  const markup = '<script>alert(1)</script>';
  const strange = aReport({
    reference: 'c-markupaa',
    name: markup,
    message: `${markup} "quoted" anna@example.com`,
    place: `/${markup}`,
    where: markup,
    frames: [markup, 'f https://evil.example/assets/a.js:1:1', 'f assets/../../etc/passwd:1:1'],
    build: markup,
  });
  assert.equal((await aBrowser(site).fetch(sending([strange]))).status, 200);
  const { event, fault } = await staff.call(faultsEndpoints.lookUp, { params: { reference: 'c-markupaa' } });
  assert.deepEqual([fault?.name, fault?.place], ['Error', 'unknown page']);
  assert.deepEqual(event.sample?.frames, []);
  assert.equal(event.release, 'unknown');
  assert.doesNotMatch(JSON.stringify({ event, fault }), /anna@|quoted/);
});

test('nobody overwrites what a reference leads to', async (t) => {
  const random = breakableRandom();
  const site = await startApp(t, { random });
  const staff = await aStaffMember(site);
  const dj = await aDj(site);
  random.broken = true;
  const { reference } = await dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} });
  random.broken = false;
  await site.app.advance();
  await aBrowser(site).fetch(sending([aReport({ reference, message: 'nothing happened' })]));
  const { event } = await staff.call(faultsEndpoints.lookUp, { params: { reference } });
  assert.equal(event.code, 'internal-error');
  assert.equal(event.person?.handle, dj.handle);
});

test('only staff see faults', async (t) => {
  const site = await startApp(t);
  const faultId = '01890a5d-ac96-774b-bcce-b302099a8057';
  for (const person of [await aMember(site), await aDj(site), await aModerator(site)]) {
    await person.refused(faultsEndpoints.list, 'not-allowed');
    await person.refused(faultsEndpoints.show, 'not-allowed', { params: { faultId } });
    await person.refused(faultsEndpoints.lookUp, 'not-allowed', { params: { reference: 'c-abcdefgh' } });
    await person.refused(faultsEndpoints.resolve, 'not-allowed', { params: { faultId } });
  }
  const staff = await aStaffMember(site);
  await staff.refused(faultsEndpoints.show, 'not-found', { params: { faultId } });
  await staff.refused(faultsEndpoints.lookUp, 'not-found', { params: { reference: 'c-abcdefgh' } });
});

test('plain refusals give way to faults, and are counted beyond their budget', async (t) => {
  const site = await startApp(t, { clock: aNewMinute() });
  for (let round = 0; round < 350; round += 1) {
    await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing');
  }
  await site.app.advance();
  const { rows } = await sql<{ n: number }>`select count(*) as n from fault_events`.execute(
    site.deps.db.read,
  );
  assert.ok(Number(rows[0]?.n) <= 300);
});

test('what is old is forgotten', async (t) => {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  const { reference } = await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing');
  await aBrowser(site).fetch(sending([aReport({ at: clock.now() })]));
  await site.app.advance();
  clock.leap(8 * 24 * 3_600_000);
  await site.app.advance();
  const staff = await aStaffMember(site);
  await staff.refused(faultsEndpoints.lookUp, 'not-found', { params: { reference } });
  const params = { reference: 'c-abcdefgh' };
  assert.ok((await staff.call(faultsEndpoints.lookUp, { params })).fault);
  clock.leap(23 * 24 * 3_600_000);
  await site.app.advance();
  await (await aStaffMember(site)).refused(faultsEndpoints.lookUp, 'not-found', { params });
});

test('work that nobody waits for: its errors are faults too', async (t) => {
  const site = await startApp(t);
  const staff = await aStaffMember(site);
  site.deps.log.error({ err: new RangeError('no "anna" here') }, 'the source was not closed');
  await site.app.advance();
  const { faults } = await staff.call(faultsEndpoints.list);
  assert.deepEqual(
    faults.map(({ kind, name, place, message }) => [kind, name, place, message]),
    [['background', 'RangeError', 'the source was not closed', 'no <text> here']],
  );
});

describe('storage that does not answer', { skip: requireCommand('postgres') }, () => {
  test('everything is taken in, and nobody is answered otherwise for it', async (t) => {
    const postgres = await startPostgres(t);
    const site = await startApp(t, { environment: { DATABASE_URL: await postgres.createDatabase() } });
    const member = await aMember(site);
    await postgres.stop();
    const problem = problemIn(await member.fetch({ path: sessionsEndpoints.me.path }));
    assert.equal(problem.code, 'storage-unavailable');
    // A page tells of it, and whose page it was cannot be known.
    await member.call(faultsEndpoints.report, { body: { reports: [aReport() as FaultReport] } });
    for (let round = 0; round < 3; round += 1) await assert.rejects(site.app.advance());
    const said = site.log.filter(({ msg }) => msg?.startsWith('faults wait in memory'));
    assert.ok(said.length <= 1, 'said once');
  });
});

test('what storage did not take waits in memory, and is written down when it does, once', async (t) => {
  const random = breakableRandom();
  const site = await startApp(t, { random });
  const staff = await aStaffMember(site);
  const dj = await aDj(site);
  const rename = (from: string, to: string) =>
    site.deps.db.write((trx) => sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(trx));
  const breaks = async (): Promise<string> => {
    random.broken = true;
    const { reference } = await dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} });
    random.broken = false;
    return reference;
  };
  await rename('fault_events', 'gone');
  const references = [await breaks()];
  // Forgetting what is old needs the same table, and fails after them.
  for (let round = 0; round < 3; round += 1) await assert.rejects(site.app.advance());
  references.push(await breaks());
  await assert.rejects(site.app.advance());
  assert.equal(site.log.filter(({ msg }) => msg?.startsWith('faults wait in memory')).length, 1, 'said once');
  await rename('gone', 'fault_events');
  await site.app.advance();
  await site.app.advance();
  for (const reference of references) {
    const { fault } = await staff.call(faultsEndpoints.lookUp, { params: { reference } });
    assert.equal(fault?.count, 2);
    assert.equal(fault?.people, 1);
  }
});

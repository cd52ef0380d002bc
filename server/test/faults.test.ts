/** Faults: from what broke to the page of staff, over SQLite and PostgreSQL. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { type FaultReport, faultsEndpoints } from '@slipmat/contract/faults';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { anEvent } from './broadcasts.ts';
import { breakableRandom } from './broken-random.ts';
import { eachDatabase, type TestDatabase } from './each-database.ts';
import { aBrowser, aDj, aMember, aStaffMember, type Browser, type Person } from './people.ts';
import { aSource } from './raw-source.ts';
import { startApp } from './start-app.ts';
import { until } from './until.ts';

async function aSite(t: TestContext, start: TestDatabase['start']) {
  const random = breakableRandom();
  const { clock, site } = await start(t, {}, { random });
  const staff = await aStaffMember(site);
  return { ...site, random, clock, staff };
}
type Site = Awaited<ReturnType<typeof aSite>>;

/** Has somebody run into the same unforeseen error; @returns the reference they were shown. */
async function breakFor(site: Site, dj: Person): Promise<string> {
  site.random.broken = true;
  const problem = await dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} });
  site.random.broken = false;
  return problem.reference;
}

const lookUp = (staff: Person, reference: string) =>
  staff.call(faultsEndpoints.lookUp, { params: { reference } });

const aReport = (change: Partial<FaultReport> = {}): FaultReport => ({
  reference: 'c-abcdefgh',
  code: 'page-broke',
  name: 'TypeError',
  message: 'x is undefined',
  frames: ['draw assets/pages-Bx1_y-2z.js:1:2345'],
  place: '/e/:slug',
  where: 'the chat',
  at: Date.now(),
  times: 1,
  build: 'AbCdEfGh',
  ...change,
});

const report = (browser: Browser, ...reports: FaultReport[]) =>
  browser.call(faultsEndpoints.report, { body: { reports } });

for (const { name, skip, start } of await eachDatabase()) {
  describe(name, { skip }, () => {
    test('an error of the server: its reference leads to the event, without anybody’s data', async (t) => {
      const site = await aSite(t, start);
      const dj = await aDj(site);
      const reference = await breakFor(site, dj);
      const { event, fault } = await lookUp(site.staff, reference);
      assert.ok(fault !== null);
      assert.equal(fault.kind, 'server');
      assert.equal(fault.state, 'open');
      assert.equal(fault.place, `POST ${broadcastEndpoints.createKey.path}`);
      assert.equal(fault.message, 'no key for <text> <<email>> at <address> in <path> line <n>');
      assert.equal(event.reference, reference);
      assert.equal(event.person?.handle, dj.handle);
      assert.match(event.browser, /^Firefox 140 on Linux$/);
      assert.match(event.release, /^\d+\.\d+\.\d+/);
      assert.ok(event.sample);
      assert.match(event.sample.frames.join('\n'), /server\/src\/features\/broadcast\//);
      assert.ok(
        event.sample.log.some((line) => line.includes(reference)),
        'the lines of the log',
      );
      assert.doesNotMatch(JSON.stringify(event), /anna@|10\.1\.2\.3/);
    });

    test('the same fault of several people is one, with how many and who', async (t) => {
      const site = await aSite(t, start);
      const [one, two] = [await aDj(site), await aDj(site)];
      const first = await breakFor(site, one);
      await site.app.advance();
      await breakFor(site, two);
      await breakFor(site, two);
      await site.app.advance();
      const { faults, totals, chart } = await site.staff.call(faultsEndpoints.list);
      assert.equal(faults.length, 1);
      const [fault] = faults;
      assert.ok(fault);
      assert.deepEqual([fault.count, fault.people, fault.anonymousHits], [3, 2, 0]);
      assert.equal(
        fault.hours.reduce((sum, count) => sum + count, 0),
        3,
      );
      assert.equal(
        chart.reduce((sum, { count }) => sum + count, 0),
        3,
      );
      assert.deepEqual(totals, { open: 1, cameBack: 0, resolved: 0 });
      const detail = await site.staff.call(faultsEndpoints.show, { params: { faultId: fault.id } });
      assert.deepEqual(
        detail.people.map(({ handle, hits }) => [handle, hits]),
        [
          [two.handle, 2],
          [one.handle, 1],
        ],
      );
      assert.equal(detail.events.length, 3);
      assert.equal(detail.events.at(-1)?.reference, first);
      assert.deepEqual(detail.browsers, [{ name: 'Firefox 140 on Linux', count: 3 }]);
    });

    test('a plain refusal is found by its reference too, and is no fault', async (t) => {
      const site = await aSite(t, start);
      const { reference } = await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing');
      const { event, fault } = await lookUp(site.staff, reference);
      assert.equal(fault, null);
      assert.deepEqual([event.code, event.sample, event.person], ['session-missing', null, null]);
      assert.deepEqual((await site.staff.call(faultsEndpoints.list)).faults, []);
    });

    test('resolved, and it comes back by itself when it happens again; or is reopened', async (t) => {
      const site = await aSite(t, start);
      const dj = await aDj(site);
      const { fault } = await lookUp(site.staff, await breakFor(site, dj));
      const params = { faultId: fault?.id ?? '' };
      site.clock.leap(1_000);
      const resolved = await site.staff.call(faultsEndpoints.resolve, { params });
      assert.equal(resolved.fault.state, 'resolved');
      assert.equal(resolved.resolvedBy, site.staff.handle);
      const open = await site.staff.call(faultsEndpoints.list, { query: { state: 'unresolved' } });
      assert.deepEqual(open.faults, []);
      site.clock.leap(1_000);
      const again = await lookUp(site.staff, await breakFor(site, dj));
      assert.equal(again.fault?.state, 'came-back');
      assert.equal(again.fault?.id, params.faultId);
      await site.staff.call(faultsEndpoints.resolve, { params });
      assert.equal((await site.staff.call(faultsEndpoints.reopen, { params })).fault.state, 'open');
    });

    test('what a page reports: scrubbed again, grouped over builds, with and without a session', async (t) => {
      const site = await aSite(t, start);
      const member = await aMember(site);
      const stranger = aBrowser(site);
      stranger.cookies.set('slipmat', 'x'.repeat(17_000));
      await report(
        member,
        aReport({ message: 'cannot read "my secret" of anna@example.com', place: '/e/friday-night?x=1' }),
      );
      await report(stranger, aReport({ reference: 'c-aaaaaaaa', at: 1 }));
      await report(
        stranger,
        aReport({
          reference: 'c-bbbbbbbb',
          times: 4,
          frames: ['a assets/pages-00000000.js:1:9', 'eval at https://evil.example/x.js:1:2'],
        }),
        aReport({ reference: 'c-cccccccc', frames: ['b assets/pages-11111111.js:7:7'] }),
      );
      const first = await lookUp(site.staff, 'c-abcdefgh');
      assert.equal(first.fault?.message, 'cannot read <text> of <email>');
      assert.equal(first.fault?.place, 'unknown page');
      assert.equal(first.event.person?.handle, member.handle);
      const second = await lookUp(site.staff, 'c-bbbbbbbb');
      assert.deepEqual(second.event.sample?.frames, ['a assets/pages-00000000.js:1:9']);
      assert.equal(second.fault?.id, (await lookUp(site.staff, 'c-cccccccc')).fault?.id, 'another build');
      assert.equal(second.fault?.count, 5);
      assert.equal(second.fault?.anonymousHits, 5);
      const now = site.clock.now();
      const { event } = await lookUp(site.staff, 'c-aaaaaaaa');
      assert.ok(event.at > now - 60_000, 'a time that cannot be is now');
    });

    test('every reference that a page showed of the same leads to it, and is counted once', async (t) => {
      const site = await aSite(t, start);
      const member = await aMember(site);
      const earlier = ['c-aaaaaaaa', 'c-bbbbbbbb'];
      await report(member, aReport({ reference: 'c-cccccccc', times: 3, earlier }));
      for (const reference of [...earlier, 'c-cccccccc']) {
        const { event, fault } = await lookUp(site.staff, reference);
        assert.equal(event.reference, reference);
        assert.equal(event.person?.handle, member.handle);
        assert.deepEqual([fault?.count, fault?.people], [3, 1]);
      }
    });

    test('searched and filtered, page by page', async (t) => {
      const site = await aSite(t, start);
      const browser = aBrowser(site);
      for (let page = 0; page < 3; page += 1) {
        const letter = 'abc'.charAt(page);
        await report(
          browser,
          ...Array.from({ length: 20 }, (_none, index) => {
            const word = String.fromCharCode(97 + index);
            return aReport({
              reference: `c-${letter.repeat(7)}${word}`,
              message: `100% ${letter}_${word} broke`,
              at: site.clock.now() - (page * 20 + index) * 1_000,
            });
          }),
        );
      }
      await site.app.advance();
      const first = await site.staff.call(faultsEndpoints.list);
      assert.equal(first.faults.length, 50);
      assert.equal(first.more, true);
      const rest = await site.staff.call(faultsEndpoints.list, {
        query: { before: first.faults.at(-1)?.id ?? '' },
      });
      assert.equal(rest.faults.length, 10);
      assert.equal(rest.more, false);
      const all = new Set([...first.faults, ...rest.faults].map(({ id }) => id));
      assert.equal(all.size, 60);
      const found = async (query: object) =>
        (await site.staff.call(faultsEndpoints.list, { query })).faults.length;
      assert.equal(await found({ search: 'A_B BROKE' }), 1);
      assert.equal(await found({ search: '%_%_%' }), 0, 'no wildcards');
      assert.equal(await found({ kind: 'server' }), 0);
      assert.equal(await found({ kind: 'page', state: 'open', search: 'b_' }), 20);
    });
  });
}

test('DJ software that is refused is grouped by reason and software', async (t) => {
  const site = await startApp(t);
  const staff = await aStaffMember(site);
  const [one, two] = [await aDj(site), await aDj(site)];
  await anEvent(one);
  for (const { handle } of [one, two]) {
    const login = { port: site.app.sourcePort(), handle, key: 'wrong' };
    assert.equal(await (await aSource(login)).status(), 401);
  }
  await until('both are noted', async () => {
    await site.app.advance();
    const { faults } = await staff.call(faultsEndpoints.list, { query: { kind: 'source' } });
    return faults[0]?.people === 2;
  });
  const { faults } = await staff.call(faultsEndpoints.list, { query: { kind: 'source' } });
  assert.deepEqual(
    faults.map(({ code, name, place }) => [code, name, place]),
    [['wrong-key', 'Test', 'source port']],
  );
});

test('what SENTRY_DSN names gets what broke', async (t) => {
  const bodies: string[] = [];
  const service = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      bodies.push(body);
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  t.after(() => service.close());
  const address = service.address();
  assert.ok(typeof address === 'object' && address !== null);
  const SENTRY_DSN = `http://key@127.0.0.1:${address.port}/1`;
  const site = await startApp(t, { environment: { SENTRY_DSN } });
  await report(aBrowser(site), aReport());
  await until('it came', () => bodies.length === 1);
  assert.match(bodies[0] ?? '', /"reference":"c-abcdefgh"/);
});

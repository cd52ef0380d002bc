/** What browsers tell by themselves of a blocked piece of a page. Bodies as these browsers sent them (November 2026). */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type FaultReport, type FaultSummary, faultsEndpoints } from '@slipmat/contract/faults';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { createFakeClock } from './fake-clock.ts';
import { aBrowser, aMember, aStaffMember, type Browser, problemIn } from './people.ts';
import { startApp } from './start-app.ts';

const sent = {
  'Chromium 156': `{"csp-report":{"document-uri":"ORIGIN/e/friday?who=anna","referrer":"","violated-directive":"img-src","effective-directive":"img-src","original-policy":"default-src 'none'; report-uri /report","disposition":"enforce","blocked-uri":"http://evil.example/x.png?who=anna","line-number":1,"column-number":78,"source-file":"ORIGIN/e/friday","status-code":200,"script-sample":""}}`,
  'Firefox 153': `{"csp-report":{"blocked-uri":"http://evil.example/x.png?who=anna","column-number":1,"disposition":"enforce","document-uri":"ORIGIN/e/friday?who=anna","effective-directive":"img-src","original-policy":"default-src 'none'; report-uri ORIGIN/report","referrer":"","status-code":200,"violated-directive":"img-src"}}`,
  'WebKitGTK 2.48': `{"type":"csp-violation","url":"ORIGIN/e/friday?who=anna","csp-report":{"document-uri":"ORIGIN/e/friday?who=anna","referrer":"","violated-directive":"img-src","effective-directive":"img-src","original-policy":"default-src 'none'; report-uri /report","blocked-uri":"http://evil.example/x.png?who=anna","status-code":200}}`,
};

async function aSite(t: TestContext) {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  const staff = await aStaffMember(site);
  return { ...site, clock, staff };
}
type Site = Awaited<ReturnType<typeof aSite>>;

/** As every browser does: without an origin of the page in WebKit, and with Fetch Metadata. */
async function tell(site: Site, browser: Browser, body: string): Promise<void> {
  const answered = await browser.fetch({
    method: 'POST',
    path: faultsEndpoints.reportPolicy.path,
    headers: {
      'content-type': 'application/csp-report',
      origin: 'null',
      'sec-fetch-site': 'same-origin',
    },
    body: body.replaceAll('ORIGIN', site.origin),
  });
  assert.equal(answered.status, 200, answered.body.toString());
}

/** What staff see after so long. */
async function faultsAfter(site: Site, ms: number): Promise<readonly FaultSummary[]> {
  site.clock.leap(ms);
  await site.app.advance();
  return (await site.staff.call(faultsEndpoints.list, { query: { kind: 'policy' } })).faults;
}

const fromPage: FaultReport = {
  reference: 'c-abcdefgh',
  code: 'page-broke',
  name: 'SecurityPolicyViolation',
  message: 'img-src blocked another site',
  frames: [],
  place: '/e/:slug',
  where: 'this page',
  at: Date.now(),
  times: 1,
  build: 'AbCdEfGh',
};

const held = 5_000;

test('a page that says nothing: each browser’s report becomes the same fault, without any address in it', async (t) => {
  const site = await aSite(t);
  const member = await aMember(site);
  const bodies = Object.values(sent);
  for (const body of bodies) await tell(site, member, body);
  assert.deepEqual(await faultsAfter(site, held / 2), [], 'held back until the page has had time');
  const faults = await faultsAfter(site, held);
  assert.equal(faults.length, 1);
  const [fault] = faults;
  assert.ok(fault);
  assert.equal(fault.message, fromPage.message);
  assert.equal(fault.count, bodies.length);
  const detail = await site.staff.call(faultsEndpoints.show, { params: { faultId: fault.id } });
  assert.deepEqual(
    detail.people.map(({ handle }) => handle),
    [member.handle],
  );
  assert.equal(detail.events[0]?.sample?.where, 'told by the browser itself');
  assert.doesNotMatch(JSON.stringify(detail), /evil|who=|friday/);
});

test('what is told again when the first was let go is counted as well', async (t) => {
  const site = await aSite(t);
  const member = await aMember(site);
  for (const count of [1, 2]) {
    await tell(site, member, sent['Chromium 156']);
    const faults = await faultsAfter(site, 2 * held);
    assert.deepEqual(
      faults.map((fault) => fault.count),
      [count],
    );
  }
});

test('a page that tells it too is counted once, with its reference', async (t) => {
  const site = await aSite(t);
  const member = await aMember(site);
  await tell(site, member, sent['Chromium 156']);
  await member.call(faultsEndpoints.report, { body: { reports: [fromPage] } });
  const [fault, ...others] = await faultsAfter(site, 2 * held);
  assert.deepEqual(others, []);
  assert.equal(fault?.count, 1);
  const { event } = await site.staff.call(faultsEndpoints.lookUp, { params: { reference: 'c-abcdefgh' } });
  assert.equal(event.faultId, fault?.id);
  // It tells of more of the same later, all together; another browser, and something else, are not its to tell.
  await tell(site, member, sent['Chromium 156']);
  assert.equal((await faultsAfter(site, 2 * held))[0]?.count, 1);
  const other = aBrowser(site);
  await tell(site, other, sent['Firefox 153'].replaceAll('img-src', 'script-src-elem'));
  assert.equal((await faultsAfter(site, 2 * held)).length, 2);
});

test('what is held is not lost when the server stops', async (t) => {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  await tell({ ...site, clock, staff: await aStaffMember(site) }, aBrowser(site), sent['WebKitGTK 2.48']);
  await site.close();
  const again = await startApp(t, { clock, environment: { DATA_DIR: site.dataDir } });
  const staff = await aStaffMember(again);
  const { faults } = await staff.call(faultsEndpoints.list, { query: { kind: 'policy' } });
  assert.equal(faults.length, 1);
});

test('odd reports are refused, or hold nothing but words of ours', async (t) => {
  const site = await aSite(t);
  const browser = aBrowser(site);
  const odd = { 'document-uri': '/anna', 'effective-directive': '<b>', 'blocked-uri': '<b>anna@x.example' };
  await tell(site, browser, JSON.stringify({ 'csp-report': odd }));
  await tell(site, browser, '{"csp-report":{"document-uri":null,"blocked-uri":{}}}');
  const faults = await faultsAfter(site, held);
  const told = faults.map(({ message, place }) => `${message} on ${place}`);
  assert.deepEqual(told.toSorted(), [
    'something blocked another site on unknown page',
    'something blocked something on unknown page',
  ]);
  for (const body of ['', '{}', '[]', '{"csp-report":7}', '{"csp-report":{},"surprise":1}']) {
    const answered = await browser.fetch({
      method: 'POST',
      path: faultsEndpoints.reportPolicy.path,
      headers: { 'content-type': 'application/csp-report' },
      body,
    });
    assert.ok(['bad-request', 'invalid-input', 'unknown-field'].includes(problemIn(answered).code), body);
  }
});

test('while the guard against other sites is rolled out, reports of browsers are guarded, and are not what it is measured by', async (t) => {
  const site = await startApp(t, { environment: { CSRF: 'roll-out' } });
  const member = await aMember(site);
  const foreign = { origin: 'https://evil.example' };
  const elsewhere = await member.fetch({
    method: 'POST',
    path: faultsEndpoints.reportPolicy.path,
    headers: { 'content-type': 'application/csp-report', ...foreign },
    body: sent['Firefox 153'],
  });
  assert.equal(problemIn(elsewhere).code, 'csrf-origin-mismatch');
  // Other endpoints let it pass for now.
  const staged = await member.fetch({
    method: 'POST',
    path: sessionsEndpoints.signOut.path,
    headers: foreign,
  });
  assert.equal(staged.status, 200);
});

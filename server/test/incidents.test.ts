/** Incidents: told to exactly those whom a fault hit, marked on every problem, told again, written up. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { faultsEndpoints } from '@slipmat/contract/faults';
import { incidentsEndpoints } from '@slipmat/contract/incidents';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { incidentHeader, sessionsEndpoints } from '@slipmat/contract/sessions';
import { breakableRandom } from './broken-random.ts';
import { eachDatabase, type TestDatabase } from './each-database.ts';
import { aBrowser, aDj, aMember, aModerator, aStaffMember, type Person } from './people.ts';
import { startApp } from './start-app.ts';

async function aSite(t: TestContext, start: TestDatabase['start']) {
  const random = breakableRandom();
  const { clock, site } = await start(t, {}, { random });
  const staff = await aStaffMember(site);
  return { ...site, random, clock, staff };
}
type Site = Awaited<ReturnType<typeof aSite>>;

/** Has somebody run into the same unforeseen error; @returns the fault's id. */
async function hit(site: Site, dj: Person): Promise<string> {
  site.random.broken = true;
  const { reference } = await dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} });
  site.random.broken = false;
  const { fault } = await site.staff.call(faultsEndpoints.lookUp, { params: { reference } });
  return fault?.id ?? '';
}

/** What answers say of an open incident. */
async function incidentSaid(site: Site): Promise<unknown> {
  const answered = await aBrowser(site).fetch({ method: 'GET', path: sessionsEndpoints.me.path });
  return answered.headers[incidentHeader];
}

/** Sends what waits to be sent. */
async function settle({ app }: Site): Promise<void> {
  for (let round = 0; round < 3; round += 1) await app.advance();
}

async function titlesFor(person: Person): Promise<string[]> {
  const { items } = await person.call(notificationsEndpoints.show);
  return items.map(({ notification: { title } }) => title);
}

const forFault = (faultId: string) => ({ to: [{ kind: 'fault' as const, faultId }], except: [] });
let keys = 0;
function newKey(): string {
  keys += 1;
  return `incident-${keys}`;
}

function started(faultId: string | null, change: object = {}) {
  return {
    title: 'Keys cannot be made',
    text: 'Your **key** was not made. We are at it.',
    kind: 'must-read' as const,
    audience: faultId === null ? { to: [{ kind: 'everyone' as const }], except: [] } : forFault(faultId),
    faultId,
    key: newKey(),
    ...change,
  };
}

for (const { name, skip, start } of await eachDatabase()) {
  describe(name, { skip }, () => {
    test('from a fault to its end: told, marked, told again, written up', async (t) => {
      const site = await aSite(t, start);
      const { staff } = site;
      const [one, two, other] = [await aDj(site), await aDj(site), await aDj(site)];
      const faultId = await hit(site, one);
      site.clock.leap(10 * 60_000);
      const { incident } = await staff.call(incidentsEndpoints.start, { body: started(faultId) });
      const params = { number: String(incident.number) };
      await settle(site);
      assert.deepEqual(await titlesFor(one), ['Keys cannot be made']);
      assert.deepEqual(await titlesFor(other), [], 'nobody else');
      const [item] = (await one.call(notificationsEndpoints.show)).items;
      assert.equal(item?.notification.incident, 1);

      // Every problem carries the number while it is open, whatever it is of.
      assert.equal((await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing')).incident, 1);
      // Pages mark with it what they find by themselves.
      assert.equal(await incidentSaid(site), '1');

      // Somebody who is hit later is told too.
      await hit(site, two);
      await settle(site);
      assert.deepEqual(await titlesFor(two), ['Keys cannot be made']);

      site.clock.leap(5 * 60_000);
      await one.call(notificationsEndpoints.confirm, {
        params: { id: item?.notification.id ?? '' },
        body: { version: 1 },
      });
      await staff.call(incidentsEndpoints.update, { params, body: { text: 'We found it.' } });
      await settle(site);
      const [updated] = (await one.call(notificationsEndpoints.show)).items;
      assert.equal(updated?.reading.confirmedAt, null, 'asked again');
      assert.match(updated?.notification.text ?? '', /We found it\.\n\nYour \*\*key\*\* was not made/);
      assert.match(updated?.notification.text ?? '', /\n\nIncident INC-1\.$/);

      site.clock.leap(5 * 60_000);
      await staff.call(incidentsEndpoints.resolve, { params, body: { text: 'Mended.\nSorry!' } });
      await settle(site);
      assert.deepEqual(await titlesFor(two), ['Mended: Keys cannot be made']);
      const later = await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing');
      assert.equal(later.incident, undefined);
      assert.equal(await incidentSaid(site), undefined);

      const { incident: over } = await staff.call(incidentsEndpoints.show, { params });
      assert.deepEqual([over.recipients, over.fault?.people, over.updates.length], [2, 2, 2]);
      const { markdown } = await staff.call(incidentsEndpoints.postMortem, { params });
      assert.match(markdown, /^# INC-1: Keys cannot be made\n/);
      const lines = markdown.split('\n').filter((line) => /^\* \d{4}-/.test(line));
      assert.equal(lines.length, 4);
      assert.match(lines[0] ?? '', /it first happened/);
      assert.match(lines[3] ?? '', /mended, says .*Mended\. Sorry!$/);
      assert.match(markdown, /\| people it hit \| 2 \|/);
      assert.match(markdown, /\| people told \| 2 \|/);
      assert.match(markdown, /\| from the first hit until people were told \| 10 minutes \|/);
      assert.match(markdown, /\| Firefox 140 on Linux \| 2 \|/);
      await staff.refused(incidentsEndpoints.update, 'notification-state', {
        params,
        body: { text: 'More' },
      });
      await staff.refused(incidentsEndpoints.resolve, 'notification-state', {
        params,
        body: { text: 'More' },
      });
    });

    test('one that can be put away comes anew with every word', async (t) => {
      const site = await aSite(t, start);
      const { staff } = site;
      const member = await aMember(site);
      const body = started(null, { kind: 'normal', title: 'Chat is slow' });
      const { incident } = await staff.call(incidentsEndpoints.start, { body });
      const again = await staff.call(incidentsEndpoints.start, { body });
      assert.equal(again.incident.number, incident.number, 'the same key is the same incident');
      const params = { number: String(incident.number) };
      await settle(site);
      const [item] = (await member.call(notificationsEndpoints.show)).items;
      const id = item?.notification.id ?? '';
      await member.call(notificationsEndpoints.dismiss, { params: { id } });
      await staff.call(incidentsEndpoints.resolve, { params, body: { text: 'Fast again.' } });
      await settle(site);
      const waiting = (await member.call(notificationsEndpoints.show)).items.filter(
        ({ reading }) => reading.dismissedAt === null,
      );
      assert.deepEqual(
        waiting.map(({ notification: { title } }) => title),
        ['Mended: Chat is slow'],
      );
      // Pages show a line for as long as it is open; this one can be put away again.
      assert.equal(item?.notification.incident, 1);
      assert.equal(waiting[0]?.notification.incident, null);
      assert.equal((await staff.call(incidentsEndpoints.show, { params })).incident.recipients, 1);
    });

    test('several at once: a problem carries the one about its fault, others the newest; numbers go on', async (t) => {
      const site = await aSite(t, start);
      const { staff } = site;
      const dj = await aDj(site);
      const faultId = await hit(site, dj);
      await staff.call(incidentsEndpoints.start, { body: started(faultId, { kind: 'normal' }) });
      const bodies = Array.from({ length: 5 }, () => started(null, { kind: 'normal' }));
      const all = await Promise.all(bodies.map((body) => staff.call(incidentsEndpoints.start, { body })));
      assert.deepEqual(all.map(({ incident }) => incident.number).toSorted(), [2, 3, 4, 5, 6]);
      site.random.broken = true;
      const own = await dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} });
      site.random.broken = false;
      assert.equal(own.incident, 1);
      assert.equal((await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing')).incident, 6);
      const { incidents } = await staff.call(incidentsEndpoints.list);
      assert.deepEqual(
        incidents.map(({ number }) => number),
        [6, 5, 4, 3, 2, 1],
      );
    });

    test('new faults and those that came back are told to staff and nobody else', async (t) => {
      const site = await aSite(t, start);
      const { staff } = site;
      const dj = await aDj(site);
      const faultId = await hit(site, dj);
      await settle(site);
      const [title = ''] = await titlesFor(staff);
      assert.match(title, /^New fault: Error: no key for <text>/);
      assert.deepEqual(await titlesFor(dj), []);
      site.clock.leap(1_000);
      await staff.call(faultsEndpoints.resolve, { params: { faultId } });
      site.clock.leap(1_000);
      await hit(site, dj);
      await settle(site);
      assert.match((await titlesFor(staff)).join(), /Fault came back: Error: no key/);
    });
  });
}

test('who may: staff; a fault that is not there, and an audience that is not theirs', async (t) => {
  const site = await startApp(t);
  const staff = await aStaffMember(site);
  const moderator = await aModerator(site);
  const missing = '01890a5d-ac96-774b-bcce-b302099a8057';
  await moderator.refused(incidentsEndpoints.start, 'not-allowed', { body: started(null) });
  await moderator.refused(incidentsEndpoints.list, 'not-allowed');
  await staff.refused(incidentsEndpoints.start, 'not-found', { body: started(missing) });
  await staff.refused(incidentsEndpoints.show, 'not-found', { params: { number: '7' } });
  await staff.refused(incidentsEndpoints.update, 'not-found', {
    params: { number: '7' },
    body: { text: 'x' },
  });
  const { reached } = await staff.call(incidentsEndpoints.preview, {
    body: { kind: 'normal', audience: { to: [{ kind: 'everyone' }], except: [] } },
  });
  assert.deepEqual([reached.people, reached.public], [1, true]);
  assert.deepEqual((await staff.call(incidentsEndpoints.list)).incidents, [], 'nothing was started');
});

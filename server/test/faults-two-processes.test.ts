/** Faults and incidents of two server processes on one PostgreSQL and one Redis. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { faultsEndpoints } from '@slipmat/contract/faults';
import { incidentsEndpoints } from '@slipmat/contract/incidents';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { sql } from 'kysely';
import { openDatabase } from '#server/db/open.ts';
import { createLog } from '#server/platform/log.ts';
import { anInbox, arrives } from './notices.ts';
import { aBrowser, aMember, type Person, type Site } from './people.ts';
import { slipmat } from './server-process.ts';
import { requireCommand } from './services/require-command.ts';
import { startBoth } from './two-servers.ts';
import { until } from './until.ts';

const skip = ['postgres', 'redis-server'].map(requireCommand).find((reason) => reason !== false) ?? false;
/**
 * A process that was told is there at once. One that was not reads again every five seconds only, so that it is late more
 * often than a loaded machine is.
 */
const toldWithinMs = 3_000;
/** Of six. */
const mostLate = 1;
const hitsEach = 5;

/** Loses the table that stream keys are in, and finds it again. */
async function withoutKeys<T>(url: string, act: () => Promise<T>): Promise<T> {
  const db = openDatabase({ kind: 'postgres', url }, createLog('silent'));
  try {
    await db.write((trx) => sql`alter table stream_keys rename to lost`.execute(trx));
    const value = await act();
    await db.write((trx) => sql`alter table lost rename to stream_keys`.execute(trx));
    return value;
  } finally {
    await db.close();
  }
}

/** Runs into it several times at once. @returns the references that the person was shown. */
async function hit(dj: Person): Promise<readonly string[]> {
  const attempts = Array.from({ length: hitsEach }, () =>
    dj.refused(broadcastEndpoints.createKey, 'internal-error', { body: {} }),
  );
  return (await Promise.all(attempts)).map(({ reference }) => reference);
}

let late = 0;

/** Waits until a stranger's problem there carries this number. */
async function marks(site: Site, number: number | undefined): Promise<void> {
  const began = Date.now();
  await until(`problems carry ${String(number)}`, async () => {
    const problem = await aBrowser(site).refused(sessionsEndpoints.devices, 'session-missing');
    return problem.incident === number;
  });
  if (Date.now() - began > toldWithinMs) late += 1;
}

describe('two processes', { skip }, async () => {
  if (skip !== false) return;
  const { url, environment, one, two } = await startBoth({ after });
  const aDjAt = async (site: Site): Promise<Person> => {
    const dj = await aMember(site);
    await slipmat(['grant', dj.handle, 'dj'], environment);
    await slipmat(['verify-email', dj.handle], environment);
    return dj;
  };
  const staff = await aMember(one);
  await slipmat(['grant', staff.handle, 'staff'], environment);
  const [here, there, spared] = [await aDjAt(one), await aDjAt(two), await aDjAt(two)];
  let faultId = '';

  /** Ends what was started on one on the other. */
  async function endAtOther(number: number): Promise<void> {
    const params = { number: String(number) };
    await staff.at(two).call(incidentsEndpoints.resolve, { params, body: { text: 'Mended.' } });
    await marks(one, undefined);
  }

  test('hit on both at once it is one fault with both people; each reference leads to its event from both', async () => {
    const references = await withoutKeys(url, () => Promise.all([hit(here), hit(there)]));
    const written = await until('all of it is written down', async () => {
      const { faults } = await staff.call(faultsEndpoints.list, { query: { kind: 'server' } });
      return faults.reduce((sum, { count }) => sum + count, 0) >= 2 * hitsEach && faults;
    });
    const [fault] = written;
    assert.equal(written.length, 1, 'one fault');
    assert.ok(fault);
    faultId = fault.id;
    assert.deepEqual([fault.count, fault.people, fault.anonymousHits], [2 * hitsEach, 2, 0]);
    const { people } = await staff.at(two).call(faultsEndpoints.show, { params: { faultId } });
    assert.deepEqual(
      new Map(people.map(({ handle, hits }) => [handle, hits])),
      new Map([here, there].map(({ handle }) => [handle, hitsEach])),
    );
    for (const [index, dj] of [here, there].entries()) {
      for (const reference of references[index] ?? []) {
        for (const reader of [staff, staff.at(two)]) {
          const found = await reader.call(faultsEndpoints.lookUp, { params: { reference } });
          assert.deepEqual([found.fault?.id, found.event.person?.handle], [faultId, dj.handle]);
        }
      }
    }
  });

  test('an incident that is opened on one tells both, and marks problems of the other until it ends there', async () => {
    const inboxes = [await anInbox(here), await anInbox(there)];
    const other = await anInbox(spared);
    await Promise.all([marks(one, undefined), marks(two, undefined)]);
    const title = 'Keys cannot be made';
    const audience = { to: [{ kind: 'fault' as const, faultId }], except: [] };
    const body = {
      title,
      text: 'We are at it.',
      kind: 'must-read' as const,
      audience,
      faultId,
      key: 'incident-1',
    };
    const { incident } = await staff.call(incidentsEndpoints.start, { body });
    await marks(two, incident.number);
    for (const inbox of inboxes) {
      const { notification } = await arrives(inbox, title);
      assert.equal(notification.incident, incident.number);
    }
    // The same press again, taken by the other process.
    const again = await staff.at(two).call(incidentsEndpoints.start, { body });
    assert.equal(again.incident.number, incident.number);

    await endAtOther(incident.number);
    for (const inbox of inboxes) await arrives(inbox, `Mended: ${title}`);
    assert.deepEqual(other.notifications().items, [], 'nobody else');
    const params = { number: String(incident.number) };
    const { incident: over } = await staff.call(incidentsEndpoints.show, { params });
    assert.deepEqual([over.recipients, over.resolvedBy], [2, staff.handle]);

    const next = await staff.call(incidentsEndpoints.start, { body: { ...body, key: 'incident-2' } });
    await marks(two, next.incident.number);
    await endAtOther(next.incident.number);
    assert.ok(late <= mostLate, `${late} times late`);
  });
});

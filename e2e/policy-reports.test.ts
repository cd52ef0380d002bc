/**
 * A page of the site into which something else was put, and none of whose scripts run: each browser tells by itself what
 * the security policy blocked, and staff see it.
 */
import assert from 'node:assert/strict';
import { type FaultSummary, faultsEndpoints } from '@slipmat/contract/faults';
import { aStaffMember } from '../server/test/people.ts';
import { until } from '../server/test/until.ts';
import { inEachEngine } from './notified.ts';

/** Longer than the server waits for the page to tell it itself. Milliseconds. */
const toldWithin = 30_000;

inEachEngine('what is blocked is told without any script', [], async ({ site, step, device }) => {
  const { people } = site;
  const mira = await aStaffMember(people, { handle: 'mira', displayName: 'Mira' });
  const policy = (await mira.fetch({ path: '/' })).headers['content-security-policy'];
  assert.equal(typeof policy, 'string');
  const injected = site.page('slipmat', {
    headers: { 'content-security-policy': String(policy) },
    html: '<!doctype html><title>Slipmat</title><p>No script runs here.</p><script>window.tracked = true</script>',
  });
  await step('a script that somebody put into the page is blocked, and staff are told', async () => {
    const { tab } = await device(null, new URL(injected).pathname);
    await tab.waitFor({ text: 'No script runs here.' });
    const find = async (): Promise<FaultSummary | undefined> => {
      const { faults } = await mira.call(faultsEndpoints.list, { query: { kind: 'policy' } });
      return faults[0];
    };
    const fault = await until('staff see it', find, toldWithin, 250);
    assert.match(fault.message, /^script-src(-elem)? blocked inline$/);
    const detail = await mira.call(faultsEndpoints.show, { params: { faultId: fault.id } });
    assert.equal(detail.events[0]?.sample?.where, 'told by the browser itself');
  });
});

/** Becoming somebody: the owner's link, groups, invitations. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { broadcastEndpoints } from '@slipmat/contract/broadcast';
import { Group, mayGrant } from '@slipmat/contract/capabilities';
import { reservedHandles } from '@slipmat/contract/ids';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { minute } from './broadcasts.ts';
import { createFakeClock } from './fake-clock.ts';
import { aBrowser, aDj, aMember, aMentor, aModerator, anOwner, aStaffMember, password } from './people.ts';
import { startApp } from './start-app.ts';

const { create, setup, setupState, person, find, grant, revoke, invite, invitations } = accountsEndpoints;
const { withdrawInvitation, showInvitation, acceptInvitation } = accountsEndpoints;

function account(handle: string) {
  return { handle, email: `${handle}@example.com`, password, displayName: handle };
}

describe('the owner', () => {
  test('is made by the printed link, once', async (t) => {
    const site = await startApp(t);
    const token = (await site.app.accounts.offerSetup()) ?? '';
    const body = { ...account('boss'), token };
    assert.deepEqual(await aBrowser(site).call(setupState), { open: true });
    await aBrowser(site).refused(setup, 'setup-link-wrong', {
      body: { ...body, token: `${token.slice(1)}x` },
    });
    await aBrowser(site).refused(setup, 'setup-link-wrong', { body: { ...body, token: '' } });
    const browser = aBrowser(site);
    const made = await browser.call(setup, { body });
    assert.deepEqual(made.account.groups, ['member', 'owner']);
    assert.equal((await browser.call(sessionsEndpoints.me)).account?.handle, 'boss');
    assert.deepEqual(await aBrowser(site).call(setupState), { open: false });
    await aBrowser(site).refused(setup, 'setup-closed', { body: { ...account('second'), token } });
    assert.equal(await site.app.accounts.offerSetup(), undefined);
  });

  test('is one, when two open the link at once', async (t) => {
    const site = await startApp(t);
    const token = (await site.app.accounts.offerSetup()) ?? '';
    const outcomes = await Promise.all(
      ['one', 'two', 'three'].map(async (handle) => {
        const sent = { ...account(handle), token };
        const answered = await aBrowser(site).fetch({
          method: 'POST',
          path: setup.path,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sent),
        });
        return answered.status;
      }),
    );
    assert.equal(outcomes.filter((status) => status === 201).length, 1, String(outcomes));
  });

  test('a new link ends the one before', async (t) => {
    const site = await startApp(t);
    const first = (await site.app.accounts.offerSetup()) ?? '';
    const second = (await site.app.accounts.offerSetup()) ?? '';
    await aBrowser(site).refused(setup, 'setup-link-wrong', { body: { ...account('boss'), token: first } });
    await aBrowser(site).call(setup, { body: { ...account('boss'), token: second } });
  });
});

describe('signing up', () => {
  test('each handle and address is one person’s, also when two ask at once', async (t) => {
    const site = await startApp(t);
    await aBrowser(site).call(create, { body: account('nova') });
    const again = { ...account('other'), email: 'NOVA@example.com' };
    await aBrowser(site).refused(create, 'email-taken', { body: again });
    await aBrowser(site).refused(create, 'handle-taken', {
      body: { ...account('Nova'), email: 'b@example.com' },
    });
    const statuses = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        aBrowser(site).fetch({
          method: 'POST',
          path: create.path,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...account('race'), email: `race${index}@example.com` }),
        }),
      ),
    );
    assert.deepEqual(statuses.map(({ status }) => status).toSorted(), [201, 409, 409, 409, 409]);
  });

  test('words of the house and weak passwords are refused', async (t) => {
    const site = await startApp(t);
    for (const handle of reservedHandles.filter((reserved) => reserved.length > 2)) {
      await aBrowser(site).refused(create, 'handle-taken', { body: account(handle) });
    }
    const weak = ['password123', 'Password123', 'zzzzzzzzzz', 'weak-one@example.com', 'weak-one'];
    for (const guess of weak) {
      await aBrowser(site).refused(create, 'password-too-common', {
        body: { ...account('weak-one'), password: guess },
      });
    }
    const problem = await aBrowser(site).refused(create, 'invalid-input', {
      body: { ...account('a'), password: 'short' },
    });
    assert.deepEqual(problem.fields?.map((field) => field.path).toSorted(), ['handle', 'password']);
  });

  test('a name is changed for everybody who looks', async (t) => {
    const site = await startApp(t);
    const member = await aMember(site);
    await member.call(accountsEndpoints.update, { body: { displayName: '  Nova ✨ ' } });
    const shown = await aBrowser(site).call(person, { params: { handle: member.handle } });
    assert.equal(shown.person.displayName, 'Nova ✨');
    for (const displayName of ['', ' ', 'a\nb', 'a\u202eb', 'x'.repeat(61)]) {
      await member.refused(accountsEndpoints.update, 'invalid-input', { body: { displayName } });
    }
    await aBrowser(site).refused(person, 'not-found', { params: { handle: 'nobody-here' } });
  });
});

describe('groups', () => {
  test('each group grants and revokes what its row says, and nothing else', async (t) => {
    const site = await startApp(t);
    const target = await aMember(site);
    await site.app.emails.verifyByHand(target.handle);
    const granters = [
      await aMember(site),
      await aDj(site),
      await aModerator(site),
      await aMentor(site),
      await aStaffMember(site),
      await anOwner(site),
    ];
    for (const granter of granters) {
      const { groups } = (await granter.call(sessionsEndpoints.me)).account ?? { groups: [] };
      for (const group of Group.options) {
        const input = { params: { handle: target.handle, group } };
        if (mayGrant(groups, group)) {
          const granted = await granter.call(grant, input);
          assert.ok(granted.person.groups.includes(group));
          const revoked = await granter.call(revoke, input);
          assert.ok(!revoked.person.groups.includes(group));
        } else {
          await granter.refused(grant, 'not-allowed', input);
          await granter.refused(revoke, 'not-allowed', input);
        }
      }
    }
    assert.deepEqual((await target.call(sessionsEndpoints.me)).account?.groups, ['member']);
    const audited = await site.deps.db.read.selectFrom('audit_log').select('act').execute();
    assert.equal(audited.filter(({ act }) => act === 'group.revoke').length, 1 + 3 + 4);
  });

  test('what a group gives counts at the next request', async (t) => {
    const site = await startApp(t);
    const mentor = await aMentor(site);
    const member = await aMember(site);
    await site.app.emails.verifyByHand(member.handle);
    await member.refused(broadcastEndpoints.keys, 'not-allowed');
    const params = { handle: member.handle, group: 'dj' } as const;
    await mentor.call(grant, { params });
    await mentor.call(grant, { params });
    await member.call(broadcastEndpoints.keys);
    await mentor.call(revoke, { params });
    await member.refused(broadcastEndpoints.keys, 'not-allowed');
    const nobody = { handle: 'nobody-here', group: 'dj' } as const;
    await mentor.refused(grant, 'not-found', { params: nobody });
  });

  test('people are found by the beginning of handle or name; wildcards are letters', async (t) => {
    const site = await startApp(t);
    const mentor = await aMentor(site);
    await aMember(site, { handle: 'anna-b', displayName: 'Zoe' });
    await aMember(site, { handle: 'bert-c', displayName: 'Anna' });
    const handles = async (q: string) => {
      const { people } = await mentor.call(find, { query: { q } });
      return people.map((found) => found.handle);
    };
    assert.deepEqual(await handles('anna'), ['bert-c', 'anna-b']);
    assert.deepEqual(await handles('ANNA-'), ['anna-b']);
    assert.deepEqual(await handles('%'), []);
    assert.deepEqual(await handles('ann_'), []);
    assert.deepEqual(await handles('\\'), []);
    assert.deepEqual(await handles("' or 1=1 --"), []);
  });
});

describe('invitations', () => {
  const tokenOf = (link: string): string => link.split('#token=')[1] ?? '';

  test('turn the one member who accepts into a DJ', async (t) => {
    const site = await startApp(t);
    const mentor = await aMentor(site);
    const member = await aMember(site);
    const late = await aMember(site);
    const { invitation, link } = await mentor.call(invite, { body: { note: 'for Nova' } });
    assert.ok(link.startsWith(`${site.origin}/invite#token=`));
    const body = { token: tokenOf(link) };
    assert.equal((await aBrowser(site).call(showInvitation, { body })).from.handle, mentor.handle);
    await aBrowser(site).refused(acceptInvitation, 'session-missing', { body });
    const { account } = await member.call(acceptInvitation, { body });
    assert.deepEqual([account.groups, account.pausedGroups], [['member'], ['dj']]);
    await site.app.emails.verifyByHand(member.handle);
    assert.deepEqual((await member.call(sessionsEndpoints.me)).account?.groups, ['member', 'dj']);
    await late.refused(acceptInvitation, 'invitation-over', { body });
    await aBrowser(site).refused(showInvitation, 'invitation-over', { body });
    const [listed] = (await mentor.call(invitations)).invitations;
    assert.equal(listed?.state, 'accepted');
    assert.equal(listed?.acceptedBy?.handle, member.handle);
    await mentor.refused(withdrawInvitation, 'invitation-over', { params: { id: invitation.id } });
    assert.ok(
      !JSON.stringify(await site.deps.db.read.selectFrom('invitations').selectAll().execute()).includes(
        body.token,
      ),
    );
  });

  test('withdrawn, expired and invented ones do nothing', async (t) => {
    const clock = createFakeClock();
    const site = await startApp(t, { clock });
    const mentor = await aMentor(site);
    const other = await aMentor(site);
    const member = await aMember(site);
    const first = await mentor.call(invite, { body: {} });
    const second = await mentor.call(invite, { body: {} });
    const params = { id: first.invitation.id };
    await other.refused(withdrawInvitation, 'not-found', { params });
    await mentor.call(withdrawInvitation, { params });
    await mentor.refused(withdrawInvitation, 'invitation-over', { params });
    await member.refused(acceptInvitation, 'invitation-over', { body: { token: tokenOf(first.link) } });
    await member.refused(acceptInvitation, 'invitation-over', { body: { token: 'x'.repeat(32) } });
    clock.leap(14 * 24 * 60 * minute + minute);
    await member.refused(acceptInvitation, 'invitation-over', { body: { token: tokenOf(second.link) } });
    const states = (await mentor.call(invitations)).invitations.map(({ state }) => state);
    assert.deepEqual(states.toSorted(), ['expired', 'withdrawn']);
    assert.deepEqual((await member.call(sessionsEndpoints.me)).account?.groups, ['member']);
    assert.deepEqual((await other.call(invitations)).invitations, []);
  });

  test('two at once: one becomes a DJ', async (t) => {
    const site = await startApp(t);
    const mentor = await aMentor(site);
    const members = await Promise.all([aMember(site), aMember(site), aMember(site), aMember(site)]);
    const { link } = await mentor.call(invite, { body: {} });
    const statuses = await Promise.all(
      members.map(async (member) => {
        const body = JSON.stringify({ token: tokenOf(link) });
        const headers = { 'content-type': 'application/json' };
        return (await member.fetch({ method: 'POST', path: acceptInvitation.path, headers, body })).status;
      }),
    );
    assert.deepEqual(statuses.toSorted(), [200, 409, 409, 409]);
    const djs = await Promise.all(members.map((member) => member.call(sessionsEndpoints.me)));
    assert.equal(djs.filter(({ account }) => account?.pausedGroups.includes('dj')).length, 1);
  });

  test('an accepted link of somebody whose own right is gone is over', async (t) => {
    const site = await startApp(t);
    const mentor = await aMentor(site);
    const member = await aMember(site);
    const { link } = await mentor.call(invite, { body: {} });
    await site.app.accounts.revoke(null, mentor.handle, 'mentor');
    await member.refused(acceptInvitation, 'invitation-over', { body: { token: tokenOf(link) } });
  });

  test('somebody has so many open ones at most', async (t) => {
    const site = await startApp(t);
    const mentor = await aMentor(site);
    for (let made = 0; made < 50; made += 1) await mentor.call(invite, { body: {} });
    await mentor.refused(invite, 'too-many', { body: {} });
  });
});

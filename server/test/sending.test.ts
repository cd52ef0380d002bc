/** Sending notifications: audiences, what nobody may, and the ledger. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { chatMessages } from '@slipmat/contract/chat';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { anEvent } from './broadcasts.ts';
import { eachDatabase } from './each-database.ts';
import { aDraft, anInbox, isSent, ledgerOf, send } from './notices.ts';
import { aDj, aMember, aMentor, aModerator, aStaffMember, type Person } from './people.ts';

for (const { name, skip, start } of await eachDatabase()) {
  describe(name, { skip }, () => {
    test('audiences: groups, events, people, all together, with exceptions', async (t) => {
      const { site, clock } = await start(t);
      const staff = await aStaffMember(site);
      const [host, guest, moderator, mentor, writer, member] = [
        await aDj(site),
        await aDj(site),
        await aModerator(site),
        await aMentor(site),
        await aMember(site),
        await aMember(site),
      ];
      const { slug } = await anEvent(host, {}, clock.now());
      const socket = await writer.socket();
      await socket.send(chatMessages.say, { slug, text: 'hi', key: 'a-key-of-mine' });
      const reached = async (to: Parameters<typeof aDraft>[0]) => {
        const { id } = await send(staff, to ?? {});
        await isSent(site, staff, id);
        return [...(await ledgerOf(staff, id)).keys()].sort();
      };
      const handles = (...people: Person[]) => people.map(({ handle }) => handle).sort();
      assert.deepEqual(await reached({ to: [{ kind: 'event', slug }] }), handles(host, writer));
      assert.deepEqual(
        await reached({
          to: [
            { kind: 'group', group: 'mentor' },
            { kind: 'people', handles: [member.handle] },
          ],
        }),
        handles(mentor, member),
      );
      assert.deepEqual(
        await reached({ to: [{ kind: 'djs' }], except: [{ kind: 'event', slug }] }),
        handles(guest),
      );
      assert.deepEqual(
        await reached({
          to: [{ kind: 'listeners' }],
          except: [{ kind: 'people', handles: [member.handle] }],
        }),
        handles(moderator, mentor, writer),
      );
      const { reached: counts } = await staff.call(sendingEndpoints.preview, {
        body: { kind: 'normal', audience: { to: [{ kind: 'everyone' }], except: [] } },
      });
      assert.deepEqual(
        [counts.people, counts.djs, counts.listeners, counts.team, counts.public],
        [6, 2, 4, 2, true],
      );
    });

    test('nobody addresses whom they may not, learns of what is not theirs, or confirms for others', async (t) => {
      const { site } = await start(t);
      const [staff, mentor, dj, member] = [
        await aStaffMember(site),
        await aMentor(site),
        await aDj(site),
        await aMember(site),
      ];
      await member.refused(sendingEndpoints.send, 'not-allowed', { body: aDraft() });
      await mentor.refused(sendingEndpoints.send, 'audience-not-allowed', { body: aDraft() });
      const listeners = { to: [{ kind: 'djs' as const }], except: [{ kind: 'listeners' as const }] };
      await mentor.refused(sendingEndpoints.preview, 'audience-not-allowed', {
        body: { kind: 'normal', audience: listeners },
      });
      const draftEvent = await anEvent(dj, { publish: false });
      await mentor.refused(sendingEndpoints.send, 'not-found', {
        body: aDraft({ to: [{ kind: 'event', slug: draftEvent.slug }] }),
      });
      await dj.refused(sendingEndpoints.send, 'audience-not-allowed', {
        body: aDraft({ kind: 'must-read', to: [{ kind: 'event', slug: draftEvent.slug }] }),
      });
      await mentor.refused(sendingEndpoints.send, 'audience-empty', {
        body: aDraft({ to: [{ kind: 'people', handles: [mentor.handle] }] }),
      });
      const { id } = await send(staff, { kind: 'must-read', to: [{ kind: 'djs' }] });
      await isSent(site, staff, id);
      for (const endpoint of [sendingEndpoints.show, sendingEndpoints.ledger, sendingEndpoints.remind])
        await mentor.refused(endpoint, 'not-found', { params: { id } });
      await member.refused(notificationsEndpoints.confirm, 'not-found', {
        params: { id },
        body: { version: 1 },
      });
      await member.call(notificationsEndpoints.see, { body: { ids: [id] } });
      assert.deepEqual([...(await ledgerOf(staff, id)).keys()], [dj.handle]);
      const csv = await member.fetch({ method: 'GET', path: `/api/sent/${id}/ledger.csv` });
      assert.equal(csv.status, 403);
    });

    test('who is no DJ any more neither sees it nor is held up by it', async (t) => {
      const { site, clock } = await start(t);
      const [staff, dj, host] = [await aStaffMember(site), await aDj(site), await aDj(site)];
      const { slug } = await anEvent(host, {}, clock.now());
      const { id } = await send(staff, { kind: 'must-read', title: 'DJs only', to: [{ kind: 'djs' }] });
      await isSent(site, staff, id);
      await staff.call(accountsEndpoints.revoke, { params: { handle: dj.handle, group: 'dj' } });
      const inbox = await anInbox(dj);
      assert.deepEqual(inbox.notifications().items, []);
      await inbox.send(chatMessages.say, { slug, text: 'hello', key: 'a-key-of-mine' });
      assert.deepEqual((await dj.call(notificationsEndpoints.history)).items, []);
    });

    test('the same key again sends nothing twice', async (t) => {
      const { site } = await start(t);
      const [staff] = [await aStaffMember(site), await aMember(site)];
      const [first, second] = [
        await send(staff, { key: 'once-and-only' }),
        await send(staff, { key: 'once-and-only' }),
      ];
      assert.equal(first.id, second.id);
      const { notifications } = await staff.call(sendingEndpoints.list);
      assert.equal(notifications.length, 1);
    });

    test('the ledger is searched, paged and exported', async (t) => {
      const { site } = await start(t);
      const staff = await aStaffMember(site);
      const members = [];
      for (let index = 0; index < 4; index += 1)
        members.push(await aMember(site, { handle: `ledger-${index}`, displayName: `=cmd, "${index}"` }));
      const { id } = await send(staff, {
        to: [{ kind: 'people', handles: members.map(({ handle }) => handle) }],
      });
      await isSent(site, staff, id);
      assert.deepEqual([...(await ledgerOf(staff, id, { q: 'LEDGER-2' })).keys()], ['ledger-2']);
      const after = (await ledgerOf(staff, id)).get('ledger-1')?.person.id;
      assert.deepEqual([...(await ledgerOf(staff, id, { after })).keys()], ['ledger-2', 'ledger-3']);
      const csv = await staff.fetch({ method: 'GET', path: `/api/sent/${id}/ledger.csv?filter=not-seen` });
      const lines = csv.body.toString().trimEnd().split('\r\n');
      assert.equal(lines.length, 5);
      assert.match(lines[1] ?? '', /^ledger-0,"'=cmd, ""0""",sent,\d{4}-/);
      // Those of a filter that shows several states are in one order, on every page.
      for (const reader of [members[0], members[2]])
        await reader?.call(notificationsEndpoints.see, { body: { ids: [id] } });
      const open = async (query: object) => [
        ...(await ledgerOf(staff, id, { filter: 'not-confirmed', ...query })).keys(),
      ];
      assert.deepEqual(await open({}), ['ledger-0', 'ledger-1', 'ledger-2', 'ledger-3']);
      assert.deepEqual(await open({ after }), ['ledger-2', 'ledger-3']);
      assert.deepEqual(await open({ q: 'ledger-3' }), ['ledger-3']);
      assert.deepEqual(
        [...(await ledgerOf(staff, id, { filter: 'seen', q: '=cmd' })).keys()],
        ['ledger-0', 'ledger-2'],
      );
    });
  });
}

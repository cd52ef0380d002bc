/** Notifications as their readers have them: what they do with them, and what an unconfirmed one holds up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatMessages } from '@slipmat/contract/chat';
import { notificationsEndpoints, unread } from '@slipmat/contract/notifications';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { aKey, anEvent, minute } from './broadcasts.ts';
import { eachDatabase } from './each-database.ts';
import { aDraft, anInbox, arrives, confirm, isSent, ledgerOf, send } from './notices.ts';
import { aBrowser, aDj, aMember, aMentor, aStaffMember } from './people.ts';
import { aSource } from './raw-source.ts';
import { sampleAudio } from './sample-audio.ts';

const hour = 60 * minute;
/** Shorter than a socket may be silent for. Milliseconds. */
const moment = 10_000;

for (const { name, skip, start } of await eachDatabase()) {
  describe(name, { skip }, () => {
    test('sent to DJs: they have it, others do not, and the ledger says what each did', async (t) => {
      const { site } = await start(t);
      const [mentor, dj, other, member] = [
        await aMentor(site),
        await aDj(site),
        await aDj(site),
        await aMember(site),
      ];
      const [here, stranger] = [await anInbox(dj), await anInbox(member)];
      const sent = await send(mentor, { kind: 'must-read', title: 'Levels', to: [{ kind: 'djs' }] });
      const { notification } = await arrives(here, 'Levels');
      assert.deepEqual(notification.from, { name: mentor.handle, role: 'mentor' });
      await isSent(site, mentor, sent.id);
      assert.deepEqual(stranger.notifications().items, []);

      await dj.call(notificationsEndpoints.see, { body: { ids: [sent.id] } });
      let rows = await ledgerOf(mentor, sent.id);
      assert.deepEqual([...rows.keys()].sort(), [dj.handle, other.handle].sort());
      assert.equal(rows.get(dj.handle)?.state, 'seen');
      assert.equal(rows.get(other.handle)?.state, 'sent');

      const { reading } = await confirm(dj, notification);
      assert.ok(reading.confirmedAt !== null);
      rows = await ledgerOf(mentor, sent.id, { filter: 'confirmed' });
      assert.deepEqual([...rows.keys()], [dj.handle]);
      const { notification: now, progress } = await mentor.call(sendingEndpoints.show, {
        params: { id: sent.id },
      });
      assert.deepEqual(now.counts, { recipients: 2, seen: 1, confirmed: 1, reminded: 0, unreachable: 0 });
      assert.deepEqual([progress[0]?.seen, progress.at(-1)?.seen, progress.at(-1)?.confirmed], [1, 1, 1]);
    });

    test('confirmed on one device is confirmed on all', async (t) => {
      const { site } = await start(t);
      const [staff, member] = [await aStaffMember(site), await aMember(site)];
      const phone = await member.elsewhere();
      const [desk, pocket] = [await anInbox(member), await anInbox(phone)];
      await send(staff, { kind: 'must-read', title: 'Once', to: [{ kind: 'listeners' }] });
      const { notification } = await arrives(desk, 'Once');
      await confirm(phone, notification);
      const isConfirmed = (item: { reading: { confirmedAt: number | null } }) =>
        item.reading.confirmedAt !== null;
      await arrives(desk, 'Once', isConfirmed);
      await arrives(pocket, 'Once', isConfirmed);
    });

    test('a must-read holds up chat and sending, not listening; and lets go when confirmed', async (t) => {
      const { site, clock } = await start(t);
      const [staff, dj] = [await aStaffMember(site), await aDj(site)];
      const { slug } = await anEvent(dj, {}, clock.now());
      const socket = await anInbox(dj);
      await socket.subscribe(`chat:${slug}`);
      await send(staff, { kind: 'must-read', title: 'Rules', to: [{ kind: 'djs' }] });
      const { notification } = await arrives(socket, 'Rules');
      const said = { slug, text: 'hello', key: 'a-key-of-mine' };
      const problem = await socket.refused(chatMessages.say, 'must-read-first', said);
      assert.match(problem.detail, /“Rules”/);
      assert.equal(problem.action, 'read');
      const draft = aDraft({ to: [{ kind: 'event', slug }] });
      await dj.refused(sendingEndpoints.send, 'must-read-first', { body: draft });
      // Reading and listening go on.
      assert.equal(socket.chat(slug).open, true);
      await dj.refused(notificationsEndpoints.dismiss, 'notification-state', {
        params: { id: notification.id },
      });
      await confirm(dj, notification);
      await socket.send(chatMessages.say, said);
    });

    test('a DJ with something to confirm waits in standby and goes on air when it is confirmed', async (t) => {
      const { site, clock } = await start(t);
      const [staff, dj] = [await aStaffMember(site), await aDj(site)];
      const { slug } = await anEvent(dj, {}, clock.now());
      const socket = await anInbox(dj);
      await socket.subscribe('dashboard');
      await socket.subscribe(`event:${slug}`);
      await send(staff, { kind: 'must-read', title: 'Before you play', to: [{ kind: 'djs' }] });
      const { notification } = await arrives(socket, 'Before you play');
      const source = await aSource({ port: site.app.sourcePort(), handle: dj.handle, key: await aKey(dj) });
      assert.equal(await source.status(), 100);
      source.send(await sampleAudio('mp3', 2));
      await socket.next('the dashboard says why', () => {
        const { connection } = socket.dashboard();
        return connection.state === 'standby' && connection.waitsFor === 'must-read';
      });
      await site.app.advance();
      assert.equal(socket.event(slug).onAir, null);
      await confirm(dj, notification);
      await site.app.advance();
      await socket.next('on air', () => socket.event(slug).onAir?.dj.handle === dj.handle);
      // One that comes now stops nothing that is on.
      await send(staff, { kind: 'must-read', title: 'While you play', to: [{ kind: 'djs' }] });
      await arrives(socket, 'While you play');
      await site.app.advance();
      assert.equal(socket.event(slug).onAir?.dj.handle, dj.handle);
      await source.cut();
    });

    test('a changed must-read asks again and says what it was', async (t) => {
      const { site } = await start(t);
      const [staff, dj] = [await aStaffMember(site), await aDj(site)];
      const inbox = await anInbox(dj);
      const { id } = await send(staff, {
        kind: 'must-read',
        title: 'Start',
        text: 'At nine.',
        to: [{ kind: 'djs' }],
      });
      const { notification: first } = await arrives(inbox, 'Start');
      await isSent(site, staff, id);
      await confirm(dj, first);
      const words = { title: 'Start', text: 'At ten.', link: null, expiresAt: null };
      const { notification: changed } = await staff.call(sendingEndpoints.change, {
        params: { id },
        body: words,
      });
      assert.deepEqual([changed.version, changed.counts.confirmed], [2, 0]);
      const { notification, reading } = await arrives(
        inbox,
        'Start',
        (item) => item.notification.version === 2,
      );
      assert.deepEqual(notification.before, { title: 'Start', text: 'At nine.', link: null });
      assert.ok(reading.confirmedAt === null && reading.confirmedBeforeAt !== null);
      await dj.refused(notificationsEndpoints.confirm, 'notification-changed', {
        params: { id },
        body: { version: 1 },
      });
      await confirm(dj, notification);
      await isSent(site, staff, id);
      const row = (await ledgerOf(staff, id)).get(dj.handle);
      assert.ok(row?.state === 'confirmed' && row.confirmedBeforeAt !== null);
      // Only the end moved: nobody is asked again.
      const { notification: same } = await staff.call(sendingEndpoints.change, {
        params: { id },
        body: { ...words, expiresAt: Date.now() + hour },
      });
      assert.deepEqual([same.version, same.counts.confirmed], [2, 1]);
    });

    test('a normal one is put away and stays in the history; a change of it asks nobody again', async (t) => {
      const { site } = await start(t);
      const [staff, member] = [await aStaffMember(site), await aMember(site)];
      const inbox = await anInbox(member);
      const { id } = await send(staff, { title: 'Party', to: [{ kind: 'listeners' }] });
      await arrives(inbox, 'Party');
      await member.call(notificationsEndpoints.dismiss, { params: { id } });
      await arrives(inbox, 'Party', ({ reading }) => reading.dismissedAt !== null);
      await staff.call(sendingEndpoints.change, {
        params: { id },
        body: { title: 'Party!', text: '', link: '/e/party', expiresAt: null },
      });
      const { reading } = await arrives(inbox, 'Party!');
      assert.ok(reading.dismissedAt !== null);
      const { items } = await member.call(notificationsEndpoints.history);
      assert.deepEqual(
        items.map(({ notification }) => notification.title),
        ['Party!'],
      );
      await member.refused(notificationsEndpoints.confirm, 'notification-state', {
        params: { id },
        body: { version: 2 },
      });
    });

    test('scheduled, then shown, then over; and withdrawn', async (t) => {
      const { site, clock } = await start(t);
      const [staff, member] = [await aStaffMember(site), await aMember(site)];
      const inbox = await anInbox(member);
      const now = clock.now();
      const { id, state } = await send(staff, {
        title: 'Later',
        startsAt: now + moment,
        expiresAt: now + 2 * moment,
        to: [{ kind: 'listeners' }],
      });
      assert.equal(state, 'scheduled');
      await site.app.advance();
      assert.deepEqual(inbox.notifications().items, []);
      clock.leap(moment);
      await site.app.advance();
      await arrives(inbox, 'Later');
      clock.leap(moment);
      await site.app.advance();
      await inbox.next('gone', () => inbox.notifications().items.length === 0);
      assert.equal(
        (await staff.call(sendingEndpoints.show, { params: { id } })).notification.state,
        'expired',
      );
      const second = await send(staff, { title: 'Mistake', to: [{ kind: 'listeners' }] });
      await arrives(inbox, 'Mistake');
      await staff.call(sendingEndpoints.withdraw, { params: { id: second.id } });
      await inbox.next('gone', () => inbox.notifications().items.length === 0);
      await staff.refused(sendingEndpoints.withdraw, 'notification-state', { params: { id: second.id } });
    });

    test('for everyone: without an account too, and for whoever comes later', async (t) => {
      const { site, clock } = await start(t);
      const staff = await aStaffMember(site);
      const stranger = await anInbox(aBrowser(site));
      const { id } = await send(staff, { kind: 'must-read', title: 'House rules' });
      const { reading } = await arrives(stranger, 'House rules');
      assert.deepEqual(reading, unread);
      await isSent(site, staff, id);
      const dj = await aDj(site);
      const { slug } = await anEvent(dj, {}, clock.now());
      const newcomer = await aMember(site);
      const inbox = await anInbox(newcomer);
      const { notification } = await arrives(inbox, 'House rules');
      const said = { slug, text: 'hello', key: 'a-key-of-mine' };
      await inbox.refused(chatMessages.say, 'must-read-first', said);
      await confirm(newcomer, notification);
      await inbox.send(chatMessages.say, said);
      assert.equal((await ledgerOf(staff, id)).get(newcomer.handle)?.state, 'confirmed');
      // Who sent it is not asked.
      await (await staff.socket()).send(chatMessages.say, said);
    });
  });
}

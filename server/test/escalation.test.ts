/** Notifications that go on to e-mail and push: to whom, when, how often; who cannot be reached, and why. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { pushEndpoints } from '@slipmat/contract/push';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { sql } from 'kysely';
import { minute } from './broadcasts.ts';
import { eachDatabase } from './each-database.ts';
import { confirm, isSent, ledgerOf, send } from './notices.ts';
import { aDj, aMember, aStaffMember, type Person } from './people.ts';
import { startPushService } from './push-service.ts';
import type { TestApp } from './start-app.ts';

const hour = 60 * minute;

/** Subjects of mail about notifications, by the handle of whom it is for. */
async function mailed({ deps }: TestApp): Promise<Record<string, string[]>> {
  const rows = await deps.db.read
    .selectFrom('mails')
    .innerJoin('mail_texts', 'mail_texts.id', 'mails.text_id')
    .innerJoin('people', 'people.id', 'mails.person_id')
    .select(['people.handle', 'mail_texts.subject'])
    .where('mails.key', 'like', 'n:%')
    .orderBy('mails.id')
    .execute();
  const found: Record<string, string[]> = {};
  for (const { handle, subject } of rows) found[handle] = [...(found[handle] ?? []), subject];
  return found;
}

async function verify({ app }: TestApp, person: Person): Promise<Person> {
  await app.emails.verifyByHand(person.handle);
  return person;
}

for (const { name, skip, start } of await eachDatabase()) {
  describe(name, { skip }, () => {
    test('by mail after its time, to those who have not confirmed; said of the others why not', async (t) => {
      const { site, clock } = await start(t);
      const staff = await aStaffMember(site);
      const [reader, late, unverified] = [
        await verify(site, await aMember(site)),
        await verify(site, await aMember(site)),
        await aMember(site),
      ];
      const to = [
        { kind: 'people' as const, handles: [reader, late, unverified].map(({ handle }) => handle) },
      ];
      const sent = await send(staff, { kind: 'must-read', title: 'Rules', emailAfter: 30, to });
      await isSent(site, staff, sent.id);
      await confirm(reader, sent);
      clock.leap(29 * minute);
      await site.app.advance();
      assert.deepEqual(await mailed(site), {});
      clock.leap(2 * minute);
      await site.app.advance();
      await site.app.advance();
      assert.deepEqual(await mailed(site), { [late.handle]: ['Rules'] });
      const rows = await ledgerOf(staff, sent.id);
      assert.equal(rows.get(late.handle)?.email, 'kept');
      assert.equal(rows.get(reader.handle)?.email, null);
      assert.deepEqual(
        [rows.get(unverified.handle)?.state, rows.get(unverified.handle)?.unreachable],
        ['unreachable', 'unverified'],
      );
      // Whoever comes by all the same is reached.
      await unverified.call(notificationsEndpoints.see, { body: { ids: [sent.id] } });
      const { notification } = await staff.call(sendingEndpoints.show, { params: { id: sent.id } });
      assert.deepEqual(notification.counts, {
        recipients: 3,
        seen: 2,
        confirmed: 1,
        reminded: 0,
        unreachable: 0,
      });
    });

    test('who switched a channel off gets no normal ones by it, and must-reads all the same', async (t) => {
      const { site, clock } = await start(t);
      const [staff, member] = [await aStaffMember(site), await verify(site, await aMember(site))];
      await member.call(notificationsEndpoints.wish, { body: { email: false, push: true } });
      const to = [{ kind: 'people' as const, handles: [member.handle] }];
      await send(staff, { title: 'Party', emailAfter: 0, to });
      await send(staff, { kind: 'must-read', title: 'Rules', emailAfter: 0, to });
      clock.leap(1_000);
      await site.app.advance();
      await site.app.advance();
      assert.deepEqual(await mailed(site), { [member.handle]: ['Rules'] });
    });

    test('reminders come as often as was said, by hand too, and end with the confirmation', async (t) => {
      const { site, clock } = await start(t);
      const [staff, member] = [await aStaffMember(site), await verify(site, await aMember(site))];
      const sent = await send(staff, {
        kind: 'must-read',
        title: 'Rules',
        reminders: { everyHours: 24, times: 3 },
        to: [{ kind: 'people', handles: [member.handle] }],
      });
      await isSent(site, staff, sent.id);
      const params = { id: sent.id };
      await staff.call(sendingEndpoints.remind, { params });
      await site.app.advance();
      await staff.refused(sendingEndpoints.remind, 'rate-limited', { params });
      for (let day = 0; day < 2; day += 1) {
        clock.leap(24 * hour);
        await site.app.advance();
      }
      const three = { [member.handle]: ['Reminder: Rules', 'Reminder: Rules', 'Reminder: Rules'] };
      assert.deepEqual(await mailed(site), three);
      const row = (await ledgerOf(staff, sent.id, { filter: 'reminded' })).get(member.handle);
      assert.deepEqual([row?.reminders, row?.email], [3, 'kept']);
      const back = await member.elsewhere();
      await confirm(back, sent);
      clock.leap(24 * hour);
      await site.app.advance();
      assert.deepEqual(await mailed(site), three);
      const again = await aStaffMember(site);
      const { notification } = await again.call(sendingEndpoints.show, { params });
      assert.equal(notification.counts.reminded, 1);
    });

    test('what cannot be sent on holds up nothing else, and goes on when it can', async (t) => {
      const { site } = await start(t);
      const [staff, member] = [await aStaffMember(site), await verify(site, await aMember(site))];
      const to = [{ kind: 'people' as const, handles: [member.handle] }];
      const rename = (from: string, into: string) =>
        site.deps.db.write((trx) =>
          sql`alter table ${sql.table(from)} rename to ${sql.table(into)}`.execute(trx),
        );
      await rename('mail_texts', 'lost');
      await send(staff, { title: 'First', emailAfter: 0, to });
      const second = await send(staff, { title: 'Second', to });
      await isSent(site, staff, second.id);
      assert.ok(site.log.some(({ level, msg }) => level === 50 && msg?.startsWith('not sent yet') === true));
      await rename('lost', 'mail_texts');
      await site.app.advance();
      assert.deepEqual(await mailed(site), { [member.handle]: ['First'] });
    });

    test('nobody is written to about what they may not see any more', async (t) => {
      const { site, clock } = await start(t);
      const [staff, dj] = [await aStaffMember(site), await aDj(site)];
      const sent = await send(staff, { title: 'DJs', emailAfter: 10, to: [{ kind: 'djs' }] });
      await isSent(site, staff, sent.id);
      await staff.call(accountsEndpoints.revoke, { params: { handle: dj.handle, group: 'dj' } });
      clock.leap(11 * minute);
      await site.app.advance();
      assert.deepEqual(await mailed(site), {});
      assert.equal((await ledgerOf(staff, sent.id)).get(dj.handle)?.unreachable, 'not-theirs');
    });

    test('by push to each device, with the same tag for the same notification', async (t) => {
      const service = await startPushService(t);
      const { site, clock } = await start(t, { PUSH_ADDRESSES: 'any' });
      const [staff, member] = [await aStaffMember(site), await aMember(site)];
      for (const device of ['phone', 'desk']) {
        const { endpoint, p256dh, auth } = service.subscribe(device);
        await member.call(pushEndpoints.subscribe, { body: { endpoint, p256dh, auth } });
      }
      const sent = await send(staff, {
        title: 'Soon',
        text: 'We *begin* [soon](/e/soon).',
        link: '/e/soon',
        pushAfter: 5,
        to: [{ kind: 'people', handles: [member.handle] }],
      });
      await isSent(site, staff, sent.id);
      clock.leap(6 * minute);
      await site.app.advance();
      const rows = await site.deps.db.read
        .selectFrom('pushes')
        .innerJoin('push_texts', 'push_texts.id', 'pushes.text_id')
        .select(['push_texts.title', 'push_texts.body', 'push_texts.link', 'push_texts.tag'])
        .execute();
      const expected = { title: 'Soon', body: 'We begin soon.', link: '/e/soon', tag: `n-${sent.id}` };
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [expected, expected],
      );
      assert.equal((await ledgerOf(staff, sent.id)).get(member.handle)?.unreachable, null);
    });
  });
}

/** Notifications that are over are forgotten with their ledgers when the settings say so, and nothing that still asks is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { addCrowd } from './crowds.ts';
import { eachDatabase } from './each-database.ts';
import { isSent, send } from './notices.ts';
import { aMember, aStaffMember } from './people.ts';

const day = 24 * 3_600_000;
/** More than is forgotten in one transaction. */
const crowd = 4_500;

for (const { name, skip, start } of await eachDatabase()) {
  describe(name, { skip }, () => {
    test('what is over since more days than are kept is forgotten, row by row', async (t) => {
      const { site, clock } = await start(t, { NOTIFICATIONS_DAYS: '30' });
      const { db } = site.deps;
      const staff = await aStaffMember(site);
      const member = await aMember(site);
      await db.write((trx) => addCrowd(trx, crowd));
      const soon = clock.now() + day;
      const sent = {
        normal: await send(staff),
        expired: await send(staff, { kind: 'must-read', expiresAt: soon }),
        asking: await send(staff, { kind: 'must-read' }),
        withdrawn: await send(staff, { kind: 'must-read' }),
        lasting: await send(staff, { expiresAt: clock.now() + 100 * day }),
      };
      const ids = Object.values(sent).map(({ id }) => id);
      for (const id of ids) await isSent(site, staff, id);
      await staff.call(sendingEndpoints.withdraw, { params: { id: sent.withdrawn.id } });
      const rows = async (): Promise<number> => {
        const { n } = await db.read
          .selectFrom('notification_recipients')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .where('notification_id', 'in', ids)
          .executeTakeFirstOrThrow();
        return Number(n);
      };
      const each = (await rows()) / Object.keys(sent).length;
      assert.ok(each > crowd);
      clock.leap(29 * day);
      await site.app.advance();
      assert.equal(await rows(), 5 * each, 'nothing is over for long enough');
      clock.leap(3 * day);
      await site.app.advance();
      const left = await db.read.selectFrom('notifications').select('id').where('id', 'in', ids).execute();
      assert.deepEqual(left.map(({ id }) => id).toSorted(), [sent.asking.id, sent.lasting.id].toSorted());
      assert.equal(await rows(), 2 * each);
      const [laterStaff, laterMember] = [await staff.elsewhere(), await member.elsewhere()];
      await laterStaff.refused(sendingEndpoints.ledger, 'not-found', { params: { id: sent.normal.id } });
      const { items } = await laterMember.call(notificationsEndpoints.show);
      assert.deepEqual(
        items.map(({ notification }) => notification.title).toSorted(),
        [sent.asking.title, sent.lasting.title].toSorted(),
      );
    });

    test('those of incidents stay, and without the setting all do', async (t) => {
      const { site, clock } = await start(t, { NOTIFICATIONS_DAYS: '1' });
      const { db } = site.deps;
      const said = await send(await aStaffMember(site));
      await db.write((trx) => trx.updateTable('notifications').set({ incident: 7 }).execute());
      clock.leap(10 * day);
      await site.app.advance();
      const left = await db.read.selectFrom('notifications').select('id').execute();
      assert.ok(left.some((one) => one.id === said.id));
      const forEver = await start(t);
      const staff = await aStaffMember(forEver.site);
      const { id } = await send(staff);
      forEver.clock.leap(400 * day);
      await forEver.site.app.advance();
      const kept = await forEver.site.deps.db.read.selectFrom('notifications').select('id').execute();
      assert.ok(kept.some((one) => one.id === id));
    });
  });
}

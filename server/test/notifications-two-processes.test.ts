/** Notifications of two server processes on one PostgreSQL and one Redis: sent on one, read on the other. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { openDatabase } from '#server/db/open.ts';
import { createLog } from '#server/platform/log.ts';
import { addCrowd } from './crowds.ts';
import { aDraft, anInbox, arrives, confirm, send } from './notices.ts';
import { aBrowser, aMember, type Person } from './people.ts';
import { slipmat } from './server-process.ts';
import { requireCommand } from './services/require-command.ts';
import { startBoth } from './two-servers.ts';
import { promptlyMs, until, within } from './until.ts';

const skip = ['postgres', 'redis-server'].map(requireCommand).find((reason) => reason !== false) ?? false;
const crowd = 3_000;

describe('two processes', { skip }, async () => {
  if (skip !== false) return;
  const { url, environment, one, two } = await startBoth({ after });
  const staff = await aMember(one);
  await slipmat(['grant', staff.handle, 'staff'], environment);
  const member = await aMember(two);
  const phone = await member.elsewhere();
  const onlyTo = (person: Person) => [{ kind: 'people' as const, handles: [person.handle] }];

  test('arrives on the other at once, and is confirmed on both', async () => {
    const [there, here, stranger] = [
      await anInbox(member),
      await anInbox(phone.at(one)),
      await anInbox(aBrowser(two)),
    ];
    await send(staff, { kind: 'must-read', title: 'Across', to: onlyTo(member) });
    const { notification } = await within('it arrives', arrives(there, 'Across'), promptlyMs);
    await confirm(member, notification);
    await arrives(here, 'Across', ({ reading }) => reading.confirmedAt !== null);
    await send(staff, { title: 'For all' });
    await arrives(stranger, 'For all');
    await staff.at(two).call(sendingEndpoints.withdraw, { params: { id: notification.id } });
    const gone = () => there.notifications().items.every((item) => item.notification.title !== 'Across');
    await there.next('withdrawn on both', gone);
  });

  test('changed on one while the other still sends the version before', async (t) => {
    const db = openDatabase({ kind: 'postgres', url }, createLog('silent'));
    t.after(() => db.close());
    await db.write((trx) => addCrowd(trx, crowd));
    const body = aDraft({ kind: 'must-read', title: 'Draft', to: [{ kind: 'listeners' }] });
    const { notification } = await staff.call(sendingEndpoints.send, { body });
    const params = { id: notification.id };
    const words = { title: 'Final', text: 'Now.', link: null, expiresAt: null };
    await staff.at(two).call(sendingEndpoints.change, { params, body: words });
    await until('everybody has the new one', async () => {
      const { notification: now } = await staff.call(sendingEndpoints.show, { params });
      return now.state === 'sent';
    });
    const rows = await db.read
      .selectFrom('notification_recipients')
      .select(['version', (eb) => eb.fn.countAll<string>().as('count')])
      .where('notification_id', '=', notification.id)
      .groupBy('version')
      .execute();
    assert.deepEqual(
      rows.map(({ version, count }) => [version, Number(count)]),
      [[2, crowd + 1]],
    );
    const { notification: now } = await staff.call(sendingEndpoints.show, { params });
    assert.equal(now.counts.recipients, crowd + 1);
    const { items } = await member.call(notificationsEndpoints.show);
    assert.ok(items.some((item) => item.notification.title === 'Final'));
  });
});

/** Kill -9 while web push goes out: it goes on, to each device, and none shows a message twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { openDatabase } from '#server/db/open.ts';
import { pushConcurrency } from '#server/features/push/sending.ts';
import { createLog } from '#server/platform/log.ts';
import { addCrowd, crowdId } from './crowds.ts';
import { aDraft } from './notices.ts';
import { aMember } from './people.ts';
import { startPushService } from './push-service.ts';
import { slipmat, startServer } from './server-process.ts';
import { aFolder } from './start-app.ts';
import { until } from './until.ts';

const devices = 600;
/** Killed when so many messages came. */
const killedAt = [60, 250] as const;
const minute = 60_000;

test(`killed ${killedAt.length} times`, async (t) => {
  const service = await startPushService(t);
  const dataDir = await aFolder(t);
  const environment = {
    DATA_DIR: dataDir,
    LOG_LEVEL: 'fatal',
    PUSH_ADDRESSES: 'any',
    PUSH_PER_MINUTE: '60000',
    NODE_EXTRA_CA_CERTS: service.caFile,
  };
  let server = await startServer(t, environment);
  const staff = await aMember(server);
  await slipmat(['grant', staff.handle, 'staff'], environment);
  await server.kill('SIGTERM');
  const db = openDatabase({ kind: 'sqlite', dataDir }, createLog('silent'));
  t.after(() => db.close());
  await db.write(async (trx) => {
    await addCrowd(trx, devices);
    const { id: sessionId } = await trx.selectFrom('sessions').select('id').executeTakeFirstOrThrow();
    for (let number = 0; number < devices; number += 1) {
      const { name, ...subscription } = service.subscribe(`device-${number}`);
      const device = { id: crowdId(number), person_id: crowdId(number), session_id: sessionId, label: name };
      await trx
        .insertInto('push_devices')
        .values({ ...device, ...subscription, created_at: 1, reached_at: null })
        .execute();
    }
  });

  server = await startServer(t, environment);
  const body = aDraft({ kind: 'must-read', title: 'Listen', pushAfter: 0, to: [{ kind: 'listeners' }] });
  await staff.at(server).call(sendingEndpoints.send, { body });
  const reached = (): Set<string> => new Set(service.taken.map(({ name }) => name));
  for (const count of killedAt) {
    await until('some of the messages', () => service.taken.length > count, minute);
    await server.kill('SIGKILL');
    server = await startServer(t, environment);
  }
  await until('every device', () => reached().size === devices, 2 * minute);
  await until('all noted', async () => {
    const left = await db.read.selectFrom('pushes').select('id').where('state', '!=', 'sent').execute();
    return left.length === 0;
  });
  assert.deepEqual(service.faults, []);
  const messages = await db.read.selectFrom('pushes').select('device_id').execute();
  assert.equal(messages.length, devices, 'one for each device');
  // One that was on its way at a kill may come again, with the topic and the tag that make it the same message.
  const twice = service.taken.length - devices;
  assert.ok(twice <= killedAt.length * pushConcurrency, `${twice} came twice`);
  assert.equal(new Set(service.taken.map(({ topic, text }) => `${topic} ${text}`)).size, 1);
});

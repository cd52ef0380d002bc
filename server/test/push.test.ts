/** Web push to a push service that checks signature and encryption; once each, by however many processes. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { pushEndpoints, pushLimits } from '@slipmat/contract/push';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { createPush, type OutgoingPush, type Push } from '#server/features/push/index.ts';
import { backOff } from '#server/features/push/sending.ts';
import { createLog } from '#server/platform/log.ts';
import { systemRandom } from '#server/platform/random.ts';
import { createFakeClock } from './fake-clock.ts';
import { aMember, type Person } from './people.ts';
import { startPushService } from './push-service.ts';
import { type NewStorage, storages } from './roll-out-house.ts';
import { requireCommand } from './services/require-command.ts';
import { startApp } from './start-app.ts';

const { devices, subscribe, unsubscribe } = pushEndpoints;
const noOpenssl = requireCommand('openssl');

async function aPushHouse(t: TestContext, newStorage: NewStorage) {
  const storage = await newStorage(t);
  const clock = createFakeClock();
  const service = await startPushService(t);
  const database = storage.kind === 'postgres' ? { DATABASE_URL: storage.url } : {};
  const site = await startApp(t, { clock, environment: { PUSH_ADDRESSES: 'any', ...database } });
  const { db } = site.deps;
  const process = (processId: string, allowsPrivate = true): Push =>
    createPush({
      ...{ db, clock, random: systemRandom, log: createLog('silent'), processId, allowsPrivate },
      perMinute: 6_000,
      contact: () => 'mailto:radio@example.org',
      ca: service.ca,
    });
  const push = process('one');
  /** Somebody with a device of this name. */
  const aReader = async (name: string): Promise<Person> => {
    const reader = await aMember(site);
    const { endpoint, p256dh, auth } = service.subscribe(name);
    await reader.call(subscribe, { body: { endpoint, p256dh, auth } });
    return reader;
  };
  const sendAll = async (messages: readonly OutgoingPush[]): Promise<void> => {
    await db.write((trx) => push.enqueue(trx, messages));
    await push.send();
  };
  const stateOf = async (key: string) => (await push.stateOf(db.read, [key])).get(key)?.state;
  return { clock, service, site, db, push, process, aReader, sendAll, stateOf };
}

function aMessage({ id }: { id: string }, key = `k:${id}`): OutgoingPush {
  return { key, personId: id, title: 'Tonight', body: 'Doors at eight', link: '/n/1', tag: 'n:1' };
}

for (const [name, skip, newStorage] of await storages()) {
  describe(name, { skip: skip || noOpenssl }, () => {
    test('a message arrives signed, encrypted and once on each device', async (t) => {
      const { service, push, db, aReader, sendAll, stateOf } = await aPushHouse(t, newStorage);
      const reader = await aReader('phone');
      const { endpoint, p256dh, auth } = service.subscribe('laptop');
      const listed = await reader.call(subscribe, { body: { endpoint, p256dh, auth } });
      assert.equal(listed.devices.length, 2);
      assert.deepEqual([...(await push.reach(db.read, [reader.id, 'nobody']))], [reader.id]);
      await sendAll([aMessage(reader), aMessage(reader)]);
      await sendAll([aMessage(reader)]);
      assert.deepEqual(service.faults, []);
      assert.deepEqual(service.taken.map(({ name: device }) => device).toSorted(), ['laptop', 'phone']);
      const [taken] = service.taken;
      assert.deepEqual(JSON.parse(taken?.text ?? ''), {
        title: 'Tonight',
        body: 'Doors at eight',
        link: '/n/1',
        tag: 'n:1',
      });
      assert.equal(taken?.signedBy, listed.publicKey, 'the key that browsers subscribed with');
      assert.equal(taken?.contact, 'mailto:radio@example.org');
      assert.match(taken?.topic ?? '', /^[\w-]{1,32}$/);
      assert.equal(await stateOf(`k:${reader.id}`), 'sent');
      const after = await reader.call(devices);
      assert.ok(after.devices.every(({ reachedAt }) => reachedAt !== null));
    });

    test('the longest message fits, whatever letters it has', async (t) => {
      const { service, aReader, sendAll } = await aPushHouse(t, newStorage);
      const reader = await aReader('phone');
      const long = { title: '"'.repeat(1_000), body: '漢\u0000'.repeat(5_000), tag: 'x'.repeat(500) };
      await sendAll([{ ...aMessage(reader), ...long, link: `/${'x'.repeat(pushLimits.link - 1)}` }]);
      assert.deepEqual(service.faults, []);
      assert.equal(service.taken.length, 1);
    });

    test('a subscription that is gone is forgotten, and nothing is sent there again', async (t) => {
      const { service, aReader, sendAll, stateOf, push, db } = await aPushHouse(t, newStorage);
      const reader = await aReader('phone');
      service.answer('phone', 410);
      await sendAll([aMessage(reader, 'a')]);
      assert.equal(await stateOf('a'), 'gone');
      assert.equal((await push.reach(db.read, [reader.id])).size, 0);
      assert.deepEqual((await reader.call(devices)).devices, []);
      service.answer('phone');
      await sendAll([aMessage(reader, 'b')]);
      assert.equal(await stateOf('b'), 'gone');
      assert.equal(service.asked.length, 1);
    });

    test('a push service that has enough is asked again when it says, and given up after a day', async (t) => {
      const { clock, service, aReader, sendAll, stateOf, push } = await aPushHouse(t, newStorage);
      const [reader, other] = [await aReader('phone'), await aReader('broken')];
      service.answer('phone', 429, { 'retry-after': '600' });
      service.answer('broken', 503);
      await sendAll([aMessage(reader, 'a'), aMessage(other, 'b')]);
      assert.equal(await stateOf('a'), 'queued');
      clock.leap(backOff[0] ?? 0);
      await push.send();
      const asked = (device: string) => service.asked.filter((one) => one === device).length;
      assert.deepEqual([asked('phone'), asked('broken')], [1, 2]);
      clock.leap(600_000);
      service.answer('phone');
      await push.send();
      assert.equal(await stateOf('a'), 'sent');
      for (const wait of backOff) {
        clock.leap(wait);
        await push.send();
      }
      assert.equal(await stateOf('b'), 'failed');
      assert.equal(asked('broken'), backOff.length + 1);
    });

    test('old messages are forgotten, and their text with the last of them', async (t) => {
      const { clock, service, aReader, sendAll, push, db } = await aPushHouse(t, newStorage);
      const [reader, waits] = [await aReader('phone'), await aReader('broken')];
      service.answer('broken', 503);
      await sendAll([aMessage(reader), aMessage(waits)]);
      const count = async (table: 'pushes' | 'push_texts') =>
        (await db.read.selectFrom(table).select('id').execute()).length;
      clock.leap(91 * 24 * 3_600_000);
      await push.prune();
      assert.deepEqual([await count('pushes'), await count('push_texts')], [1, 1], 'what waits stays');
      service.answer('broken', 410);
      await push.send();
      await push.prune();
      assert.deepEqual([await count('pushes'), await count('push_texts')], [0, 0]);
    });

    test('a redirect is not followed', async (t) => {
      const { service, aReader, sendAll, stateOf } = await aPushHouse(t, newStorage);
      const [reader] = [await aReader('phone'), await aReader('elsewhere')];
      service.answer('phone', 307, { location: `${service.origin}/push/elsewhere` });
      await sendAll([aMessage(reader)]);
      assert.equal(await stateOf(`k:${reader.id}`), 'failed');
      assert.deepEqual(service.asked, ['phone']);
    });

    test('two processes send each message once', async (t) => {
      const { service, aReader, push, process, db } = await aPushHouse(t, newStorage);
      const reader = await aReader('phone');
      const messages = Array.from({ length: 200 }, (_, index) => aMessage(reader, `k${index}`));
      await db.write((trx) => push.enqueue(trx, messages));
      await Promise.all([push.send(), process('two').send()]);
      assert.equal(service.asked.length, 200);
      const states = await push.stateOf(
        db.read,
        messages.map(({ key }) => key),
      );
      assert.ok([...states.values()].every(({ state }) => state === 'sent'));
    });

    test('signing out ends push on that device, also of what is on its way', async (t) => {
      const { service, aReader, push, db, stateOf } = await aPushHouse(t, newStorage);
      const reader = await aReader('phone');
      await db.write((trx) => push.enqueue(trx, [aMessage(reader)]));
      await reader.call(sessionsEndpoints.signOut);
      await push.send();
      assert.equal(await stateOf(`k:${reader.id}`), 'gone');
      assert.deepEqual(service.asked, []);
      assert.equal((await push.reach(db.read, [reader.id])).size, 0);
    });

    test('an address inside our own network is never connected to', async (t) => {
      const { service, aReader, db, process, stateOf } = await aPushHouse(t, newStorage);
      const reader = await aReader('phone');
      const careful = process('careful', false);
      await db.write((trx) => careful.enqueue(trx, [aMessage(reader, 'port')]));
      await careful.send();
      assert.equal(await stateOf('port'), 'failed');
      assert.deepEqual(service.asked, []);
    });
  });
}

test('devices: whose they are, how many, and what is no subscription', { skip: noOpenssl }, async (t) => {
  const service = await startPushService(t);
  const site = await startApp(t, { environment: { PUSH_ADDRESSES: 'any' } });
  const [one, two] = [await aMember(site), await aMember(site)];
  const body = (name: string) => {
    const { endpoint, p256dh, auth } = service.subscribe(name);
    return { endpoint, p256dh, auth };
  };
  const shared = body('shared');
  const { devices: first } = await one.call(subscribe, { body: shared });
  const id = first[0]?.id ?? '';
  assert.ok(first[0]?.current);
  await two.refused(unsubscribe, 'not-found', { params: { id } });
  await two.call(subscribe, { body: shared });
  assert.deepEqual((await one.call(devices)).devices, [], 'the browser belongs to who signed in last');
  for (let made = 1; made < pushLimits.devicesPerPerson; made += 1)
    await two.call(subscribe, { body: body(`d${made}`) });
  await two.refused(subscribe, 'too-many', { body: body('one more') });
  await two.call(subscribe, { body: shared });
  const { devices: all } = await two.call(devices);
  await two.call(unsubscribe, { params: { id: all[0]?.id ?? '' } });
  assert.equal((await two.call(devices)).devices.length, pushLimits.devicesPerPerson - 1);
  const wrong = { ...shared, p256dh: `B${'A'.repeat(86)}` };
  assert.equal((await two.refused(subscribe, 'invalid-input', { body: wrong })).fields?.[0]?.path, 'p256dh');

  const public_ = await startApp(t);
  const three = await aMember(public_);
  const refused = await three.refused(subscribe, 'invalid-input', { body: shared });
  assert.equal(refused.fields?.[0]?.path, 'endpoint');
});

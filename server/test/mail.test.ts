/** Mail over a real mail server: sent, refused, deferred, bounced; once each, by however many processes. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Database, openDatabase } from '#server/db/open.ts';
import { createMail, type Mail, type OutgoingMail } from '#server/features/mail/index.ts';
import { backOff } from '#server/features/mail/sending.ts';
import { handOver } from '#server/features/mail/smtp.ts';
import { createLog } from '#server/platform/log.ts';
import { newId, systemRandom } from '#server/platform/random.ts';
import { leaseTimes } from '#server/platform/sender.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { type NewStorage, storages } from './roll-out-house.ts';
import { until } from './until.ts';

const minute = 60_000;
const log = createLog('silent');
const from = 'Radio <radio@example.org>';

interface MailHouse {
  readonly db: Database;
  readonly clock: FakeClock;
  readonly mail: Mail;
  readonly server: MailServer;
  /** One more process on the same database, with connections of its own. */
  process(name: string, perMinute?: number): Mail;
}

function settingsFor({ port }: MailServer) {
  const credentials = { user: undefined, password: undefined };
  return { host: '127.0.0.1', port, tls: 'off', from, sender: 'radio@example.org', ...credentials } as const;
}

async function aMailHouse(t: TestContext, newStorage: NewStorage, perMinute = 60_000): Promise<MailHouse> {
  const storage = await newStorage(t);
  const opened = (): Database => {
    const db = openDatabase(storage, log);
    t.after(() => db.close());
    return db;
  };
  const db = opened();
  await db.migrate();
  const clock = createFakeClock();
  const server = await startMailServer(t);
  const process = (processId: string, rate = perMinute): Mail =>
    createMail({
      ...{ db: opened(), clock, random: systemRandom, log, processId, perMinute: rate },
      publicOrigin: () => 'https://radio.example',
      server: settingsFor(server),
    });
  return { db, clock, server, process, mail: process('one') };
}

let readers = 0;

/** Somebody with a verified address; the name decides what the mail server does. */
async function aReader({ db, clock }: MailHouse, name: string): Promise<string> {
  const id = newId(clock, systemRandom);
  readers += 1;
  const row = { id, handle: `${name}-${readers}`, email: `${name}-${readers}@example.com` };
  await db.write((trx) =>
    trx
      .insertInto('people')
      .values({ ...row, display_name: name, password_hash: '', created_at: 0, email_verified_at: 1 })
      .execute(),
  );
  return id;
}

function aLetter(personId: string, key = `k:${personId}`): OutgoingMail {
  const words = { subject: 'Tonight', markdown: 'Doors at *eight*.', link: '/notifications' };
  return { key, personId, kind: 'notification', ...words };
}

async function sendAll({ db, mail }: MailHouse, letters: readonly OutgoingMail[]): Promise<void> {
  await db.write((trx) => mail.enqueue(trx, letters));
  await mail.send();
}

async function stateOf({ db, mail }: MailHouse, key: string) {
  return (await mail.stateOf(db.read, [key])).get(key);
}

for (const [name, skip, newStorage] of await storages()) {
  describe(name, { skip }, () => {
    test('a mail arrives whole, once, however often its key is queued', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const reader = await aReader(house, 'ann');
      await sendAll(house, [aLetter(reader), aLetter(reader)]);
      await sendAll(house, [aLetter(reader)]);
      assert.equal(house.server.taken.length, 1);
      const { raw, messageId } = house.server.taken[0] ?? { raw: '', messageId: '' };
      assert.match(messageId, /^<[0-9a-f-]{36}@example\.org>$/);
      assert.match(raw, /^From: Radio <radio@example\.org>/m);
      assert.match(raw, /^Subject: Tonight/m);
      assert.match(raw, /^List-Unsubscribe: <https:\/\/radio\.example\/settings>/m);
      assert.match(raw, /Doors at \*eight\*\./, 'as text');
      assert.match(raw, /Doors at <em>eight<\/em>\./, 'as HTML');
      assert.match(raw, /https:\/\/radio\.example\/notifications/);
      assert.equal((await stateOf(house, `k:${reader}`))?.state, 'sent');
    });

    test('nothing is sent when the transaction that queued it is taken back', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const reader = await aReader(house, 'ann');
      const failing = house.db.write(async (trx) => {
        await house.mail.enqueue(trx, [aLetter(reader)]);
        throw new Error('no');
      });
      await assert.rejects(failing, /^Error: no$/);
      await house.mail.send();
      assert.equal(house.server.taken.length, 0);
    });

    test('deferred mail is tried again later, and given up after a day', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const [deferred, full] = [await aReader(house, 'deferred'), await aReader(house, 'full')];
      await sendAll(house, [aLetter(deferred), aLetter(full)]);
      assert.equal((await stateOf(house, `k:${deferred}`))?.state, 'queued');
      assert.match(String((await stateOf(house, `k:${deferred}`))?.error), /Greylisted/);
      await house.mail.send();
      assert.equal(house.server.taken.length, 0, 'not before its time');
      house.clock.leap(backOff[0] ?? 0);
      await house.mail.send();
      assert.equal((await stateOf(house, `k:${deferred}`))?.state, 'sent');
      for (const wait of backOff.slice(1)) {
        assert.equal((await stateOf(house, `k:${full}`))?.state, 'queued');
        house.clock.leap(wait);
        await house.mail.send();
      }
      const end = await stateOf(house, `k:${full}`);
      assert.equal(end?.state, 'failed');
      assert.match(String(end?.error), /Mailbox full/);
      const tried = house.server.asked.filter((address) => address.startsWith('full'));
      assert.equal(tried.length, backOff.length + 1);
    });

    test('bounces are counted, and after three in a row the address is left alone', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const [gone, blocked] = [await aReader(house, 'gone'), await aReader(house, 'blocked')];
      const reach = async (id: string) => (await house.mail.reach(house.db.read, [id])).get(id);
      for (let round = 0; round < 3; round += 1) {
        assert.ok('address' in ((await reach(gone)) ?? {}));
        await sendAll(house, [aLetter(gone, `g${round}`), aLetter(blocked, `b${round}`)]);
        assert.equal((await stateOf(house, `g${round}`))?.state, 'bounced');
        assert.equal((await stateOf(house, `b${round}`))?.state, 'bounced');
      }
      assert.deepEqual(await reach(gone), { reason: 'bounced' });
      assert.ok('address' in ((await reach(blocked)) ?? {}), 'a list of networks is not the address’s fault');
      await sendAll(house, [aLetter(gone, 'g4')]);
      assert.deepEqual(
        { ...(await stateOf(house, 'g4')), at: 0 },
        { state: 'failed', error: 'bounced', at: 0 },
      );
      assert.equal(house.server.asked.filter((address) => address.startsWith('gone')).length, 3);
    });

    test('mail that is refused for what it says fails; others are not concerned', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const [spam, ann] = [await aReader(house, 'spam'), await aReader(house, 'ann')];
      await sendAll(house, [aLetter(spam), aLetter(ann)]);
      assert.equal((await stateOf(house, `k:${spam}`))?.state, 'failed');
      assert.equal((await stateOf(house, `k:${ann}`))?.state, 'sent');
    });

    test('a mail server that is away costs nothing but time', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const ann = await aReader(house, 'ann');
      await house.server.close();
      await sendAll(house, [aLetter(ann)]);
      const waiting = await stateOf(house, `k:${ann}`);
      assert.equal(waiting?.state, 'queued');
      assert.match(String(waiting?.error), /ECONNREFUSED/);
    });

    test('two processes send each mail once, at one rate together', async (t) => {
      const house = await aMailHouse(t, newStorage, 120);
      const readers = await Promise.all(Array.from({ length: 60 }, () => aReader(house, 'ann')));
      await house.db.write((trx) =>
        house.mail.enqueue(
          trx,
          readers.map((id) => aLetter(id)),
        ),
      );
      const two = house.process('two', 120);
      await Promise.all([house.mail.send(), two.send()]);
      const first = house.server.taken.length;
      assert.ok(first >= 20 && first < 40, `ten seconds’ worth at once, and not all: ${first}`);
      while (house.server.taken.length < 60) {
        house.clock.leap(1_000);
        await Promise.all([house.mail.send(), two.send()]);
      }
      assert.equal(new Set(house.server.taken.map(({ to }) => to)).size, 60);
      assert.equal(house.server.taken.length, 60);
    });

    test('of two processes that look at one moment, only one takes a mail', async (t) => {
      const plenty = 6_000;
      const house = await aMailHouse(t, newStorage, plenty);
      const readers = await Promise.all(Array.from({ length: 40 }, () => aReader(house, 'ann')));
      await house.db.write((trx) =>
        house.mail.enqueue(
          trx,
          readers.map((id) => aLetter(id)),
        ),
      );
      const others = ['two', 'three'].map((name) => house.process(name, plenty));
      await Promise.all([house.mail, ...others].map((mail) => mail.send()));
      assert.equal(house.server.taken.length, readers.length);
      assert.equal(new Set(house.server.taken.map(({ to }) => to)).size, readers.length);
    });

    test('what a killed process had in hand is sent by another, under the same Message-ID', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const mute = await aReader(house, 'mute');
      await house.db.write((trx) => house.mail.enqueue(trx, [aLetter(mute)]));
      const dead = house.process('dead');
      const sending = dead.send();
      t.after(() => sending);
      await until('it is being sent', () => house.server.asked.length === 1);
      await house.mail.send();
      assert.equal(house.server.asked.length, 1, 'not while the lease holds');
      await house.db.write((trx) => trx.updateTable('mails').set({ address: 'ann@example.com' }).execute());
      // A process that is dead renews nothing: the clock leaps over the lease before the timer can.
      await house.db.write((trx) => trx.updateTable('mails').set({ lease_until: 0 }).execute());
      await house.mail.send();
      assert.equal(house.server.taken.length, 1);
      const { id } = await house.db.read.selectFrom('mails').select('id').executeTakeFirstOrThrow();
      assert.equal(house.server.taken[0]?.messageId, `<${id}@example.org>`);
      dead.stop();
      house.clock.leap(leaseTimes.stop);
      await sending;
      assert.equal((await stateOf(house, `k:${mute}`))?.state, 'sent', 'the dead one has no say any more');
    });

    test('old mail is forgotten, and its text with the last of it', async (t) => {
      const house = await aMailHouse(t, newStorage);
      const [ann, full] = [await aReader(house, 'ann'), await aReader(house, 'full')];
      await sendAll(house, [aLetter(ann), aLetter(full)]);
      house.clock.leap(91 * 24 * 60 * minute);
      await house.mail.prune();
      const count = async (table: 'mails' | 'mail_texts') =>
        (await house.db.read.selectFrom(table).select('id').execute()).length;
      assert.deepEqual([await count('mails'), await count('mail_texts')], [1, 1], 'what waits stays');
      for (let tries = 0; tries < 9; tries += 1) {
        await house.mail.send();
        house.clock.leap(24 * 60 * minute);
      }
      await house.mail.prune();
      assert.deepEqual([await count('mails'), await count('mail_texts')], [0, 0]);
    });
  });
}

test('a mail server that says nothing, or only little by little, is given up', async (t) => {
  const server = await startMailServer(t);
  const never = new AbortController().signal;
  const times = { connect: 500, greeting: 500, silence: 300, whole: 5_000 };
  const message = Buffer.from('Subject: x\r\n\r\nx');
  const silent = await handOver(settingsFor(server), 'mute@example.com', message, never, times);
  assert.equal(silent.kind, 'later');
  const slow = { ...times, silence: 5_000, whole: 300 };
  const cut = await handOver(settingsFor(server), 'mute@example.com', message, never, slow);
  assert.equal(cut.kind, 'later');
});

test('without TLS nothing is said to a mail server elsewhere, a password least of all', async (t) => {
  const server = await startMailServer(t);
  const settings = { ...settingsFor(server), tls: 'starttls', user: 'radio', password: 'secret' } as const;
  const never = new AbortController().signal;
  const handed = await handOver(settings, 'ann@example.com', Buffer.from('Subject: x\r\n\r\nx'), never);
  assert.equal(handed.kind, 'later');
  assert.deepEqual(server.asked, []);
});

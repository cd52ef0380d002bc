/** The source port wired to people, keys, the line-up and listeners. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { broadcastEndpoints, type RefusalReason } from '@slipmat/contract/broadcast';
import { eventsEndpoints } from '@slipmat/contract/events';
import { airTimes } from '#server/features/broadcast/air.ts';
import { aKey, anEvent, minute } from './broadcasts.ts';
import { createFakeClock } from './fake-clock.ts';
import { hears, listen } from './listening.ts';
import { aBrowser, aDj, aMember, type Person, problemIn } from './people.ts';
import { aSource, type RawSource, type SourceLogin, sendTitle } from './raw-source.ts';
import { sampleAudio } from './sample-audio.ts';
import { requireCommand } from './services/require-command.ts';
import { startApp } from './start-app.ts';
import { promptlyMs, until, within } from './until.ts';

const second = 1_000;
const skip = requireCommand('ffmpeg');

async function station(t: TestContext) {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  const dj = await aDj(site);
  const key = await aKey(dj);
  const login: SourceLogin = { port: site.app.sourcePort(), handle: dj.handle, key };
  /** An event of the DJ that takes sources. */
  const open = async (input: Parameters<typeof anEvent>[1] = {}) => {
    const event = await anEvent(dj, { startsAt: clock.now() + minute, ...input });
    await site.app.advance();
    return event;
  };
  return { clock, site, dj, login, open };
}

/** A source that is on air or waiting: it has been answered, and its sound is on the way. */
async function connected(t: TestContext, login: SourceLogin): Promise<RawSource> {
  const source = await aSource(login);
  t.after(() => source.cut());
  assert.equal(await source.status(), 100, source.answer());
  source.send(await sampleAudio('mp3', 2));
  return source;
}

async function dashboard(person: Person) {
  const socket = await person.socket();
  await socket.subscribe('dashboard');
  return {
    socket,
    state: () => socket.dashboard(),
    /** Waits for a connection state. */
    is: (state: string) => socket.next(state, () => socket.dashboard().connection.state === state),
    /** The newest refusal is the reason, at once. */
    refused: (reason: RefusalReason) =>
      socket.next(reason, () => socket.dashboard().attempts[0]?.reason === reason, promptlyMs),
  };
}

describe('refusals are on the dashboard at once, with their true reason', { skip }, () => {
  test('keys: wrong, somebody else’s, rotated, revoked, a wrong user', async (t) => {
    const { site, dj, login, open, clock } = await station(t);
    const board = await dashboard(dj);
    const other = await aDj(site);
    await open();
    const refused = async (changed: Partial<SourceLogin>, reason: RefusalReason) => {
      clock.leap(second);
      assert.equal(await (await aSource({ ...login, ...changed })).status(), 401);
      await board.refused(reason);
    };
    await refused({ key: 'wrong' }, 'wrong-key');
    assert.equal(board.state().attempts[0]?.client, 'Test/1');
    await refused({ user: 'admin' }, 'wrong-user');
    const made = await dj.call(broadcastEndpoints.createKey, { body: { name: 'Laptop' } });
    const params = { id: made.key.id };
    const rotated = await dj.call(broadcastEndpoints.rotateKey, { params });
    assert.notEqual(rotated.secret, made.secret);
    await dj.call(broadcastEndpoints.revokeKey, { params });
    await refused({ key: rotated.secret }, 'key-revoked');
    await other.refused(broadcastEndpoints.revokeKey, 'not-found', { params });
    const { length } = board.state().attempts;
    // Somebody else's good key at this mount is a wrong key here.
    await aSource({ ...login, key: await aKey(other) }).then((source) => source.status());
    await until('noted or a repetition', () => board.state().attempts.length >= length);
    assert.equal(await (await aSource({ ...login, handle: 'nobody-here' })).status(), 404);
    const { keys } = await dj.call(broadcastEndpoints.keys);
    assert.deepEqual(Object.keys(keys[0] ?? {}).toSorted(), [
      'createdAt',
      'hint',
      'id',
      'lastUsedAt',
      'name',
    ]);
    const hashed = JSON.stringify(await site.deps.db.read.selectFrom('stream_keys').selectAll().execute());
    assert.ok(!hashed.includes(login.key));
  });

  test('times: no event, too early, over, no DJ any more', async (t) => {
    const { site, dj, login, clock } = await station(t);
    const board = await dashboard(dj);
    const refused = async (reason: RefusalReason) => {
      const source = await aSource(login);
      await board.refused(reason);
      await source.cut();
    };
    await refused('not-scheduled');
    const event = await anEvent(dj, { startsAt: clock.now() + 60 * minute });
    await site.app.advance();
    await refused('too-early');
    await dj.call(eventsEndpoints.cancel, { params: { slug: event.slug } });
    await refused('event-over');
    await site.app.accounts.revoke(null, dj.handle, 'dj');
    const source = await aSource(login);
    assert.equal(await source.status(), 403);
    const [row] = await site.deps.db.read
      .selectFrom('refused_attempts')
      .select('reason')
      .orderBy('at', 'desc')
      .limit(1)
      .execute();
    assert.equal(row?.reason, 'not-a-dj');
  });

  test('somebody else is on air', async (t) => {
    const { site, dj, login, clock, open } = await station(t);
    const guest = await aDj(site);
    const startsAt = clock.now() + minute;
    const lineup = [
      { handle: dj.handle, startsAt, endsAt: startsAt + 30 * minute },
      { handle: guest.handle, startsAt: startsAt + 30 * minute, endsAt: startsAt + 60 * minute },
    ];
    await open({ startsAt, lineup });
    await connected(t, login);
    await (await dashboard(dj)).is('on-air');
    const board = await dashboard(guest);
    const source = await aSource({ ...login, handle: guest.handle, key: await aKey(guest) });
    await board.refused('someone-else-on-air');
    await source.cut();
  });
});

describe('on air', { skip }, () => {
  test('sound, who plays, the title and its history; silence before', async (t) => {
    const { site, dj, login, open } = await station(t);
    const { slug } = await open();
    const early = await listen(site.origin, slug);
    assert.equal(early.status, 404);
    await early.ended;
    assert.match(early.bytes().toString(), /"not-on-air"/);
    const answered = await aBrowser(site).fetch({ path: '/listen/no-such-event' });
    assert.equal(problemIn(answered).code, 'not-found');

    const page = await aBrowser(site).socket();
    await page.subscribe(`event:${slug}`);
    const source = await connected(t, login);
    await page.next('on air', () => page.event(slug).onAir?.dj.handle === dj.handle);
    await site.app.advance();
    await page.next('live', () => page.event(slug).event.status === 'live');
    const heard = await listen(site.origin, slug);
    assert.equal(heard.status, 200);
    assert.equal(heard.headers['content-type'], 'audio/mpeg');
    await hears(heard, 4_000);
    for (const title of ['Ärtist - Títle', 'Second', 'Second', '<b>Third</b>']) {
      assert.equal(await sendTitle(login, title), 200);
      await page.next(title, () => page.event(slug).nowPlaying?.title === title);
    }
    assert.equal(await sendTitle({ ...login, key: 'wrong' }, 'Nope'), 401);
    const { plays } = await aBrowser(site).call(eventsEndpoints.plays, { params: { slug } });
    assert.deepEqual(
      plays.map(({ title }) => title),
      ['<b>Third</b>', 'Second', 'Ärtist - Títle'],
    );
    await dj.call(eventsEndpoints.end, { params: { slug } });
    await within('the source is closed', source.closed);
    await within('the listener is told', heard.ended);
    await page.next('nobody on air', () => page.event(slug).onAir === null);
    assert.equal(page.event(slug).nowPlaying, null);
  });

  test('a DJ takes over their own connection, and listeners stay', async (t) => {
    const { site, dj, login, open } = await station(t);
    const { slug } = await open();
    const stale = await connected(t, login);
    const board = await dashboard(dj);
    await board.is('on-air');
    const heard = await listen(site.origin, slug);
    await hears(heard, 4_000);
    const before = heard.bytes().length;
    const fresh = await connected(t, login);
    await within('the stale one is closed', stale.closed);
    fresh.send(await sampleAudio('mp3', 2));
    await until('more sound', () => heard.bytes().length > before);
    assert.equal(board.state().connection.state, 'on-air');
    heard.leave();
  });

  test('a lost source keeps its place and listeners for the grace period, and no longer', async (t) => {
    const { site, dj, login, open, clock } = await station(t);
    const { slug } = await open();
    const page = await aBrowser(site).socket();
    await page.subscribe(`event:${slug}`);
    const board = await dashboard(dj);
    const source = await connected(t, login);
    await board.is('on-air');
    const heard = await listen(site.origin, slug);
    await hears(heard, 4_000);
    await source.cut();
    await board.is('lost');
    await page.next('no sound', () => page.event(slug).onAir?.sound === false);
    const back = await connected(t, login);
    await board.is('on-air');
    await page.next('sound again', () => page.event(slug).onAir?.sound === true);
    const before = heard.bytes().length;
    back.send(await sampleAudio('mp3', 2));
    await until('the same listener hears it', () => heard.bytes().length > before);

    await back.cut();
    await board.is('lost');
    clock.leap(airTimes.grace + second);
    await site.app.advance();
    await within('the listener is told', heard.ended);
    const late = await aBrowser(site).call(eventsEndpoints.show, { params: { slug } });
    assert.equal(late.onAir, null);
  });

  test('the next DJ waits and is switched over when their slot begins; titles do not carry over', async (t) => {
    const { site, dj, login, open, clock } = await station(t);
    const guest = await aDj(site);
    const startsAt = clock.now() + second;
    const lineup = [
      { handle: dj.handle, startsAt, endsAt: startsAt + 10 * second },
      { handle: guest.handle, startsAt: startsAt + 10 * second, endsAt: startsAt + 60 * minute },
    ];
    const { slug } = await open({ startsAt, lineup });
    const first = await connected(t, login);
    const boards = [await dashboard(dj), await dashboard(guest)] as const;
    await boards[0].is('on-air');
    await sendTitle(login, 'The last of the first');
    const second_ = await connected(t, { ...login, handle: guest.handle, key: await aKey(guest) });
    await boards[1].is('standby');
    const heard = await listen(site.origin, slug);
    await hears(heard, 4_000);
    clock.leap(11 * second);
    await site.app.advance();
    await boards[1].is('on-air');
    await boards[0].is('offline');
    await within('the first is closed', first.closed);
    const { onAir, nowPlaying } = await aBrowser(site).call(eventsEndpoints.show, { params: { slug } });
    assert.equal(onAir?.dj.handle, guest.handle);
    assert.equal(nowPlaying, null);
    const before = heard.bytes().length;
    second_.send(await sampleAudio('mp3', 2));
    await until('the same listener hears the next', () => heard.bytes().length > before);
    heard.leave();
  });

  test('a revoked key closes its source; another key of the DJ does not', async (t) => {
    const { dj, login, open } = await station(t);
    await open();
    const source = await connected(t, login);
    const board = await dashboard(dj);
    await board.is('on-air');
    const spare = await dj.call(broadcastEndpoints.createKey, { body: {} });
    await dj.call(broadcastEndpoints.revokeKey, { params: { id: spare.key.id } });
    const { keys } = await dj.call(broadcastEndpoints.keys);
    assert.equal(board.state().connection.state, 'on-air');
    await dj.call(broadcastEndpoints.revokeKey, { params: { id: keys[0]?.id ?? '' } });
    await within('the source is closed', source.closed, promptlyMs);
    await board.is('offline');
  });

  test('somebody who is no DJ any more goes off the air', async (t) => {
    const { site, dj, login, open } = await station(t);
    const { slug } = await open();
    const source = await connected(t, login);
    const board = await dashboard(dj);
    await board.is('on-air');
    await site.app.accounts.revoke(null, dj.handle, 'dj');
    await within('the source is closed', source.closed, promptlyMs);
    await board.is('offline');
    const { onAir } = await (await aMember(site)).call(eventsEndpoints.show, { params: { slug } });
    assert.equal(onAir, null);
  });

  test('listeners are people, not probes and not passers-by', async (t) => {
    const { site, dj, login, open, clock } = await station(t);
    const { slug } = await open();
    await connected(t, login);
    const board = await dashboard(dj);
    await board.is('on-air');
    const people = [await listen(site.origin, slug), await listen(site.origin, slug)];
    const probe = await listen(site.origin, slug, { range: 'bytes=0-1' });
    for (const heard of [...people, probe]) await hears(heard, 4_000);
    probe.leave();
    await probe.ended;
    await site.app.advance();
    assert.equal(board.state().listeners, 0);
    clock.leap(6 * second);
    await site.app.advance();
    await board.socket.next('two', () => board.state().listeners === 2);
    const card = (await aBrowser(site).call(eventsEndpoints.list)).now.find((one) => one.slug === slug);
    assert.equal(card?.listeners, 2);
    people[0]?.leave();
    await until('one', async () => {
      await site.app.advance();
      return board.state().listeners === 1;
    });
    people[1]?.leave();
  });

  test('a DJ has so many keys at most, and a member none', async (t) => {
    const { site, dj } = await station(t);
    for (let made = 1; made < 10; made += 1) await aKey(dj);
    await dj.refused(broadcastEndpoints.createKey, 'too-many', { body: {} });
    await (await aMember(site)).refused(broadcastEndpoints.createKey, 'not-allowed', { body: {} });
    const settings = await dj.call(broadcastEndpoints.encoder);
    assert.equal(settings.port, site.app.sourcePort());
    assert.equal(settings.mount, `/${dj.handle}`);
  });
});

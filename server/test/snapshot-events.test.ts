/**
 * For every topic: a snapshot and the events after it lead to the same state as a fresh snapshot. Random acts,
 * seeded; the fresh snapshot comes from a second server on the same storage, which shares no memory with the first.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { chatMessages } from '@slipmat/contract/chat';
import { dashboardEndpoints } from '@slipmat/contract/dashboard';
import { eventsEndpoints } from '@slipmat/contract/events';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { sendingEndpoints } from '@slipmat/contract/sending';
import { aKey, anEvent, minute } from './broadcasts.ts';
import { createFakeClock } from './fake-clock.ts';
import { anInbox, send } from './notices.ts';
import { aDj, aMember, aModerator, aStaffMember, type Person } from './people.ts';
import { aSource, type RawSource, sendTitle } from './raw-source.ts';
import { sampleAudio } from './sample-audio.ts';
import { requireCommand } from './services/require-command.ts';
import type { SocketClient } from './socket-client.ts';
import { startApp, type TestApp } from './start-app.ts';
import { until } from './until.ts';

const { say, hide, restrict, unrestrict, slowMode } = chatMessages;

/** A small generator with a seed (Park and Miller), so that a failure can be played again. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

async function twins(t: TestContext) {
  const clock = createFakeClock();
  const site = await startApp(t, { clock });
  const mirror = await startApp(t, { clock, environment: { DATA_DIR: site.dataDir } });
  return { clock, site, mirror };
}

type Topic = 'dashboard' | `chat:${string}` | `event:${string}`;

/** Waits until the socket has all that the journal has, and compares it with a snapshot of the other server. */
async function compare(
  follower: SocketClient,
  fresh: SocketClient,
  mirror: TestApp,
  topic: Topic,
  key: string,
) {
  const [row] = await mirror.deps.db.read
    .selectFrom('topics')
    .select('seq')
    .where('topic', '=', key)
    .execute();
  await follower.next(`all events of ${key}`, () => follower.seq(topic) >= (row?.seq ?? 0));
  await fresh.fresh(topic);
  const states = [follower, fresh].map((socket) => {
    if (topic === 'dashboard') return socket.dashboard();
    const [kind, slug = ''] = topic.split(':');
    return kind === 'chat' ? socket.chat(slug) : socket.event(slug);
  });
  assert.deepEqual(states[0], states[1], topic);
}

async function attempt(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    // Refused acts are part of the game; anything else is a failure.
    if (!(error instanceof assert.AssertionError)) throw error;
  }
}

test('chat', async (t) => {
  const { clock, site, mirror } = await twins(t);
  const host = await aDj(site);
  const moderator = await aModerator(site);
  const members = [await aMember(site), await aMember(site), await aMember(site)];
  const { slug } = await anEvent(host, {}, clock.now());
  const follower = await host.socket();
  await follower.subscribe(`chat:${slug}`);
  const fresh = await moderator.at(mirror).socket();
  await fresh.subscribe(`chat:${slug}`);
  const random = seeded(11);
  let writers: SocketClient[] = [];
  const pick = <T>(list: readonly T[]): T | undefined => list[random(list.length)];

  for (let round = 0; round < 12; round += 1) {
    writers = await Promise.all([host, moderator, ...members].map((person) => person.socket()));
    const [boss, chair] = writers;
    assert.ok(boss && chair);
    for (let step = 0; step < 30; step += 1) {
      clock.leap(random(3));
      const who = random(10) < 8 ? boss : chair;
      const personId = pick(members)?.id ?? '';
      const messageId = pick(follower.chat(slug).messages)?.id ?? '';
      const acts: readonly (() => Promise<unknown>)[] = [
        () => who.send(unrestrict, { slug, personId }),
        () => who.send(restrict, { slug, personId, minutes: random(2) === 0 ? null : 1 + random(5) }),
        () => who.send(slowMode, { slug, seconds: random(3) }),
        () => who.send(hide, { slug, messageId }),
      ];
      const talks = () => {
        const key = `key-${round}-${step}-xxxx`;
        return (pick(writers) ?? boss).send(say, { slug, text: `m${step}`, key });
      };
      await attempt(random(10) < 6 ? talks : (pick(acts) ?? talks));
    }
    await host.call(accountsEndpoints.update, { body: { displayName: `Host ${round}` } });
    await compare(follower, fresh, mirror, `chat:${slug}`, `chat:${slug}`);
    for (const writer of writers) await writer.leave();
  }
  await host.call(eventsEndpoints.cancel, { params: { slug } });
  await compare(follower, fresh, mirror, `chat:${slug}`, `chat:${slug}`);
  assert.equal(follower.chat(slug).open, false);
});

test('event and dashboard', { skip: requireCommand('ffmpeg') }, async (t) => {
  const { clock, site, mirror } = await twins(t);
  const host = await aDj(site);
  const guest = await aDj(site);
  const keys = new Map([
    [host, await aKey(host)],
    [guest, await aKey(guest)],
  ]);
  const startsAt = clock.now();
  // Half a minute each, so that the air changes hands all the time.
  const lineup = Array.from({ length: 20 }, (_, index) => ({
    handle: index % 2 === 0 ? host.handle : guest.handle,
    startsAt: startsAt + (index * minute) / 2,
    endsAt: startsAt + ((index + 1) * minute) / 2,
  }));
  const { slug } = await anEvent(host, { startsAt, lengthMinutes: 10, lineup });
  await site.app.advance();
  const sound = await sampleAudio('mp3', 2);
  const random = seeded(5);
  const sources = new Map<Person, RawSource>();
  const port = site.app.sourcePort();
  t.after(async () => {
    for (const source of sources.values()) await source.cut();
  });

  const login = (person: Person, key = keys.get(person) ?? '') => ({ port, handle: person.handle, key });
  async function connect(person: Person): Promise<void> {
    await sources.get(person)?.cut();
    const source = await aSource(login(person));
    sources.set(person, source);
    const status = await source.status();
    if (status < 400) source.send(sound);
  }

  const topics = [
    [`event:${slug}`, `event:${slug}`],
    ['dashboard', `dashboard:${host.id}`],
    ['dashboard', `dashboard:${guest.id}`],
  ] as const;
  let followers: SocketClient[] = [];
  const seen = new Set<string>();

  for (let round = 0; round < 40; round += 1) {
    // New sockets each time, as the leaps of the clock are longer than a heartbeat.
    followers = await Promise.all([host, host, guest].map((person) => person.socket()));
    for (const [index, [topic]] of topics.entries()) await followers[index]?.subscribe(topic);
    for (let step = 0; step < 3; step += 1) {
      clock.leap(1 + random(4) * 1_000);
      const person = random(2) === 0 ? host : guest;
      const acts: readonly (() => Promise<unknown>)[] = [
        () => connect(person),
        () => connect(person),
        async () => sources.get(person)?.cut(),
        () => sendTitle(login(person), `title ${round} ${step}`),
        () => sendTitle(login(person), `title ${round} ${step}`),
        async () => (await aSource(login(person, `wrong ${round} ${step}`))).status(),
        () => host.call(eventsEndpoints.change, { params: { slug }, body: { description: `text ${round}` } }),
        () => person.call(accountsEndpoints.update, { body: { displayName: `Name ${round} ${step}` } }),
        () => site.app.advance(),
        () => site.app.advance(),
      ];
      const act = acts[random(acts.length)];
      assert.ok(act);
      await attempt(act);
    }
    await site.app.advance();
    await settle(site);
    const { connection } = await host.call(dashboardEndpoints.show);
    seen.add(connection.state);
    const fresh = await Promise.all([host, host, guest].map((one) => one.at(mirror).socket()));
    for (const [index, [topic, key]] of topics.entries()) {
      const [follower, other] = [followers[index], fresh[index]];
      assert.ok(follower && other);
      await compare(follower, other, mirror, topic, key);
    }
    for (const socket of [...followers, ...fresh]) await socket.leave();
  }
  assert.deepEqual(
    [...seen].toSorted(),
    ['lost', 'offline', 'on-air', 'standby'],
    'the acts went through all states',
  );
});

test('notifications', async (t) => {
  const { clock, site, mirror } = await twins(t);
  const [staff, dj] = [await aStaffMember(site), await aDj(site)];
  const random = seeded(3);
  const sent: { id: string; version: number }[] = [];
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] ?? assert.fail('an empty list');
  const words = (step: number) => ({
    title: `Title ${step}`,
    text: random(2) === 0 ? `Text ${step}` : 'Text',
    link: null,
    expiresAt: random(4) === 0 ? clock.now() + 1 + random(5) * 1_000 : null,
  });
  for (let round = 0; round < 12; round += 1) {
    const follower = await anInbox(dj);
    for (let step = 0; step < 12; step += 1) {
      clock.leap(1 + random(900));
      const { id, version } = sent.length === 0 ? { id: dj.id, version: 1 } : pick(sent);
      const params = { id };
      const acts: readonly (() => Promise<unknown>)[] = [
        async () => {
          const kind = random(2) === 0 ? 'normal' : 'must-read';
          sent.push(await send(staff, { kind, to: [pick([{ kind: 'everyone' }, { kind: 'djs' }])] }));
        },
        async () => {
          const body = words(step);
          const { notification } = await staff.call(sendingEndpoints.change, { params, body });
          sent.push(notification);
        },
        () => staff.call(sendingEndpoints.withdraw, { params }),
        () => dj.call(notificationsEndpoints.see, { body: { ids: [id] } }),
        () => dj.call(notificationsEndpoints.dismiss, { params }),
        () => dj.call(notificationsEndpoints.confirm, { params, body: { version } }),
        () => site.app.advance(),
      ];
      await attempt(random(4) === 0 ? (acts[0] ?? pick(acts)) : pick(acts));
    }
    await site.app.advance();
    // The other server reads what is stored, and shares no memory with the first.
    await until('the follower has what is stored', async () => {
      const stored = await dj.at(mirror).call(notificationsEndpoints.show);
      return isDeepStrictEqual(follower.notifications(), stored);
    });
    await follower.leave();
  }
  assert.ok(sent.length > 20, 'the acts were acts');
});

/** Waits until what sources left to write is written: the journal stands still for a while. */
async function settle(site: TestApp): Promise<void> {
  const total = async (): Promise<string> => {
    const rows = await site.deps.db.read.selectFrom('topics').selectAll().orderBy('topic').execute();
    return JSON.stringify(rows);
  };
  let last = '';
  let still = 0;
  await until('the journal stands still', async () => {
    const now = await total();
    still = now === last ? still + 1 : 0;
    last = now;
    return still >= 6;
  });
}

/** Two server processes on one PostgreSQL and one Redis are one Slipmat. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { chatMessages } from '@slipmat/contract/chat';
import { closeCodes } from '@slipmat/contract/close-codes';
import { eventsEndpoints } from '@slipmat/contract/events';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { aKey, anEvent, minute } from './broadcasts.ts';
import { startFfmpeg } from './encoders.ts';
import { decodedSeconds, listen } from './listening.ts';
import { aBrowser, aMember, type Person } from './people.ts';
import { aSource } from './raw-source.ts';
import { sampleAudio, sampleFile } from './sample-audio.ts';
import { slipmat, startServer } from './server-process.ts';
import { requireCommand } from './services/require-command.ts';
import { startBoth } from './two-servers.ts';
import { promptlyMs, until, within } from './until.ts';

const second = 1_000;
const skip =
  ['postgres', 'redis-server', 'ffmpeg'].map(requireCommand).find((reason) => reason !== false) ?? false;

describe('two processes', { skip }, async () => {
  if (skip !== false) return;
  const { environment, one, two } = await startBoth({ after });
  const aDjHere = async (): Promise<Person> => {
    const dj = await aMember(one);
    await slipmat(['grant', dj.handle, 'dj'], environment);
    await slipmat(['verify-email', dj.handle], environment);
    return dj;
  };
  const dj = await aDjHere();
  const member = await aMember(two);

  test('chat posted on one is read on the other, in one order', async () => {
    const { slug } = await anEvent(dj, { startsAt: Date.now() + 60 * minute });
    const here = await dj.socket();
    const there = await member.socket();
    for (const socket of [here, there]) await socket.subscribe(`chat:${slug}`);
    const say = (socket: typeof here, index: number) =>
      socket.send(chatMessages.say, { slug, text: `m${index}`, key: `key-${index}-xxxxx` });
    await Promise.all(Array.from({ length: 40 }, (_, index) => say(index % 2 === 0 ? here : there, index)));
    for (const socket of [here, there]) await socket.next('all', () => socket.seq(`chat:${slug}`) === 40);
    assert.deepEqual(here.chat(slug), there.chat(slug));
    assert.equal(new Set(here.chat(slug).messages.map(({ text }) => text)).size, 40);
    // The same key on the other process is the same message.
    const again = await dj.at(two).socket();
    const { message } = await again.send(chatMessages.say, { slug, text: 'x', key: 'key-0-xxxxx' });
    assert.equal(message.text, 'm0');
  });

  test('a session revoked on one is closed on the other at once', async () => {
    const phone = await member.elsewhere();
    const there = await phone.at(one).socket();
    await member.call(sessionsEndpoints.endOtherDevices);
    assert.equal((await within('the close', there.closed, promptlyMs)).code, closeCodes.sessionEnded.code);
    await phone.at(one).refused(sessionsEndpoints.devices, 'session-revoked');
  });

  test('audio ingested on one is heard through the other, listeners are counted together', async (t) => {
    const { slug } = await anEvent(dj, { startsAt: Date.now() + minute });
    const page = await aBrowser(two).socket();
    await page.subscribe(`event:${slug}`);
    await page.next('warm-up', () => page.event(slug).event.status === 'warm-up');
    const key = await aKey(dj);
    const target = { host: '127.0.0.1', port: one.sourcePort, mount: `/${dj.handle}`, user: 'source', key };
    const input = { file: await sampleFile('mp3', 20), contentType: 'audio/mpeg' };
    const encoder = await startFfmpeg(target, input, { loop: true });
    t.after(() => encoder.stop());
    await page.next('live', () => page.event(slug).event.status === 'live');

    const near = await listen(one.origin, slug);
    const far = await listen(two.origin, slug);
    const begun = Date.now();
    await until('sound on both', () => [near, far].every((heard) => heard.bytes().length > 100_000));
    await page.next('two listeners', () => page.event(slug).listeners === 2);
    const passed = (Date.now() - begun) / second;
    for (const heard of [near, far]) {
      const seconds = await decodedSeconds(heard.bytes());
      assert.ok(seconds > 4 && seconds < passed + 8, `${seconds} s of sound in ${passed} s`);
    }

    // The DJ's software connects again, this time to the other process: it takes over there.
    const before = far.bytes().length;
    const again = await aSource({ port: two.sourcePort, handle: dj.handle, key });
    assert.equal(await again.status(), 100);
    again.send(await sampleAudio('mp3', 5));
    await within('the first process lets go', encoder.ended);
    await until('the same listener hears it', () => far.bytes().length > before);
    const { onAir } = await aBrowser(one).call(eventsEndpoints.show, { params: { slug } });
    assert.equal(onAir?.sound, true);
    near.leave();
    far.leave();
    await again.cut();
  });

  test('a process that is killed takes its listeners out of the sum and its source off the air', async (t) => {
    const other = await startServer(t, environment);
    const host = await aDjHere();
    const { slug } = await anEvent(host, { startsAt: Date.now() + minute });
    const page = await aBrowser(one).socket();
    await page.subscribe(`event:${slug}`);
    await page.next('warm-up', () => page.event(slug).event.status === 'warm-up');
    const source = await aSource({ port: other.sourcePort, handle: host.handle, key: await aKey(host) });
    assert.equal(await source.status(), 100);
    source.send(await sampleAudio('mp3', 5));
    await page.next('on air', () => page.event(slug).onAir !== null);
    await other.kill('SIGKILL');
    await page.next('off air', () => page.event(slug).onAir === null);
  });
});

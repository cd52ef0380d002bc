/** Sources on the source port: from the answer to the end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleAudio } from '../../../../test/sample-audio.ts';
import { requireCommand } from '../../../../test/services/require-command.ts';
import { createManualClock } from '../audio/manual-clock.ts';
import { createSeededRandom } from '../audio/seeded-random.ts';
import type { Authentication } from './hooks.ts';
import { defaultLimits } from './limits.ts';
import { basic, startTrialPort, TRIAL_KEY, type TrialDj, type TrialPort, until } from './trial-port.ts';

const skip = requireCommand('ffmpeg');
const LOGIN = basic('source', TRIAL_KEY);
const SOURCE = `SOURCE /dj HTTP/1.0\r\n${LOGIN}Content-Type: audio/mpeg\r\n\r\n`;
const PUT = `PUT /dj HTTP/1.1\r\nHost: x\r\n${LOGIN}Content-Type: audio/mpeg\r\nExpect: 100-continue\r\n\r\n`;
const CHUNKED = PUT.replace('Expect', 'Transfer-Encoding: chunked\r\nExpect');

/** Waits until the port has taken in what was sent to it before: a later request has been answered. */
async function catchUp(port: TrialPort): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const client = await port.client();
    client.send('OPTIONS * HTTP/1.1\r\nConnection: close\r\n\r\n');
    await client.answer();
    client.socket.destroy();
  }
}

function joined(frames: ReadonlyArray<{ bytes: Buffer }>): Buffer {
  return Buffer.concat(frames.map(({ bytes }) => bytes));
}

describe('a source', { skip }, () => {
  test('by SOURCE is answered at once and arrives whole', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock(), limits: { aheadMs: 60_000 } });
    const client = await port.client();
    const sound = await sampleAudio('mp3', 4);
    client.send(SOURCE);
    assert.equal(await client.answer(), 'HTTP/1.0 200 OK\r\n\r\n');
    client.send(sound);
    client.socket.end();
    await until(() => port.sources[0]?.ends.length === 1, 'the end');
    assert.deepEqual(joined(port.sources[0]?.frames ?? []), sound);
    assert.deepEqual(port.sources[0]?.warnings, []);
  });

  test('by PUT gets 100 and nothing more until its body ends, then 200', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock(), limits: { aheadMs: 60_000 } });
    const client = await port.client();
    const sound = await sampleAudio('aac', 4);
    client.send(CHUNKED);
    assert.equal(await client.answer(), 'HTTP/1.1 100 Continue\r\n\r\n');
    for (const piece of createSeededRandom(61).split(sound, 4000)) {
      client.send(
        Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
      );
    }
    await until(() => (port.sources[0]?.frames.length ?? 0) > 100, 'frames');
    assert.equal(client.received(), 'HTTP/1.1 100 Continue\r\n\r\n');
    client.send('0\r\n\r\n');
    assert.match(await client.answer(), /^HTTP\/1\.1 200 OK\r\n/);
    assert.deepEqual(port.sources[0]?.ends, ['finished']);
    assert.deepEqual(joined(port.sources[0]?.frames ?? []), sound);
    assert.deepEqual(port.sources[0]?.warnings, [{ claimed: 'audio/mpeg', found: 'audio/aac' }]);
  });

  test('by PUT without Expect is answered at once, by a length it ends there', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock(), limits: { aheadMs: 60_000 } });
    const client = await port.client();
    const sound = await sampleAudio('opus', 4);
    client.send(`PUT /dj HTTP/1.1\r\n${LOGIN}Content-Length: ${sound.length}\r\n\r\n`);
    assert.equal(await client.answer(), 'HTTP/1.0 200 OK\r\n\r\n');
    client.send(sound);
    await until(() => port.sources[0]?.ends[0] === 'finished', 'the end');
    assert.deepEqual(joined(port.sources[0]?.frames ?? []), sound);
    assert.equal(port.sources[0]?.titles.length, 1);
    assert.deepEqual(port.sources[0]?.warnings, [{ claimed: null, found: 'audio/ogg' }]);
  });

  test('that sends a file at once is slowed to play speed', async (t) => {
    const clock = createManualClock();
    const port = await startTrialPort(t, { clock, limits: { silenceMs: 3_600_000 } });
    const client = await port.client();
    const sound = await sampleAudio('mp3', 30);
    client.send(SOURCE);
    client.send(sound);
    const arrived = () => (port.sources[0]?.frames ?? []).reduce((sum, frame) => sum + frame.durationMs, 0);
    await until(() => clock.waiting() > 0 && arrived() > defaultLimits.aheadMs, 'the first seconds');
    const early = arrived();
    const began = clock.now();
    assert.ok(early < 15_000, `${early} ms`);
    await until(() => {
      clock.advance(100);
      return arrived() > 29_000;
    }, 'all of it');
    assert.ok(clock.now() - began > 20_000, 'not before its time');
  });

  test('that falls silent is cut after fifteen seconds and told why', async (t) => {
    const clock = createManualClock();
    const port = await startTrialPort(t, { clock });
    const client = await port.client();
    client.send(PUT);
    await client.answer();
    await until(() => clock.waiting() === 1, 'the wait');
    clock.advance(14_999);
    assert.equal(client.isClosed(), false);
    clock.advance(1);
    await client.closed();
    assert.deepEqual(port.sources[0]?.ends, ['went-silent']);
    assert.partialDeepStrictEqual(port.refusals, [{ reason: 'went-silent', dj: { id: '/dj' } }]);
    assert.match(client.received(), /100 Continue\r\n\r\nHTTP\/1\.1 403 /);
  });

  test('of an unsupported format is cut and told why', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send(SOURCE);
    client.send(await sampleAudio('webm', 4));
    await client.closed();
    assert.deepEqual(port.sources[0]?.ends, ['unsupported-format']);
    assert.partialDeepStrictEqual(port.refusals, [{ reason: 'unsupported-format', detail: 'webm' }]);
  });

  test('of the same DJ takes over the stale one; another DJ does not', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const [stale, other, fresh] = [await port.client(), await port.client(), await port.client()];
    stale.send(SOURCE);
    await stale.answer();
    other.send(SOURCE.replace('/dj', '/guest'));
    await other.answer();
    assert.equal(port.server.counts().sources, 2);
    fresh.send(PUT);
    assert.match(await fresh.answer(), /^HTTP\/1\.1 100 /);
    await stale.closed();
    assert.deepEqual(
      port.sources.map(({ ends }) => ends),
      [['replaced'], [], []],
    );
    assert.equal(port.server.counts().sources, 2);
    assert.equal(other.isClosed(), false);
  });

  test('is ended by the house at any time', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send(SOURCE);
    await client.answer();
    port.sources[0]?.candidate.stop('kicked');
    assert.deepEqual(port.sources[0]?.ends, ['kicked']);
    await client.closed();
    await until(() => port.server.counts().sources === 0, 'the slot');
    port.sources[0]?.candidate.stop('kicked');
    assert.deepEqual(port.sources[0]?.ends, ['kicked']);
  });

  test('does not come to be when its client has gone before the answer', async (t) => {
    const gate = Promise.withResolvers<Authentication<TrialDj>>();
    const port = await startTrialPort(t, {
      clock: createManualClock(),
      hooks: { authenticate: () => gate.promise },
    });
    const client = await port.client();
    client.send(PUT);
    client.socket.end();
    await catchUp(port);
    gate.resolve({ kind: 'known', dj: { id: 'a' } });
    await client.closed();
    assert.equal(port.sources.length, 0);
    assert.equal(client.received(), '');
  });

  test('whose client goes during admission never begins', async (t) => {
    const gate = Promise.withResolvers<null>();
    const port = await startTrialPort(t, { clock: createManualClock(), admit: () => gate.promise });
    const client = await port.client();
    client.send(PUT);
    await until(() => port.attempts.length === 1, 'the login');
    client.socket.destroy();
    await catchUp(port);
    gate.resolve(null);
    await until(() => port.sources[0]?.ends.length === 1, 'the end');
    assert.deepEqual(port.sources[0]?.ends, ['never-began']);
    assert.equal(port.server.counts().sources, 0);
  });

  test('whose house fails is ended there too, and the failure is logged', async (t) => {
    const ends: string[] = [];
    const sink = {
      frames: () => {
        throw new Error('house on fire');
      },
      title: () => undefined,
      warning: () => undefined,
      closed: (end: string) => ends.push(end),
    };
    const port = await startTrialPort(t, {
      clock: createManualClock(),
      admit: () => ({ kind: 'accepted', sink }),
    });
    const client = await port.client();
    client.send(SOURCE);
    client.send(await sampleAudio('mp3', 4));
    await client.closed();
    assert.deepEqual(ends, ['lost']);
    assert.match(port.complaints.join(), /house on fire/);
    assert.equal(port.server.counts().sources, 0);
  });

  test('is not admitted when there are too many', async (t) => {
    const clock = createManualClock();
    const port = await startTrialPort(t, { clock, limits: { sources: 1 } });
    const [first, second] = [await port.client(), await port.client()];
    first.send(SOURCE);
    await first.answer();
    second.send(SOURCE.replace('/dj', '/guest'));
    await until(() => port.server.counts().held === 1, 'the hold');
    assert.equal(port.refusals[0]?.reason, 'too-many-sources');
  });
});

/** Real DJ software sending real sound to a real source port; what arrives is decoded again by ffmpeg. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { type Channel, createChannel } from '#server/features/broadcast/audio/channel.ts';
import type { Frame } from '#server/features/broadcast/audio/cutter.ts';
import { createListener } from '#server/features/broadcast/audio/listener.ts';
import {
  startTrialPort,
  TRIAL_KEY,
  type TrialPort,
  until,
} from '#server/features/broadcast/ingest/trial-port.ts';
import { systemClock } from '#server/platform/clock.ts';
import {
  BUTT_NEEDS,
  type Encoder,
  type EncoderTarget,
  startButt,
  startEzstream,
  startFfmpeg,
  startLiquidsoap,
} from './encoders.ts';
import { sampleArtist, sampleAudio, sampleFile, sampleTitle } from './sample-audio.ts';
import { requireCommand } from './services/require-command.ts';

/** The first reason to skip among what a test needs. */
function needs(...commands: readonly string[]): false | string {
  return commands.map(requireCommand).find((reason) => reason !== false) ?? false;
}

/** Each test gives an encoder time to start, to send some seconds at play speed, and to stop. */
const timeout = 90_000;

const ENOUGH_MS = 2_500;

function soundMs(frames: readonly Frame[]): number {
  return frames.reduce((sum, frame) => sum + frame.durationMs, 0);
}

/** Decodes `frames`; fails on any complaint of ffmpeg and on silence. */
async function decode(frames: readonly Frame[]): Promise<void> {
  const args = [
    '-hide_banner',
    '-nostats',
    '-v',
    'info',
    '-xerror',
    '-i',
    'pipe:0',
    '-af',
    'volumedetect',
    '-f',
    'null',
    '-',
  ];
  const child = spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  child.stdin.end(Buffer.concat(frames.map(({ bytes }) => bytes)));
  await once(child, 'close');
  assert.equal(child.exitCode, 0, said);
  assert.doesNotMatch(said, /error|invalid|corrupt|missing/i, said);
  const [, volume] = /mean_volume: (-?[\d.]+) dB/.exec(said) ?? [];
  assert.ok(Number(volume) > -50, `mean volume ${volume} dB`);
}

interface Trial {
  readonly port: TrialPort;
  readonly target: EncoderTarget;
  /** Waits for some seconds of sound, fails with the encoder's own words. */
  readonly listen: (encoder: Encoder) => Promise<readonly Frame[]>;
}

async function trial(t: TestContext): Promise<Trial> {
  const port = await startTrialPort(t, { clock: systemClock });
  const target = { host: '127.0.0.1', port: port.port, mount: '/dj', user: 'source', key: TRIAL_KEY };
  return {
    port,
    target,
    async listen(encoder) {
      t.after(() => encoder.stop());
      const frames = () => port.sources[0]?.frames ?? [];
      try {
        await until(() => soundMs(frames()) >= ENOUGH_MS, 'sound');
      } catch (error) {
        assert.fail(`${encoder.name}: ${String(error)}\n${encoder.output()}`);
      }
      assert.deepEqual(port.refusals, []);
      assert.deepEqual(port.complaints, []);
      return frames().slice();
    },
  };
}

function formatOf(frames: readonly Frame[]): string {
  const { format } = frames[0] ?? {};
  return `${format?.codec} ${format?.sampleRate} ${format?.channels}`;
}

/** Serves `channel` to every connection, titles included, until the test ends. */
async function serveChannel(t: TestContext, channel: Channel): Promise<string> {
  const server = createServer((socket) => {
    socket.once('data', () => {
      const listener = createListener({
        socket,
        request: { method: 'GET', httpVersion: '1.1', wantsTitles: true, range: null },
        station: { name: 'Nächt' },
        allowOrigin: null,
        clock: systemClock,
      });
      assert.ok(channel.attach(listener));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    channel.close('stopping');
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}/`;
}

test('what ffmpeg sends is heard by a player that joins, with its title', {
  skip: needs('ffmpeg'),
  timeout,
}, async (t) => {
  const { port, target, listen } = await trial(t);
  const channel = createChannel({ clock: systemClock, run: 'one' });
  const input = { file: await sampleFile('mp3', 30), contentType: 'audio/mpeg' };
  await listen(await startFfmpeg(target, input));
  const source = port.sources[0];
  assert.ok(source !== undefined);
  let fed = 0;
  const feed = () => {
    channel.push(source.frames.slice(fed));
    fed = source.frames.length;
  };
  feed();
  channel.setTitle("Ärtist - Don't");
  const cancel = systemClock.every(50, feed);
  t.after(cancel);
  const url = await serveChannel(t, channel);
  const args = [
    '-hide_banner',
    '-nostats',
    '-xerror',
    '-t',
    '3',
    '-i',
    url,
    '-af',
    'volumedetect',
    '-f',
    'null',
    '-',
  ];
  const { stderr } = await promisify(execFile)('ffmpeg', args);
  assert.match(stderr, /icy-name\s*: Nächt/);
  assert.match(stderr, /StreamTitle\s*: Ärtist - Don't\n/);
  const [, samples] = /n_samples: (\d+)/.exec(stderr) ?? [];
  assert.ok(Number(samples) > 2 * 2.8 * 44_100, `${samples} samples`);
});

for (const [kind, contentType, legacy, format] of [
  ['mp3', 'audio/mpeg', false, 'mp3 44100 2'],
  ['mp3', 'audio/mpeg', true, 'mp3 44100 2'],
  ['aac', 'audio/aac', false, 'aac 44100 2'],
  ['aac', 'audio/aac', true, 'aac 44100 2'],
  ['vorbis', 'audio/ogg', false, 'vorbis 44100 2'],
  ['opus', 'audio/ogg', false, 'opus 48000 2'],
] as const) {
  const how = legacy ? 'SOURCE' : 'PUT';
  test(`ffmpeg sends ${kind} by ${how}`, { skip: needs('ffmpeg'), timeout }, async (t) => {
    const { port, target, listen } = await trial(t);
    const file = await sampleFile(kind, 4);
    const encoder = await startFfmpeg(target, { file, contentType }, { legacy });
    const frames = await listen(encoder);
    assert.equal(formatOf(frames), format);
    await until(() => port.sources[0]?.ends.length === 1, 'the end');
    assert.deepEqual(port.sources[0]?.warnings, []);
    assert.equal(port.sources[0]?.candidate.station.name, 'Nächt');
    assert.equal(await encoder.ended, 0, encoder.output());
    const all = port.sources[0]?.frames ?? [];
    assert.ok(soundMs(all) > 3_900, `${soundMs(all)} ms`);
    await decode(all);
    if (kind !== 'vorbis' && kind !== 'opus') {
      const sent = await sampleAudio(kind, 4);
      assert.deepEqual(Buffer.concat(all.map(({ bytes }) => bytes)), sent, 'byte for byte');
    } else {
      assert.deepEqual(
        port.sources[0]?.titles.map(({ text }) => text),
        [`${sampleArtist} - ${sampleTitle}`],
      );
    }
  });
}

test('ffmpeg with a wrong content type is carried and warned about', {
  skip: needs('ffmpeg'),
  timeout,
}, async (t) => {
  const { port, target, listen } = await trial(t);
  const file = await sampleFile('mp3-file', 4);
  const frames = await listen(await startFfmpeg(target, { file, contentType: 'audio/x-nonsense' }));
  assert.equal(formatOf(frames), 'mp3 44100 2');
  assert.deepEqual(port.sources[0]?.warnings, [{ claimed: 'audio/x-nonsense', found: 'audio/mpeg' }]);
  await decode(frames);
});

test('ffmpeg with a wrong key is told so', { skip: needs('ffmpeg'), timeout }, async (t) => {
  const { port, target } = await trial(t);
  const input = { file: await sampleFile('mp3', 4), contentType: 'audio/mpeg' };
  const encoder = await startFfmpeg({ ...target, key: 'wrong' }, input);
  t.after(() => encoder.stop());
  assert.notEqual(await encoder.ended, 0);
  assert.match(encoder.output(), /401/);
  assert.equal(port.refusals[0]?.reason, 'wrong-key');
});

test('ezstream sends MP3 and its title', { skip: needs('ezstream', 'ffmpeg'), timeout }, async (t) => {
  const { port, target, listen } = await trial(t);
  const input = { file: await sampleFile('mp3-file', 10), contentType: 'audio/mpeg' };
  const frames = await listen(await startEzstream(target, input));
  assert.equal(formatOf(frames), 'mp3 44100 2');
  await until(() => port.titles.length > 0, 'the title');
  assert.deepEqual(port.titles[0], {
    dj: '/dj',
    title: { artist: sampleArtist, title: sampleTitle, text: `${sampleArtist} - ${sampleTitle}` },
  });
  await decode(frames);
});

for (const [name, options, format] of [
  ['MP3 by SOURCE', {}, 'mp3 44100 2'],
  ['MP3 by chunked PUT', { method: 'put' }, 'mp3 44100 2'],
  ['AAC by SOURCE', { encoder: '%ffmpeg(format="adts", %audio(codec="aac", b="128k"))' }, 'aac 44100 2'],
  ['Ogg Opus by chunked PUT', { method: 'put', encoder: '%opus(bitrate=96)' }, 'opus 48000 2'],
] as const) {
  test(`Liquidsoap sends ${name}, and its title`, {
    skip: needs('liquidsoap', 'ffmpeg'),
    timeout,
  }, async (t) => {
    const { port, target, listen } = await trial(t);
    const input = { file: await sampleFile('mp3-file', 10), contentType: 'audio/mpeg' };
    const frames = await listen(await startLiquidsoap(target, input, options));
    assert.equal(formatOf(frames), format);
    const titles = () => [...port.titles.map(({ title }) => title), ...(port.sources[0]?.titles ?? [])];
    await until(() => titles().some(({ artist }) => artist === sampleArtist), 'the title');
    assert.ok(titles().some(({ text }) => text === `${sampleArtist} - ${sampleTitle}`));
    await decode(frames);
  });
}

for (const [codec, format] of [
  ['mp3', 'mp3 44100 2'],
  ['opus', 'opus 48000 2'],
] as const) {
  test(`BUTT sends ${codec}, and the title typed into it`, {
    skip: needs(...BUTT_NEEDS),
    timeout,
  }, async (t) => {
    const { port, target, listen } = await trial(t);
    const butt = await startButt(target, await sampleFile('mp3', 30), { codec });
    const frames = await listen(butt);
    assert.equal(formatOf(frames), format);
    assert.match(port.sources[0]?.candidate.userAgent ?? '', /^butt /);
    await decode(frames);
    if (codec !== 'mp3') return;
    await butt.setTitle('Ärtist X - Söng Y');
    await until(() => port.titles.length > 0, 'the title');
    assert.deepEqual(port.titles[0]?.title, {
      artist: 'Ärtist X',
      title: 'Söng Y',
      text: 'Ärtist X - Söng Y',
    });
  });
}

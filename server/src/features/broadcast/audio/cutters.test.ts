/** What holds for every cutter, on real streams and on garbage. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type SampleKind, sampleAudio } from '../../../../test/sample-audio.ts';
import { requireCommand } from '../../../../test/services/require-command.ts';
import { type Cutter, type Frame, MAX_GARBAGE_BYTES } from './cutter.ts';
import type { Container } from './format.ts';
import { createCutter, createIntake } from './intake.ts';
import { createSeededRandom } from './seeded-random.ts';

const skip = requireCommand('ffmpeg');

const streams: ReadonlyArray<readonly [SampleKind, Container]> = [
  ['mp3', 'mpeg'],
  ['mp3-mono', 'mpeg'],
  ['mp2', 'mpeg'],
  ['aac', 'adts'],
  ['vorbis', 'ogg'],
  ['opus', 'ogg'],
  ['flac', 'ogg'],
];

function cutAll(cutter: Cutter, pieces: readonly Buffer[]): Frame[] {
  return pieces.flatMap((piece) => [...cutter.push(piece).frames]);
}

function joined(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map(({ bytes }) => bytes));
}

function summary(frames: readonly Frame[]) {
  return frames.map(({ bytes, role, durationMs, bitrate, format }) => ({
    hex: bytes.toString('hex'),
    role,
    durationMs,
    bitrate,
    format,
  }));
}

/** The last frame of MPEG and ADTS is whole only when it ends exactly at the end. */
for (const [kind, container] of streams) {
  describe(`a ${kind} stream`, { skip }, () => {
    test('is cut without loss, with its duration', async () => {
      const stream = await sampleAudio(kind, 4);
      const cut = createCutter(container).push(stream);
      assert.equal(cut.failure, null);
      assert.equal(cut.skipped, 0);
      assert.deepEqual(joined(cut.frames), stream);
      const ms = cut.frames.reduce((sum, frame) => sum + frame.durationMs, 0);
      assert.ok(Math.abs(ms - 4000) < 100, `${ms} ms`);
    });

    test('gives the same frames however it is split', async () => {
      const stream = await sampleAudio(kind, 4);
      const whole = summary(createCutter(container).push(stream).frames);
      const random = createSeededRandom(7);
      for (const largest of [1, 3, 100, 1500, 9000]) {
        const pieces = random.split(stream, largest);
        assert.deepEqual(summary(cutAll(createCutter(container), pieces)), whole, `pieces up to ${largest}`);
      }
    });

    test('is found again behind garbage in the middle', async () => {
      const stream = await sampleAudio(kind, 4);
      const { frames } = createCutter(container).push(stream);
      const random = createSeededRandom(11);
      const middle = Math.floor(frames.length / 2);
      const broken = [joined(frames.slice(0, middle)), random.bytes(3000), joined(frames.slice(middle))];
      const cut = cutAll(createCutter(container), random.split(Buffer.concat(broken), 2000));
      assert.ok(cut.length >= frames.length - 2 && cut.length <= frames.length, `${cut.length} frames`);
      assert.deepEqual(cut.at(-1)?.bytes, frames.at(-1)?.bytes);
    });

    test('gives the same through an intake, whatever type was claimed', async () => {
      const stream = await sampleAudio(kind, 4);
      const whole = summary(createCutter(container).push(stream).frames);
      for (const claimed of [null, 'foo/bar', 'audio/mpeg', 'application/ogg']) {
        const intake = createIntake(claimed);
        const pieces = createSeededRandom(3).split(stream, 700);
        const frames = pieces.flatMap((piece) => [...intake.push(piece).frames]);
        assert.deepEqual(summary(frames), whole, String(claimed));
      }
    });
  });
}

describe('garbage', () => {
  for (const container of ['mpeg', 'adts', 'ogg'] as const) {
    test(`makes the ${container} cutter give up, after a bounded number of bytes`, () => {
      const random = createSeededRandom(23);
      const cutter = createCutter(container);
      let pushed = 0;
      while (pushed < 2 * MAX_GARBAGE_BYTES) {
        const piece = random.bytes(random.integer(1, 5000)).map((byte) => (byte === 0xff ? 0 : byte));
        pushed += piece.length;
        if (cutter.push(Buffer.from(piece)).failure !== null) break;
      }
      assert.equal(cutter.push(Buffer.alloc(10)).failure, 'lost-sync');
      assert.ok(pushed <= MAX_GARBAGE_BYTES + 70_000, `${pushed} bytes`);
    });

    test(`with many sync words neither crashes nor hangs the ${container} cutter`, () => {
      const random = createSeededRandom(29);
      const words = [
        Buffer.from([0xff, 0xfb, 0x90]),
        Buffer.from([0xff, 0xf1, 0x50, 0x80]),
        Buffer.from('OggS\0'),
      ];
      for (let round = 0; round < 200; round += 1) {
        const cutter = createCutter(container);
        for (let piece = 0; piece < 20; piece += 1) {
          const word = words[random.integer(0, words.length - 1)] ?? Buffer.alloc(0);
          cutter.push(Buffer.concat([word, random.bytes(random.integer(0, 300))]));
        }
      }
    });
  }

  test('of any kind leaves an intake with a failure or with frames, never with growing memory', () => {
    const random = createSeededRandom(31);
    for (let round = 0; round < 10; round += 1) {
      const intake = createIntake('audio/mpeg');
      let failure = null;
      for (let pushed = 0; pushed < 3 * MAX_GARBAGE_BYTES && failure === null; pushed += 8192) {
        failure = intake.push(random.bytes(8192)).failure;
      }
      assert.notEqual(failure, null);
    }
  });

  test('mixed into a real stream at random places never yields a frame that was not sent', {
    skip,
  }, async () => {
    const stream = await sampleAudio('mp3', 4);
    const sent = new Set(
      createCutter('mpeg')
        .push(stream)
        .frames.map(({ bytes }) => bytes.toString('hex')),
    );
    const random = createSeededRandom(37);
    let foreign = 0;
    for (let round = 0; round < 20; round += 1) {
      const damaged = Buffer.from(stream);
      for (let hit = 0; hit < 20; hit += 1)
        damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
      const frames = createCutter('mpeg').push(damaged).frames;
      assert.ok(frames.length >= sent.size - 45, `${frames.length} of ${sent.size}`);
      // A damaged body keeps its header, so the frame stays; only whole foreign lengths would be wrong.
      foreign += frames.filter(({ bytes }) => bytes.length < 417 || bytes.length > 418).length;
    }
    assert.ok(foreign <= 4, `${foreign} frames of a foreign length`);
  });
});

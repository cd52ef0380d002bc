import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleAudio } from '../../../../test/sample-audio.ts';
import { requireCommand } from '../../../../test/services/require-command.ts';
import { createMpegCutter, parseMpegHeader } from './mpeg.ts';

const skip = requireCommand('ffmpeg');

describe('an MPEG audio header', () => {
  const known: ReadonlyArray<readonly [string, string, object]> = [
    [
      'MPEG 1 layer III, 128 kbit/s, 44.1 kHz',
      'fffb9064',
      { length: 417, samples: 1152, sampleRate: 44_100 },
    ],
    ['the same with padding', 'fffb9264', { length: 418, bitrate: 128_000, channels: 2, codec: 'mp3' }],
    ['320 kbit/s, 48 kHz', 'fffbe464', { length: 960, bitrate: 320_000, sampleRate: 48_000 }],
    ['MPEG 2 layer III, 64 kbit/s, 22.05 kHz, mono', 'fff380c4', { length: 208, samples: 576, channels: 1 }],
    ['MPEG 2.5 layer III, 8 kHz', 'ffe318c4', { samples: 576, sampleRate: 8_000, bitrate: 8_000 }],
    ['layer II, 192 kbit/s', 'fffda404', { length: 576, samples: 1152, codec: 'mp2', sampleRate: 48_000 }],
    ['layer I, 32 kbit/s', 'ffff1004', { length: 32, samples: 384, codec: 'mp2' }],
  ];
  for (const [name, hex, expected] of known) {
    test(`is read: ${name}`, () => {
      assert.partialDeepStrictEqual(parseMpegHeader(Buffer.from(hex, 'hex'), 0), expected);
    });
  }

  const wrong: ReadonlyArray<readonly [string, string]> = [
    ['no sync', 'fe7b9064'],
    ['reserved version', 'ffeb9064'],
    ['reserved layer', 'fff99064'],
    ['free format', 'fffb0064'],
    ['bit rate 15', 'fffbf064'],
    ['reserved sample rate', 'fffb9c64'],
    ['reserved emphasis', 'fffb9066'],
    ['too short', 'fffb90'],
  ];
  for (const [name, hex] of wrong) {
    test(`is refused: ${name}`, () => assert.equal(parseMpegHeader(Buffer.from(hex, 'hex'), 0), null));
  }
});

describe('an MP3 file sent as a stream', { skip }, () => {
  test('loses its tags and its information frame', async () => {
    const file = await sampleAudio('mp3-file', 4);
    assert.equal(file.toString('latin1', 0, 3), 'ID3');
    assert.ok(file.includes('Xing') && file.subarray(-128).toString('latin1').startsWith('TAG'));
    const cut = createMpegCutter().push(Buffer.concat([file, file]));
    const stream = Buffer.concat(cut.frames.map(({ bytes }) => bytes));
    assert.equal(cut.skipped, 0);
    assert.equal(stream.includes('ID3'), false);
    assert.equal(stream.includes('Xing'), false);
    const once = createMpegCutter().push(file).frames.length;
    assert.equal(cut.frames.length, 2 * once);
  });

  test('goes on in one stream when the next file has another sample rate', async () => {
    const files = [await sampleAudio('mp3', 4), await sampleAudio('mp3-mono', 4)];
    const cut = createMpegCutter().push(Buffer.concat(files));
    assert.equal(cut.skipped, 0);
    assert.deepEqual(
      [...new Set(cut.frames.map(({ format }) => `${format.sampleRate}/${format.channels}`))],
      ['44100/2', '22050/1'],
    );
  });
});

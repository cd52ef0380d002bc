import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type SampleKind, sampleAudio } from '../../../../test/sample-audio.ts';
import { requireCommand } from '../../../../test/services/require-command.ts';
import { createSeededRandom } from './seeded-random.ts';
import { createSniffer, formatWarning, SNIFF_WINDOW_BYTES, type Sniffed } from './sniff.ts';

const skip = requireCommand('ffmpeg');

function sniffAll(pieces: readonly Buffer[]): Sniffed {
  const sniffer = createSniffer();
  for (const piece of pieces) {
    const sniffed = sniffer.push(piece);
    if (sniffed.kind !== 'pending') return sniffed;
  }
  return { kind: 'pending' };
}

function id3(size: number): Buffer {
  const tag = Buffer.alloc(10 + size, 0xff);
  tag.write('ID3\x04\0\0', 'latin1');
  for (const [index, shift] of [21, 14, 7, 0].entries()) tag[6 + index] = (size >> shift) & 0x7f;
  return tag;
}

describe('the real format is told', { skip }, () => {
  const kinds: ReadonlyArray<readonly [SampleKind, string]> = [
    ['mp3', 'mpeg'],
    ['mp3-file', 'mpeg'],
    ['mp2', 'mpeg'],
    ['aac', 'adts'],
    ['vorbis', 'ogg'],
    ['opus', 'ogg'],
    ['flac', 'ogg'],
  ];
  for (const [kind, container] of kinds) {
    test(`${kind}, in one piece, in bytes and from the middle of a frame`, async () => {
      const stream = await sampleAudio(kind, 4);
      const random = createSeededRandom(5);
      assert.partialDeepStrictEqual(sniffAll([stream]), { kind: 'found', container });
      assert.partialDeepStrictEqual(sniffAll(random.split(stream, 2)), { kind: 'found', container });
      if (container === 'ogg') return;
      assert.partialDeepStrictEqual(sniffAll([stream.subarray(20_001)]), { kind: 'found', container });
    });
  }

  test('behind leading tags of a megabyte, which are not kept', async () => {
    const stream = await sampleAudio('mp3', 4);
    const pieces = createSeededRandom(9).split(Buffer.concat([id3(1_000_000), id3(77), stream]), 5000);
    const sniffed = sniffAll(pieces);
    assert.equal(sniffed.kind, 'found');
    assert.ok(sniffed.kind === 'found' && sniffed.bytes.length < 12_000);
  });

  test('WebM is named and refused', async () => {
    assert.deepEqual(sniffAll([await sampleAudio('webm', 4)]), { kind: 'unsupported', what: 'webm' });
  });
});

describe('what is no audio', () => {
  test('is named where it is known', () => {
    const page = Buffer.from('<!DOCTYPE html><p>Sign in');
    assert.deepEqual(sniffAll([page]), { kind: 'unsupported', what: 'text' });
    assert.deepEqual(sniffAll([Buffer.from('RIFF\0\0\0\0WAVEfmt ')]), { kind: 'unsupported', what: 'wav' });
  });

  test('is unknown after a bounded number of bytes', () => {
    const sniffer = createSniffer();
    let sniffed: Sniffed = { kind: 'pending' };
    let pushed = 0;
    while (sniffed.kind === 'pending' && pushed < 3 * SNIFF_WINDOW_BYTES) {
      sniffed = sniffer.push(Buffer.alloc(1000, 7));
      pushed += 1000;
    }
    assert.deepEqual(sniffed, { kind: 'unsupported', what: 'unknown' });
    assert.ok(pushed < SNIFF_WINDOW_BYTES + 20_000);
  });
});

test('a wrong or missing Content-Type gives a warning, a right one none', () => {
  assert.equal(formatWarning('audio/mpeg', 'mpeg'), null);
  assert.equal(formatWarning('Audio/AACP; charset=x', 'adts'), null);
  assert.equal(formatWarning('application/ogg', 'ogg'), null);
  assert.deepEqual(formatWarning('audio/mpeg', 'ogg'), { claimed: 'audio/mpeg', found: 'audio/ogg' });
  assert.deepEqual(formatWarning(null, 'adts'), { claimed: null, found: 'audio/aac' });
});

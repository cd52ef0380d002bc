import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAdtsHeader } from './adts.ts';

describe('an ADTS header', () => {
  test('is read: AAC-LC, 44.1 kHz, stereo, no checksum', () => {
    const header = parseAdtsHeader(Buffer.from('fff15080165ffc', 'hex'), 0);
    assert.partialDeepStrictEqual(header, {
      length: 178,
      samples: 1024,
      sampleRate: 44_100,
      channels: 2,
      codec: 'aac',
    });
  });

  test('counts its raw data blocks', () => {
    assert.equal(parseAdtsHeader(Buffer.from('fff15080165ffd', 'hex'), 0)?.samples, 2048);
  });

  const wrong: ReadonlyArray<readonly [string, string]> = [
    ['no sync', 'ffe15080165ffc'],
    ['layer not 0', 'fff35080165ffc'],
    ['reserved sample rate', 'fff17480165ffc'],
    ['a length within the header', 'fff1508000dffc'],
    ['too short', 'fff15080165f'],
  ];
  for (const [name, hex] of wrong) {
    test(`is refused: ${name}`, () => assert.equal(parseAdtsHeader(Buffer.from(hex, 'hex'), 0), null));
  }
});

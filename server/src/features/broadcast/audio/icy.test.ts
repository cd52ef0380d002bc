import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createInterleaver, ICY_INTERVAL, icyBlock } from './icy.ts';
import { createSeededRandom } from './seeded-random.ts';

/** Splits a stream the way a player does. */
function unweave(stream: Buffer): { audio: Buffer; titles: string[] } {
  const audio: Buffer[] = [];
  const titles: string[] = [];
  let at = 0;
  while (at < stream.length) {
    audio.push(stream.subarray(at, at + ICY_INTERVAL));
    at += ICY_INTERVAL;
    if (at >= stream.length) break;
    const length = (stream[at] ?? 0) * 16;
    const text = stream.toString('utf8', at + 1, at + 1 + length).replace(/\0+$/, '');
    if (length > 0) titles.push(text);
    at += 1 + length;
  }
  return { audio: Buffer.concat(audio), titles };
}

describe('a title block', () => {
  test('is padded to sixteens and counted', () => {
    const block = icyBlock('A - T', null);
    assert.equal(block[0], 2);
    assert.equal(block.length, 33);
    assert.equal(block.toString('utf8', 1).replace(/\0+$/, ''), "StreamTitle='A - T';");
  });

  test('carries the address beside the title', () => {
    const text = icyBlock('T', 'https://x.test/e/a').toString('utf8', 1).replace(/\0+$/, '');
    assert.equal(text, "StreamTitle='T';StreamUrl='https://x.test/e/a';");
  });

  test('cannot be ended by its own title', () => {
    const text = icyBlock("Don't'; StreamUrl='http://evil'", null).toString('utf8', 1);
    assert.equal(text.indexOf("';"), text.lastIndexOf("';"));
    assert.ok(text.includes("Don't' ;"));
    assert.ok(icyBlock("Rock 'n'", null).toString('utf8', 1).includes("Rock 'n’';"));
  });

  test('stays within 255 sixteens and cuts between characters', () => {
    const block = icyBlock('ä€😀'.repeat(2000), 'https://x.test/');
    assert.equal(block[0], 255);
    assert.equal(block.length, 1 + 255 * 16);
    assert.equal(block.toString('utf8', 1).includes('\ufffd'), false);
    assert.match(block.toString('utf8', 1), /';\0*$/);
  });

  test('loses control characters', () => {
    assert.ok(icyBlock('A\r\n\0B', null).toString('utf8', 1).startsWith("StreamTitle='A B';"));
  });
});

test('audio woven with titles comes out unharmed, each title once', () => {
  const random = createSeededRandom(1);
  const sound = random.bytes(100_000);
  const interleaver = createInterleaver();
  const out: Buffer[] = [];
  let sent = 0;
  interleaver.announce(icyBlock('one', null));
  for (const piece of random.split(sound, 7000)) {
    if (sent < 40_000 && sent + piece.length >= 40_000) interleaver.announce(icyBlock('two', null));
    sent += piece.length;
    out.push(...interleaver.weave(piece));
  }
  const { audio, titles } = unweave(Buffer.concat(out));
  assert.deepEqual(audio, sound);
  assert.deepEqual(titles, ["StreamTitle='one';", "StreamTitle='two';"]);
});

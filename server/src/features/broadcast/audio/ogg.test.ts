import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleArtist, sampleAudio, sampleTitle } from '../../../../test/sample-audio.ts';
import { requireCommand } from '../../../../test/services/require-command.ts';
import { createOggCutter, MAX_HEADER_BYTES } from './ogg.ts';
import { pageChecksum, readPage } from './ogg-page.ts';

const skip = requireCommand('ffmpeg');

/** A page with `body` in one packet piece list. */
function page(options: {
  flags: number;
  serial: number;
  granule?: bigint;
  lacing: number[];
  body: Buffer;
}): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS');
  head[5] = options.flags;
  head.writeBigInt64LE(options.granule ?? 0n, 6);
  head.writeUInt32LE(options.serial, 14);
  head[26] = options.lacing.length;
  const bytes = Buffer.concat([head, Buffer.from(options.lacing), options.body]);
  bytes.writeUInt32LE(pageChecksum(bytes), 22);
  return bytes;
}

function opusHead(): Buffer {
  const packet = Buffer.alloc(19);
  packet.write('OpusHead');
  packet[8] = 1;
  packet[9] = 2;
  return packet;
}

function opusTags(...comments: string[]): Buffer {
  const parts = [Buffer.from('OpusTags'), Buffer.from([0, 0, 0, 0]), Buffer.alloc(4)];
  parts[2]?.writeUInt32LE(comments.length);
  for (const comment of comments) {
    const bytes = Buffer.from(comment);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

/** `packet` over as many pages as it needs, `perPage` pieces each. */
function spread(packet: Buffer, serial: number, perPage: number): Buffer[] {
  const lacing = Array.from({ length: Math.floor(packet.length / 255) }, () => 255);
  lacing.push(packet.length % 255);
  const pages: Buffer[] = [];
  let at = 0;
  for (let index = 0; index < lacing.length; index += perPage) {
    const pieces = lacing.slice(index, index + perPage);
    const size = pieces.reduce((sum, piece) => sum + piece, 0);
    const flags = index > 0 ? 1 : 0;
    pages.push(page({ flags, serial, lacing: pieces, body: packet.subarray(at, at + size) }));
    at += size;
  }
  return pages;
}

describe('Ogg', () => {
  for (const kind of ['vorbis', 'opus', 'flac'] as const) {
    test(`${kind}: header pages are told apart and the title is read`, { skip }, async () => {
      const cut = createOggCutter().push(await sampleAudio(kind, 4));
      assert.deepEqual(
        cut.frames.slice(0, 3).map(({ role }) => role),
        ['chain-start', 'header', 'audio'],
      );
      assert.deepEqual(cut.titles, [
        { artist: sampleArtist, title: sampleTitle, text: `${sampleArtist} - ${sampleTitle}` },
      ]);
      assert.equal(cut.frames.at(-1)?.format.codec, kind);
    });
  }

  test('a chained stream begins again with its own headers', { skip }, async () => {
    const stream = await sampleAudio('opus', 4);
    const cut = createOggCutter().push(Buffer.concat([stream, stream]));
    const starts = cut.frames.filter(({ role }) => role === 'chain-start');
    assert.equal(starts.length, 2);
    assert.equal(cut.titles.length, 2);
    const ms = cut.frames.reduce((sum, frame) => sum + frame.durationMs, 0);
    assert.ok(Math.abs(ms - 8000) < 100, `${ms} ms`);
  });

  test('a comment packet that spans pages is put together', () => {
    const tags = opusTags(`METADATA_BLOCK_PICTURE=${'x'.repeat(9000)}`, 'artist=A', 'Artist=B', 'TITLE=Söng');
    const pages = [page({ flags: 2, serial: 5, lacing: [19], body: opusHead() }), ...spread(tags, 5, 7)];
    const cutter = createOggCutter();
    const cuts = pages.map((one) => cutter.push(one));
    assert.ok(pages.length > 5);
    assert.deepEqual(
      cuts.flatMap(({ titles }) => titles).map(({ text }) => text),
      ['A, B - Söng'],
    );
    assert.equal(cuts.at(-1)?.frames.at(-1)?.role, 'header');
    const sound = page({ flags: 0, serial: 5, granule: 48_000n, lacing: [3], body: Buffer.from('abc') });
    assert.partialDeepStrictEqual(cutter.push(sound).frames[0], { role: 'audio', durationMs: 1000 });
  });

  test('pages of another logical stream and of another codec are dropped', () => {
    const skeleton = page({ flags: 2, serial: 1, lacing: [8], body: Buffer.from('fishead\0') });
    const opus = page({ flags: 2, serial: 2, lacing: [19], body: opusHead() });
    const stray = page({ flags: 0, serial: 1, lacing: [4], body: Buffer.from('data') });
    const cut = createOggCutter().push(Buffer.concat([skeleton, opus, stray, ...spread(opusTags(), 2, 9)]));
    assert.deepEqual(
      cut.frames.map(({ role }) => role),
      ['chain-start', 'header'],
    );
    assert.equal(cut.skipped, skeleton.length + stray.length);
  });

  test('a page with a wrong checksum is garbage', () => {
    const good = page({ flags: 2, serial: 2, lacing: [19], body: opusHead() });
    const bad = Buffer.from(good);
    bad[30] = 1 ^ (bad[30] ?? 0);
    assert.equal(readPage(bad, 0), null);
    assert.equal(createOggCutter().push(Buffer.concat([bad, good])).frames.length, 1);
  });

  test('endless header pages are given up', () => {
    const cutter = createOggCutter();
    cutter.push(page({ flags: 2, serial: 5, lacing: [19], body: opusHead() }));
    const filler = page({
      flags: 1,
      serial: 5,
      lacing: new Array<number>(255).fill(255),
      body: Buffer.alloc(255 * 255),
    });
    let failure = null;
    for (let sent = 0; sent < 2 * MAX_HEADER_BYTES && failure === null; sent += filler.length) {
      failure = cutter.push(filler).failure;
    }
    assert.equal(failure, 'headers-too-large');
  });
});

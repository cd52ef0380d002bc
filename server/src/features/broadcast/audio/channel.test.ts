import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type SampleKind, sampleAudio } from '../../../../test/sample-audio.ts';
import { requireCommand } from '../../../../test/services/require-command.ts';
import { type Channel, createChannel, FLUSH_AFTER_MS } from './channel.ts';
import { type Chunk, decodeChunk, encodeChunk } from './chunk.ts';
import type { Frame } from './cutter.ts';
import type { Container } from './format.ts';
import { createCutter } from './intake.ts';
import type { Join, Listener, ListenerEnd, ListenerSummary } from './listener.ts';
import { createManualClock } from './manual-clock.ts';
import { CHUNK_MS } from './packer.ts';

const skip = requireCommand('ffmpeg');

interface Ear extends Listener {
  readonly heard: () => Buffer;
  readonly joined: () => Join | null;
  readonly ended: () => ListenerEnd | null;
  readonly titles: string[];
}

/** A listener that keeps what it hears. */
function createEar(): Ear {
  const pieces: Buffer[] = [];
  const titles: string[] = [];
  const told: Array<(summary: ListenerSummary) => void> = [];
  let join: Join | null = null;
  let end: ListenerEnd | null = null;
  return {
    isProbe: false,
    startedAt: 0,
    titles,
    begin(given) {
      join = given;
      pieces.push(given.bytes);
      if (given.title !== null) titles.push(given.title.toString('utf8', 1).replace(/\0+$/, ''));
    },
    write: (frames) => pieces.push(frames),
    announce: (block) => titles.push(block.toString('utf8', 1).replace(/\0+$/, '')),
    end(reason) {
      end = reason;
      for (const tell of told.splice(0)) tell({ end: reason, bytes: 0, milliseconds: 0, wasPerson: false });
    },
    isOpen: () => end === null,
    isPerson: () => true,
    bytes: () => 0,
    onEnd: (tell) => told.push(tell),
    heard: () => Buffer.concat(pieces),
    joined: () => join,
    ended: () => end,
  };
}

async function framesOf(kind: SampleKind, container: Container, seconds = 4): Promise<readonly Frame[]> {
  return createCutter(container).push(await sampleAudio(kind, seconds)).frames;
}

function bytesOf(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map(({ bytes }) => bytes));
}

function channelWith(chunks: Chunk[] = []): {
  channel: Channel;
  clock: ReturnType<typeof createManualClock>;
} {
  const clock = createManualClock();
  const channel = createChannel({
    clock,
    run: 'a',
    url: 'https://x.test/e',
    onChunk: (chunk) => chunks.push(chunk),
  });
  return { channel, clock };
}

describe('a channel', { skip }, () => {
  test('takes no listener before the first sound, and keeps its format while the source is lost', async () => {
    const { channel } = channelWith();
    const early = createEar();
    assert.equal(channel.attach(early), false);
    assert.equal(early.joined(), null);
    channel.push(await framesOf('mp3', 'mpeg'));
    channel.flush();
    assert.equal(channel.format()?.codec, 'mp3');
    assert.equal(channel.attach(early), true);
    assert.deepEqual(channel.count(), { connections: 1, people: 1 });
  });

  test('gives a joiner about a second, aligned, and then everything', async () => {
    const frames = await framesOf('mp3', 'mpeg');
    const { channel } = channelWith();
    const half = Math.floor(frames.length / 2);
    for (const frame of frames.slice(0, half)) channel.push([frame]);
    const ear = createEar();
    channel.attach(ear);
    for (const frame of frames.slice(half)) channel.push([frame]);
    channel.flush();
    const burst = createCutter('mpeg').push(Buffer.concat([ear.joined()?.bytes ?? Buffer.alloc(0)]));
    const ms = burst.frames.reduce((sum, frame) => sum + frame.durationMs, 0);
    assert.ok(ms >= 950 && ms < 1_600, `${ms} ms`);
    const heard = ear.heard();
    const sent = bytesOf(frames);
    assert.deepEqual(heard, sent.subarray(sent.length - heard.length), 'no byte skipped or doubled');
    assert.equal(heard.readUInt16BE(0) & 0xffe0, 0xffe0, 'begins at a frame');
  });

  test('packs about half a second into one write', async () => {
    const chunks: Chunk[] = [];
    const { channel } = channelWith(chunks);
    for (const frame of await framesOf('aac', 'adts')) channel.push([frame]);
    assert.ok(chunks.length >= 7 && chunks.length <= 8, `${chunks.length} chunks`);
    for (const chunk of chunks) assert.ok(chunk.durationMs >= CHUNK_MS && chunk.durationMs < CHUNK_MS + 50);
  });

  test('sends what it has when the source stalls', async () => {
    const { channel, clock } = channelWith();
    const frames = await framesOf('mp3', 'mpeg');
    channel.push(frames);
    const ear = createEar();
    channel.attach(ear);
    const before = ear.heard().length;
    channel.push(frames.slice(0, 3));
    assert.equal(ear.heard().length, before);
    clock.advance(FLUSH_AFTER_MS);
    assert.ok(ear.heard().length > before);
    assert.equal(clock.waiting(), 0);
  });

  test('goes on without a break when the next source has the same format', async () => {
    const { channel } = channelWith();
    const frames = await framesOf('mp3', 'mpeg');
    channel.push(frames);
    const ear = createEar();
    channel.attach(ear);
    channel.flush();
    channel.push(frames);
    channel.flush();
    assert.equal(ear.ended(), null);
    assert.ok(ear.heard().subarray(-bytesOf(frames).length).equals(bytesOf(frames)));
  });

  test('ends its listeners when the format changes, and starts new ones in the new format', async () => {
    const { channel } = channelWith();
    channel.push(await framesOf('mp3', 'mpeg'));
    channel.flush();
    const ear = createEar();
    channel.attach(ear);
    const heardBefore = ear.heard().length;
    channel.push(await framesOf('aac', 'adts'));
    assert.equal(ear.ended(), 'new-format');
    assert.equal(ear.heard().length, heardBefore);
    assert.equal(channel.count().connections, 0);
    const next = createEar();
    channel.attach(next);
    assert.equal(next.joined()?.format.codec, 'aac');
    assert.equal(createCutter('adts').push(next.heard()).skipped, 0);
  });

  test('replays Ogg headers to a joiner, and changes chain without ending anybody', async () => {
    for (const kind of ['vorbis', 'opus', 'flac'] as const) {
      const { channel } = channelWith();
      const frames = await framesOf(kind, 'ogg');
      channel.push(frames);
      channel.flush();
      const ear = createEar();
      channel.attach(ear);
      const cut = createCutter('ogg').push(ear.heard());
      assert.deepEqual(
        cut.frames.slice(0, 3).map(({ role }) => role),
        ['chain-start', 'header', 'audio'],
        kind,
      );
      assert.equal(cut.skipped, 0);
      channel.push(frames);
      channel.flush();
      assert.equal(ear.ended(), null);
      assert.ok(ear.heard().subarray(-bytesOf(frames).length).equals(bytesOf(frames)), kind);
    }
  });

  test('tells titles to those who are there and those who come', () => {
    const { channel } = channelWith();
    channel.setTitle('one');
    const format = {
      container: 'mpeg',
      codec: 'mp3',
      contentType: 'audio/mpeg',
      sampleRate: 1,
      channels: 1,
    } as const;
    channel.push([{ bytes: Buffer.alloc(9), role: 'audio', durationMs: 900, bitrate: 1, format }]);
    const ear = createEar();
    channel.attach(ear);
    channel.setTitle('two');
    channel.setTitle('two');
    channel.setTitle(null);
    const url = "StreamUrl='https://x.test/e';";
    assert.deepEqual(ear.titles, [
      `StreamTitle='one';${url}`,
      `StreamTitle='two';${url}`,
      `StreamTitle='';${url}`,
    ]);
  });
});

describe('a channel on another process', { skip }, () => {
  for (const [kind, container] of [
    ['mp3', 'mpeg'],
    ['vorbis', 'ogg'],
  ] as const) {
    test(`begins from a primer and goes on with the same ${kind} chunks`, async () => {
      const chunks: Chunk[] = [];
      const { channel: here } = channelWith(chunks);
      const frames = await framesOf(kind, container);
      here.push(frames.slice(0, Math.ceil(frames.length / 2)));
      here.setTitle('now');
      const { channel: there } = channelWith();
      const primer = here.primer();
      assert.ok(primer !== null);
      there.prime(primer);
      const ears = [createEar(), createEar()];
      here.attach(ears[0] ?? createEar());
      there.attach(ears[1] ?? createEar());
      const primed = chunks.length;
      here.push(frames.slice(Math.ceil(frames.length / 2)));
      here.flush();
      for (const chunk of chunks.slice(primed - 1)) {
        const copy = decodeChunk(encodeChunk(chunk));
        assert.deepEqual(copy, chunk);
        if (copy !== null) there.feedChunk(copy);
      }
      assert.ok(ears[0]?.heard().length);
      assert.deepEqual(ears[1]?.heard(), ears[0]?.heard(), 'a repeated chunk is dropped');
      assert.deepEqual(ears[1]?.titles, ears[0]?.titles);
    });
  }

  test('does not take junk for a chunk', () => {
    for (const junk of ['', 'abc', '\0\0\0\x02{}', '\0\0\0\x05{"a":', '\xff\xff\xff\xff']) {
      assert.equal(decodeChunk(Buffer.from(junk, 'latin1')), null);
    }
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { StreamFormat } from './format.ts';
import { ICY_INTERVAL, icyBlock } from './icy.ts';
import {
  createListener,
  type Listener,
  type ListenerRequest,
  type ListenerSummary,
  MAX_LAG_BYTES,
  PERSON_AFTER_MS,
} from './listener.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

const format: StreamFormat = {
  container: 'mpeg',
  codec: 'mp3',
  contentType: 'audio/mpeg',
  sampleRate: 44_100,
  channels: 2,
};

const plain: ListenerRequest = { method: 'GET', httpVersion: '1.1', wantsTitles: false, range: null };

interface Pair {
  readonly player: Socket;
  readonly listener: Listener;
  readonly clock: ManualClock;
  readonly ended: Promise<ListenerSummary>;
  /** Everything the player has got so far, once it holds at least `bytes`. */
  readonly received: (bytes: number) => Promise<Buffer>;
}

async function pair(t: TestContext, request: Partial<ListenerRequest> = {}, read = true): Promise<Pair> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const player = connect(address.port, '127.0.0.1');
  const [socket]: Socket[] = await once(server, 'connection');
  assert.ok(socket !== undefined);
  t.after(() => {
    player.destroy();
    socket.destroy();
    server.close();
  });
  const clock = createManualClock();
  const listener = createListener({
    socket,
    request: { ...plain, ...request },
    station: { name: 'Nächt\r\nSet-Cookie: x', genre: 'House', bitrate: 128 },
    allowOrigin: 'https://x.test',
    headers: [['Slipmat-Test', 'yes']],
    clock,
  });
  const ended = new Promise<ListenerSummary>((resolve) => listener.onEnd(resolve));
  let got = Buffer.alloc(0);
  if (read) {
    player.on('data', (bytes: Buffer) => {
      got = Buffer.concat([got, bytes]);
      player.emit('grown');
    });
  } else player.pause();
  return {
    player,
    listener,
    clock,
    ended,
    async received(bytes) {
      while (got.length < bytes) await once(player, 'grown', { signal: AbortSignal.timeout(5000) });
      return got;
    },
  };
}

function headOf(response: Buffer): { head: string; body: Buffer } {
  const end = response.indexOf('\r\n\r\n');
  return { head: response.toString('utf8', 0, end), body: response.subarray(end + 4) };
}

test('a listener gets a head without a length, the burst, then each write', async (t) => {
  const { listener, received, player, ended } = await pair(t);
  listener.begin({ format, bytes: Buffer.from('burst'), byteRate: 16_000, title: null });
  listener.write(Buffer.from('chunk'), 16_000);
  listener.end('over');
  await once(player, 'end');
  const { head, body } = headOf(await received(1));
  const lines = head.split('\r\n');
  assert.equal(lines[0], 'HTTP/1.1 200 OK');
  assert.ok(lines.includes('Content-Type: audio/mpeg'));
  assert.ok(lines.includes('Cache-Control: no-cache, no-store'));
  assert.ok(lines.includes('icy-name: Nächt Set-Cookie: x'), 'line breaks cannot start a header');
  assert.ok(lines.includes('Access-Control-Allow-Origin: https://x.test'));
  assert.ok(lines.includes('Slipmat-Test: yes'));
  assert.equal(/^(content-length|transfer-encoding|icy-metaint):/im.test(head), false);
  assert.equal(body.toString(), 'burstchunk');
  assert.partialDeepStrictEqual(await ended, { end: 'over', wasPerson: false });
});

test('HTTP/1.0 is answered in kind, HEAD without a body', async (t) => {
  const { listener, received, player, ended } = await pair(t, { method: 'HEAD', httpVersion: '1.0' });
  listener.begin({ format, bytes: Buffer.from('burst'), byteRate: 0, title: null });
  await once(player, 'end');
  const { head, body } = headOf(await received(1));
  assert.ok(head.startsWith('HTTP/1.0 200 OK\r\n'));
  assert.equal(body.length, 0);
  assert.equal((await ended).end, 'head');
});

test('titles come only when asked for, at the announced distance', async (t) => {
  const { listener, received } = await pair(t, { wantsTitles: true });
  const first = icyBlock('one', null);
  listener.begin({ format, bytes: Buffer.alloc(ICY_INTERVAL - 1, 1), byteRate: 16_000, title: first });
  listener.write(Buffer.alloc(2, 2), 16_000);
  listener.announce(icyBlock('two', null));
  listener.write(Buffer.alloc(ICY_INTERVAL, 3), 16_000);
  const { head } = headOf(await received(600));
  assert.match(head, /^icy-metaint: 16000$/m);
  const all = await received(head.length + 4 + 2 * ICY_INTERVAL + first.length + 17);
  const { body } = headOf(all);
  assert.deepEqual(body.subarray(ICY_INTERVAL, ICY_INTERVAL + first.length), first);
  const second = icyBlock('two', null);
  const at = 2 * ICY_INTERVAL + first.length;
  assert.deepEqual(body.subarray(at, at + second.length), second);
});

test('Ogg is never interrupted by titles', async (t) => {
  const { listener, received, player } = await pair(t, { wantsTitles: true });
  const ogg = { ...format, container: 'ogg', codec: 'opus', contentType: 'audio/ogg' } as const;
  listener.begin({
    format: ogg,
    bytes: Buffer.alloc(ICY_INTERVAL + 5, 1),
    byteRate: 1,
    title: icyBlock('x', null),
  });
  listener.end('over');
  await once(player, 'end');
  const { head, body } = headOf(await received(1));
  assert.equal(/^icy-metaint:/m.test(head), false);
  assert.deepEqual(body, Buffer.alloc(ICY_INTERVAL + 5, 1));
});

test('a range probe gets 200, is marked, and is never a person', async (t) => {
  const { listener, received, clock } = await pair(t, { range: 'bytes=0-1' });
  listener.begin({ format, bytes: Buffer.from('burst'), byteRate: 16_000, title: null });
  const { head } = headOf(await received(300));
  assert.ok(head.startsWith('HTTP/1.1 200 OK\r\n'));
  assert.equal(listener.isProbe, true);
  assert.equal(listener.isPerson(), false);
  clock.advance(PERSON_AFTER_MS);
  assert.equal(listener.isPerson(), false);
});

test('an open range is no probe', async (t) => {
  const { listener } = await pair(t, { range: 'bytes=0-' });
  assert.equal(listener.isProbe, false);
});

test('a listener is a person after listening for a while, and not before', async (t) => {
  const { listener, received, clock } = await pair(t, { range: 'bytes=0-' });
  listener.begin({ format, bytes: Buffer.from('burst'), byteRate: 16_000, title: null });
  await received(300);
  clock.advance(PERSON_AFTER_MS - 1);
  assert.equal(listener.isPerson(), false);
  clock.advance(1);
  assert.equal(listener.isPerson(), true);
});

test('a listener that reads nothing is disconnected at a bound, and no byte is skipped before', async (t) => {
  const { listener, ended } = await pair(t, {}, false);
  listener.begin({ format, bytes: Buffer.alloc(40_000), byteRate: 40_000, title: null });
  let written = 0;
  while (listener.isOpen() && written < 64 * MAX_LAG_BYTES) {
    listener.write(Buffer.alloc(20_000), 40_000);
    written += 20_000;
  }
  assert.equal((await ended).end, 'too-slow');
  assert.ok(written < 16 * MAX_LAG_BYTES, `${written} bytes`);
});

test('a listener that leaves is told to all who asked, with what it got', async (t) => {
  const { listener, player, received, clock, ended } = await pair(t);
  listener.begin({ format, bytes: Buffer.alloc(1000, 1), byteRate: 16_000, title: null });
  await received(1000);
  clock.advance(PERSON_AFTER_MS);
  player.end();
  const summary = await ended;
  assert.partialDeepStrictEqual(summary, { end: 'gone', milliseconds: PERSON_AFTER_MS, wasPerson: true });
  assert.ok(summary.bytes > 1000 && summary.bytes < 2000);
  const later = await new Promise<ListenerSummary>((resolve) => listener.onEnd(resolve));
  assert.equal(later, summary);
});

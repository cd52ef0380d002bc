/**
 * How far behind the encoder a listener hears: every frame is timed as it leaves ffmpeg for the source port and as
 * it reaches listeners who join one after the other.
 */
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createFrameCutter, frameMs } from './harness/mp3-frames.ts';
import { conditions, finish, head, readOptions, row, versionOf } from './harness/result.ts';
import { newFolder, openEvent, owner, startSlipmat, waitForEvent } from './harness/slipmat.ts';
import { bitrate, makeSound, startSender } from './harness/sound.ts';

const options = readOptions();
const parameters = { bitrate, seconds: options.isQuick ? 8 : 60, joinEveryMs: 730, listenMs: 10_000 };
/** Longer than the measurement, so that no frame comes twice. */
const soundSeconds = parameters.seconds + 40;

/** When each frame left the encoder, by its content. */
const leftAt = new Map<string, number>();

/** Passes the encoder's bytes on to the source port and notes when each frame went by. */
async function startRelay(sourcePort: number): Promise<{ server: Server; port: number }> {
  const server = createServer((encoder) => {
    const source = connect(sourcePort, '127.0.0.1');
    const cut = createFrameCutter();
    encoder.setNoDelay(true);
    source.setNoDelay(true);
    encoder.on('data', (bytes) => {
      const now = performance.now();
      for (const frame of cut(bytes)) leftAt.set(frame, now);
      source.write(bytes);
    });
    source.on('data', (bytes) => encoder.write(bytes));
    encoder.on('close', () => source.destroy());
    source.on('close', () => encoder.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return { server, port: address.port };
}

/** What one listener met. Milliseconds. */
interface Heard {
  /** From leaving the encoder to arriving here, of every frame after the burst. */
  readonly transit: number[];
  /** From leaving the encoder to being heard, of every frame. */
  readonly delay: number[];
  /** Silences because the next frame was not there yet. */
  stalls: number;
  stalledMs: number;
}

/**
 * Listens as a player does that starts with the first frame it gets and waits when the next one is not there.
 * Players that gather more before they start add that on top.
 */
async function listen(port: number, path: string): Promise<Heard> {
  const heard: Heard = { transit: [], delay: [], stalls: 0, stalledMs: 0 };
  const socket: Socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const cut = createFrameCutter();
  let isBurst = true;
  let next: number | undefined;
  socket.on('data', (bytes) => {
    const now = performance.now();
    const frames = cut(bytes);
    for (const frame of frames) {
      const left = leftAt.get(frame);
      if (left === undefined) continue;
      if (next !== undefined && now > next) {
        heard.stalls += 1;
        heard.stalledMs += now - next;
      }
      const at = Math.max(now, next ?? now);
      heard.delay.push(at - left);
      if (!isBurst) heard.transit.push(now - left);
      next = at + frameMs;
    }
    if (frames.length > 0) isBurst = false;
  });
  await pause(parameters.listenMs);
  socket.destroy();
  return heard;
}

function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    Number(((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0) / 1000).toFixed(3));
  return { min: at(0), median: at(0.5), p99: at(0.99), max: at(1) };
}

const before = { ...conditions(), ffmpeg: versionOf('ffmpeg', '-version') };
const folder = newFolder();
const sound = await makeSound(folder, soundSeconds);
const server = await startSlipmat();
const { slug, streamKey } = await openEvent(server);
const relay = await startRelay(server.sourcePort);
const sender = startSender(sound, {
  port: relay.port,
  mount: owner.handle,
  user: 'source',
  password: streamKey,
});
await waitForEvent(server, slug, ({ onAir }) => onAir !== null);
await pause(3_000);

const listeners: Promise<Heard>[] = [];
for (
  const end = Date.now() + parameters.seconds * 1000;
  Date.now() < end;
  await pause(parameters.joinEveryMs)
) {
  listeners.push(listen(server.port, `/listen/${slug}`));
}
const heard = await Promise.all(listeners);
await sender.stop();
relay.server.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });

const figures = {
  listeners: heard.length,
  frames: heard.reduce((sum, one) => sum + one.delay.length, 0),
  secondsBehind: spread(heard.flatMap((one) => one.delay)),
  secondsOfTransit: spread(heard.flatMap((one) => one.transit)),
  listenersWhoStalled: heard.filter((one) => one.stalls > 0).length,
  longestStalledMs: Math.round(Math.max(...heard.map((one) => one.stalledMs))),
};
const cells = ({ min, median, p99, max }: ReturnType<typeof spread>) =>
  [min, median, p99, max].map((value) => value.toFixed(2));
const table = [
  ...head('seconds', 'min', 'median', 'p99', 'max'),
  row('from the encoder to the ear', ...cells(figures.secondsBehind)),
  row('of these, on the way through the server', ...cells(figures.secondsOfTransit)),
  '',
  `${figures.listeners} listeners, ${figures.frames} frames; ${figures.listenersWhoStalled} listeners met a silence, of at most ${figures.longestStalledMs} ms in all.`,
];
finish({ name: 'encoder-to-ear', conditions: before, parameters, figures, table }, options);

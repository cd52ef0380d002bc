/** 320 kbit/s to many listeners: CPU time of the server per listener, Slipmat and Icecast in turn. */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds } from './harness/programs.ts';
import { openReaders } from './harness/readers.ts';
import { conditions, finish, head, mean, readOptions, row, say, versionOf } from './harness/result.ts';
import { newFolder, openEvent, owner, startSlipmat, waitForEvent } from './harness/slipmat.ts';
import { bitrate, bytesPerSecond, makeSound, startSender } from './harness/sound.ts';
import { icecastPassword, startIcecast } from './peers/icecast.ts';

const options = readOptions();
const parameters = options.isQuick
  ? { bitrate, levels: [200], rounds: 1, settleMs: 2_000, measureMs: 4_000 }
  : { bitrate, levels: [1_000, 4_000], rounds: 2, settleMs: 5_000, measureMs: 20_000 };
/** Listeners are attached once the source has been heard for so long, so that every one gets a whole burst. */
const firstSoundMs = 2_500;

interface AudioServer {
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  stop(): Promise<void>;
}

async function startOurs(sound: string): Promise<AudioServer> {
  const server = await startSlipmat();
  const { slug, streamKey } = await openEvent(server);
  const target = { port: server.sourcePort, mount: owner.handle, user: 'source', password: streamKey };
  const sender = startSender(sound, target);
  await waitForEvent(server, slug, ({ onAir }) => onAir !== null);
  return {
    pid: server.program.pid,
    port: server.port,
    path: `/listen/${slug}`,
    async stop() {
      await sender.stop();
      await server.stop();
    },
  };
}

async function startTheirs(sound: string): Promise<AudioServer> {
  const server = await startIcecast(Math.max(...parameters.levels));
  const target = { port: server.port, mount: 'live.mp3', user: 'source', password: icecastPassword };
  const sender = startSender(sound, target);
  return {
    pid: server.program.pid,
    port: server.port,
    path: '/live.mp3',
    async stop() {
      await sender.stop();
      await server.stop();
    },
  };
}

const servers = [
  { name: 'Slipmat', start: startOurs },
  { name: 'Icecast', start: startTheirs },
] as const;

async function measure({ name, start }: (typeof servers)[number], sound: string, count: number) {
  const server = await start(sound);
  await pause(firstSoundMs);
  const listeners = await openReaders({ port: server.port, path: server.path, count });
  await pause(parameters.settleMs);
  await listeners.report();
  const before = { cpu: cpuSeconds(server.pid), at: performance.now() };
  await pause(parameters.measureMs);
  const seen = await listeners.report();
  const cpu = cpuSeconds(server.pid) - before.cpu;
  const seconds = (performance.now() - before.at) / 1000;
  await listeners.stop();
  await server.stop();
  const figure = {
    server: name,
    listeners: count,
    cpuPercentPerThousand: Number(((cpu * 100 * 1000) / seconds / count).toFixed(2)),
    cpuMicrosecondsPerListenerAndSecond: Number(((cpu * 1e6) / seconds / count).toFixed(1)),
    lost: seen.lost,
    realTimeShare: Number((seen.bytes / count / seconds / bytesPerSecond).toFixed(3)),
    leastRealTimeShare: Number((seen.leastBytes / seconds / bytesPerSecond).toFixed(3)),
  };
  say(
    `${name}, ${count} listeners: ${figure.cpuPercentPerThousand} % per 1,000, ${seen.lost} lost, share ${figure.realTimeShare}`,
  );
  return figure;
}

const before = {
  ...conditions(),
  icecast: versionOf('icecast2', '-v'),
  ffmpeg: versionOf('ffmpeg', '-version'),
};
const folder = newFolder();
const sound = await makeSound(folder, 60);
const figures: Awaited<ReturnType<typeof measure>>[] = [];
for (let round = 0; round < parameters.rounds; round += 1) {
  for (const [index, level] of parameters.levels.entries()) {
    const order = (round + index) % 2 === 0 ? servers : servers.toReversed();
    for (const server of order) figures.push(await measure(server, sound, level));
  }
}
rmSync(folder, { recursive: true, force: true });

const table = [
  ...head(
    'server',
    ...parameters.levels.map((level) => `% of a core per 1,000, ${level} listeners`),
    ...parameters.levels.map((level) => `dropped of ${level}`),
  ),
  ...servers.map(({ name }) => {
    const at = (level: number) => figures.filter((one) => one.server === name && one.listeners === level);
    return row(
      name,
      ...parameters.levels.map((level) => mean(at(level).map((one) => one.cpuPercentPerThousand)).toFixed(2)),
      ...parameters.levels.map((level) => Math.max(...at(level).map((one) => one.lost))),
    );
  }),
];
finish({ name: 'audio-fanout', conditions: before, parameters, figures, table }, options);

/**
 * Chat to many readers: CPU time of the server per delivered message, delivery time, memory per idle connection;
 * Slipmat with everything on, a plain `ws` loop and Socket.IO, each in a process of its own.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, residentBytes, startProgram } from './harness/programs.ts';
import { openReaders, type ReadersReport, type ReadersTarget } from './harness/readers.ts';
import { conditions, finish, head, mean, readOptions, row, say } from './harness/result.ts';
import { openEvent, signUp, startSlipmat } from './harness/slipmat.ts';
import { startWriters, type WritersTarget } from './harness/writers.ts';

const options = readOptions();
const parameters = options.isQuick
  ? { levels: [100, 200], rounds: 1, settleMs: 1_000, measureMs: 3_000, idle: 500, perSecond: 20, writers: 8 }
  : {
      levels: [1_000, 2_000, 4_000],
      rounds: 2,
      settleMs: 3_000,
      measureMs: 10_000,
      idle: 4_000,
      perSecond: 20,
      writers: 8,
    };

/** A chat server that runs. */
interface ChatServer {
  readonly pid: number;
  readonly readers: Omit<ReadersTarget, 'count'>;
  readonly writers: Omit<WritersTarget, 'perSecond'>;
  stop(): Promise<void>;
}

async function startOurs(writers: number): Promise<ChatServer> {
  const server = await startSlipmat();
  const { slug } = await openEvent(server);
  const cookies = await signUp(server, writers);
  const hello = JSON.stringify({ id: 1, type: 'subscribe', topic: `chat:${slug}` });
  return {
    pid: server.program.pid,
    readers: { port: server.port, path: '/realtime', webSocket: { hello, ready: '"type":"result"' } },
    writers: {
      url: `ws://127.0.0.1:${server.port}/realtime`,
      headers: cookies.map((cookie) => ({ cookie, origin: server.origin })),
      frame: (text, number) =>
        JSON.stringify({ id: number, type: 'chat.say', slug, text, key: `message-${process.pid}-${number}` }),
    },
    stop: server.stop,
  };
}

async function startPeer(file: string) {
  const program = fileURLToPath(new URL(`./peers/${file}`, import.meta.url));
  const collector = fileURLToPath(new URL('./harness/collect-on-signal.ts', import.meta.url));
  const started = await startProgram(process.execPath, ['--expose-gc', '--import', collector, program], {
    until: /port (\d+)/,
  });
  return { pid: started.pid, port: Number(started.ready[1]), stop: started.stop };
}

function anonymous(writers: number): Record<string, string>[] {
  return Array.from({ length: writers }, () => ({}));
}

async function startLoop(writers: number): Promise<ChatServer> {
  const { pid, port, stop } = await startPeer('ws-loop.ts');
  return {
    pid,
    readers: { port, path: '/', webSocket: { hello: 'hello', ready: 'hello' } },
    writers: { url: `ws://127.0.0.1:${port}/say`, headers: anonymous(writers), frame: (text) => text },
    stop,
  };
}

async function startSocketIo(writers: number): Promise<ChatServer> {
  const { pid, port, stop } = await startPeer('socket-io.ts');
  const path = '/socket.io/?EIO=4&transport=websocket';
  return {
    pid,
    // "40" joins the default namespace; its answer is "40" with the socket's id.
    readers: { port, path: `${path}&role=reader`, webSocket: { hello: '40', ready: '40{' } },
    writers: {
      url: `ws://127.0.0.1:${port}${path}`,
      headers: anonymous(writers),
      hello: '40',
      frame: (text) => `42${JSON.stringify(['say', text])}`,
    },
    stop,
  };
}

const servers = [
  { name: 'Slipmat', start: startOurs },
  { name: '`ws`, a send loop', start: startLoop },
  { name: 'Socket.IO', start: startSocketIo },
] as const;
type Contender = (typeof servers)[number];

interface FanoutFigure {
  readonly server: string;
  readonly readers: number;
  readonly microsecondsPerDelivery: number;
  readonly cpuPercent: number;
  readonly delivered: number;
  readonly expected: number;
  readonly framesPerReaderAndSecond: number;
  readonly lost: number;
  readonly delivery: Pick<ReadersReport, 'p50Ms' | 'p99Ms' | 'maxMs'>;
}

async function measureFanout({ name, start }: Contender, count: number): Promise<FanoutFigure> {
  const server = await start(parameters.writers);
  const readers = await openReaders({ ...server.readers, count });
  const writers = await startWriters({ ...server.writers, perSecond: parameters.perSecond });
  await pause(parameters.settleMs);
  await readers.report();
  const before = { cpu: cpuSeconds(server.pid), at: performance.now(), sent: writers.counts().sent };
  await pause(parameters.measureMs);
  const seen = await readers.report();
  const cpu = cpuSeconds(server.pid) - before.cpu;
  const seconds = (performance.now() - before.at) / 1000;
  const { sent, failed } = writers.counts();
  await writers.stop();
  await readers.stop();
  await server.stop();
  if (failed > 0) throw new Error(`${name}: ${failed} messages were refused`);
  const figure: FanoutFigure = {
    server: name,
    readers: count,
    microsecondsPerDelivery: Number(((cpu * 1e6) / seen.messages).toFixed(2)),
    cpuPercent: Number(((cpu * 100) / seconds).toFixed(1)),
    delivered: seen.messages,
    expected: (sent - before.sent) * count,
    framesPerReaderAndSecond: Number((seen.frames / count / seconds).toFixed(1)),
    lost: seen.lost,
    delivery: { p50Ms: seen.p50Ms, p99Ms: seen.p99Ms, maxMs: seen.maxMs },
  };
  say(`${name}, ${count} readers: ${figure.microsecondsPerDelivery} µs a delivery, p99 ${seen.p99Ms} ms`);
  return figure;
}

/** Connections made and closed before memory is measured. */
const warmConnections = 50;

/** Resident bytes after collecting garbage. */
async function settledMemory(pid: number): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    process.kill(pid, 'SIGUSR2');
    await pause(500);
  }
  return residentBytes(pid);
}

async function measureMemory({ name, start }: Contender) {
  const server = await start(0);
  // A few up and down, so that what is compiled and allocated once does not count as the connections' own; no more
  // than a few, or the connections would sit in memory that these left behind.
  const warm = await openReaders({ ...server.readers, count: warmConnections });
  await warm.stop();
  await pause(parameters.settleMs);
  const empty = await settledMemory(server.pid);
  const readers = await openReaders({ ...server.readers, count: parameters.idle });
  await pause(parameters.settleMs);
  const full = await settledMemory(server.pid);
  await readers.stop();
  await server.stop();
  const figure = {
    server: name,
    connections: parameters.idle,
    emptyMB: Number((empty / 1e6).toFixed(1)),
    fullMB: Number((full / 1e6).toFixed(1)),
    kBPerConnection: Number(((full - empty) / parameters.idle / 1000).toFixed(2)),
  };
  say(`${name}: ${figure.kBPerConnection} kB per idle connection`);
  return figure;
}

const before = conditions();
const fanout: FanoutFigure[] = [];
for (let round = 0; round < parameters.rounds; round += 1) {
  for (const [index, level] of parameters.levels.entries()) {
    const order = servers.map((_, place) => servers[(place + index) % servers.length] ?? servers[0]);
    for (const server of round % 2 === 0 ? order : order.reverse())
      fanout.push(await measureFanout(server, level));
  }
}
const memory: Awaited<ReturnType<typeof measureMemory>>[] = [];
for (const server of servers) memory.push(await measureMemory(server));

const levelCells = (of: (figures: FanoutFigure[]) => string, name: string): string[] =>
  parameters.levels.map((level) =>
    of(fanout.filter((figure) => figure.server === name && figure.readers === level)),
  );
const table = [
  ...head(
    'server',
    ...parameters.levels.map((level) => `µs per delivery, ${level} readers`),
    ...parameters.levels.map((level) => `p99 ms, ${level} readers`),
    'kB per idle connection',
  ),
  ...servers.map(({ name }, index) =>
    row(
      name,
      ...levelCells((figures) => mean(figures.map((one) => one.microsecondsPerDelivery)).toFixed(1), name),
      ...levelCells((figures) => Math.max(...figures.map((one) => one.delivery.p99Ms)).toFixed(0), name),
      memory[index]?.kBPerConnection.toFixed(1) ?? '',
    ),
  ),
];
finish({ name: 'chat-fanout', conditions: before, parameters, figures: { fanout, memory }, table }, options);

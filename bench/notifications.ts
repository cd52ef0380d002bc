/**
 * One must-read to 100,000 people, of whom 4,000 have a page open: time until the last socket has it, CPU time, rows
 * and bytes written; then what the ledger answers. On SQLite and on PostgreSQL, and beside it the plain way.
 */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { commandPath } from '../server/test/services/require-command.ts';
import { type Asked, measureQuestion, questions, readingStatements } from './harness/ledger-questions.ts';
import {
  type Disk,
  type ListeningSite,
  listenOnPostgres,
  listenOnSqlite,
} from './harness/listening-sites.ts';
import { bytesToDisk, cpuSeconds, startProgram } from './harness/programs.ts';
import { openReaders, type Readers } from './harness/readers.ts';
import { conditions, finish, head, mean, readOptions, row, say, versionOf } from './harness/result.ts';
import { newFolder, owner } from './harness/slipmat.ts';
import type { Amount } from './harness/stored-sessions.ts';

const options = readOptions();
const parameters = options.isQuick
  ? { people: 2_000, sockets: 200, rounds: 1, requests: 5 }
  : { people: 100_000, sockets: 4_000, rounds: 3, requests: 50 };
const { people, sockets, rounds, requests } = parameters;

/** How often it is asked whether all of it is sent. */
const askEveryMs = 50;
const sentWithinMs = 300_000;
/** After everything is written: frames still on their way, and the database's own tidying up. */
const settleMs = 2_000;

const plain = 'a row each in one statement, then a `ws` loop (SQLite)';

/** What one notification came to. */
interface Sent {
  readonly server: string;
  /** From the request until the sockets had it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lastMs: number;
  /** Frames beyond one a socket. */
  readonly twice: number;
  /** Until the request was answered. */
  readonly answeredMs: number;
  /** Until everybody had a row. */
  readonly completeMs: number;
  readonly cpuSeconds: number;
  readonly databaseCpuSeconds: number;
  readonly rows: number;
  readonly grownBytes: number;
  readonly writtenBytes: number;
}

/** A server to which one message is sent that all its readers get. */
interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly readers: Readers;
  /** Sends it. @returns once the request is answered. */
  send(text: string): Promise<void>;
  /** Resolves once everybody has a row. */
  complete(): Promise<void>;
  disk(): Promise<Disk>;
  databaseCpuSeconds(): number;
}

async function measureSending(one: Contender): Promise<Sent> {
  await one.readers.report();
  const before = { disk: await one.disk(), cpu: cpuSeconds(one.pid), database: one.databaseCpuSeconds() };
  const at = performance.now();
  await one.send(`The doors open an hour later tonight. @t=${process.hrtime.bigint()}; Tell whoever plays.`);
  const answeredMs = performance.now() - at;
  await one.complete();
  const completeMs = performance.now() - at;
  const cpu = {
    server: cpuSeconds(one.pid) - before.cpu,
    database: one.databaseCpuSeconds() - before.database,
  };
  await pause(settleMs);
  const seen = await one.readers.report();
  const disk = await one.disk();
  const rows = disk.ledgerRows - before.disk.ledgerRows;
  if (seen.reached < sockets) throw new Error(`${one.name}: ${seen.reached} of ${sockets} sockets got it`);
  if (rows !== people) throw new Error(`${one.name}: ${rows} of ${people} people have a row`);
  const figure: Sent = {
    server: one.name,
    p50Ms: seen.p50Ms,
    p99Ms: seen.p99Ms,
    lastMs: seen.maxMs,
    twice: seen.messages - seen.reached,
    answeredMs: Math.round(answeredMs),
    completeMs: Math.round(completeMs),
    cpuSeconds: Number(cpu.server.toFixed(2)),
    databaseCpuSeconds: Number(cpu.database.toFixed(2)),
    rows,
    grownBytes: disk.bytes - before.disk.bytes,
    writtenBytes: disk.writtenBytes - before.disk.writtenBytes,
  };
  say(JSON.stringify(figure));
  return figure;
}

const Made = z.object({ notification: z.object({ id: z.string() }) });
const List = z.object({ notifications: z.array(z.object({ id: z.string(), state: z.string() })) });

/** Slipmat with its readers, and how its owner asks it. */
async function openOurs(site: ListeningSite) {
  const { server } = site;
  const { cookie } = await server.call('POST', '/api/auth/sign-in', {
    body: { login: owner.handle, password: owner.password },
  });
  const hello = JSON.stringify({ id: 1, type: 'subscribe', topic: 'notifications' });
  const webSocket = { hello, ready: '"type":"result"', cookieFile: site.cookieFile };
  const readers = await openReaders({ port: server.port, count: sockets, path: '/realtime', webSocket });
  let id = '';
  let asked = 0;
  /** Each from an address of its own, because requests are limited by it. */
  const ask = (path: string) => {
    asked += 1;
    const address = `10.201.${Math.floor(asked / 250) % 250}.${(asked % 250) + 1}`;
    return server.call('GET', path, { cookie, address });
  };
  const contender: Contender = {
    name: `Slipmat on ${site.name}`,
    pid: server.program.pid,
    readers,
    async send(text) {
      const draft = {
        kind: 'must-read',
        title: 'Doors at ten',
        text,
        link: null,
        audience: { to: [{ kind: 'listeners' }] },
        startsAt: null,
        expiresAt: null,
        pushAfter: null,
        emailAfter: null,
        reminders: null,
        key: `bench-${process.hrtime.bigint()}`,
      };
      const made = await server.call('POST', '/api/sent', { cookie, body: draft });
      id = Made.parse(made.body).notification.id;
    },
    async complete() {
      for (const deadline = Date.now() + sentWithinMs; Date.now() < deadline; await pause(askEveryMs)) {
        const { notifications } = List.parse((await ask('/api/sent')).body);
        if (notifications.find((one) => one.id === id)?.state === 'sent') return;
      }
      throw new Error('the ledger is not complete in time');
    },
    disk: site.disk,
    databaseCpuSeconds: site.databaseCpuSeconds,
  };
  return { contender, ask, id: () => id };
}

async function measureOurs(listen: (amount: Amount) => Promise<ListeningSite>) {
  const site = await listen({ people, sessions: sockets });
  const { contender, ask, id } = await openOurs(site);
  const sent: Sent[] = [];
  for (let round = 0; round < rounds; round += 1) sent.push(await measureSending(contender));
  for (const statement of readingStatements(id(), people)) await site.run(statement);
  const asked: Asked[] = [];
  for (const [question, path] of questions(site, id(), people))
    asked.push(await measureQuestion(site.name, question, () => ask(path), requests));
  const readers = site.cookies.values();
  const own = () => site.server.call('GET', '/api/notifications', { cookie: readers.next().value ?? '' });
  asked.push(await measureQuestion(site.name, 'a reader’s own, `GET /api/notifications`', own, requests));
  await contender.readers.stop();
  await site.stop();
  return { sent, asked };
}

async function measurePlain(): Promise<Sent[]> {
  const program = fileURLToPath(new URL('./peers/notify-loop.ts', import.meta.url));
  const folder = newFolder();
  const args = [program, folder, String(people)];
  const { pid, ready, stop } = await startProgram(process.execPath, args, { until: /port (\d+)/ });
  const port = Number(ready[1]);
  const webSocket = { hello: 'hello', ready: 'hello' };
  const readers = await openReaders({ port, count: sockets, path: '/', webSocket });
  const database = new DatabaseSync(join(folder, 'notify.sqlite'), { readOnly: true });
  const numberOf = (statement: string): number =>
    Number(Object.values(database.prepare(statement).get() ?? {})[0]);
  const contender: Contender = {
    name: plain,
    pid,
    readers,
    async send(body) {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
      if ((await response.text()) !== 'sent') throw new Error(`${plain} answered ${response.status}`);
    },
    complete: async () => undefined,
    disk: async () => ({
      ledgerRows: numberOf('select count(*) from recipients'),
      bytes: numberOf('pragma page_count') * numberOf('pragma page_size'),
      writtenBytes: bytesToDisk(pid),
    }),
    databaseCpuSeconds: () => 0,
  };
  const sent: Sent[] = [];
  for (let round = 0; round < rounds; round += 1) sent.push(await measureSending(contender));
  database.close();
  await readers.stop();
  await stop();
  return sent;
}

const before = { ...conditions(), postgres: versionOf(commandPath('postgres'), '--version') };
const sqlite = await measureOurs(listenOnSqlite);
const loop = await measurePlain();
const postgres = await measureOurs(listenOnPostgres);
const sent = [...sqlite.sent, ...postgres.sent, ...loop];
const asked = [...sqlite.asked, ...postgres.asked];

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
function sentCells(figures: readonly Sent[]): (string | number)[] {
  const slowest = (of: (one: Sent) => number): string => Math.max(...figures.map(of)).toFixed(0);
  const usual = (of: (one: Sent) => number): number => mean(figures.map(of));
  return [
    slowest((one) => one.p50Ms),
    slowest((one) => one.p99Ms),
    slowest((one) => one.lastMs),
    slowest((one) => one.answeredMs),
    (Math.max(...figures.map((one) => one.completeMs)) / 1000).toFixed(1),
    usual((one) => one.cpuSeconds).toFixed(1),
    usual((one) => one.databaseCpuSeconds).toFixed(1),
    megabytes(usual((one) => one.grownBytes)),
    megabytes(usual((one) => one.writtenBytes)),
  ];
}
const askedCells = (storage: Asked['storage'], question: string): string[] => {
  const found = asked.find((one) => one.storage === storage && one.question === question);
  return [found?.p50Ms.toFixed(1) ?? '', found?.maxMs.toFixed(1) ?? ''];
};
const table = [
  ...head(
    'one must-read',
    'half of the sockets have it, ms',
    '99 %, ms',
    'the last one, ms',
    'answered, ms',
    'everybody has a row, s',
    's of CPU',
    's of CPU, database',
    'MB larger',
    'MB written',
  ),
  ...[...new Set(sent.map(({ server }) => server))].map((name) =>
    row(name, ...sentCells(sent.filter(({ server }) => server === name))),
  ),
  '',
  ...head(
    `of ${(people * rounds).toLocaleString('en')} rows`,
    'SQLite, p50 ms',
    'max',
    'PostgreSQL, p50 ms',
    'max',
  ),
  ...sqlite.asked.map(({ question }) =>
    row(question, ...askedCells('SQLite', question), ...askedCells('PostgreSQL', question)),
  ),
];
const conditionsOfAll = { ...before, loadAverageAfter: conditions()['loadAverageBefore'] };
finish(
  { name: 'notifications', conditions: conditionsOfAll, parameters, figures: { sent, asked }, table },
  options,
);

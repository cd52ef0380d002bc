/**
 * Who is asking, with 1,000,000 sessions stored: what `identify` of the sessions feature costs a request by the cookies
 * that it comes with, on SQLite and on PostgreSQL. Called directly, without HTTP.
 */

import { commandPath } from '../server/test/services/require-command.ts';
import { createChance } from './harness/chance.ts';
import { conditions, finish, head, mean, readOptions, row, say, versionOf } from './harness/result.ts';
import { cookieOf, handleOf, host, policies } from './harness/stored-sessions.ts';
import { type OpenSite, type StoredSite, storeInPostgres, storeInSqlite } from './harness/stored-sites.ts';

const options = readOptions();
const parameters = options.isQuick
  ? { people: 1_000, sessions: 10_000, lanes: 16, rounds: 1, lookUps: { SQLite: 5_000, PostgreSQL: 2_000 } }
  : {
      people: 100_000,
      sessions: 1_000_000,
      lanes: 16,
      rounds: 3,
      lookUps: { SQLite: 100_000, PostgreSQL: 30_000 },
    };
const { people, sessions, lanes } = parameters;
const junkCookies = 8;

/** A Cookie header that proves session `number`. */
type Header = (number: number) => string;

/** Cookies as ours, of credentials that nobody has. */
function junk(number: number): string[] {
  return Array.from({ length: junkCookies }, (_, index) =>
    cookieOf(policies.next, sessions + number * junkCookies + index),
  );
}

const cases: readonly { readonly name: string; readonly header: Header }[] = [
  { name: 'one cookie', header: (number) => cookieOf(policies.old, number) },
  {
    name: 'two, of the old and of the new policy',
    header: (number) => `${cookieOf(policies.old, number)}; ${cookieOf(policies.next, number)}`,
  },
  {
    name: `one, behind ${junkCookies} of unknown sessions`,
    header: (number) => [...junk(number), cookieOf(policies.next, number)].join('; '),
  },
];
type Case = (typeof cases)[number];

interface Question {
  readonly cookieHeader: string;
  readonly handle: string;
}

const chance = createChance(1);

/** Of sessions drawn at random; made before the measurement, which they would be part of otherwise. */
function questions({ header }: Case, count: number): Question[] {
  return Array.from({ length: count }, () => {
    const number = Math.floor(chance() * sessions);
    return { cookieHeader: header(number), handle: handleOf(number, { people, sessions }) };
  });
}

/** Asks all of them, some at a time. @throws when an answer is not the person whose session it is. */
async function ask({ house }: OpenSite, asked: readonly Question[]): Promise<void> {
  const { identify } = house.sessions;
  const waiting = asked.values();
  const about = {
    userAgent: 'bench',
    address: '127.0.0.1',
    host,
    path: '/api/auth/me',
    isBrowserVisit: true,
  };
  const lane = async (): Promise<void> => {
    for (const { cookieHeader, handle } of waiting) {
      const { who } = await identify({ ...about, cookieHeader });
      if (who.kind !== 'signed-in' || who.person.handle !== handle)
        throw new Error(`${handle} was identified as ${JSON.stringify(who)}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function measure(site: StoredSite, open: OpenSite, one: Case) {
  const asked = questions(one, parameters.lookUps[site.name]);
  const before = { at: performance.now(), cpu: process.cpuUsage(), database: site.databaseCpuSeconds() };
  await ask(open, asked);
  const seconds = (performance.now() - before.at) / 1000;
  const { user, system } = process.cpuUsage(before.cpu);
  const database = (site.databaseCpuSeconds() - before.database) * 1e6;
  const figure = {
    storage: site.name,
    cookies: one.name,
    perSecond: Math.round(asked.length / seconds),
    cpuMicroseconds: Number(((user + system) / asked.length).toFixed(2)),
    databaseCpuMicroseconds: Number((database / asked.length).toFixed(2)),
  };
  const { perSecond, cpuMicroseconds, databaseCpuMicroseconds } = figure;
  say(
    `${site.name}, ${one.name}: ${perSecond} per second, ${cpuMicroseconds} + ${databaseCpuMicroseconds} µs`,
  );
  return figure;
}

async function measureAll(site: StoredSite) {
  const open = await site.open();
  for (const one of cases) await ask(open, questions(one, parameters.lookUps[site.name]));
  const found: Awaited<ReturnType<typeof measure>>[] = [];
  for (let round = 0; round < parameters.rounds; round += 1) {
    for (const one of round % 2 === 0 ? cases : cases.toReversed())
      found.push(await measure(site, open, one));
  }
  await open.close();
  await site.stop();
  return found;
}

const before = { ...conditions(), postgres: versionOf(commandPath('postgres'), '--version') };
const figures: Awaited<ReturnType<typeof measure>>[] = [];
for (const store of [storeInSqlite, storeInPostgres]) {
  say(`storing ${sessions} sessions`);
  figures.push(...(await measureAll(await store({ people, sessions, isAnswered: false }))));
}

const table = [
  ...head(
    'cookies of a request',
    'SQLite, per second',
    'µs of CPU',
    'PostgreSQL, per second',
    'µs of CPU, Slipmat',
    'µs of CPU, PostgreSQL',
  ),
  ...cases.map(({ name }) => {
    const of = (
      storage: StoredSite['name'],
      what: 'perSecond' | 'cpuMicroseconds' | 'databaseCpuMicroseconds',
    ) =>
      Math.round(
        mean(
          figures.filter((one) => one.storage === storage && one.cookies === name).map((one) => one[what]),
        ),
      );
    return row(
      name,
      of('SQLite', 'perSecond'),
      of('SQLite', 'cpuMicroseconds'),
      of('PostgreSQL', 'perSecond'),
      of('PostgreSQL', 'cpuMicroseconds'),
      of('PostgreSQL', 'databaseCpuMicroseconds'),
    );
  }),
];
finish({ name: 'session-lookup', conditions: before, parameters, figures, table }, options);

/**
 * One evaluation of a roll-out that has counted 1,000,000 sessions, on SQLite and on PostgreSQL: from the sums that
 * are kept, as the server does it every ten seconds; and beside it from the sessions themselves, by one GROUP BY.
 */
import { commandPath } from '../server/test/services/require-command.ts';
import { conditions, finish, head, mean, readOptions, row, say, versionOf } from './harness/result.ts';
import { kindsOfBrowsers, missingOfThousand } from './harness/stored-sessions.ts';
import { type OpenSite, type StoredSite, storeInPostgres, storeInSqlite } from './harness/stored-sites.ts';

const options = readOptions();
const parameters = options.isQuick
  ? { people: 1_000, sessions: 10_000, rounds: 1, evaluations: 20, groupings: 2 }
  : { people: 100_000, sessions: 1_000_000, rounds: 3, evaluations: 300, groupings: 5 };
const { people, sessions, evaluations, groupings } = parameters;

/** How far the clock goes on from one evaluation to the next. */
const evaluationEveryMs = 10_000;
/** Version of the policy that is rolled out. */
const version = 2;
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';

/** A clock that stands still between evaluations, which without one would come too fast to be told. */
let moment = Date.now();
const clock = { now: () => moment, after: () => () => undefined, every: () => () => undefined };

/** The first sessions have not come back; one after the other does. */
let answered = 0;
const answerLimit = missingOfThousand * kindsOfBrowsers;

/** Ten seconds later, a further session has come back with the new cookie. */
async function answer({ house, deps }: OpenSite, site: StoredSite): Promise<void> {
  if (answered >= answerLimit) throw new Error('every session has come back');
  moment += evaluationEveryMs;
  const sessionId = site.sessionId(answered);
  answered += 1;
  const note = { sessionId, version, outcome: 'accepted', userAgent } as const;
  await deps.db.write((trx) => house.rollOuts.noteCookie(trx, note));
}

interface Way {
  readonly name: string;
  /** How often in a round. */
  readonly times: number;
  /** What happens before each time and is not measured. */
  prepare(open: OpenSite, site: StoredSite): Promise<void>;
  act(open: OpenSite): Promise<void>;
}

const ways: readonly Way[] = [
  {
    name: 'an evaluation',
    times: evaluations,
    prepare: answer,
    act: ({ house }) => house.rollOuts.evaluate(),
  },
  {
    name: 'one GROUP BY over the sessions',
    times: groupings,
    prepare: async () => undefined,
    async act({ deps }) {
      const found = await deps.db.read
        .selectFrom('roll_out_sessions')
        .select(({ fn }) => ['segment', 'outcome', fn.countAll<number>().as('counted')])
        .where('kind', '=', 'cookie')
        .where('revision', '=', 1)
        .groupBy(['segment', 'outcome'])
        .execute();
      const all = found.reduce((sum, { counted }) => sum + Number(counted), 0);
      if (all !== sessions) throw new Error(`${all} sessions are counted instead of ${sessions}`);
    },
  },
];

/** @throws when the roll-out did not stay where it was, or has not counted what was answered. */
async function check({ house }: OpenSite): Promise<void> {
  const { rollOuts } = await house.rollOuts.show();
  const cookie = rollOuts.find(({ kind }) => kind === 'cookie');
  const { state, verdict, reason, figures } = cookie ?? {};
  if (state !== 'running' || verdict !== 'too-soon' || figures?.issued !== sessions)
    throw new Error(`the roll-out is ${JSON.stringify({ state, verdict, reason, figures })}`);
}

async function measure(site: StoredSite, way: Way) {
  const open = await site.open(clock);
  await way.prepare(open, site);
  await way.act(open);
  let wallMs = 0;
  let ownMs = 0;
  let databaseMs = 0;
  for (let time = 0; time < way.times; time += 1) {
    await way.prepare(open, site);
    const before = { at: performance.now(), cpu: process.cpuUsage(), database: site.databaseCpuSeconds() };
    await way.act(open);
    wallMs += performance.now() - before.at;
    const { user, system } = process.cpuUsage(before.cpu);
    ownMs += (user + system) / 1000;
    databaseMs += (site.databaseCpuSeconds() - before.database) * 1000;
  }
  await check(open);
  await open.close();
  const each = (sum: number): number => Number((sum / way.times).toFixed(2));
  const figure = {
    storage: site.name,
    way: way.name,
    wallMs: each(wallMs),
    cpuMs: each(ownMs),
    databaseCpuMs: each(databaseMs),
  };
  say(`${site.name}, ${way.name}: ${figure.wallMs} ms, CPU ${figure.cpuMs} + ${figure.databaseCpuMs} ms`);
  return figure;
}

/** Rows that one time reads: the difference that the act makes to preparing alone. */
async function rowsOf(site: StoredSite, way: Way): Promise<number | undefined> {
  const times = Math.min(way.times, 50);
  const readBy = async (act: Way['act']): Promise<number | undefined> => {
    const before = await site.rowsRead();
    const open = await site.open(clock);
    for (let time = 0; time < times; time += 1) {
      await way.prepare(open, site);
      await act(open);
    }
    await open.close();
    const after = await site.rowsRead();
    return before === undefined || after === undefined ? undefined : after - before;
  };
  const prepared = await readBy(async () => undefined);
  const acted = await readBy(way.act);
  return prepared === undefined || acted === undefined ? undefined : Math.round((acted - prepared) / times);
}

async function measureAll(site: StoredSite) {
  const found: Awaited<ReturnType<typeof measure>>[] = [];
  for (let round = 0; round < parameters.rounds; round += 1) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) found.push(await measure(site, way));
  }
  const rows: (readonly [string, number])[] = [];
  for (const way of ways) {
    const read = await rowsOf(site, way);
    if (read !== undefined) rows.push([way.name, read]);
  }
  await site.stop();
  return { found, rows };
}

const before = { ...conditions(), postgres: versionOf(commandPath('postgres'), '--version') };
const figures: Awaited<ReturnType<typeof measure>>[] = [];
const rowsRead = new Map<string, number>();
for (const store of [storeInSqlite, storeInPostgres]) {
  say(`storing ${sessions} sessions`);
  answered = 0;
  moment = Date.now();
  const { found, rows } = await measureAll(await store({ people, sessions, isAnswered: true }));
  figures.push(...found);
  for (const [way, read] of rows) rowsRead.set(way, read);
}

function of(storage: StoredSite['name'], way: string, what: 'wallMs' | 'cpuMs' | 'databaseCpuMs'): number {
  return mean(figures.filter((one) => one.storage === storage && one.way === way).map((one) => one[what]));
}

const table = [
  ...head(
    'way',
    'rows read',
    'SQLite, ms',
    'ms of CPU',
    'PostgreSQL, ms',
    'ms of CPU, Slipmat',
    'ms of CPU, PostgreSQL',
  ),
  ...ways.map(({ name }) =>
    row(
      name,
      (rowsRead.get(name) ?? 0).toLocaleString('en'),
      of('SQLite', name, 'wallMs').toFixed(1),
      of('SQLite', name, 'cpuMs').toFixed(1),
      of('PostgreSQL', name, 'wallMs').toFixed(1),
      of('PostgreSQL', name, 'cpuMs').toFixed(1),
      of('PostgreSQL', name, 'databaseCpuMs').toFixed(1),
    ),
  ),
];
const all = { timed: figures, rowsRead: Object.fromEntries(rowsRead) };
finish({ name: 'roll-out', conditions: before, parameters, figures: all, table }, options);

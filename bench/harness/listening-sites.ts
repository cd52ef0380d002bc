/** The real server with many people, of whom some have a page open: on SQLite, and on PostgreSQL. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { startPostgres } from './postgres.ts';
import { bytesToDisk, cpuSeconds, runProgram } from './programs.ts';
import { newFolder, type Slipmat, startSlipmat } from './slipmat.ts';
import { type Amount, cookieOf, personIdOf, plainPolicy, signedInStatements } from './stored-sessions.ts';
import { fillPostgres, fillSqlite } from './stored-sites.ts';

const cli = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));

/** What a database holds, and what was written for it so far. */
export interface Disk {
  readonly ledgerRows: number;
  /** Size of the database. */
  readonly bytes: number;
  /** SQLite: file pages that the server wrote, of the log and of the database. PostgreSQL: its write-ahead log. */
  readonly writtenBytes: number;
}

export interface ListeningSite {
  readonly name: 'SQLite' | 'PostgreSQL';
  readonly server: Slipmat;
  /** The Cookie header of each session; and a file with them, one a line. */
  readonly cookies: readonly string[];
  readonly cookieFile: string;
  personId(number: number): string;
  disk(): Promise<Disk>;
  /** CPU time of the database's own processes so far; SQLite has none. */
  databaseCpuSeconds(): number;
  /** Runs statements beside the server. */
  run(statements: string): Promise<void>;
  stop(): Promise<void>;
}

function keepCookies({ sessions }: Amount): Pick<ListeningSite, 'cookies' | 'cookieFile'> {
  const cookieFile = join(newFolder(), 'cookies');
  const cookies = Array.from({ length: sessions }, (_, number) => cookieOf(plainPolicy, number));
  writeFileSync(cookieFile, `${cookies.join('\n')}\n`);
  return { cookies, cookieFile };
}

const migrate = (env: Readonly<Record<string, string>>): Promise<string> =>
  runProgram(process.execPath, [cli, 'migrate'], { env });

const ledgerRows = 'select count(*) as number from notification_recipients';

/** How long a statement beside the server waits for it. */
const busyTimeoutMs = 10_000;

export async function listenOnSqlite(amount: Amount): Promise<ListeningSite> {
  const dataDir = newFolder();
  await migrate({ DATA_DIR: dataDir });
  const now = Date.now();
  const file = join(dataDir, 'slipmat.sqlite');
  fillSqlite(file, signedInStatements(amount, now));
  const server = await startSlipmat(dataDir);
  const beside = new DatabaseSync(file, { timeout: busyTimeoutMs });
  const number = (statement: string): number =>
    Number(Object.values(beside.prepare(statement).get() ?? {})[0]);
  return {
    name: 'SQLite',
    server,
    ...keepCookies(amount),
    personId: (person) => personIdOf(person, amount, now),
    disk: async () => ({
      ledgerRows: number(ledgerRows),
      bytes: number('pragma page_count') * number('pragma page_size'),
      writtenBytes: bytesToDisk(server.program.pid),
    }),
    databaseCpuSeconds: () => 0,
    run: async (statements) => beside.exec(statements),
    async stop() {
      beside.close();
      await server.stop();
    },
  };
}

export async function listenOnPostgres(amount: Amount): Promise<ListeningSite> {
  const postgres = await startPostgres();
  const environment = { DATABASE_URL: postgres.url };
  await migrate(environment);
  const now = Date.now();
  await fillPostgres(postgres, signedInStatements(amount, now));
  const server = await startSlipmat(newFolder(), environment);
  const number = async (statement: string): Promise<number> => Number(await postgres.sql(`${statement};`));
  return {
    name: 'PostgreSQL',
    server,
    ...keepCookies(amount),
    personId: (person) => personIdOf(person, amount, now),
    disk: async () => ({
      ledgerRows: await number(ledgerRows),
      bytes: await number('select pg_database_size(current_database())'),
      writtenBytes: await number("select pg_current_wal_lsn() - '0/0'::pg_lsn"),
    }),
    databaseCpuSeconds: () => cpuSeconds(postgres.pid),
    run: async (statements) => {
      await postgres.sql(statements);
    },
    async stop() {
      await server.stop();
      await postgres.stop();
    },
  };
}

import { execFile } from 'node:child_process';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { asUser, type Owner, serviceUser, startDaemon, temporaryFolder } from './daemon.ts';
import { commandPath } from './require-command.ts';

const run = promisify(execFile);

const USER = 'slipmat';
const PASSWORD = 'only-for-this-test';

/** A real PostgreSQL with a data folder of its own. */
export interface PostgresServer {
  /** Of the maintenance database; tests take one of their own from `createDatabase`. */
  readonly url: string;
  /** Makes an empty database (some 50 ms) and returns its address. */
  createDatabase(): Promise<string>;
  /** Stops it and removes its folder. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a free loopback port, in about a second. One server can serve a whole test file:
 * `startPostgres({ after })` with `after` of `node:test`, and a fresh database for each test.
 *
 * @param owner stops it when it is over; without one the caller stops it
 * @throws {Error} when it is not installed (declare it: `{ skip: requireCommand('postgres') }`) or does not start
 */
export async function startPostgres(owner?: Owner): Promise<PostgresServer> {
  const user = await serviceUser('postgres');
  const folder = await temporaryFolder('postgres', user);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  const initialise = [
    '-D',
    data,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await run(...asUser(user, commandPath('initdb'), initialise));
  const daemon = await startDaemon({
    name: 'PostgreSQL',
    user,
    folder,
    command: (port) => [
      commandPath('postgres'),
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, ...settings()],
    ],
    ready: /database system is ready to accept connections/,
    portTaken: /could not bind IPv4 address|Address already in use/,
    stopSignal: 'SIGINT',
  });
  const addressOf = (database: string): string =>
    `postgres://${USER}:${PASSWORD}@127.0.0.1:${daemon.port}/${database}`;
  let databases = 0;
  owner?.after(daemon.stop);
  return {
    url: addressOf('postgres'),
    createDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      await query(addressOf('postgres'), `create database ${name}`);
      return addressOf(name);
    },
    stop: daemon.stop,
  };
}

/** The folder is thrown away with the server, so nothing has to survive a power cut; commits stay visible at once. */
function settings(): string[] {
  const values = [
    'fsync=off',
    'full_page_writes=off',
    'shared_buffers=32MB',
    'max_connections=100',
    'log_min_messages=warning',
  ];
  return values.flatMap((value) => ['-c', value]);
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

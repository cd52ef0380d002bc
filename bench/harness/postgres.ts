/** PostgreSQL in a new data folder, with the settings that `initdb` leaves: every commit is flushed. */
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asUser, freePort, serviceUser, temporaryFolder } from '../../server/test/services/daemon.ts';
import { commandPath } from '../../server/test/services/require-command.ts';
import { removeAtEnd, runProgram, startProgram } from './programs.ts';

const user = 'slipmat';
const password = 'only-for-measurements';

export interface Postgres {
  /** The first process; those of the connections are its children. */
  readonly pid: number;
  /** Of an empty database. */
  readonly url: string;
  /** Runs statements, each in a transaction of its own. @returns what they print, one line a row. */
  sql(statements: string): Promise<string>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** @throws when it is not installed or does not start. */
export async function startPostgres(): Promise<Postgres> {
  const owner = await serviceUser('postgres');
  const folder = await temporaryFolder('bench-postgres', owner);
  removeAtEnd(folder);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const access = ['-U', user, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const initialise = ['-D', data, ...access, '-E', 'UTF8', '--locale=C'];
  await runProgram(...asUser(owner, commandPath('initdb'), initialise));
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
  const program = await startProgram(...asUser(owner, commandPath('postgres'), args), {
    env: { LC_ALL: 'C' },
    until: /database system is ready to accept connections/,
  });
  const url = `postgres://${user}:${password}@127.0.0.1:${port}/postgres`;
  return {
    pid: program.pid,
    url,
    sql: (statements) =>
      runProgram(commandPath('psql'), ['-XqAt', '-v', 'ON_ERROR_STOP=1', url], { input: statements }),
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

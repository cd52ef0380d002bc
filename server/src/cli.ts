/** Commands for whoever runs the server: `npm run slipmat -- <command>`. */
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Email, Password } from '@slipmat/contract/accounts';
import { Group } from '@slipmat/contract/capabilities';
import { DisplayName, Handle } from '@slipmat/contract/ids';
import { z } from 'zod';
import { type Config, parseConfig, type SettingName, settings } from './config.ts';
import { openDatabase } from './db/open.ts';
import { diagnose } from './doctor.ts';
import { createAccounts } from './features/accounts/index.ts';
import { systemClock } from './platform/clock.ts';
import { createLog } from './platform/log.ts';
import { ProblemError } from './platform/problem-error.ts';
import { systemRandom } from './platform/random.ts';

const usage = `Usage: npm run slipmat -- <command>

  create-owner --handle H --email E --display-name N   password on standard input
  grant <handle> <group>       dj, moderator, mentor, staff or owner
  revoke <handle> <group>
  check-config                 says whether the settings are in order, and what they are
  migrate                      brings the database to the newest form
  backup <file>                copies the embedded database while the server runs
  doctor                       checks settings, storage, ports and the web client
`;

/** A mistake of whoever typed the command: told in one line, without a stack. */
class UsageError extends Error {}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readConfig(): Config {
  const parsed = parseConfig(process.env);
  if (parsed.ok) return parsed.config;
  throw new UsageError(`The settings have mistakes:\n  ${parsed.mistakes.join('\n  ')}`);
}

function storageOf(config: Config) {
  return config.database.kind === 'sqlite' ? { kind: 'sqlite' as const, dataDir: config.dataDir } : config.database;
}

/** Opens and migrates the database for one command. */
async function withDatabase<T>(work: (db: ReturnType<typeof openDatabase>) => Promise<T>): Promise<T> {
  const config = readConfig();
  const db = openDatabase(storageOf(config), createLog('silent'));
  try {
    await db.migrate();
    return await work(db);
  } finally {
    await db.close();
  }
}

function accountsOver(db: ReturnType<typeof openDatabase>) {
  return createAccounts({ db, clock: systemClock, random: systemRandom });
}

async function createOwner(args: readonly string[]): Promise<void> {
  const options = { handle: { type: 'string' }, email: { type: 'string' }, 'display-name': { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const Owner = z.object({ handle: Handle, email: Email, displayName: DisplayName, password: Password });
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  const owner = Owner.safeParse({ ...values, displayName: values['display-name'], password });
  if (!owner.success) {
    const what = owner.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new UsageError(`create-owner: ${what.join('; ')}`);
  }
  const person = await withDatabase((db) => accountsOver(db).createOwner(owner.data));
  say(`${person.handle} is an owner.`);
}

async function changeGroup(act: 'grant' | 'revoke', [handle, group]: readonly string[]): Promise<void> {
  const parsed = Group.safeParse(group);
  if (handle === undefined || !parsed.success) throw new UsageError(`${act} takes a handle and one of ${Group.options.join(', ')}`);
  const person = await withDatabase((db) => accountsOver(db)[act](null, handle, parsed.data));
  say(`${person.handle} is in: ${person.groups.join(', ')}`);
}

function checkConfig(): void {
  const config = readConfig();
  for (const name of Object.keys(settings) as SettingName[]) {
    const isSecret = name === 'DATABASE_URL' || name === 'REDIS_URL';
    const value = process.env[name] || settings[name].default;
    say(`${name}=${isSecret && value !== '' ? '(set)' : value}`);
  }
  say(`The settings are in order; storage is ${config.database.kind}.`);
}

async function backup([file]: readonly string[]): Promise<void> {
  if (file === undefined) throw new UsageError('backup takes the file to write');
  await withDatabase((db) => db.backupTo(file));
  say(`Copied to ${file}.`);
}

async function migrate(): Promise<void> {
  const config = readConfig();
  const db = openDatabase(storageOf(config), createLog('silent'));
  try {
    const applied = await db.migrate();
    say(applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.join(', ')}`);
  } finally {
    await db.close();
  }
}

async function doctor(): Promise<void> {
  const findings = await diagnose(readConfig());
  for (const { ok, what } of findings) say(`${ok ? 'ok  ' : 'BAD '} ${what}`);
  if (findings.some((finding) => !finding.ok)) process.exitCode = 1;
}

async function run([command, ...args]: readonly string[]): Promise<void> {
  switch (command) {
    case 'create-owner':
      return createOwner(args);
    case 'grant':
    case 'revoke':
      return changeGroup(command, args);
    case 'check-config':
      return checkConfig();
    case 'migrate':
      return migrate();
    case 'backup':
      return backup(args);
    case 'doctor':
      return doctor();
    default:
      throw new UsageError(usage);
  }
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const isTold = error instanceof UsageError || error instanceof ProblemError;
  process.stderr.write(`${isTold ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}

/** Commands for whoever runs the server: `npm run slipmat -- <command>`. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Email, Password } from '@slipmat/contract/accounts';
import { Group } from '@slipmat/contract/capabilities';
import { DisplayName, Handle } from '@slipmat/contract/ids';
import { z } from 'zod';
import { backup, changeGroup, createOwner, migrate, setPassword, verifyEmail } from './administration.ts';
import { adoptUsersCommand } from './cli/adopt-users.ts';
import { rollOutCommand } from './cli/roll-out.ts';
import { UsageError } from './cli/usage-error.ts';
import { type Config, parseConfig, type SettingName, settings } from './config.ts';
import { diagnose } from './doctor.ts';

const usage = `Usage: npm run slipmat -- <command>

  create-owner --handle H --email E --display-name N   password on standard input
  grant <handle> <group>       dj, moderator, mentor, staff or owner
  revoke <handle> <group>
  verify-email <handle>        takes the person’s e-mail address as proven
  set-password <handle>        password on standard input; signs the person out everywhere
  check-config                 says whether the settings are in order, and what they are
  roll-out <act> <cookie|csrf> status, start, pause, resume, advance, roll-back, acknowledge
  adopt-users [--dry-run]      makes everybody of the old Django site a person here, once
  migrate                      brings the database to the newest form
  backup <file>                copies the embedded database while the server runs
  doctor                       checks settings, storage, ports and the web client
`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readConfig(): Config {
  const parsed = parseConfig(process.env);
  if (parsed.ok) return parsed.config;
  throw new UsageError(`The settings have mistakes:\n  ${parsed.mistakes.join('\n  ')}`);
}

/** All of standard input, but for the end of its last line; at a terminal it is asked for, and not shown. */
async function passwordTyped(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '');
  process.stderr.write('Password: ');
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

const Owner = z.object({ handle: Handle, email: Email, displayName: DisplayName, password: Password });

async function makeOwner(args: readonly string[]): Promise<void> {
  const options = {
    handle: { type: 'string' },
    email: { type: 'string' },
    'display-name': { type: 'string' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const password = await passwordTyped();
  const owner = Owner.safeParse({ ...values, displayName: values['display-name'], password });
  if (!owner.success) {
    const what = owner.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new UsageError(`create-owner: ${what.join('; ')}`);
  }
  const { handle } = await createOwner(readConfig(), owner.data);
  say(`${handle} is an owner.`);
}

async function givePassword(handle: string | undefined): Promise<void> {
  if (handle === undefined)
    throw new UsageError('set-password takes a handle, and the password on standard input');
  const password = Password.safeParse(await passwordTyped());
  if (!password.success)
    throw new UsageError(`set-password: password: ${password.error.issues[0]?.message ?? ''}`);
  const known = await setPassword(readConfig(), handle, password.data);
  say(`${known} has another password and is signed out everywhere.`);
}

async function regroup(act: 'grant' | 'revoke', [handle, group]: readonly string[]): Promise<void> {
  const parsed = Group.safeParse(group);
  if (handle === undefined || !parsed.success) {
    throw new UsageError(`${act} takes a handle and one of ${Group.options.join(', ')}`);
  }
  const { groups, pausedGroups } = await changeGroup(readConfig(), act, handle, parsed.data);
  say(`${handle} is in: ${groups.join(', ')}`);
  if (pausedGroups.length > 0)
    say(
      `Waiting until the e-mail address is verified: ${pausedGroups.join(', ')} (or: verify-email ${handle})`,
    );
}

const secretSettings: readonly SettingName[] = [
  'DATABASE_URL',
  'SMTP_URL',
  'REDIS_URL',
  'DJANGO_DATABASE_URL',
  'DJANGO_SECRET_KEYS',
];

function checkConfig(): void {
  const config = readConfig();
  for (const [name, setting] of Object.entries(settings)) {
    const value = process.env[name] || setting.default;
    const isSecret = secretSettings.some((secret) => secret === name);
    say(`${name}=${isSecret && value !== '' ? '(set)' : value}`);
  }
  say(`The settings are in order; storage is ${config.database.kind}.`);
}

async function doctor(): Promise<void> {
  const findings = await diagnose(readConfig());
  for (const { ok, what } of findings) say(`${ok ? 'ok ' : 'BAD'}  ${what}`);
  if (findings.some((finding) => !finding.ok)) process.exitCode = 1;
}

async function run([command, ...args]: readonly string[]): Promise<void> {
  const [first] = args;
  switch (command) {
    case 'create-owner':
      return makeOwner(args);
    case 'grant':
    case 'revoke':
      return regroup(command, args);
    case 'verify-email': {
      if (first === undefined) throw new UsageError('verify-email takes a handle');
      const { email } = await verifyEmail(readConfig(), first);
      return say(`${email} is verified for ${first}.`);
    }
    case 'set-password':
      return givePassword(first);
    case 'check-config':
      return checkConfig();
    case 'roll-out':
      return rollOutCommand(args, readConfig(), say);
    case 'adopt-users':
      return adoptUsersCommand(args, readConfig(), say);
    case 'migrate': {
      const applied = await migrate(readConfig());
      return say(applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.join(', ')}`);
    }
    case 'backup':
      if (first === undefined) throw new UsageError('backup takes the file to write');
      await backup(readConfig(), first);
      return say(`Copied to ${first}.`);
    case 'doctor':
      return doctor();
    default:
      throw new UsageError(usage);
  }
}

/** Errors that say by themselves what to do; anything else shows where it came from. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isWrongOption = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
  return error instanceof UsageError || error.name === 'ProblemError' || isWrongOption
    ? error.message
    : (error.stack ?? error.message);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

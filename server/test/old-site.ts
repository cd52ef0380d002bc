/** The old Django site of `old-site/`, run by gunicorn as a process of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Owner, startDaemon, temporaryFolder } from './services/daemon.ts';
import { commandPath } from './services/require-command.ts';

const run = promisify(execFile);

const source = fileURLToPath(new URL('../../old-site', import.meta.url));

/** Debian's own: its packages belong to no other Python that may come first in PATH. */
const python = '/usr/bin/python3';

/** Short, because each verification of a test would take a third of a second otherwise. */
const passwordIterations = '1000';

export interface OldSiteOptions {
  /** Settings of `old-site/oldsite/settings.py` beside those that every test has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Processes of gunicorn. */
  readonly workers?: number;
}

export interface OldUser {
  readonly username: string;
  readonly password: string;
  readonly email?: string;
  readonly isActive?: boolean;
  /** Names of Django groups; made when missing. */
  readonly groups?: readonly string[];
}

export interface OldSite {
  /** Where gunicorn listens, such as http://127.0.0.1:40001 */
  readonly address: string;
  readonly secretKey: string;
  /** As in `DATABASE`: a file's path, or postgres://… */
  readonly database: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Adds users. @returns their primary keys, in order. */
  addUsers(users: readonly OldUser[]): Promise<readonly string[]>;
  /** Runs Python in the site's environment, with Django set up, and gives what it printed. */
  python(code: string): Promise<string>;
  /** The same site with other settings, on the same database: as after a deployment. */
  redeploy(environment: Readonly<Record<string, string>>): Promise<OldSite>;
  /** Stops it. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * For a test's `skip` option.
 * @param more modules that the test needs beside those of the old site.
 * @throws {Error} when one is missing and `CI=true`
 */
export function requireDjango(...more: readonly string[]): false | string {
  const modules = ['django', 'jwt', 'cryptography', 'gunicorn', ...more].join(', ');
  const { status } = spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' });
  if (status === 0) return false;
  const reason = `${python} lacks one of ${modules} (tools/system-packages.mjs says what the suite needs)`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}

const addUsersCode = `
import json, sys
from django.contrib.auth.models import Group, User
ids = []
for given in json.load(sys.stdin):
    user = User.objects.create_user(given["username"], given.get("email", ""), given["password"])
    user.is_active = given.get("isActive", True)
    user.save()
    for name in given.get("groups", []):
        user.groups.add(Group.objects.get_or_create(name=name)[0])
    ids.append(str(user.pk))
print(json.dumps(ids))
`;

const setUpCode = 'import django\ndjango.setup()\n';

/** Runs a program of the old site and gives what it printed. @throws {Error} with what it printed when it fails. */
async function runPython(environment: Environment, args: readonly string[], input = ''): Promise<string> {
  const started = run(python, [...args], {
    cwd: source,
    env: { ...environment },
    maxBuffer: 16 * 1024 * 1024,
  });
  started.child.stdin?.end(input);
  const { stdout } = await started;
  return stdout;
}

type Environment = Readonly<Record<string, string>>;

/**
 * Starts the old site with an empty, migrated database, in about two seconds.
 *
 * @param owner stops it when it is over
 */
export async function startOldSite(owner: Owner, options: OldSiteOptions = {}): Promise<OldSite> {
  const folder = await temporaryFolder('old-site', undefined);
  await chmod(folder, 0o700);
  const environment: Environment = {
    PATH: process.env['PATH'] ?? '',
    LC_ALL: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    DJANGO_SETTINGS_MODULE: 'oldsite.settings',
    DATABASE: join(folder, 'old.sqlite3'),
    SECRET_KEY: 'only-for-this-test',
    CACHE: join(folder, 'cache'),
    GATE: 'off',
    PASSWORD_ITERATIONS: passwordIterations,
    ...options.environment,
  };
  await runPython(environment, ['manage.py', 'migrate', '--verbosity', '0']);
  const site = await serve(owner, environment, options.workers ?? 1);
  owner.after(() => rm(folder, { recursive: true, force: true }));
  return site;
}

async function serve(owner: Owner, environment: Environment, workers: number): Promise<OldSite> {
  const folder = await temporaryFolder('gunicorn', undefined);
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // With threads, a worker may wait for ever for one of them at its end: the master kills it after a second.
  // A connection is kept for longer than whoever asks keeps it, so that none is closed as a request comes in.
  const ending = ['--graceful-timeout', '1', '--keep-alive', '75'];
  const serving = ['--chdir', source, '--preload', '--workers', String(workers), '--threads', '4'];
  const daemon = await startDaemon({
    name: 'the old site',
    user: undefined,
    folder,
    command: (port) => [
      commandPath('env'),
      [
        '-i',
        ...variables,
        python,
        '-m',
        'gunicorn',
        ...serving,
        ...ending,
        '--bind',
        `127.0.0.1:${port}`,
        'oldsite.wsgi',
      ],
    ],
    ready: /Booting worker/,
    portTaken: /Connection in use/,
    stopSignal: 'SIGTERM',
  });
  owner.after(daemon.stop);
  return {
    address: `http://127.0.0.1:${daemon.port}`,
    secretKey: environment['SECRET_KEY'] ?? '',
    database: environment['DATABASE'] ?? '',
    environment,
    async addUsers(users) {
      const printed = await runPython(environment, ['-c', setUpCode + addUsersCode], JSON.stringify(users));
      return z.array(z.string()).parse(JSON.parse(printed));
    },
    python: (code) => runPython(environment, ['-c', setUpCode + code]),
    async redeploy(changed) {
      await daemon.stop();
      return serve(owner, { ...environment, ...changed }, workers);
    },
    stop: daemon.stop,
  };
}

/** A real Django site's database, sessions and passwords (`django-fixtures/site.py`), and a house that adopts from it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { z } from 'zod';
import { type Database, openDatabase, type Storage } from '#server/db/open.ts';
import { type Accounts, createAccounts } from '#server/features/accounts/index.ts';
import { type Adoption, type AdoptionSettings, createAdoption } from '#server/features/adoption/index.ts';
import { type Clock, systemClock } from '#server/platform/clock.ts';
import { systemRandom } from '#server/platform/random.ts';
import type { PostgresServer } from './services/postgres.ts';
import { aFolder } from './start-app.ts';

/** Debian's own, which has Debian's Django; another python3 may come first in PATH. */
const python = '/usr/bin/python3';
const script = join(import.meta.dirname, 'django-fixtures/site.py');

/** The site's SECRET_KEY unless a test says otherwise. */
export const secretKey = 'felt-slips+needle=(drops)';

/**
 * For a test's `skip` option: false when Django and what it needs are there, otherwise the reason for skipping.
 * @throws when they are missing and `CI=true`.
 */
export function requireDjango(): false | string {
  const imports = 'import django, psycopg2, bcrypt, argon2';
  const { status } = spawnSync(python, ['-c', imports], { stdio: 'ignore' });
  if (status === 0) return false;
  const reason = 'Django is not installed (tools/system-packages.mjs says what the suite needs)';
  if (process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}

const LogLine = z.looseObject({ level: z.number(), msg: z.string().optional() });
type LogLine = z.infer<typeof LogLine>;

export type Location = AdoptionSettings['database'];

/** A database of the old site for each kind; PostgreSQL's undefined when it is not installed. */
export async function newLocation(
  t: TestContext,
  kind: Location['kind'],
  postgres: PostgresServer | undefined,
): Promise<Location> {
  if (kind === 'sqlite') return { kind, file: join(await aFolder(t), 'db.sqlite3') };
  if (postgres === undefined) throw new Error('PostgreSQL is not installed');
  return { kind, url: await postgres.createDatabase() };
}

function forDjango(location: Location): object {
  if (location.kind === 'sqlite') return location;
  const url = new URL(location.url);
  return {
    kind: 'postgres',
    host: url.hostname,
    port: url.port,
    user: url.username,
    password: url.password,
    name: url.pathname.slice(1),
  };
}

/** A user to make; the fields that are not said are Django's defaults. */
export interface UserSpec {
  readonly username: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly email?: string;
  readonly is_active?: boolean;
  readonly groups?: readonly string[];
  readonly password?: string;
}

/** A session to make. */
export interface SessionSpec {
  /** Nobody unless said. */
  readonly username?: string;
  readonly engine?: 'db' | 'cached_db' | 'signed_cookies';
  readonly backend?: string;
  /** Django's settings while it is made. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
  /** Seconds, for `set_expiry`. */
  readonly expiry?: number;
}

const Texts = z.record(z.string(), z.string());
const Made = z.object({ ids: Texts });
const Passwords = z.object({ stored: Texts, taken: z.record(z.string(), z.boolean()) });
const Checked = z.record(z.string(), z.nullable(z.string()));

export interface DjangoSite {
  readonly location: Location;
  /** Primary keys by username. */
  readonly ids: Readonly<Record<string, string>>;
  /** @returns finds the cookie by the name of its spec. */
  cookies(specs: Readonly<Record<string, SessionSpec>>): Promise<(name: string) => string>;
  /** Whom Django itself takes the cookies for, in their order; null for nobody. */
  whoseAre(cookies: readonly string[]): Promise<(string | null)[]>;
  /** Adds so many users; every hundredth is disabled. */
  crowd(count: number): Promise<void>;
  changePassword(username: string, password: string): Promise<void>;
}

async function run(location: Location, command: string, input: object): Promise<unknown> {
  const child = spawn(python, [script, command], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify({ database: forDjango(location), secretKey, ...input }));
  const ended = once(child, 'close');
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  if (code !== 0) throw new Error(`site.py ${command} failed:\n${complained}`);
  return JSON.parse(said);
}

/** The password in every format that Django's own hashers make, and whether Django takes each. */
export async function djangoPasswords(password: string): Promise<z.infer<typeof Passwords>> {
  return Passwords.parse(await run({ kind: 'sqlite', file: ':memory:' }, 'passwords', { password }));
}

/** A site with tables and users. */
export async function aDjangoSite(location: Location, users: readonly UserSpec[] = []): Promise<DjangoSite> {
  const { ids } = Made.parse(await run(location, 'create', { users }));
  return {
    location,
    ids,
    async cookies(sessions) {
      const made = Texts.parse(await run(location, 'sessions', { sessions }));
      return (name) => {
        const cookie = made[name];
        if (cookie === undefined) throw new Error(`there is no session ${name}`);
        return cookie;
      };
    },
    async whoseAre(cookies) {
      const numbered = Object.fromEntries(cookies.map((cookie, index) => [String(index), cookie]));
      const seen = Checked.parse(await run(location, 'check', { cookies: numbered }));
      return cookies.map((_cookie, index) => seen[String(index)] ?? null);
    },
    async crowd(count) {
      await run(location, 'many', { count });
    },
    async changePassword(username, password) {
      await run(location, 'change-password', { username, password });
    },
  };
}

export interface AdoptingHouse {
  readonly db: Database;
  readonly accounts: Accounts;
  readonly adoption: Adoption;
  /** What was logged, oldest first. */
  readonly log: readonly LogLine[];
}

export interface HouseOptions {
  /** A SQLite folder of its own unless said. */
  readonly storage?: Storage;
  readonly clock?: Clock;
  readonly settings?: Partial<AdoptionSettings>;
}

/** Storage, accounts and adoption, put together as the app does. */
export async function anAdoptingHouse(
  t: TestContext,
  location: Location,
  { storage, clock = systemClock, settings = {} }: HouseOptions = {},
): Promise<AdoptingHouse> {
  const lines: LogLine[] = [];
  const write = (line: string): void => {
    lines.push(LogLine.parse(JSON.parse(line)));
  };
  const log = pino({ level: 'debug', base: null }, { write });
  const db = openDatabase(storage ?? { kind: 'sqlite', dataDir: await aFolder(t) }, log);
  await db.migrate();
  const accounts = createAccounts({
    db,
    clock,
    random: systemRandom,
    log,
    onChanged: async () => undefined,
    findElsewhere: (login) => adoption.findByUsername(login),
  });
  const adoption: Adoption = createAdoption({
    db,
    clock,
    log,
    settings: {
      sessions: 'db',
      database: location,
      secretKeys: [secretKey],
      url: undefined,
      groups: [],
      ...settings,
    },
    adoptPerson: accounts.adopt,
  });
  t.after(async () => {
    await adoption.close();
    await db.close();
  });
  return { db, accounts, adoption, log: lines };
}

/** The person that the cookie is adopted as. @throws when it is refused. */
export async function personIdOf(house: AdoptingHouse, cookie: string): Promise<string> {
  const adopted = await house.adoption.adoptSession(cookie);
  if ('refused' in adopted) throw new Error(`refused: ${adopted.refused}`);
  return adopted.personId;
}

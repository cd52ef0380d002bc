/** The old site's database: `django_session`, `auth_user` and its groups, read and never written. */
import { z } from 'zod';
import type { Log } from '#server/platform/log.ts';
import { ProblemError } from '#server/platform/problem-error.ts';
import { openDjangoPostgres } from './django-postgres.ts';
import { openDjangoSqlite } from './django-sqlite.ts';
import { maxStoredChars } from './session-data.ts';

/** As DJANGO_DATABASE_URL names it. */
export type DjangoLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** A row of `auth_user`. */
export interface DjangoUser {
  /** The primary key, decimal. */
  readonly id: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly isActive: boolean;
  /** As Django stores it, such as `pbkdf2_sha256$…`. */
  readonly password: string;
  /** Made by the gate's middleware for one of our people: nobody of the old site's own. */
  readonly isOurs: boolean;
  /** Of the last sign-in there, milliseconds since 1970; undefined when there was none. */
  readonly lastLoginAt: number | undefined;
  /** Names of its rows of `auth_group`. */
  readonly groups: readonly string[];
}

export interface StoredSession {
  /** Undefined: larger than anything that would be opened. */
  readonly data: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** One connection (SQLite) or a small pool (PostgreSQL). */
export interface DjangoConnection {
  /** @param sql a constant with `$1`, `$2`… in order, each once. */
  query(name: string, sql: string, values: readonly (string | number)[]): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** Begins the password of users whom `old-site/slipmat_gate.py` made. */
const ourMark = '!slipmat-';

/** Queries under way or waiting; beyond it the database counts as not answering. */
const queriesAtOnce = 200;

const SessionRow = z.object({ data: z.nullable(z.string()), expires_at: z.coerce.number() });
const UserRow = z.object({
  id: z.string(),
  username: z.string(),
  first_name: z.nullable(z.string()),
  last_name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  active: z.coerce.number(),
  last_login: z.nullable(z.coerce.number()),
  password: z.string(),
});
const GroupRow = z.object({ user_id: z.string(), name: z.string() });
const CountRow = z.object({ users: z.coerce.number() });

/** SQLite has Django's moments as text in UTC (with USE_TZ off, in the site's own time zone). */
const secondsOf: Readonly<Record<DjangoLocation['kind'], (column: string) => string>> = {
  sqlite: (column) => `cast(strftime('%s', ${column}) as integer)`,
  postgres: (column) => `cast(extract(epoch from ${column}) as double precision)`,
};

/** Our own texts; the values are always parameters. */
function statements(kind: DjangoLocation['kind']) {
  // As `id` goes out as text, ordering by it needs the table's name.
  const userColumns = `cast(id as text) as id, username, first_name, last_name, email, password,
    case when is_active then 1 else 0 end as active, ${secondsOf[kind]('last_login')} as last_login`;
  return {
    session: `select case when length(session_data) <= ${maxStoredChars} then session_data end as data,
      ${secondsOf[kind]('expire_date')} as expires_at from django_session where session_key = $1`,
    user: `select ${userColumns} from auth_user where id = cast($1 as bigint)`,
    userByName: `select ${userColumns} from auth_user where username = $1`,
    users: `select ${userColumns} from auth_user where id > cast($1 as bigint) order by auth_user.id limit $2`,
    groups: `select cast(m.user_id as text) as user_id, g.name from auth_user_groups m
      join auth_group g on g.id = m.group_id
      where m.user_id >= cast($1 as bigint) and m.user_id <= cast($2 as bigint) order by g.name`,
    count: 'select count(*) as users from auth_user',
  } as const;
}

export type DjangoDatabase = ReturnType<typeof openDjangoDatabase>;

/**
 * Connects when it is first asked. Everything throws ProblemError `storage-unavailable` when the database does not
 * answer or is not a Django site's.
 */
export function openDjangoDatabase(location: DjangoLocation, log: Log) {
  const connection =
    location.kind === 'sqlite' ? openDjangoSqlite(location.file) : openDjangoPostgres(location.url, log);
  const texts = statements(location.kind);
  let underWay = 0;

  async function rows<S extends z.ZodType>(
    name: keyof typeof texts,
    schema: S,
    values: readonly (string | number)[],
  ): Promise<z.output<S>[]> {
    if (underWay >= queriesAtOnce)
      throw new ProblemError('storage-unavailable', {}, { cause: new Error('too many queries wait') });
    underWay += 1;
    try {
      const found = await connection.query(`slipmat_${name}`, texts[name], values);
      return found.map((row) => schema.parse(row));
    } catch (error) {
      throw new ProblemError('storage-unavailable', {}, { cause: error });
    } finally {
      underWay -= 1;
    }
  }

  async function withGroups(found: readonly z.infer<typeof UserRow>[]): Promise<DjangoUser[]> {
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined) return [];
    const groups = await rows('groups', GroupRow, [first.id, last.id]);
    return found.map((row) => ({
      id: row.id,
      username: row.username,
      firstName: row.first_name ?? '',
      lastName: row.last_name ?? '',
      email: row.email ?? '',
      isActive: row.active === 1,
      password: row.password,
      isOurs: row.password.startsWith(ourMark),
      lastLoginAt: row.last_login === null ? undefined : row.last_login * 1_000,
      groups: groups.filter((group) => group.user_id === row.id).map((group) => group.name),
    }));
  }

  return {
    /** @param key primary key of `django_session`, which is what the cookie holds. */
    async session(key: string): Promise<StoredSession | undefined> {
      const [row] = await rows('session', SessionRow, [key]);
      return row && { data: row.data ?? undefined, expiresAt: row.expires_at * 1_000 };
    },
    /** @param id decimal; @returns undefined for what is no primary key, too. */
    async user(id: string): Promise<DjangoUser | undefined> {
      if (!/^\d{1,18}$/.test(id)) return undefined;
      return (await withGroups(await rows('user', UserRow, [id])))[0];
    },
    /** @param username exactly as Django has it. */
    async userByName(username: string): Promise<DjangoUser | undefined> {
      return (await withGroups(await rows('userByName', UserRow, [username])))[0];
    },
    /** Those with a larger primary key, by primary key. */
    async usersAfter(id: string, limit: number): Promise<DjangoUser[]> {
      return withGroups(await rows('users', UserRow, [id, limit]));
    },
    async countUsers(): Promise<number> {
      return (await rows('count', CountRow, []))[0]?.users ?? 0;
    },
    close: () => connection.close(),
  };
}

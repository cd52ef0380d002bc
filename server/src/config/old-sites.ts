/** Settings of what stays behind: old services at the gate, and the Django site whose people are adopted. */
import { Group } from '@slipmat/contract/capabilities';
import type { Mistakes, SettingName } from '../config.ts';

/** An old service that stays behind the gate. */
export interface OldSite {
  /** For people. */
  readonly name: string;
  /** Such as https://old.radio.example */
  readonly origin: string;
}

/** How to adopt the sessions and users of an old Django site. */
export interface DjangoConfig {
  /** Undefined: users only. */
  readonly sessions: 'db' | 'signed_cookies' | 'ask' | undefined;
  readonly database: DjangoDatabase;
  /** The first signs, all verify. */
  readonly secretKeys: readonly string[];
  readonly sessionCookie: string;
  /** Where it answers Slipmat itself, for `ask`. */
  readonly url: URL | undefined;
  readonly groups: readonly { readonly theirs: string; readonly ours: Group }[];
}

export type DjangoDatabase =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** `left=right` pairs, separated by commas. */
function pairs(name: SettingName, value: string, mistakes: Mistakes): (readonly [string, string])[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .flatMap((entry) => {
      const equals = entry.indexOf('=');
      if (equals > 0) return [[entry.slice(0, equals).trim(), entry.slice(equals + 1).trim()] as const];
      mistakes.add(name, `has “${entry}”, but needs a name, = and a value.`);
      return [];
    });
}

/** `OLD_SITES`: a name and an exact origin each. */
export function parseOldSites(value: string, mistakes: Mistakes): OldSite[] {
  return pairs('OLD_SITES', value, mistakes).flatMap(([name, origin]) => {
    if (URL.parse(origin)?.origin === origin) return [{ name, origin }];
    mistakes.add('OLD_SITES', `has “${origin}”, but an origin is scheme, host and port only.`);
    return [];
  });
}

function parseDatabase(value: string, mistakes: Mistakes): DjangoDatabase | undefined {
  const url = URL.parse(value);
  if (url?.protocol === 'sqlite:') return { kind: 'sqlite', file: decodeURIComponent(url.pathname) };
  if (url?.protocol === 'postgres:' || url?.protocol === 'postgresql:')
    return { kind: 'postgres', url: url.href };
  mistakes.add('DJANGO_DATABASE_URL', 'is not an address that starts with sqlite:// or postgres://');
  return undefined;
}

function parseSessions(value: string, mistakes: Mistakes): DjangoConfig['sessions'] {
  if (value === '') return undefined;
  if (value === 'db' || value === 'signed_cookies' || value === 'ask') return value;
  mistakes.add('DJANGO_SESSIONS', `is “${value}”, but must be db, signed_cookies or ask.`);
  return undefined;
}

function parseGroups(value: string, mistakes: Mistakes): DjangoConfig['groups'] {
  return pairs('DJANGO_GROUPS', value, mistakes).flatMap(([theirs, right]) => {
    const ours = Group.safeParse(right);
    if (ours.success && ours.data !== 'owner') return [{ theirs, ours: ours.data }];
    mistakes.add('DJANGO_GROUPS', `has “${right}”, but ours are dj, moderator, mentor and staff.`);
    return [];
  });
}

/** The `DJANGO_…` settings; undefined when no old database is named. */
export function parseDjango(
  value: (name: SettingName) => string,
  mistakes: Mistakes,
): DjangoConfig | undefined {
  const sessions = parseSessions(value('DJANGO_SESSIONS'), mistakes);
  const address = value('DJANGO_DATABASE_URL');
  if (address === '') {
    if (sessions !== undefined) mistakes.add('DJANGO_DATABASE_URL', 'is needed to adopt sessions.');
    return undefined;
  }
  const secretKeys = value('DJANGO_SECRET_KEYS')
    .split(' ')
    .filter((key) => key !== '');
  const url = URL.parse(value('DJANGO_URL')) ?? undefined;
  if (sessions !== undefined && secretKeys.length === 0)
    mistakes.add('DJANGO_SECRET_KEYS', 'is needed to adopt sessions.');
  if (sessions === 'ask' && url === undefined)
    mistakes.add('DJANGO_URL', 'is needed for DJANGO_SESSIONS=ask.');
  const database = parseDatabase(address, mistakes);
  if (database === undefined) return undefined;
  return {
    sessions,
    database,
    secretKeys,
    sessionCookie: value('DJANGO_SESSION_COOKIE'),
    url,
    groups: parseGroups(value('DJANGO_GROUPS'), mistakes),
  };
}

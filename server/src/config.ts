/** Settings: the environment, parsed once, with all mistakes reported together. */
import { z } from 'zod';
import { type ChannelsConfig, parseChannels } from './config/channels.ts';
import { type DjangoConfig, type OldSite, parseDjango, parseOldSites } from './config/old-sites.ts';
import { type Dsn, parseDsn } from './platform/sentry-dsn.ts';

/** One setting of the environment; `docs/configuration.md` is generated from this table. */
interface Setting {
  readonly default: string;
  readonly about: string;
}

export const settings = {
  PORT: { default: '8080', about: 'Port of the site and its API. 0 takes a free one.' },
  SOURCE_PORT: { default: '8000', about: 'Port that DJ software sends audio to. 0 takes a free one.' },
  HOST: {
    default: '127.0.0.1',
    about:
      'Address to listen on. The default serves this machine only; 0.0.0.0 serves every network it is on.',
  },
  PUBLIC_URL: {
    default: '',
    about:
      'Where browsers find the site, such as https://radio.example. Empty: http://localhost on PORT. Plain http is for loopback only.',
  },
  TRUSTED_ORIGINS: {
    default: '',
    about: 'Further exact origins, separated by commas, whose pages may call the API with cookies.',
  },
  TRUSTED_PROXIES: {
    default: 'loopback',
    about:
      'Addresses or networks, separated by commas, of reverse proxies whose X-Forwarded-For is believed; “none” for no proxy.',
  },
  COOKIE_DOMAIN: {
    default: '',
    about:
      'Domain whose sub-domains share the sign-in, such as radio.example. Empty: the host of PUBLIC_URL only. A change reaches browsers by a roll-out that staff start.',
  },
  CSRF: {
    default: 'enforce',
    about:
      'enforce refuses requests that other sites make in a person’s name. roll-out only counts them until staff roll the enforcement out.',
  },
  OLD_SITES: {
    default: '',
    about:
      'Old services behind the gate, separated by commas, each with a name and its origin: Old chat=https://old.radio.example.',
  },
  DJANGO_SESSIONS: {
    default: '',
    about:
      'Where the old Django site keeps sessions that Slipmat adopts: db, signed_cookies, or ask (the site itself answers; for its other back ends). Empty: none are adopted.',
  },
  DJANGO_DATABASE_URL: {
    default: '',
    about:
      'The old site’s database, which is only read: sqlite:///path/to/db.sqlite3 or postgres://user:password@host/name.',
  },
  DJANGO_SECRET_KEYS: {
    default: '',
    about: 'The old site’s SECRET_KEY; then, separated by spaces, its SECRET_KEY_FALLBACKS.',
  },
  DJANGO_SESSION_COOKIE: { default: 'sessionid', about: 'The old site’s SESSION_COOKIE_NAME.' },
  DJANGO_URL: {
    default: '',
    about: 'Where Slipmat reaches the old site for DJANGO_SESSIONS=ask, such as http://127.0.0.1:8001.',
  },
  DJANGO_GROUPS: {
    default: '',
    about: 'Groups of the old site and ours, separated by commas: DJs=dj,Crew=moderator.',
  },
  SMTP_URL: {
    default: '',
    about:
      'Mail server, such as smtp://user:password@mail.example:587 (STARTTLS is required, unless it is this machine or ?tls=off is added) or smtps://user:password@mail.example:465. Empty: nothing is sent, and mail is kept in the outbox.',
  },
  MAIL_FROM: {
    default: '',
    about: 'Sender of mail, such as Radio <radio@example.org>. Needed with SMTP_URL.',
  },
  MAIL_PER_MINUTE: {
    default: '120',
    about: 'Mails handed to the mail server in a minute at most, by all processes together.',
  },
  PUSH_PER_MINUTE: {
    default: '3000',
    about: 'Web push messages sent in a minute at most, by all processes together.',
  },
  PUSH_ADDRESSES: {
    default: 'public',
    about: 'public sends web push to public addresses only; any also to a push service on a private network.',
  },
  NOTIFICATIONS_DAYS: {
    default: '0',
    about:
      'Days after which notifications that are over are forgotten with their ledgers of who has read and confirmed them. 0: never.',
  },
  DATA_DIR: { default: './data', about: 'Folder for the embedded database. Made when missing.' },
  DATABASE_URL: {
    default: '',
    about: 'PostgreSQL, such as postgres://user:password@host/name. Empty: SQLite in DATA_DIR.',
  },
  REDIS_URL: {
    default: '',
    about: 'Redis, such as redis://host:6379, for more than one server process. Empty: this process only.',
  },
  SOURCE_PUBLIC_HOST: {
    default: '',
    about: 'Host name shown to DJs for the source port. Empty: the host of PUBLIC_URL.',
  },
  SOURCE_TLS_CERT: { default: '', about: 'PEM file with the certificate chain for TLS on the source port.' },
  SOURCE_TLS_KEY: { default: '', about: 'PEM file with the private key for TLS on the source port.' },
  SENTRY_DSN: {
    default: '',
    about:
      'Forwards faults to a service that speaks Sentry’s envelope format: https://key@sentry.example/1. Empty: they stay here.',
  },
  LOG_LEVEL: { default: 'info', about: 'fatal, error, warn, info, debug, trace or silent.' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

export interface Config {
  readonly port: number;
  readonly sourcePort: number;
  readonly host: string;
  /** Undefined: http://localhost on whatever port is bound. */
  readonly publicUrl: URL | undefined;
  readonly trustedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly dataDir: string;
  readonly database: { readonly kind: 'sqlite' } | { readonly kind: 'postgres'; readonly url: string };
  readonly redisUrl: string | undefined;
  readonly sourcePublicHost: string | undefined;
  readonly sourceTls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly logLevel: string;
  readonly sentryDsn: Dsn | undefined;
  /** Shares the sign-in with the sub-domains of it. */
  readonly cookieDomain: string | undefined;
  /** True: the CSRF guard only counts until it was rolled out. */
  readonly csrfByRollOut: boolean;
  readonly oldSites: readonly OldSite[];
  readonly django: DjangoConfig | undefined;
  readonly channels: ChannelsConfig;
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const Port = z.coerce.number().int().min(0).max(65_535);
const LogLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);
const Csrf = z.enum(['enforce', 'roll-out']);
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True for host names that never leave the machine. */
export function isLoopback(hostname: string): boolean {
  return loopbackHosts.has(hostname) || hostname.endsWith('.localhost');
}

/** Everything that is wrong with the settings, a sentence each. */
export class Mistakes {
  readonly list: string[] = [];

  add(name: SettingName, what: string): void {
    this.list.push(`${name} ${what}`);
  }
}

function parsePort(name: 'PORT' | 'SOURCE_PORT', value: string, mistakes: Mistakes): number {
  const port = Port.safeParse(value);
  if (port.success) return port.data;
  mistakes.add(name, `is “${value}”, but must be a whole number from 0 to 65535.`);
  return 0;
}

function parseUrl(
  name: SettingName,
  value: string,
  protocols: readonly string[],
  mistakes: Mistakes,
): URL | undefined {
  if (value === '') return undefined;
  const url = URL.parse(value);
  if (url !== null && protocols.includes(url.protocol)) return url;
  mistakes.add(name, `is not an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
  return undefined;
}

function parsePublicUrl(value: string, mistakes: Mistakes): URL | undefined {
  const url = parseUrl('PUBLIC_URL', value, ['http:', 'https:'], mistakes);
  if (url === undefined) return undefined;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    mistakes.add('PUBLIC_URL', `is “${value}”, but must have no path, such as ${url.origin}.`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    mistakes.add(
      'PUBLIC_URL',
      `is plain http on ${url.hostname}. Browsers keep sign-in cookies safe only over https; put a reverse proxy with a certificate in front (deploy/).`,
    );
  }
  return url;
}

function parseSentry(value: string, mistakes: Mistakes): Dsn | undefined {
  if (value === '') return undefined;
  const dsn = parseDsn(value);
  if (dsn === undefined) mistakes.add('SENTRY_DSN', 'is not of the form https://key@host/number.');
  return dsn;
}

function list(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function parseOrigins(value: string, mistakes: Mistakes): string[] {
  return list(value).flatMap((entry) => {
    const url = URL.parse(entry);
    if (url !== null && url.origin === entry) return [entry];
    mistakes.add(
      'TRUSTED_ORIGINS',
      `has “${entry}”, but an origin is scheme, host and port only, such as https://old.radio.example.`,
    );
    return [];
  });
}

function parseTls(cert: string, key: string, mistakes: Mistakes): Config['sourceTls'] {
  if (cert === '' && key === '') return undefined;
  if (cert === '') mistakes.add('SOURCE_TLS_CERT', 'is missing, but SOURCE_TLS_KEY is set.');
  if (key === '') mistakes.add('SOURCE_TLS_KEY', 'is missing, but SOURCE_TLS_CERT is set.');
  return { certFile: cert, keyFile: key };
}

function parseCookieDomain(
  value: string,
  publicUrl: URL | undefined,
  mistakes: Mistakes,
): string | undefined {
  if (value === '') return undefined;
  if (!/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/.test(value)) {
    mistakes.add(
      'COOKIE_DOMAIN',
      `is “${value}”, but must be a domain in lower case, such as radio.example.`,
    );
  } else if (publicUrl === undefined) {
    mistakes.add('COOKIE_DOMAIN', 'is set without PUBLIC_URL.');
  }
  return value;
}

/**
 * @param environment such as `process.env`; an unset and an empty variable mean the default.
 * @returns the settings, or a sentence for each mistake.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const mistakes = new Mistakes();
  const value = (name: SettingName): string => environment[name] || settings[name].default;

  const port = parsePort('PORT', value('PORT'), mistakes);
  const sourcePort = parsePort('SOURCE_PORT', value('SOURCE_PORT'), mistakes);
  if (port !== 0 && port === sourcePort)
    mistakes.add('SOURCE_PORT', 'is the same as PORT; they must differ.');
  const publicUrl = parsePublicUrl(value('PUBLIC_URL'), mistakes);
  const database = parseUrl('DATABASE_URL', value('DATABASE_URL'), ['postgres:', 'postgresql:'], mistakes);
  const redis = parseUrl('REDIS_URL', value('REDIS_URL'), ['redis:', 'rediss:'], mistakes);
  if (redis !== undefined && database === undefined) {
    mistakes.add(
      'REDIS_URL',
      'is set without DATABASE_URL: processes that share Redis must share a PostgreSQL database too.',
    );
  }
  const logLevel = LogLevel.safeParse(value('LOG_LEVEL'));
  if (!logLevel.success)
    mistakes.add(
      'LOG_LEVEL',
      `is “${value('LOG_LEVEL')}”, but must be one of ${LogLevel.options.join(', ')}.`,
    );
  const csrf = Csrf.safeParse(value('CSRF'));
  if (!csrf.success) mistakes.add('CSRF', `is “${value('CSRF')}”, but must be enforce or roll-out.`);
  const proxies = list(value('TRUSTED_PROXIES'));
  const config: Config = {
    port,
    sourcePort,
    host: value('HOST'),
    publicUrl,
    trustedOrigins: parseOrigins(value('TRUSTED_ORIGINS'), mistakes),
    trustedProxies: proxies.includes('none') ? [] : proxies,
    dataDir: value('DATA_DIR'),
    database: database === undefined ? { kind: 'sqlite' } : { kind: 'postgres', url: database.href },
    redisUrl: redis?.href,
    sourcePublicHost: value('SOURCE_PUBLIC_HOST') || undefined,
    sourceTls: parseTls(value('SOURCE_TLS_CERT'), value('SOURCE_TLS_KEY'), mistakes),
    sentryDsn: parseSentry(value('SENTRY_DSN'), mistakes),
    logLevel: logLevel.success ? logLevel.data : 'info',
    cookieDomain: parseCookieDomain(value('COOKIE_DOMAIN'), publicUrl, mistakes),
    csrfByRollOut: csrf.data === 'roll-out',
    oldSites: parseOldSites(value('OLD_SITES'), mistakes),
    django: parseDjango(value, mistakes),
    channels: parseChannels(value, mistakes),
  };
  return mistakes.list.length === 0 ? { ok: true, config } : { ok: false, mistakes: mistakes.list };
}

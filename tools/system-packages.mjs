/**
 * The programs that the suite runs against, as Debian packages. `node tools/system-packages.mjs` installs what
 * is missing when it may (root on Debian); everywhere else it says what is missing and fails.
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { PlainError } from './run/plain-error.mjs';

/**
 * package: its name in Debian; command: the program that shows that it is there on other systems
 * (null: nothing to run); for: what the suite does with it.
 */
export const SYSTEM_PACKAGES = /** @type {const} */ ([
  { package: 'alsa-utils', command: 'aplay', for: 'sound of BUTT' },
  { package: 'butt', command: 'butt', for: 'a DJ with BUTT' },
  { package: 'caddy', command: 'caddy', for: 'the reverse proxy example' },
  { package: 'chromium', command: 'chromium', for: 'journeys in a browser' },
  { package: 'chromium-headless-shell', command: 'chromium-headless-shell', for: 'many pages in a row' },
  { package: 'curl', command: 'curl', for: 'a client without ICY' },
  { package: 'ezstream', command: 'ezstream', for: 'a DJ with ezstream' },
  { package: 'ffmpeg', command: 'ffmpeg', for: 'sample sound, a DJ with ffmpeg' },
  { package: 'firefox-esr', command: 'firefox-esr', for: 'journeys in Firefox' },
  { package: 'gunicorn', command: 'gunicorn', for: 'the old Django site' },
  { package: 'icecast2', command: 'icecast2', for: 'the measure of audio fan-out' },
  { package: 'libasound2-plugins', command: null, for: 'sound of BUTT' },
  { package: 'libnss3-tools', command: 'certutil', for: 'certificates that browsers trust' },
  { package: 'liquidsoap', command: 'liquidsoap', for: 'a DJ with Liquidsoap' },
  { package: 'nginx', command: 'nginx', for: 'the reverse proxy example' },
  { package: 'openssl', command: 'openssl', for: 'certificates for TLS ingest' },
  { package: 'postgresql', command: 'pg_config', for: 'storage' },
  { package: 'pulseaudio', command: 'pulseaudio', for: 'sound of BUTT' },
  { package: 'pulseaudio-utils', command: 'pactl', for: 'sound of BUTT' },
  { package: 'python3-argon2', command: null, for: 'passwords of the old Django site' },
  { package: 'python3-bcrypt', command: null, for: 'passwords of the old Django site' },
  { package: 'python3-cryptography', command: null, for: 'the gate’s middleware in Django' },
  { package: 'python3-django', command: null, for: 'the old Django site' },
  { package: 'python3-jwt', command: null, for: 'the gate’s middleware in Django' },
  { package: 'python3-psycopg2', command: null, for: 'the old Django site on PostgreSQL' },
  { package: 'python3-yaml', command: null, for: 'the Traefik example' },
  { package: 'redis-server', command: 'redis-server', for: 'the hub between processes' },
  { package: 'webkit2gtk-driver', command: 'WebKitWebDriver', for: 'journeys in WebKit' },
  { package: 'xauth', command: 'xauth', for: 'a display for BUTT' },
  { package: 'xvfb', command: 'Xvfb', for: 'a display for BUTT' },
]);

/** @typedef {{ package: string, command: string | null }} SystemPackage */

/**
 * @param {readonly SystemPackage[]} wanted
 * @returns {{ missing: string[], debian: boolean }} names of packages that are not there
 */
export function missingPackages(wanted = SYSTEM_PACKAGES) {
  const names = wanted.map((entry) => entry.package);
  const known = spawnSync('dpkg-query', ['-W', '-f', `\${Package} \${db:Status-Abbrev}\n`, ...names], {
    encoding: 'utf8',
  });
  if (known.error) {
    const missing = wanted.filter((entry) => entry.command !== null && !isOnPath(entry.command));
    return { missing: missing.map((entry) => entry.package), debian: false };
  }
  const installed = new Set([...known.stdout.matchAll(/^(\S+) ii/gm)].map((match) => match[1]));
  return { missing: names.filter((name) => !installed.has(name)), debian: true };
}

/** @param {string} command */
function isOnPath(command) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', command], { stdio: 'ignore' }).status === 0;
}

/**
 * Makes sure that everything the suite needs is there.
 *
 * @param {readonly SystemPackage[]} [wanted]
 * @throws {PlainError} naming what is missing and how to get it, when it cannot be installed from here
 */
export async function ensureSystemPackages(wanted = SYSTEM_PACKAGES) {
  const { missing, debian } = missingPackages(wanted);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (!debian || process.getuid?.() !== 0) {
    throw new PlainError(
      [
        `The suite needs programs that are not here: ${missing.join(', ')}`,
        `On Debian: sudo apt-get update && sudo apt-get ${install.join(' ')}`,
        'A single file or folder can be tested without them: npm test -- <path>',
      ].join('\n'),
    );
  }
  process.stderr.write(`Installing ${missing.length} system packages: ${missing.join(', ')}\n`);
  apt(['update']);
  apt(install);
}

/** @param {string[]} args */
function apt(args) {
  const done = spawnSync('apt-get', ['-q', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // The list of unpacked files of some 300 packages is long.
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (done.status === 0) return;
  throw new PlainError(
    `${done.stdout ?? ''}${done.stderr ?? ''}\napt-get ${args.join(' ')} failed; what it printed is above.`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await ensureSystemPackages();
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

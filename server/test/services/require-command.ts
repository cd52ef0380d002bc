import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps PostgreSQL's server programs out of PATH, one folder per version. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/**
 * Where a program is: in PATH, or where Debian keeps the PostgreSQL server's.
 *
 * @param name such as `ffmpeg`
 * @returns its absolute path; undefined when it is not installed
 */
export function findCommand(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...postgresFolders(),
  ];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/**
 * For a test's `skip` option: false when the program is there, otherwise the reason for skipping.
 *
 * @param name such as `ffmpeg`
 * @throws {Error} when it is missing and `CI=true`: there a skipped test would look like a passed one
 */
export function requireCommand(name: string): false | string {
  if (findCommand(name) !== undefined) return false;
  const reason = `${name} is not installed (tools/system-packages.mjs says what the suite needs)`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}

/**
 * The path of a program that a test has declared with `requireCommand`.
 *
 * @throws {Error} when it is missing
 */
export function commandPath(name: string): string {
  const path = findCommand(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/** Newest version first. */
function postgresFolders(): string[] {
  if (!isProgram(POSTGRES_VERSIONS)) return [];
  const versions = readdirSync(POSTGRES_VERSIONS).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(POSTGRES_VERSIONS, version, 'bin'));
}

/** Also true for folders one may enter, which share the permission. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders that are made, not written: never read by a checker, never part of a source hash. */
const MADE_FOLDERS = new Set(['node_modules', 'dist', 'data', 'artifacts', '.git', '.cache', '__pycache__']);

/** @returns {string} the absolute path of the repository */
export function repositoryRoot() {
  return dirname(dirname(dirname(fileURLToPath(import.meta.url))));
}

/**
 * Every written file below a folder, sorted, as absolute paths. Links are not followed.
 *
 * @param {string} folder
 * @returns {string[]} empty when the folder does not exist
 */
export function filesBelow(folder) {
  /** @type {string[]} */
  const found = [];
  const waiting = [folder];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    for (const entry of entriesOf(current)) {
      const path = join(current, entry.name);
      if (entry.isDirectory() && !MADE_FOLDERS.has(entry.name)) waiting.push(path);
      if (entry.isFile()) found.push(path);
    }
  }
  return found.sort();
}

/**
 * @param {string} folder
 * @returns {import('node:fs').Dirent[]}
 */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * @param {unknown} error
 * @returns {boolean} whether a file system call failed because the file is not there
 */
export function isMissing(error) {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

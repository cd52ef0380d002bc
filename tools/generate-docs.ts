/**
 * Writes the pages of docs/ that are derived from the code: errors, configuration, endpoints, CSRF, who may
 * send what to whom.
 * `node tools/generate-docs.ts` writes them; with `--check` it only compares, prints the difference and exits
 * with 1 when a page is not what the code says.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configurationPage } from './pages/configuration-page.ts';
import { csrfPage } from './pages/csrf-page.ts';
import { endpointsPage } from './pages/endpoints-page.ts';
import { errorsPage } from './pages/errors-page.ts';
import { sendingRightsPage } from './pages/sending-rights-page.ts';
import { isMissing, repositoryRoot } from './run/paths.mjs';

/** Lines of a difference that are shown for each side; the rest is seen by generating the page. */
const SHOWN_LINES = 20;

/** Every generated page: path in the repository → text. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/errors.md', errorsPage()],
    ['docs/configuration.md', configurationPage()],
    ['docs/endpoints.md', endpointsPage()],
    ['docs/csrf.md', csrfPage()],
    ['docs/sending-rights.md', sendingRightsPage()],
  ]);
}

/**
 * The part in which two texts differ, as lines marked `-` (there) and `+` (wanted); empty when they are equal.
 *
 * @param there the page as it is
 * @param wanted the page as it should be
 */
export function difference(there: string, wanted: string): string[] {
  if (there === wanted) return [];
  const before = there.split('\n');
  const after = wanted.split('\n');
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end))
    end += 1;
  const shown = (lines: readonly string[], mark: string): string[] => {
    const changed = lines.slice(start, lines.length - end).map((line) => `${mark} ${line}`);
    const left = changed.length - SHOWN_LINES;
    return left > 0 ? [...changed.slice(0, SHOWN_LINES), `${mark} … and ${left} more lines`] : changed;
  };
  return [`@@ line ${start + 1} @@`, ...shown(before, '-'), ...shown(after, '+')];
}

function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

function main(check: boolean): void {
  for (const [page, text] of generatedPages()) {
    const path = join(repositoryRoot(), page);
    if (check) {
      const lines = difference(readPage(path), text);
      if (lines.length === 0) continue;
      process.stdout.write(`${page} is not what the code says; run: npm run docs\n${lines.join('\n')}\n`);
      process.exitCode = 1;
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

if (import.meta.main) main(process.argv.includes('--check'));

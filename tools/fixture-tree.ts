import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A folder with these files, removed when the test is over.
 *
 * @param owner the test's context
 * @param files path → content
 * @returns its absolute path
 */
export function fixtureTree(
  owner: { after(fn: () => void): void },
  files: Readonly<Record<string, string>>,
): string {
  const root = mkdtempSync(join(tmpdir(), 'slipmat-tree-'));
  owner.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { livePages } from '../build/chunks.ts';
import { firstLoad, firstLoadBudget } from '../build/first-load.ts';

const dist = join(import.meta.dirname, '../dist');
const built = existsSync(join(dist, '.vite/manifest.json'));

test(`a first visit of the live page loads at most ${String(firstLoadBudget)} bytes`, {
  skip: !built && 'there is no build',
}, () => {
  const files = firstLoad(dist, livePages);
  const total = files.reduce((sum, { gzipped }) => sum + gzipped, 0);
  const list = files
    .toSorted((a, b) => b.gzipped - a.gzipped)
    .map(
      ({ file, size, gzipped }) => `${String(gzipped).padStart(8)} of ${String(size).padStart(7)}  ${file}`,
    );
  assert.ok(total <= firstLoadBudget, [`${String(total)} bytes, gzipped:`, ...list].join('\n'));
});

test('everything that is fetched is counted, once; what waits for a press is not', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'first-load-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write(
    'index.html',
    '<script src="/theme.js"></script><script type="module" src="/assets/index-1.js"></script><link href="/assets/all-1.css">',
  );
  write(
    '.vite/manifest.json',
    JSON.stringify({
      'index.html': { file: 'assets/index-1.js', imports: ['_base.js'], css: ['assets/all-1.css'] },
      '_base.js': { file: 'assets/base-1.js' },
      'page.tsx': {
        file: 'assets/page-1.js',
        imports: ['_base.js', 'index.html', '_part.js'],
        dynamicImports: ['menu.tsx'],
      },
      '_part.js': { file: 'assets/part-1.js', css: ['assets/part-1.css'] },
      'menu.tsx': { file: 'assets/menu-1.js' },
    }),
  );
  const expected = ['all-1.css', 'base-1.js', 'index-1.js', 'page-1.js', 'part-1.css', 'part-1.js'];
  for (const name of [...expected, 'menu-1.js']) write(`assets/${name}`, name.repeat(50));
  write('theme.js', 'x');
  const files = firstLoad(folder, ['page.tsx']);
  assert.deepEqual(files.map(({ file }) => file).toSorted(), [
    ...expected.map((name) => `assets/${name}`),
    'theme.js',
  ]);
  assert.ok(files.every(({ size, gzipped }) => gzipped > 0 && (size < 100 || gzipped < size)));
  assert.throws(() => firstLoad(folder, ['gone.tsx']), /no gone\.tsx/);
});

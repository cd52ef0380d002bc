import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Bytes, gzipped: what a first visit of the live page may load before anybody has pressed anything. */
export const firstLoadBudget = 120_000;

/** The part of Vite's manifest that is needed, by the path of the source or the name of the file. */
type Manifest = Readonly<
  Record<
    string,
    { readonly file: string; readonly css?: readonly string[]; readonly imports?: readonly string[] }
  >
>;

export interface LoadedFile {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly gzipped: number;
}

/**
 * Every script and style sheet that a browser fetches for a page: what the HTML names, and what the entry and the
 * given pages need before they run.
 * @param dist folder of a build.
 * @param pages sources of the pages that are loaded without anybody doing anything.
 * @throws Error when the build has no such page.
 */
export function firstLoad(dist: string, pages: readonly string[]): LoadedFile[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const files = new Set(
    [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file ?? ''),
  );
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`the build has no ${name}`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const needed of chunk.imports ?? []) visit(needed);
  };
  for (const name of ['index.html', ...pages]) visit(name);
  return [...files].map((file) => {
    const content = readFileSync(join(dist, file));
    return { file, size: content.length, gzipped: gzipSync(content, { level: 9 }).length };
  });
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './source-tree.ts';

/** Pages that newcomers follow to the letter. */
const PAGES = ['README.md', 'CONTRIBUTING.md'];

/** `npm run x`, and the two scripts that npm also knows by themselves. */
const SCRIPT_CALL = /\bnpm (?:run (?:-\S+ )*(?<script>[\w:-]+)|(?<own>start|test)\b)/g;

/** `[text](target)` with a target inside the repository. */
const LINK = /\]\((?!https?:|mailto:|#)(?<target>[^)\s#]+)(?:#[^)\s]*)?\)/g;

/** `code` in running text. */
const CODE = /`(?<code>[^`\n]+)`/g;

/** A repository path as people write it: at least one slash, or a file at the top with a known ending. */
const PATH = /^(?:\.\/)?(?:[\w.@-]+(?:\/[\w.@<>*-]+)+\/?|[\w.-]+\/|[\w-]+\.(?:md|json|ts|mjs))$/;

/**
 * Finds what README and CONTRIBUTING name but the repository does not have: scripts and paths.
 * `<name>` and `*` stand for anything: the path is checked up to there. A path whose first part is no folder here
 * (`audio/mpeg`, `origin/main`) is taken for a path when it ends like a source file.
 *
 * @param root the repository
 * @param exists whether an absolute path is there
 */
export function checkPages(root: string, exists: (path: string) => boolean): Finding[] {
  const scripts = scriptNames(root);
  const top = new Set(readdirSync(root));
  return PAGES.filter((page) => exists(join(root, page))).flatMap((path) => {
    return readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const says = [
          ...missingScripts(text, scripts),
          ...missingPaths(text, top, (file) => exists(join(root, file))),
        ];
        return says.map((claim) => ({ path, line: index + 1, rule: 'page-claim', says: claim }));
      });
  });
}

function scriptNames(root: string): ReadonlySet<string> {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const scripts =
    typeof manifest === 'object' && manifest !== null && 'scripts' in manifest ? manifest.scripts : {};
  return new Set(Object.keys(scripts ?? {}));
}

function missingScripts(text: string, scripts: ReadonlySet<string>): string[] {
  return [...text.matchAll(SCRIPT_CALL)]
    .map((match) => match.groups?.['script'] ?? match.groups?.['own'] ?? '')
    .filter((name) => !scripts.has(name))
    .map((name) => `there is no script ${name} in package.json`);
}

function missingPaths(text: string, top: ReadonlySet<string>, exists: (path: string) => boolean): string[] {
  const links = [...text.matchAll(LINK)].map((match) => match.groups?.['target'] ?? '');
  const mentions = [...text.matchAll(CODE)]
    .map((match) => match.groups?.['code'] ?? '')
    .filter(
      (code) =>
        PATH.test(code) &&
        (top.has(code.replace(/^\.\//, '').split('/')[0] ?? '') || /\.(?:tsx?|mjs|md)$/.test(code)),
    );
  return [...links, ...mentions]
    .filter((path) => !exists(knownPart(path)))
    .map((path) => `there is no ${path} in the repository`);
}

function knownPart(path: string): string {
  const parts = path.split('/');
  const open = parts.findIndex((part) => /[<>*]/.test(part));
  return (open < 0 ? parts : parts.slice(0, open)).join('/') || '.';
}

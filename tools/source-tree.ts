import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'vite';
import { filesBelow } from './run/paths.mjs';

/** A rule that does not hold somewhere. `line` counts from 1; 0 means the file as a whole. */
export type Finding = {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly says: string;
};

/** One import, re-export, `import()` or `import('…')` type. `typeOnly` ones are gone at run time. */
export type ImportReference = {
  readonly specifier: string;
  readonly line: number;
  readonly typeOnly: boolean;
  readonly names: readonly string[];
};

/** A module of ours, parsed. `path` is relative to the repository, with slashes. */
export type SourceModule = {
  readonly path: string;
  readonly text: string;
  readonly program: ESTree.Program;
  readonly comments: readonly { readonly line: number; readonly text: string }[];
  readonly imports: readonly ImportReference[];
  readonly lineAt: (offset: number) => number;
};

const MODULE_FILE = /\.(?:ts|tsx|mts|js|jsx|mjs)$/;

/** Paths of all written files of a repository, relative to it, with slashes, sorted. Made folders are left out. */
export function repositoryFiles(root: string): string[] {
  return filesBelow(root).map((file) => relative(root, file).split(sep).join('/'));
}

/** Whether a path is a test by its name or by where it is. */
export function isTestFile(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /^server\/test\//.test(path);
}

/** Whether a path is a JavaScript or TypeScript module. */
export function isModuleFile(path: string): boolean {
  return MODULE_FILE.test(path);
}

/**
 * Parses one module with the parser that Vite brings, so that comments, strings, templates and JSX text are told
 * apart from code.
 *
 * @throws {SyntaxError} naming the file, when it is not a module
 */
export function parseModule(path: string, text: string): SourceModule {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new SyntaxError(`${path}: ${error.message}`);
  const lineAt = lineCounter(text);
  return {
    path,
    text,
    program,
    comments: comments.map((comment) => ({ line: lineAt(comment.start), text: comment.value })),
    imports: importsOf(program, lineAt),
    lineAt,
  };
}

/** Parses every module of a repository. */
export function readModules(root: string): SourceModule[] {
  return repositoryFiles(root)
    .filter(isModuleFile)
    .map((path) => parseModule(path, readFileSync(`${root}/${path}`, 'utf8')));
}

function importsOf(program: ESTree.Program, lineAt: (offset: number) => number): ImportReference[] {
  const found: ImportReference[] = [];
  const add = (
    node: { start: number },
    source: unknown,
    typeOnly: boolean,
    names: readonly string[] = [],
  ): void => {
    const specifier = literalText(source);
    if (specifier !== undefined) found.push({ specifier, line: lineAt(node.start), typeOnly, names });
  };
  new Visitor({
    ImportDeclaration(node) {
      const kinds = node.specifiers.map((part) =>
        part.type === 'ImportSpecifier' ? part.importKind : 'value',
      );
      const typeOnly =
        node.importKind === 'type' || (kinds.length > 0 && kinds.every((kind) => kind === 'type'));
      add(node, node.source, typeOnly, node.specifiers.map(importedName));
    },
    ExportNamedDeclaration(node) {
      if (node.source) add(node, node.source, node.exportKind === 'type');
    },
    ExportAllDeclaration(node) {
      add(node, node.source, node.exportKind === 'type');
    },
    ImportExpression(node) {
      add(node, node.source, false);
    },
    TSImportType(node) {
      add(node, node.source, true);
    },
  }).visit(program);
  return found;
}

function importedName(part: ESTree.ImportDeclarationSpecifier): string {
  if (part.type === 'ImportDefaultSpecifier') return 'default';
  if (part.type === 'ImportNamespaceSpecifier') return '*';
  return part.imported.type === 'Literal' ? part.imported.value : part.imported.name;
}

function literalText(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  return 'value' in node && typeof node.value === 'string' ? node.value : undefined;
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** Prints findings, one a line, as `path:line rule: what is wrong`, and sets the exit code. */
export function reportFindings(findings: readonly Finding[]): void {
  for (const { path, line, rule, says } of findings) {
    process.stdout.write(`${path}${line > 0 ? `:${line}` : ''} ${rule}: ${says}\n`);
  }
  if (findings.length > 0) process.exitCode = 1;
}

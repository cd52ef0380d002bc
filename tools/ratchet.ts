/**
 * The house rules that the linter does not know, on the whole tree: no silenced error, no way around the types,
 * no file or function that has grown too long, and a README that tells the truth.
 * `node tools/ratchet.ts [folder]` prints what does not hold and exits with 1.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, Visitor } from 'vite';
import { checkPages } from './page-claims.ts';
import { repositoryRoot } from './run/paths.mjs';
import { silenceRules } from './silence-rules.ts';
import {
  type Finding,
  isModuleFile,
  parseModule,
  reportFindings,
  repositoryFiles,
  type SourceModule,
} from './source-tree.ts';

const FILE_LINES = 400;
const FUNCTION_LINES = 80;

/** Long because they are one table of data; cutting them up would only hide where to look. */
const DATA_TABLES: ReadonlySet<string> = new Set(['contract/src/problems.ts']);

/** Comments that switch a checker off. Spelled in two parts, since this file is read by its own rule too. */
const SUPPRESSIONS: readonly RegExp[] = [
  '@ts-(?:ignore|nocheck|expect-error)',
  'biome-ig' + 'nore',
  '(?:es|ox|ts|style|py)lint[-:] ?dis' + 'able',
  'shellcheck dis' + 'able',
  '# ?no' + 'qa',
  '(?:type|pyright): ig' + 'nore',
].map((pattern) => new RegExp(pattern));

/** Written by people, though not modules. */
const OTHER_SOURCES = /\.(?:css|html|py|sh|jsonc)$/;

/** Calls whose callback holds a list of tests: as long as the list is. */
const TEST_GROUPS: ReadonlySet<string> = new Set(['describe', 'suite']);

/**
 * All findings of a repository.
 *
 * @param root its folder
 */
export function checkRatchet(root: string): Finding[] {
  const findings = repositoryFiles(root).flatMap((path) => {
    if (!isModuleFile(path))
      return OTHER_SOURCES.test(path) ? plainFile(path, readFileSync(join(root, path), 'utf8')) : [];
    const module = parseModule(path, readFileSync(join(root, path), 'utf8'));
    return [
      ...fileLength(path, module.text),
      ...comments(module),
      ...wayAroundTypes(module),
      ...silenceRules(module),
      ...functions(module),
    ];
  });
  return [...findings, ...checkPages(root, existsSync)].sort(
    (a, b) => a.path.localeCompare(b.path) || a.line - b.line,
  );
}

function plainFile(path: string, text: string): Finding[] {
  const suppressed = text.split('\n').flatMap((line, index) => suppression(path, index + 1, line));
  return [...fileLength(path, text), ...suppressed];
}

function fileLength(path: string, text: string): Finding[] {
  const lines = text.split('\n').length - 1;
  if (lines <= FILE_LINES || DATA_TABLES.has(path)) return [];
  return [
    {
      path,
      line: 0,
      rule: 'file-length',
      says: `${lines} lines; a file is about one thing, in at most ${FILE_LINES}`,
    },
  ];
}

function comments(module: SourceModule): Finding[] {
  return module.comments.flatMap(({ line, text }) => suppression(module.path, line, text));
}

function suppression(path: string, line: number, text: string): Finding[] {
  const match = SUPPRESSIONS.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
  return match === undefined
    ? []
    : [{ path, line, rule: 'suppression', says: `${match}: repair what it hides` }];
}

function wayAroundTypes(module: SourceModule): Finding[] {
  const findings: Finding[] = [];
  const add = (node: ESTree.Node, says: string): void => {
    findings.push({ path: module.path, line: module.lineAt(node.start), rule: 'types', says });
  };
  new Visitor({
    TSAnyKeyword(node) {
      add(node, 'any switches the type checker off; use unknown and narrow it');
    },
    TSAsExpression(node) {
      const inner =
        node.expression.type === 'ParenthesizedExpression' ? node.expression.expression : node.expression;
      if (inner.type === 'TSAsExpression' && inner.typeAnnotation.type === 'TSUnknownKeyword') {
        add(node, 'a cast through unknown is any by another name; parse or narrow');
      }
    },
  }).visit(module.program);
  return findings;
}

type Span = { readonly first: number; readonly last: number };

/**
 * Functions that are too long. A function defined inside another one under a name of its own (the parts of a
 * factory, the handlers of a component) is measured by itself and not as lines of the outer one; a callback is
 * part of the function that passes it.
 */
function functions(module: SourceModule): Finding[] {
  const named = new Set<ESTree.Node>();
  const exempt = new Set<ESTree.Node>();
  const all = new Map<ESTree.Node, Span>();
  const measure = (node: ESTree.Node): void => {
    all.set(node, { first: module.lineAt(node.start), last: module.lineAt(node.end) });
  };
  const name = (node: ESTree.Node | null): void => {
    if (node) named.add(node);
  };
  new Visitor({
    CallExpression(node) {
      if (node.callee.type !== 'Identifier' || !TEST_GROUPS.has(node.callee.name)) return;
      for (const argument of node.arguments) exempt.add(argument);
    },
    VariableDeclarator: (node) => name(node.init),
    Property: (node) => name(node.value),
    FunctionDeclaration(node) {
      name(node);
      measure(node);
    },
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(module.program);
  const spans = [...all].filter(([node]) => named.has(node)).map(([, span]) => span);
  return [...all].flatMap(([node, span]) => {
    const lines = ownLines(span, spans);
    if (lines <= FUNCTION_LINES || exempt.has(node)) return [];
    const says = `${lines} lines; a function fits a screen, at most ${FUNCTION_LINES}`;
    return [{ path: module.path, line: span.first, rule: 'function-length', says }];
  });
}

/** Lines of a function without those of the named functions inside it. */
function ownLines({ first, last }: Span, named: readonly Span[]): number {
  const inner = new Set<number>();
  for (const span of named) {
    if (span.first <= first || span.last > last) continue;
    for (let line = span.first; line <= span.last; line += 1) inner.add(line);
  }
  return last - first + 1 - inner.size;
}

if (import.meta.main) reportFindings(checkRatchet(process.argv[2] ?? repositoryRoot()));

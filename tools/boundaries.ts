/**
 * Proves the house's import rules on the whole tree: which part may know which, no cycles, no drawers.
 * `node tools/boundaries.ts [folder]` prints what does not hold and exits with 1.
 */
import { type ESTree, Visitor } from 'vite';
import { repositoryRoot } from './run/paths.mjs';
import {
  type Finding,
  isTestFile,
  readModules,
  reportFindings,
  repositoryFiles,
  type SourceModule,
} from './source-tree.ts';
import { kindOf, mayImport, resolveImport, zoneOf } from './zones.ts';

/** Folders that say nothing about what is in them, and so fill up. */
const FORBIDDEN_FOLDERS = new Set(['utils', 'util', 'helpers', 'common', 'lib', 'misc', 'types']);

/** Importers that make a module of platform/ a shared one; with fewer it belongs beside its only user. */
const PLATFORM_IMPORTERS = 2;

/** Test tools that a test beside the contract's code needs. */
const TEST_MODULES = new Set(['node:test', 'node:assert', 'node:assert/strict']);

/**
 * All findings of a repository.
 *
 * @param root its folder
 */
export function checkBoundaries(root: string): Finding[] {
  const modules = readModules(root);
  return [
    ...repositoryFiles(root).flatMap(folderNames),
    ...modules.flatMap(zoneRules),
    ...modules.flatMap(packageRules),
    ...modules.flatMap(environmentReaders),
    ...modules.flatMap(decorators),
    ...importCycles(modules),
    ...lonelyPlatformModules(modules),
  ].sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

function folderNames(path: string): Finding[] {
  return path
    .split('/')
    .slice(0, -1)
    .filter((folder) => FORBIDDEN_FOLDERS.has(folder))
    .map((folder) => ({
      path,
      line: 0,
      rule: 'folder-name',
      says: `a folder called ${folder} says nothing about its content; name it after that`,
    }));
}

function zoneRules(module: SourceModule): Finding[] {
  return module.imports.flatMap(({ specifier, line, typeOnly }) => {
    const target = resolveImport(module.path, specifier);
    if (target === undefined || mayImport(module.path, target, typeOnly)) return [];
    const says = `${describe(module.path)} may not import ${describe(target)} (${specifier})${advice(module.path, target)}`;
    return [{ path: module.path, line, rule: 'import', says }];
  });
}

function describe(path: string): string {
  const zone = zoneOf(path);
  if (zone === undefined) return path;
  return zone.includes(':') ? zone.replace(/^(?:web-)?feature:/, 'feature ') : zone;
}

function advice(from: string, to: string): string {
  const both = kindOf(zoneOf(from) ?? '') === 'feature' && kindOf(zoneOf(to) ?? '') === 'feature';
  return both ? '; what it needs is a function handed over in server/src/app.ts' : '';
}

function packageRules(module: SourceModule): Finding[] {
  const zone = zoneOf(module.path);
  if (zone === undefined) return [];
  return module.imports.flatMap(({ specifier, line }) => {
    if (resolveImport(module.path, specifier) !== undefined) return [];
    const reason = forbiddenPackage(zone, specifier, isTestFile(module.path));
    return reason === undefined
      ? []
      : [{ path: module.path, line, rule: 'package', says: `${specifier}: ${reason}` }];
  });
}

function forbiddenPackage(zone: string, specifier: string, test: boolean): string | undefined {
  if (test && TEST_MODULES.has(specifier)) return undefined;
  if (zone === 'contract' && !/^zod(?:\/|$)/.test(specifier))
    return 'the contract knows zod and nothing else';
  if (zone.startsWith('web-') && zone !== 'web-root' && !test && specifier.startsWith('node:')) {
    return 'the web part runs in browsers';
  }
  return undefined;
}

/** In server/src only the programs read the environment and the arguments: everything else is handed its settings. */
function environmentReaders(module: SourceModule): Finding[] {
  const outside =
    !module.path.startsWith('server/src/') || zoneOf(module.path) === 'program' || isTestFile(module.path);
  if (outside) return [];
  const findings: Finding[] = [];
  const add = (offset: number, name: string): void => {
    const says = `${name} is read by main, cli and demo only; take the value as a parameter`;
    findings.push({ path: module.path, line: module.lineAt(offset), rule: 'environment', says });
  };
  new Visitor({
    MemberExpression(node) {
      const name = propertyName(node);
      if (isProcess(node.object) && (name === 'env' || name === 'argv')) add(node.start, `process.${name}`);
    },
    ImportDeclaration(node) {
      if (node.source.value !== 'node:process' && node.source.value !== 'process') return;
      for (const part of node.specifiers) {
        const name =
          part.type === 'ImportSpecifier' && part.imported.type === 'Identifier' ? part.imported.name : '';
        if (name === 'env' || name === 'argv') add(part.start, `process.${name}`);
      }
    },
    VariableDeclarator(node) {
      if (!node.init || !isProcess(node.init) || node.id.type !== 'ObjectPattern') return;
      for (const part of node.id.properties) {
        const name = part.type === 'Property' && part.key.type === 'Identifier' ? part.key.name : '';
        if (name === 'env' || name === 'argv') add(part.start, `process.${name}`);
      }
    },
  }).visit(module.program);
  return findings;
}

function isProcess(node: ESTree.Expression | ESTree.Super): boolean {
  if (node.type === 'MemberExpression') return propertyName(node) === 'process';
  return node.type === 'Identifier' && node.name === 'process';
}

function propertyName(node: ESTree.MemberExpression): string | undefined {
  if (node.property.type === 'Identifier' && !node.computed) return node.property.name;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : undefined;
}

/** What hangs on the Fastify instance is visible to everything that has it; http/ alone decides about that. */
function decorators(module: SourceModule): Finding[] {
  if (!module.path.startsWith('server/src/') || zoneOf(module.path) === 'http') return [];
  const findings: Finding[] = [];
  new Visitor({
    CallExpression(node) {
      const name = node.callee.type === 'MemberExpression' ? propertyName(node.callee) : undefined;
      if (name === undefined || !/^decorate(?:Request|Reply)?$/.test(name)) return;
      const says = `${name}() outside http/: hand the value over as a parameter`;
      findings.push({ path: module.path, line: module.lineAt(node.start), rule: 'decorator', says });
    },
  }).visit(module.program);
  return findings;
}

/** Cycles among imports that are there at run time; type imports are erased and cannot be caught half-loaded. */
function importCycles(modules: readonly SourceModule[]): Finding[] {
  const graph = new Map(modules.map((module) => [module.path, runtimeTargets(module)]));
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const findings: Finding[] = [];
  const visit = (path: string): void => {
    state.set(path, 'open');
    trail.push(path);
    for (const target of graph.get(path) ?? []) {
      if (state.get(target) === 'open') {
        const cycle = [...trail.slice(trail.indexOf(target)), target];
        findings.push({ path, line: 0, rule: 'cycle', says: cycle.join(' → ') });
      } else if (!state.has(target) && graph.has(target)) visit(target);
    }
    trail.pop();
    state.set(path, 'done');
  };
  for (const path of graph.keys()) if (!state.has(path)) visit(path);
  return findings;
}

function runtimeTargets(module: SourceModule): string[] {
  return module.imports.flatMap(({ specifier, typeOnly }) => {
    const target = typeOnly ? undefined : resolveImport(module.path, specifier);
    return target === undefined ? [] : [target];
  });
}

function lonelyPlatformModules(modules: readonly SourceModule[]): Finding[] {
  const importers = new Map<string, Set<string>>();
  for (const module of modules) {
    if (isTestFile(module.path)) continue;
    for (const { specifier } of module.imports) {
      const target = resolveImport(module.path, specifier);
      if (target !== undefined) importers.set(target, (importers.get(target) ?? new Set()).add(module.path));
    }
  }
  return modules
    .filter(({ path }) => zoneOf(path) === 'platform' && !isTestFile(path))
    .filter(({ path }) => (importers.get(path)?.size ?? 0) < PLATFORM_IMPORTERS)
    .map(({ path }) => {
      const users = [...(importers.get(path) ?? [])].join(', ') || 'nothing';
      return {
        path,
        line: 0,
        rule: 'platform',
        says: `only ${users} imports it; it belongs there, not in platform/`,
      };
    });
}

if (import.meta.main) reportFindings(checkBoundaries(process.argv[2] ?? repositoryRoot()));

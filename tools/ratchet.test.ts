import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fixtureTree } from './fixture-tree.ts';
import { checkRatchet } from './ratchet.ts';

const MANIFEST = JSON.stringify({ scripts: { start: 'x', test: 'x' } });

function findings(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  const root = fixtureTree(t, { 'package.json': MANIFEST, ...files });
  return checkRatchet(root).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
}

/** A function of so many lines. */
function long(lines: number, head = 'export function long() {'): string {
  return `${head}\n${'  step();\n'.repeat(lines - 2)}}`;
}

// Spelled in two parts: this file is itself under the rules that it tries out.
const SUPPRESS = {
  ts: '@ts-' + 'expect-error',
  biome: 'biome-' + 'ignore lint: no',
  eslint: 'eslint-' + 'disable',
};

/** title, text of a module, the rule that must find it in line 1. */
const BROKEN: readonly (readonly [string, string, string])[] = [
  ['a type error silenced', `// ${SUPPRESS.ts}\nconst a: string = 1;`, 'suppression'],
  ['a lint rule silenced', `/* ${SUPPRESS.biome} */`, 'suppression'],
  ['another linter silenced', `/* ${SUPPRESS.eslint} */`, 'suppression'],
  ['a parameter of any type', 'export const f = (a: any) => a;', 'types'],
  ['a cast to any', 'export const f = (a: unknown) => a as any;', 'types'],
  ['any inside another type', 'export type A = Map<string, any[]>;', 'types'],
  ['a cast through unknown', 'export const f = (a: string) => a as unknown as number;', 'types'],
  ['a long function', long(81), 'function-length'],
  ['a long arrow function', long(81, 'export const long = () => {'), 'function-length'],
  ['a long method', `export class A { long() {\n${'  step();\n'.repeat(80)}} }`, 'function-length'],
];

for (const [title, text, rule] of BROKEN) {
  test(`found: ${title}`, (t) => {
    assert.deepEqual(findings(t, { 'server/src/a.ts': `${text}\n` }), [`server/src/a.ts:1 ${rule}`]);
  });
}

test('what only looks like one of them is left alone', (t) => {
  const text = [
    `export const a = '${SUPPRESS.ts}';`,
    "export const b = 'as any';",
    'export const any = 1;',
    'export const d = (x: string) => x as unknown;',
    long(80),
  ].join('\n');
  assert.deepEqual(findings(t, { 'server/src/a.ts': text }), []);
});

test('the parts of a factory are measured one by one, its callbacks are not', (t) => {
  const part = (name: string): string => long(50, `  function ${name}() {`);
  const factory = `export function create() {\n${part('a')}\n${part('b')}\n  return { a, b };\n}\n`;
  assert.deepEqual(findings(t, { 'server/src/a.ts': factory }), []);
  const callbacks = `export function all() {\n  each(() => {\n${'    step();\n'.repeat(80)}  });\n}\n`;
  assert.deepEqual(findings(t, { 'server/src/a.ts': callbacks }), [
    'server/src/a.ts:1 function-length',
    'server/src/a.ts:2 function-length',
  ]);
});

test('a list of tests may be longer than a function', (t) => {
  assert.deepEqual(findings(t, { 'server/src/a.test.ts': `${long(100, "describe('a', () => {")});\n` }), []);
});

test('files have at most 400 lines, tables of data excepted', (t) => {
  const lines = (count: number): string => 'step();\n'.repeat(count);
  const files = {
    'contract/src/problems.ts': lines(401),
    'web/src/a.css': 'a {}\n'.repeat(401),
    'web/src/b.ts': lines(400),
    'web/src/c.ts': lines(401),
  };
  assert.deepEqual(findings(t, files), ['web/src/a.css:0 file-length', 'web/src/c.ts:0 file-length']);
});

test('suppressions are found in style sheets too', (t) => {
  assert.deepEqual(findings(t, { 'web/src/a.css': `\n/* ${SUPPRESS.biome} */\n` }), [
    'web/src/a.css:2 suppression',
  ]);
});

test('made folders are not looked at', (t) => {
  assert.deepEqual(
    findings(t, {
      'web/dist/a.js': 'try { f(); } catch {}\n',
      'node_modules/a/a.js': 'try { f(); } catch {}\n',
    }),
    [],
  );
});

test('README and CONTRIBUTING name only what is there', (t) => {
  const page = [
    'Run `npm start`, `npm run start`, or `npm run demo`.',
    'See `server/src/app.ts`, `server/src/features/<name>/index.ts` and [the licence](LICENSE).',
    'Gone: `server/src/gone.ts`, [a page](docs/gone.md), `lost/module.ts` and `server/lost/<name>/index.ts`.',
    'Not paths: `audio/mpeg`, `and/or`, `PUT /api/events`, `/listen/<event>`, [elsewhere](https://example.org/a.md).',
  ].join('\n');
  const there = { 'server/src/app.ts': '', 'server/src/features/chat/index.ts': '', LICENSE: '' };
  const expected = ['1', '3', '3', '3', '3'].map((line) => `README.md:${line} page-claim`);
  assert.deepEqual(findings(t, { ...there, 'README.md': page }), expected);
});

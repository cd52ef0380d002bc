/**
 * Every rule of "no silent error" finds what it is for. The steps of `npm run check` run as they are, with the
 * configuration of the repository: a rule that is switched off, or a step that is left out, makes this fail.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { type ErrorRule, errorRules, parts } from './error-rules/table.ts';
import { fixtureTree } from './fixture-tree.ts';
import { stepsOf } from './run/checks.mjs';
import { repositoryRoot } from './run/paths.mjs';
import { runCaptured } from './run/processes.mjs';

const repository = repositoryRoot();
/** What the steps are told by: their configuration, and what that refers to. */
const configuration = [
  'biome.json',
  '.oxlintrc.json',
  '.gitignore',
  'tsconfig.base.json',
  'web/tsconfig.json',
];
/** Where the snippets lie, as far as the checkers can tell: in a feature of the web part. */
const folder = 'web/src/features/tried';

type Snippet = { readonly rule: ErrorRule; readonly path: string; readonly text: string };

const caught = snippets('caught');
const passing = snippets('passes');

function snippets(kind: 'caught' | 'passes'): Snippet[] {
  return errorRules.flatMap((rule, place) =>
    rule[kind].map((text, index) => ({ rule, path: `${folder}/${kind}-${place}-${index}.tsx`, text })),
  );
}

/** Everything of the parts, so that a snippet is a module without a line of its own for that. */
const names = [...parts.matchAll(/declare (?:function|const|class) (\w+)/g)].map(([, name]) => name);

function asFile({ path, text }: Snippet): [string, string] {
  return [
    path,
    `import { ${names.join(', ')} } from './parts.ts';\n${text}\nexport const uses = [${names.join(', ')}];\n`,
  ];
}

/** How the steps are made to say one finding a line. What they look for stays as it is. */
const formats: Readonly<Record<string, readonly string[]>> = {
  lint: ['--max-diagnostics=none', '--reporter=github'],
  promises: ['--format=unix'],
  ratchet: [],
};
/** path:line … rule, as each of them says it. */
const finding: Readonly<Record<string, RegExp>> = {
  lint: /::error title=(?<rule>lint\/[^,]+),file=(?<path>[^,]+)/gm,
  promises: /^(?<path>\S+?):\d+:\d+: .*\[\w+\/(?<rule>.+)\]$/gm,
  ratchet: /^(?<path>\S+?)(?::\d+)? (?<rule>\S+):/gm,
};

/** Runs a step over another tree. Gives `path step rule` of what it found. */
async function findingsOf(step: string, tree: string): Promise<string[]> {
  const found = stepsOf(repository).find(({ name }) => name === step);
  assert.ok(found, `npm run check has the step ${step}`);
  const args = found.args
    .filter((arg) => !arg.startsWith('--max-diagnostics'))
    .map((arg) => (existsSync(join(repository, arg)) ? join(repository, arg) : arg));
  const target = step === 'ratchet' ? [tree] : [];
  const { code, output } = await runCaptured(
    process.execPath,
    [...args, ...(formats[step] ?? []), ...target],
    tree,
  );
  assert.equal(code, 1, `${step} fails where rules are broken:\n${output}`);
  return [...output.matchAll(finding[step] ?? /$^/g)].map(
    ({ groups: { path = '', rule = '' } = {} }) => `${path.replace(`${tree}/`, '')} ${step} ${rule}`,
  );
}

describe('the rules of “no silent error”', () => {
  const found = new Set<string>();

  before(async () => {
    const files = Object.fromEntries([...caught, ...passing].map(asFile));
    const ends: (() => void)[] = [];
    const tree = fixtureTree(
      { after: (end) => ends.push(end) },
      { ...files, [`${folder}/parts.ts`]: parts, 'package.json': '{ "scripts": {} }' },
    );
    for (const path of configuration) cpSync(join(repository, path), join(tree, path));
    symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'));
    for (const step of ['lint', 'promises', 'ratchet'])
      for (const line of await findingsOf(step, tree)) found.add(line);
    for (const end of ends) end();
  });

  for (const { rule, path, text } of caught) {
    test(`${rule.title}: caught: ${text}`, () => {
      const [step, name] = rule.by;
      assert.ok(found.has(`${path} ${step} ${name}`), `${step} does not find ${name}`);
    });
  }
  for (const { path, text } of passing) {
    test(`passes: ${text}`, () => {
      const all = errorRules.map(({ by: [step, name] }) => `${path} ${step} ${name}`);
      assert.deepEqual(
        all.filter((line) => found.has(line)),
        [],
      );
    });
  }
});

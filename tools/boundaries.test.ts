import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkBoundaries } from './boundaries.ts';
import { fixtureTree } from './fixture-tree.ts';

/** Findings as `path rule`, which is what the rules decide. */
function findings(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  return checkBoundaries(fixtureTree(t, files)).map(({ path, rule }) => `${path} ${rule}`);
}

/** A tree in which everything is as it should be. */
const SOUND = {
  'contract/src/chat.ts':
    "import { z } from 'zod';\nimport { Id } from './ids.ts';\nexport const Chat = z.object({ Id });\n",
  'contract/src/ids.ts': "export const Id = 'id';\n",
  'contract/src/chat.test.ts':
    "import { test } from 'node:test';\nimport { Chat } from './chat.ts';\ntest(String(Chat));\n",
  'server/src/main.ts':
    "import { buildApp } from './app.ts';\nimport { parse } from './config.ts';\nbuildApp(parse(process.env, process.argv));\n",
  'server/src/config.ts': 'export const parse = (...given: unknown[]): unknown => given;\n',
  'server/src/app.ts':
    "import { createChat } from '#server/features/chat/index.ts';\nexport const buildApp = createChat;\n",
  'server/src/platform/clock.ts': 'export const clock = Date;\n',
  'server/src/db/open.ts':
    "import { clock } from '#server/platform/clock.ts';\nimport type { Schema } from './schema.ts';\nexport type Open = Schema;\nexport const at = clock;\n",
  'server/src/db/schema.ts':
    "import type { ChatTables } from '#server/features/chat/tables.ts';\nexport type Schema = ChatTables;\n",
  'server/src/http/mount.ts':
    "import { clock } from '#server/platform/clock.ts';\nexport const mount = (app: { decorate(name: string): void }) => app.decorate(String(clock));\n",
  'server/src/features/chat/index.ts':
    "import { Chat } from '@slipmat/contract/chat';\nimport { at } from '#server/db/open.ts';\nexport const createChat = () => [Chat, at];\n",
  'server/src/features/chat/tables.ts': 'export type ChatTables = { chat: string };\n',
  'server/src/features/chat/index.test.ts':
    "import { env } from '../../../test/env.ts';\nexport const seen = env;\n",
  'server/test/env.ts':
    "import { buildApp } from '#server/app.ts';\nexport const env = [process.env, buildApp];\n",
  'web/src/api/client.ts': "import { Chat } from '@slipmat/contract/chat';\nexport const client = Chat;\n",
  'web/src/ui/button.tsx': "export const Button = () => <b>Don't import '../features/chat/view.tsx'</b>;\n",
  'web/src/features/sessions/state.ts': 'export const session = 1;\n',
  'web/src/features/chat/view.tsx':
    "import { client } from '../../api/client.ts';\nimport { session } from '../sessions/state.ts';\nexport const View = [client, session];\n",
  'web/src/paths.ts': "export const home = '/';\n",
  'web/src/ui/link.ts':
    "import { home } from '../paths.ts';\nimport { client } from '../api/client.ts';\nexport const link = [home, client];\n",
  'server/src/realtime/upgrade.ts':
    "import { mount } from '#server/http/mount.ts';\nexport const upgrade = mount;\n",
  'e2e/live.test.ts':
    "import { buildApp } from '@slipmat/server/app';\nimport { env } from '../server/test/env.ts';\nexport const run = [buildApp, env];\n",
};

test('a sound tree has no findings', (t) => {
  assert.deepEqual(findings(t, SOUND), []);
});

/** One file that breaks one rule: title, path, text, the finding's rule. */
const BROKEN: readonly (readonly [string, string, string, string])[] = [
  [
    'a feature that imports another',
    'server/src/features/events/index.ts',
    "import { createChat } from '#server/features/chat/index.ts';",
    'import',
  ],
  [
    '… only its type',
    'server/src/features/events/index.ts',
    "import type { ChatTables } from '../chat/tables.ts';",
    'import',
  ],
  ['… by re-export', 'server/src/features/events/index.ts', "export * from '../chat/tables.ts';", 'import'],
  [
    '… by a dynamic import',
    'server/src/features/events/index.ts',
    "export const late = () => import('../chat/tables.ts');",
    'import',
  ],
  [
    '… by an import type',
    'server/src/features/events/index.ts',
    "export type Late = import('../chat/tables.ts').ChatTables;",
    'import',
  ],
  ['… in its test', 'server/src/features/events/index.test.ts', "import '../chat/index.ts';", 'import'],
  [
    'a feature that imports the app',
    'server/src/features/events/index.ts',
    "import { parse } from '#server/config.ts';",
    'import',
  ],
  [
    'http that imports a feature',
    'server/src/http/other.ts',
    "import { createChat } from '#server/features/chat/index.ts';",
    'import',
  ],
  ['http that imports realtime', 'server/src/http/other.ts', "import '#server/realtime/hub.ts';", 'import'],
  ['db that imports http', 'server/src/db/other.ts', "import { mount } from '../http/mount.ts';", 'import'],
  [
    'db, beside the schema, that imports tables',
    'server/src/db/other.ts',
    "import type { ChatTables } from '../features/chat/tables.ts';",
    'import',
  ],
  [
    'platform that imports db',
    'server/src/platform/clock.ts',
    "import { at } from '../db/open.ts';\nexport const clock = at;",
    'import',
  ],
  [
    'the schema that imports a value',
    'server/src/db/schema.ts',
    "import { tables } from '../features/chat/tables.ts';\nexport type Schema = typeof tables;",
    'import',
  ],
  [
    'main that imports a feature',
    'server/src/main.ts',
    "import { createChat } from './features/chat/index.ts';",
    'import',
  ],
  [
    'the contract that imports the server',
    'contract/src/events.ts',
    "import type { Open } from '../../server/src/db/open.ts';",
    'import',
  ],
  [
    'the contract that imports another package',
    'contract/src/events.ts',
    "import { join } from 'node:path';",
    'package',
  ],
  [
    'the server that imports the web part',
    'server/src/http/other.ts',
    "import '../../../web/src/api/client.ts';",
    'import',
  ],
  ['the web part that imports the server', 'web/src/api/other.ts', "import '@slipmat/server/app';", 'import'],
  ['the web part that imports Node', 'web/src/api/other.ts', "import 'node:fs';", 'package'],
  [
    'a web feature that imports another',
    'web/src/features/events/view.tsx',
    "import { View } from '../chat/view.tsx';",
    'import',
  ],
  [
    'ui that imports a feature',
    'web/src/ui/other.ts',
    "import { session } from '../features/sessions/state.ts';",
    'import',
  ],
  ['api that imports ui', 'web/src/api/other.ts', "import { Button } from '../ui/button.tsx';", 'import'],
  ['an import of e2e', 'server/src/http/other.ts', "import '../../../e2e/live.test.ts';", 'import'],
  ['an import of tools', 'web/src/api/other.ts', "import '../../../tools/boundaries.ts';", 'import'],
  ['an import of bench', 'server/test/other.ts', "import '../../bench/chat.ts';", 'import'],
  [
    'a harness import from outside tests',
    'server/src/http/other.ts',
    "import { env } from '../../test/env.ts';",
    'import',
  ],
  [
    'e2e that reaches into the server',
    'e2e/other.ts',
    "import { at } from '../server/src/db/open.ts';",
    'import',
  ],
  [
    'a reader of the environment',
    'server/src/http/other.ts',
    "export const port = process.env['PORT'];",
    'environment',
  ],
  [
    '… through globalThis',
    'server/src/http/other.ts',
    "export const port = globalThis.process.env['PORT'];",
    'environment',
  ],
  [
    '… by import',
    'server/src/http/other.ts',
    "import { argv } from 'node:process';\nexport const given = argv;",
    'environment',
  ],
  ['… by destructuring', 'server/src/http/other.ts', 'export const { env } = process;', 'environment'],
  [
    'a decorator outside http',
    'server/src/features/chat/routes.ts',
    "export const add = (app: { decorateRequest(n: string): void }) => app.decorateRequest('who');",
    'decorator',
  ],
  ['a drawer', 'server/src/features/chat/utils/text.ts', 'export const text = 1;', 'folder-name'],
  ['a drawer without code', 'docs/misc/notes.md', 'notes', 'folder-name'],
  [
    'a platform module with one importer',
    'server/src/platform/once.ts',
    'export const once = 1;',
    'platform',
  ],
];

for (const [title, path, text, rule] of BROKEN) {
  test(`found: ${title}`, (t) => {
    assert.ok(findings(t, { ...SOUND, [path]: `${text}\n` }).includes(`${path} ${rule}`));
  });
}

test('migrations of features may be imported by the list of migrations, and by nothing else in db', (t) => {
  const list = "import { first } from '#server/features/chat/migrations.ts';\nexport const all = [first];\n";
  const files = { ...SOUND, 'server/src/features/chat/migrations.ts': 'export const first = 1;\n' };
  assert.deepEqual(findings(t, { ...files, 'server/src/db/migrations/index.ts': list }), []);
  assert.deepEqual(findings(t, { ...files, 'server/src/db/migrate.ts': list }), [
    'server/src/db/migrate.ts import',
  ]);
});

test('a cycle is found with its whole way, and type imports make none', (t) => {
  const cyclic = fixtureTree(t, {
    'server/src/features/chat/a.ts': "import { b } from './b.ts';\nexport const a = b;\n",
    'server/src/features/chat/b.ts': "import { c } from './c.ts';\nexport const b = c;\n",
    'server/src/features/chat/c.ts': "export const c = () => import('./a.ts');\n",
  });
  const [finding, ...more] = checkBoundaries(cyclic);
  assert.deepEqual(more, []);
  assert.equal(finding?.rule, 'cycle');
  const folder = 'server/src/features/chat';
  assert.equal(finding?.says, `${folder}/a.ts → ${folder}/b.ts → ${folder}/c.ts → ${folder}/a.ts`);
  const typed = {
    'server/src/features/chat/a.ts': "import type { B } from './b.ts';\nexport type A = B[];\n",
    'server/src/features/chat/b.ts': "import { type A } from './a.ts';\nexport type B = A[];\n",
  };
  assert.deepEqual(findings(t, typed), []);
});

test('tests do not count as importers of a platform module', (t) => {
  const module = 'server/src/platform/once.ts';
  const user = `import { once } from '#server/platform/once.ts';\nexport const used = once;\n`;
  const one = {
    ...SOUND,
    [module]: 'export const once = 1;\n',
    'server/src/http/a.ts': user,
    'server/src/http/a.test.ts': user,
  };
  assert.deepEqual(findings(t, one), [`${module} platform`]);
  assert.deepEqual(findings(t, { ...one, 'server/src/db/a.ts': user }), []);
});

test('imports in comments, strings, templates and regular expressions are not imports', (t) => {
  const text = [
    "// import '../chat/index.ts';",
    "/* import '../chat/index.ts'; */",
    'export const a = "import \'../chat/index.ts\'";',
    "export const b = `import('../chat/index.ts') /*`;",
    `export const d = \`\${"import('../chat/index.ts')"} //\`;`,
    "export const c = /import '..\\/chat\\/index.ts'/;",
  ].join('\n');
  assert.deepEqual(findings(t, { ...SOUND, 'server/src/features/events/index.ts': text }), []);
});

test('a line number leads to the import', (t) => {
  const root = fixtureTree(t, { 'contract/src/a.ts': "\n\nimport 'node:fs';\n" });
  assert.deepEqual(
    checkBoundaries(root).map(({ line }) => line),
    [3],
  );
});

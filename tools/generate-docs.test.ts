import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '@slipmat/contract/endpoints';
import { problems } from '@slipmat/contract/problems';
import { settings } from '@slipmat/server/config';
import { z } from 'zod';
import { difference, generatedPages } from './generate-docs.ts';
import { table } from './pages/markdown.ts';
import { fieldsOf, replyText } from './pages/schema-text.ts';

test('every problem, setting and endpoint is on its page', () => {
  const pages = generatedPages();
  const errors = pages.get('docs/errors.md') ?? '';
  for (const [code, { sentence }] of Object.entries(problems)) {
    assert.ok(errors.includes(`\`${code}\``), code);
    assert.ok(errors.includes(sentence), sentence);
  }
  const configuration = pages.get('docs/configuration.md') ?? '';
  for (const name of Object.keys(settings)) assert.ok(configuration.includes(`\`${name}\``), name);
  const listed = pages.get('docs/endpoints.md') ?? '';
  for (const feature of Object.values(endpoints)) {
    for (const { method, summary } of Object.values(feature))
      assert.ok(listed.includes(`### ${method} `) && listed.includes(summary), summary);
  }
});

test('a difference shows what is there and what should be', () => {
  assert.deepEqual(difference('a\nb\nc\n', 'a\nb\nc\n'), []);
  assert.deepEqual(difference('a\nb\nc\n', 'a\nx\ny\nc\n'), ['@@ line 2 @@', '- b', '+ x', '+ y']);
  assert.deepEqual(difference('', 'a\n'), ['@@ line 1 @@', '+ a']);
  assert.equal(difference('', 'a\n'.repeat(100)).length, 22);
});

test('schemas are written as people read them', () => {
  const schema = z.object({
    name: z.string().min(1).max(9),
    size: z.number().int(),
    kind: z.enum(['a', 'b']).optional(),
    tags: z.array(z.string()).max(3).nullable(),
  });
  assert.deepEqual(fieldsOf(schema), [
    { name: 'name', type: 'string (1–9)', required: true },
    { name: 'size', type: 'integer', required: true },
    { name: 'kind', type: '"a" | "b"', required: false },
    { name: 'tags', type: 'string[] (up to 3) | null', required: true },
  ]);
  assert.equal(replyText(z.object({ one: z.object({ two: z.number() }) })), '{ one: { two: number } }');
  assert.equal(
    replyText(z.object({ a: z.string(), b: z.array(z.boolean()) })),
    '{\n  a: string;\n  b: boolean[];\n}',
  );
});

test('a bar in a cell does not end it', () => {
  assert.equal(table(['a'], [['x | y']]), '| a |\n| --- |\n| x \\| y |');
});

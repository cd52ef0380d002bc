import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Block, type Inline, markdownTree } from './markdown-tree.ts';
import { safeHref } from './safe-href.ts';

function inlines(nodes: readonly Inline[]): readonly Inline[] {
  return nodes.flatMap((node) => ('children' in node ? [node, ...inlines(node.children)] : [node]));
}
function all(blocks: readonly Block[]): readonly (Block | Inline)[] {
  return blocks.flatMap((block): readonly (Block | Inline)[] => {
    if (block.type === 'paragraph' || block.type === 'heading') return [block, ...inlines(block.children)];
    if (block.type === 'quote') return [block, ...all(block.children)];
    return block.type === 'list' ? [block, ...block.items.flatMap(all)] : [block];
  });
}
const links = (text: string): string[] =>
  all(markdownTree(text)).flatMap((node) => (node.type === 'link' ? [node.to.href] : []));
const words = (text: string): string =>
  all(markdownTree(text))
    .map((node) => ('text' in node ? node.text : ''))
    .join('');

test('the usual things become their elements', () => {
  const text =
    '# Keys\n\nMake **a new** *one*, `now`:\n\n1. open\n2. press\n\n> said\n\n---\n\n```\ncode\n```';
  assert.deepEqual(
    markdownTree(text).map(({ type }) => type),
    ['heading', 'paragraph', 'list', 'quote', 'rule', 'code'],
  );
  const types = new Set(all(markdownTree(text)).map(({ type }) => type));
  for (const type of ['strong', 'emphasis', 'code', 'text'] as const) assert.ok(types.has(type), type);
});

test('links of this site, of the web and of mail; nothing else', () => {
  assert.deepEqual(links('[a](/e/friday) [b](https://example.com/x) [c](mailto:a@example.com)'), [
    '/e/friday',
    'https://example.com/x',
    'mailto:a@example.com',
  ]);
  assert.deepEqual(links('[a][one]\n\n> [b][two]\n>\n> [two]: javascript:alert(1)\n\n[one]: /dj'), ['/dj']);
  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\u0000script:alert(1)',
    '<java\tscript:alert(1)>',
    ' javascript:alert(1)',
    '&#106;avascript:alert(1)',
    'javascript&colon;alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    '//evil.example',
    '/\\evil.example',
    '/%5C..\\evil.example',
    '/..//evil.example',
    '\\\\evil.example',
    'https://bank.example@evil.example/',
    'https:evil\\@x',
    'evil.example',
    '#top',
    '',
  ]) {
    assert.deepEqual(links(`[press](${address})`), [], address);
    assert.deepEqual(links(`<${address}>`), [], address);
    assert.deepEqual(links(`[press][x]\n\n[x]: ${address}`), [], address);
  }
  assert.match(words('[press](javascript:alert(1))'), /press/);
});

test('raw HTML stays text, and there are no images', () => {
  for (const html of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'a <b onclick="x">c</b>',
  ]) {
    assert.equal(words(html), html);
    assert.ok(all(markdownTree(html)).every(({ type }) => type === 'paragraph' || type === 'text'));
  }
  assert.equal(words('![a picture](https://example.com/x.png)'), 'a picture');
  assert.deepEqual(links('![a](https://example.com/x.png)'), []);
  assert.deepEqual(links('[![a](https://example.com/x.png)](javascript:alert(1))'), []);
});

test('deep nesting and odd endings are drawn, not died of', () => {
  assert.ok(words(`${'> '.repeat(500)}deep`).includes('deep'));
  assert.ok(words(`${'- '.repeat(200)}deep`).includes('deep'));
  assert.doesNotThrow(() => markdownTree(`${'*'.repeat(4_999)}`));
  assert.doesNotThrow(() => markdownTree(`${'['.repeat(5_000)}`));
  assert.deepEqual(markdownTree(''), []);
});

test('paths are told from other sites', () => {
  assert.deepEqual(safeHref('/e/friday?x=1#y'), { href: '/e/friday?x=1#y', isElsewhere: false });
  assert.deepEqual(safeHref('https://example.com'), { href: 'https://example.com/', isElsewhere: true });
  assert.equal(safeHref('/./\n/evil.example'), undefined);
});

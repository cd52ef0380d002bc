import assert from 'node:assert/strict';
import { test } from 'node:test';
import { htmlOf, textOf } from './markdown.ts';
import { plainText } from './message.ts';

const origin = 'https://radio.example';
const html = (markdown: string): string => htmlOf(markdown, origin);

test('Markdown as people write it', () => {
  assert.equal(
    html('Doors at **eight**, *really*.\n\n- a\n- b'),
    '<p>Doors at <strong>eight</strong>, <em>really</em>.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>',
  );
});

test('links are absolute, and lead to the web or a mail program only', () => {
  assert.equal(
    html('[here](https://a.example/?a=1&b="2")'),
    '<p><a href="https://a.example/?a=1&amp;b=%222%22">here</a></p>',
  );
  assert.equal(html('[rules](/rules)'), '<p><a href="https://radio.example/rules">rules</a></p>');
  assert.equal(
    html('<mailto:nova@example.org>'),
    '<p><a href="mailto:nova@example.org">mailto:nova@example.org</a></p>',
  );
  for (const odd of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<b>',
    'vbscript:x',
    'file:///etc/passwd',
    'xmpp:a@b',
    'irc://a',
    'tel:+49',
    'java&#x09;script:alert(1)',
    '&#106;avascript:alert(1)',
  ]) {
    for (const written of [`[x](${odd})`, `[x](<${odd}>)`, `[x][1]\n\n[1]: <${odd}>`, `<${odd}>`]) {
      const made = html(written);
      const links = [...made.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
      for (const href of links) assert.match(href, /^(?:https:\/\/radio\.example\/|mailto:)/, written);
    }
  }
});

test('markup of the writer’s own is shown as it was typed, and nothing is loaded', () => {
  for (const markup of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'a <b onclick="x">b</b>',
    '<!-- x -->',
    '<a href="javascript:x">y</a>',
    '[x](https://a.example "\\"><img src=x>")',
  ]) {
    const made = html(markup).replaceAll(/<\/?(?:p|a|em|strong)(?: href="[^"]*")?>/g, '');
    assert.doesNotMatch(made, /[<>]/, markup);
  }
  assert.doesNotMatch(html('![x](https://a.example/pixel.png) ![y][1]\n\n[1]: https://a.example/b'), /<img/);
});

test('plain text says the same, why it came, and has no letters that cannot be seen', () => {
  const letter = { kind: 'notification', subject: 'x', markdown: 'a\u202Eb\u0007\r\nc', link: null } as const;
  assert.equal(textOf(letter.markdown), 'ab\nc');
  assert.match(plainText(letter, origin), /^ab\nc\n\n-- \nYou get this because .*settings/);
  const must = { ...letter, kind: 'must-read', link: 'https://radio.example/n' } as const;
  assert.match(plainText(must, origin), /Open and confirm:\nhttps:\/\/radio\.example\/n\n\n-- \n.*cannot be/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_TITLE_LENGTH, tidyText, titleFromLine, titleFromParts } from './track-title.ts';

test('a line is split at its first dash between spaces', () => {
  assert.deepEqual(titleFromLine(' AC-DC  - T - Live '), {
    artist: 'AC-DC',
    title: 'T - Live',
    text: 'AC-DC - T - Live',
  });
  assert.deepEqual(titleFromLine('Just-a-title'), {
    artist: null,
    title: 'Just-a-title',
    text: 'Just-a-title',
  });
});

test('empty lines and bare dashes are no title', () => {
  for (const line of ['', '   ', ' - ', '–', '-']) assert.equal(titleFromLine(line), null, line);
});

test('parts make a line; one part alone is the title', () => {
  assert.deepEqual(titleFromParts('A', 'T'), { artist: 'A', title: 'T', text: 'A - T' });
  assert.deepEqual(titleFromParts('A', ' '), { artist: null, title: 'A', text: 'A' });
  assert.equal(titleFromParts('', ''), null);
});

test('text is tidied and bounded', () => {
  assert.equal(tidyText('a\r\n\tb\0c  d'), 'a b c d');
  assert.equal(tidyText('x'.repeat(5000)).length, MAX_TITLE_LENGTH);
  const emoji = tidyText(`${'x'.repeat(MAX_TITLE_LENGTH - 1)}😀`);
  assert.equal(emoji, 'x'.repeat(MAX_TITLE_LENGTH - 1));
});

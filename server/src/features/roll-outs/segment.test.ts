import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSegment, encodeSegment, nameSegment, segmentOf, unknownSegment } from './segment.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';

test('a known browser is counted by family, version and system', () => {
  const segment = segmentOf(firefox);
  assert.deepEqual(segment, { family: 'Firefox', version: '153', system: 'Linux', webView: false });
  assert.equal(nameSegment(segment), 'Firefox 153 on Linux');
  assert.deepEqual(decodeSegment(encodeSegment(segment)), segment);
});

test('what says nothing known, or absurd versions, makes no kinds of its own', () => {
  assert.deepEqual(segmentOf('Bot-4711'), unknownSegment);
  assert.deepEqual(segmentOf(''), unknownSegment);
  assert.equal(segmentOf(firefox.replace('153.0', '98765').replace(/153\.0$/, '98765')).version, '');
  assert.equal(nameSegment(unknownSegment), 'Other on Other');
});

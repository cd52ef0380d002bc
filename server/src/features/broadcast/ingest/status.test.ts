import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type StatusSource, sevenXsl, statusJson } from './status.ts';

const source: StatusSource = {
  mount: '/dj',
  listenUrl: 'http://x.test:8000/dj',
  listeners: 3,
  peakListeners: 7,
  title: 'A, B - <C>',
  name: 'Night',
  description: null,
  genre: 'House',
  contentType: 'audio/mpeg',
  bitrate: 128,
  startedAt: 0,
};

function body(bytes: Buffer): string {
  return bytes.toString('utf8').split('\r\n\r\n')[1] ?? '';
}

function sourceOf(sources: readonly StatusSource[]): unknown {
  const parsed: unknown = JSON.parse(body(statusJson({ host: 'x.test', startedAt: 0, sources })));
  assert.ok(typeof parsed === 'object' && parsed !== null && 'icestats' in parsed);
  const { icestats } = parsed;
  assert.ok(typeof icestats === 'object' && icestats !== null);
  return 'source' in icestats ? icestats.source : undefined;
}

test('source is absent, an object or an array, as with Icecast', () => {
  assert.equal(sourceOf([]), undefined);
  assert.partialDeepStrictEqual(sourceOf([source]), { listeners: 3, listener_peak: 7, title: 'A, B - <C>' });
  const several = sourceOf([source, { ...source, mount: '/x' }]);
  assert.ok(Array.isArray(several) && several.length === 2);
});

test('the line of 7.xsl is read the way BUTT reads it', () => {
  const page = body(sevenXsl({ host: 'x.test', startedAt: 0, sources: [source] }, '/dj'));
  assert.equal(page.split(',').length - 1, 6);
  assert.equal(Number.parseInt(page.slice(page.indexOf('>') + 1), 10), 3);
  assert.equal(page, '<!DOCTYPE html>\n3,1,7,unlimited,3,128,A  B - &lt;C&gt;\n');
  assert.equal(
    body(sevenXsl({ host: 'x.test', startedAt: 0, sources: [source] }, '/other')),
    '<!DOCTYPE html>\n',
  );
});

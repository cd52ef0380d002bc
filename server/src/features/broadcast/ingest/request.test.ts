import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createHeadParser } from './head.ts';
import { defaultLimits } from './limits.ts';
import { classify, type IngestRequest } from './request.ts';

function request(text: string): IngestRequest | null {
  const result = createHeadParser(defaultLimits).push(Buffer.from(`${text}\r\n\r\n`));
  assert.ok(result.kind === 'head', text);
  return classify(result.head);
}

describe('a request is told by method and path', () => {
  const kinds: ReadonlyArray<readonly [string, object]> = [
    [
      'SOURCE /m HTTP/1.0',
      { kind: 'source', method: 'SOURCE', mount: '/m', framing: { kind: 'until-close' } },
    ],
    ['PUT /d%6a%2Fx HTTP/1.1', { kind: 'source', mount: '/dj/x' }],
    ['SOURCE m ICE/1.0', { kind: 'source', mount: '/m', version: 'ICE/1.0' }],
    ['PUT http://radio.test:8000/m?x=1 HTTP/1.1', { kind: 'source', mount: '/m' }],
    ['PUT /dj%C3%A4 HTTP/1.1', { kind: 'source', mount: '/djä' }],
    ['GET /admin/metadata?mode=updinfo HTTP/1.0', { kind: 'metadata', method: 'GET' }],
    ['POST /admin/metadata HTTP/1.1', { kind: 'metadata', method: 'POST' }],
    ['GET /admin/!POKE HTTP/1.1', { kind: 'poke' }],
    ['OPTIONS * HTTP/1.1', { kind: 'options' }],
    ['GET /status-json.xsl HTTP/1.1', { kind: 'status-json' }],
    ['GET /7.xsl?mount=/m HTTP/1.1', { kind: 'seven-xsl' }],
    ['GET /admin.cgi?pass=k&mode=updinfo HTTP/1.0', { kind: 'shoutcast-metadata' }],
    ['DELETE /m HTTP/1.1', { kind: 'other', method: 'DELETE', path: '/m' }],
    ['GET /m HTTP/1.1', { kind: 'other' }],
  ];
  for (const [line, expected] of kinds) {
    test(line, () => assert.partialDeepStrictEqual(request(line), expected));
  }
});

describe('credentials', () => {
  const encoded = (pair: string) =>
    `PUT /m HTTP/1.1\r\nAuthorization: Basic ${Buffer.from(pair).toString('base64')}`;

  test('are Basic, the key may hold colons and any letters', () => {
    assert.deepEqual(request(encoded('source:a:ä'))?.credentials, {
      kind: 'basic',
      user: 'source',
      key: 'a:ä',
    });
  });

  test('without a header are none, with another one unreadable', () => {
    assert.deepEqual(request('PUT /m HTTP/1.1')?.credentials, { kind: 'none' });
    for (const line of ['Bearer x', 'Basic', 'Basic ???', 'Basic aGVsbG8=']) {
      const found = request(`PUT /m HTTP/1.1\r\nAuthorization: ${line}`);
      assert.deepEqual(found?.credentials, { kind: 'unreadable' }, line);
    }
  });

  test('of a Shoutcast update stand in pass', () => {
    const of = (pass: string) => request(`GET /admin.cgi?mode=updinfo&pass=${pass} HTTP/1.0`)?.credentials;
    assert.deepEqual(of('k%20y'), { kind: 'basic', user: 'source', key: 'k y' });
    assert.deepEqual(of('dj:key'), { kind: 'basic', user: 'dj', key: 'key' });
    assert.deepEqual(of(''), { kind: 'none' });
  });
});

describe('framing', () => {
  const put = (headers: string) => request(`PUT /m HTTP/1.1\r\n${headers}`);

  test('is read', () => {
    assert.deepEqual(put('Content-Length: 12')?.framing, { kind: 'length', length: 12 });
    assert.deepEqual(put('Transfer-Encoding: Chunked')?.framing, { kind: 'chunked' });
    assert.deepEqual(request('GET /x HTTP/1.1')?.framing, { kind: 'length', length: 0 });
  });

  test('that makes no sense refuses the request', () => {
    for (const headers of [
      'Content-Length: -1',
      'Content-Length: 1x',
      'Content-Length: 1\r\nContent-Length: 2',
      'Transfer-Encoding: gzip',
    ]) {
      assert.equal(put(headers), null, headers);
    }
  });
});

test('what the software says about its stream is read from ice- and icy- headers', () => {
  const found = request(
    'PUT /m HTTP/1.1\r\nIce-Name: N\r\nicy-genre: G\r\nice-audio-info: ice-bitrate=128;ice-channels=2',
  );
  assert.ok(found?.kind === 'source');
  assert.deepEqual(found.station, {
    name: 'N',
    description: null,
    genre: 'G',
    url: null,
    bitrate: 128,
    audioInfo: 'ice-bitrate=128;ice-channels=2',
  });
});

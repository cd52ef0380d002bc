import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordedHeads } from '../../../../test/heads/read-heads.ts';
import { createSeededRandom } from '../audio/seeded-random.ts';
import { createHeadParser, type HeadResult, headerText } from './head.ts';
import { defaultLimits } from './limits.ts';
import { classify } from './request.ts';

function parse(text: string | Buffer): HeadResult {
  return createHeadParser(defaultLimits).push(Buffer.isBuffer(text) ? text : Buffer.from(text));
}

function accepted(text: string | Buffer) {
  const result = parse(text);
  assert.ok(result.kind === 'head', JSON.stringify(result));
  return result;
}

describe('a head', () => {
  test('may end its lines in CRLF, bare LF or both, and gives what follows', () => {
    for (const text of [
      'SOURCE /m HTTP/1.0\r\nA: b\r\n\r\nMP3',
      'SOURCE /m HTTP/1.0\nA: b\n\nMP3',
      'SOURCE /m ICE/1.0\nA: b\r\n\r\nMP3',
    ]) {
      const { head, rest } = accepted(text);
      assert.equal(head.method, 'SOURCE');
      assert.equal(head.target.toString(), '/m');
      assert.equal(headerText(head, 'a'), 'b');
      assert.equal(rest.toString(), 'MP3');
    }
  });

  test('keeps raw bytes and raw spaces in its target', () => {
    const { head } = accepted('GET /admin/metadata?song=Säng  mit Raum HTTP/1.0\r\n\r\n');
    assert.deepEqual(head.target, Buffer.from('/admin/metadata?song=Säng  mit Raum'));
  });

  test('may have an empty Host, headers in any case, and Latin-1 values', () => {
    const bytes = Buffer.concat([
      Buffer.from('put /m http/1.1\r\nHost: \r\nIce-Name : N'),
      Buffer.from([0xe4]),
      Buffer.from('cht\r\n\r\n'),
    ]);
    const { head } = accepted(bytes);
    assert.equal(head.method, 'PUT');
    assert.equal(headerText(head, 'host'), null);
    assert.equal(headerText(head, 'ice-name'), 'Nächt');
  });

  test('may begin with empty lines', () => {
    assert.equal(accepted('\r\n\nGET / HTTP/1.1\r\n\r\n').head.method, 'GET');
  });

  const bad: ReadonlyArray<readonly [string, string, string]> = [
    ['a Shoutcast password', 'hackme\r\n', 'request-line'],
    ['an unknown version', 'GET / HTTP/2.0\r\n', 'request-line'],
    ['a TLS handshake', '\x16\x03\x01\x02\0\x01\n', 'request-line'],
    ['a line without a colon', 'GET / HTTP/1.1\r\nnonsense\r\n', 'header-line'],
    ['a folded line', 'GET / HTTP/1.1\r\nA: b\r\n c: d\r\n', 'header-line'],
    ['an endless line', `GET /${'a'.repeat(20_000)}`, 'too-large'],
    ['an endless head', `GET / HTTP/1.1\r\n${`A: ${'b'.repeat(500)}\r\n`.repeat(40)}`, 'too-large'],
    ['too many lines', `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(65)}`, 'too-many-lines'],
    ['endless empty lines', '\r\n'.repeat(10_000), 'too-large'],
  ];
  for (const [name, text, fault] of bad) {
    test(`is refused: ${name}`, () => assert.deepEqual(parse(text), { kind: 'bad', fault }));
  }
});

describe('fuzz', () => {
  test('recorded heads give the same however they are split', () => {
    const random = createSeededRandom(41);
    for (const { bytes } of recordedHeads()) {
      const whole = accepted(bytes);
      const parser = createHeadParser(defaultLimits);
      const pieces = random.split(Buffer.concat([bytes, Buffer.from('audio')]), 40);
      let result: HeadResult = { kind: 'more' };
      let used = 0;
      for (const piece of pieces) {
        used += piece.length;
        result = parser.push(piece);
        if (result.kind !== 'more') break;
      }
      assert.ok(result.kind === 'head');
      assert.deepEqual(result.head, whole.head);
      assert.equal(result.rest.length, used - bytes.length);
    }
  });

  test('damaged heads never crash, and are never held without bound', () => {
    const random = createSeededRandom(43);
    const heads = recordedHeads();
    for (let round = 0; round < 3000; round += 1) {
      const { bytes } = heads[random.integer(0, heads.length - 1)] ?? { bytes: Buffer.alloc(0) };
      const damaged = Buffer.from(bytes);
      for (let hit = random.integer(1, 8); hit > 0; hit -= 1) {
        damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
      }
      const result = parse(damaged.subarray(0, random.integer(1, damaged.length)));
      if (result.kind === 'head') classify(result.head);
    }
  });

  test('noise ends in an answer after the bound', () => {
    const random = createSeededRandom(47);
    for (let round = 0; round < 50; round += 1) {
      const parser = createHeadParser(defaultLimits);
      let pushed = 0;
      let result: HeadResult = { kind: 'more' };
      while (result.kind === 'more') {
        const piece = random.bytes(random.integer(1, 3000)).map((byte) => (byte === 10 ? 11 : byte));
        pushed += piece.length;
        assert.ok(pushed <= defaultLimits.headBytes + 3000);
        result = parser.push(Buffer.from(piece));
      }
      assert.equal(result.kind, 'bad');
    }
  });
});

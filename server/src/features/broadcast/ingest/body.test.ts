import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '../audio/seeded-random.ts';
import { type BodyPart, createBodyReader, type Framing } from './body.ts';

function readAll(framing: Framing, pieces: readonly Buffer[]): { body: Buffer; last: BodyPart } {
  const reader = createBodyReader(framing);
  const data: Buffer[] = [];
  let last: BodyPart = { data: [], isDone: false, rest: Buffer.alloc(0), isBroken: false };
  const left = [...pieces];
  while (left.length > 0 && !last.isDone && !last.isBroken) {
    last = reader.push(left.shift() ?? Buffer.alloc(0));
    data.push(...last.data);
  }
  return { body: Buffer.concat(data), last: { ...last, rest: Buffer.concat([last.rest, ...left]) } };
}

function chunked(body: Buffer, sizes: () => number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const piece = body.subarray(at, at + sizes());
    at += piece.length;
    parts.push(Buffer.from(`${piece.length.toString(16)};x=y\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: t\r\n\r\n')]);
}

describe('a body', () => {
  test('without framing goes on until the end', () => {
    const { body, last } = readAll({ kind: 'until-close' }, [Buffer.from('abc'), Buffer.from('def')]);
    assert.equal(body.toString(), 'abcdef');
    assert.equal(last.isDone, false);
  });

  test('with a length ends there', () => {
    const { body, last } = readAll({ kind: 'length', length: 4 }, [
      Buffer.from('abc'),
      Buffer.from('defNEXT'),
    ]);
    assert.equal(body.toString(), 'abcd');
    assert.equal(last.rest.toString(), 'efNEXT');
  });

  test('with length 0 is done at once', () => {
    const part = createBodyReader({ kind: 'length', length: 0 }).push(Buffer.from('GET'));
    assert.deepEqual(part, { data: [], isDone: true, rest: Buffer.from('GET'), isBroken: false });
  });

  test('in chunks comes out whole however it is split', () => {
    const random = createSeededRandom(53);
    const sound = random.bytes(20_000);
    for (const largest of [1, 2, 7, 500, 30_000]) {
      const wire = Buffer.concat([chunked(sound, () => random.integer(1, 900)), Buffer.from('NEXT')]);
      const { body, last } = readAll({ kind: 'chunked' }, random.split(wire, largest));
      assert.deepEqual(body, sound);
      assert.equal(last.isDone, true);
      assert.equal(last.rest.toString(), 'NEXT');
    }
  });

  test('in chunks may use bare LF', () => {
    const { body, last } = readAll({ kind: 'chunked' }, [Buffer.from('3\nabc\n0\n\n')]);
    assert.equal(body.toString(), 'abc');
    assert.equal(last.isDone, true);
  });

  for (const wire of [
    'xyz\r\n',
    '\r\n',
    '-1\r\n',
    '3\r\nabcd\r\n',
    `${'0'.repeat(2000)}\r\n`,
    'fffffffffff\r\n',
  ]) {
    test(`in broken chunks is refused: ${JSON.stringify(wire.slice(0, 20))}`, () => {
      assert.equal(readAll({ kind: 'chunked' }, [Buffer.from(wire)]).last.isBroken, true);
    });
  }

  test('endless trailers are refused', () => {
    const wire = Buffer.from(`0\r\n${'A: b\r\n'.repeat(100)}`);
    assert.equal(readAll({ kind: 'chunked' }, [wire]).last.isBroken, true);
  });

  test('noise never crashes the reader', () => {
    const random = createSeededRandom(59);
    for (let round = 0; round < 500; round += 1) {
      readAll({ kind: 'chunked' }, [Buffer.from('5\r\n'), random.bytes(random.integer(0, 200))]);
    }
  });
});

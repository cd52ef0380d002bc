import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProgress, describeProgress } from './progress.ts';

describe('progress', () => {
  test('says how much, how fast and how long', () => {
    assert.equal(
      describeProgress({ done: 1_200, total: 5_000 }, 3_000),
      '1200 of 5000, 24 %, 400/s, 10 s left',
    );
    assert.equal(
      describeProgress({ done: 10, total: 1_000 }, 1_000),
      '10 of 1000, 1 %, 10/s, 1 min 39 s left',
    );
    assert.equal(describeProgress({ done: 0, total: 5 }, 0), '0 of 5, 0 %, 0/s, ? left');
    assert.equal(describeProgress({ done: 5, total: 5 }, 1_000), '5 of 5, 100 %, 5/s, 0 s left');
  });

  test('draws one line over itself on a terminal, and ends it once', () => {
    let written = '';
    let now = 0;
    const output = { isTTY: true, write: (text: string) => (written += text) };
    const progress = createProgress(output, () => now);
    for (const done of [50, 100]) {
      now += 1_000;
      progress.show({ done, total: 100 });
    }
    progress.end();
    progress.end();
    assert.equal(written.split('\r').length, 3);
    assert.match(written, /\[#{15} {15}\] 50 of 100, [\s\S]*\[#{30}\] 100 of 100, [^\n]*\n$/);
  });

  test('writes a line every five seconds elsewhere', () => {
    const lines: string[] = [];
    let now = 0;
    const progress = createProgress({ write: (text) => lines.push(text) }, () => now);
    for (let done = 1; done <= 12; done += 1) {
      now += 1_000;
      progress.show({ done, total: 12 });
    }
    progress.end();
    assert.deepEqual(lines, ['5 of 12, 41 %, 1/s, 7 s left\n', '10 of 12, 83 %, 1/s, 2 s left\n']);
  });
});

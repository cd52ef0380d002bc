import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorName, scrubLogLine, scrubMessage } from './scrubbing.ts';

const messages: readonly (readonly [string, string])[] = [
  // What engines and drivers really say.
  [
    "Cannot read properties of undefined (reading 'anna')",
    'Cannot read properties of undefined (reading <text>)',
  ],
  ['can\'t access property "anna", x is undefined', "can't access property <text>, x is undefined"],
  ["undefined is not an object (evaluating 'me.name')", 'undefined is not an object (evaluating <text>)'],
  ['Failed to fetch', 'Failed to fetch'],
  [
    'Unexpected token \'<\', "<!doctype "... is not valid JSON',
    'Unexpected token <text>, <text>... is not valid JSON',
  ],
  ['connect ECONNREFUSED 10.1.2.3:5432', 'connect ECONNREFUSED <address>:<n>'],
  ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED <address>'],
  ['database disk image is malformed', 'database disk image is malformed'],
  [
    "ENOENT: no such file or directory, open '/home/anna/x'",
    'ENOENT: no such file or directory, open <text>',
  ],
  [
    'duplicate key value violates unique constraint "people_email"',
    'duplicate key value violates unique constraint <text>',
  ],
  ['Key (email)=(anna@example.com) already exists.', 'Key (email)=(<email>) already exists.'],
  // People, wherever they stand.
  ['mail to Anna <anna.b+x@mail.example.com>', 'mail to Anna <<email>>'],
  ['GET https://radio.example/people/anna?token=1 failed', 'GET <url> failed'],
  ['wss://radio.example/realtime closed', '<url> closed'],
  ['from 2001:db8::1 and fe80:0:0:0:1:2:3:4', 'from <address> and <address>'],
  ['load /people/anna/secret now', 'load <path> now'],
  ['session 01890a5d-ac96-774b-bcce-b302099a8057 gone', 'session <id> gone'],
  ['key sk_live_4242424242424242 refused', 'key <token> refused'],
  ['took 1,234.5 ms, 3 times', 'took <n> ms, <n> times'],
  ['said “meet me at 8”', 'said <text>'],
  ['said "meet me', 'said <text>'],
  ['data:text/html;base64,QUJD blocked', '<url> blocked'],
  ['two\nlines\u202e and \u0000 more', 'two lines and more'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(<n>)>'],
  ['', ''],
];

describe('messages', () => {
  for (const [message, expected] of messages) {
    test(message, () => {
      assert.equal(scrubMessage(message), expected);
      assert.equal(scrubMessage(expected), expected, 'once more changes nothing');
    });
  }

  // Backtracking over so much would take hours.
  test('long ones, within bounds', { timeout: 60_000 }, () => {
    for (const part of ['a', '"', "'", 'a@', '1:', '/a', '<', 'a-1_', '::', '“', '1.1.', 'https://']) {
      assert.ok(scrubMessage(part.repeat(100_000)).length <= 200, part);
    }
  });
});

test('lines of the log stay readable, without addresses', () => {
  assert.equal(
    scrubLogLine(
      '{"level":50,"reqId":"AbCdEfGh1234","ip":"10.1.2.3","mail":"anna@example.com","url":"/a?x=anna"}',
    ),
    '{"level":50,"reqId":"AbCdEfGh1234","ip":"<address>","mail":"<email>","url":"/a?…"}',
  );
});

test('names of errors are names', () => {
  assert.equal(errorName('TypeError'), 'TypeError');
  assert.equal(errorName('DOMException.Abort'), 'DOMException.Abort');
  for (const name of ['', 'Anna B', '<b>', '1', 'x'.repeat(61), 'a@b'])
    assert.equal(errorName(name), 'Error');
});

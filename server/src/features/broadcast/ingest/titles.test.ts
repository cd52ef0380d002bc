import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseFields } from './form.ts';
import { decodeTitle, titleFromFields, undoDoubleEncoding } from './titles.ts';

function title(query: string | Buffer) {
  return titleFromFields(parseFields(Buffer.from(query)));
}

describe('which field counts', () => {
  test('artist and title come before a stale song', () => {
    assert.equal(title('song=Old%20-%20One&artist=A&title=B')?.text, 'A - B');
  });

  test('song counts when a part is missing', () => {
    assert.equal(title('song=A%20-%20B&title=B')?.text, 'A - B');
    assert.deepEqual(title('song=A+-+B&artist='), { artist: 'A', title: 'B', text: 'A - B' });
  });

  test('a part alone counts when there is no song', () => {
    assert.equal(title('title=B&song=')?.text, 'B');
  });

  test('an empty update says nothing', () => {
    for (const query of ['song=', 'artist=&title=', 'song=%20-%20', 'mode=updinfo', 'song=+++', '']) {
      assert.equal(title(query), null, query);
    }
  });

  test('nothing of an earlier update is merged in', () => {
    assert.deepEqual(title('title=B'), { artist: null, title: 'B', text: 'B' });
  });
});

describe('in which letters', () => {
  const cases: ReadonlyArray<readonly [string, string | Buffer, string]> = [
    ['raw UTF-8 in the request line, as BUTT sends it', 'song=Sång', 'Sång'],
    ['escaped UTF-8', 'song=T%C3%AFtle', 'Tïtle'],
    ['Latin-1 without a charset, as Liquidsoap sends it to Shoutcast', 'song=T%EFtle', 'Tïtle'],
    ['Latin-1 with its charset', 'song=T%EFtle&charset=ISO-8859-1', 'Tïtle'],
    ['UTF-8 that claims to be Latin-1', 'song=T%C3%AFtle&charset=ISO-8859-1', 'Tïtle'],
    ['Latin-1 that claims to be UTF-8', 'song=T%EFtle&charset=UTF%2d8', 'Tïtle'],
    ['UTF-8 encoded twice', 'song=T%C3%83%C2%AFtle', 'Tïtle'],
    ['UTF-8 encoded twice, with quotes of windows-1252', 'song=it%C3%A2%E2%82%AC%E2%84%A2s', 'it’s'],
    ['Cyrillic with its charset', 'song=%CF%F0%E8%E2%E5%F2&charset=windows-1251', 'Привет'],
    ['an unknown charset', 'song=T%C3%AFtle&charset=klingon', 'Tïtle'],
    ['Japanese', 'song=%E5%A4%9C', '夜'],
  ];
  for (const [name, query, expected] of cases) test(name, () => assert.equal(title(query)?.text, expected));

  test('honest text stays as it is', () => {
    for (const text of ['Tïtle', 'Ã', 'naïve — “quotes”', 'Привет', '100 %', 'ÄÖÜ', '']) {
      assert.equal(undoDoubleEncoding(text), text);
      assert.equal(decodeTitle(Buffer.from(text), null), text);
    }
  });
});

test('a broken escape stays, a plus is a space', () => {
  assert.equal(title('song=100%+A%2BB+%zz')?.text, '100% A+B %zz');
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DisplayName, Handle } from '@slipmat/contract/ids';
import { displayNameFrom, handleFrom, suffixed } from './newcomers.ts';

const nobody = {
  foreignId: '12',
  username: 'nova',
  firstName: '',
  lastName: '',
  email: '',
  passwordHash: '',
  groups: [],
} as const;

/** Usernames that Django lets through, and some that found their way into its table otherwise. */
const usernames = [
  'nova',
  'Nova.Kern+radio@Example.com',
  '__init__',
  '-',
  '@',
  'x',
  'é',
  'ab',
  'Диджей',
  '🎧🎧🎧',
  'a'.repeat(150),
  `${'a'.repeat(29)}.b`,
  `a${'-'.repeat(40)}b`,
  ' spaced out ',
  '\u202Eevil\u0000',
  'İstanbul',
];

describe('names of newcomers', () => {
  test('a handle comes out that the contract takes, whatever the name and its suffix', () => {
    for (const username of usernames) {
      for (const foreignId of ['1', '123456789012345678']) {
        const handle = handleFrom({ username, foreignId });
        for (const number of [1, 2, 10, 9_999]) {
          const tried = suffixed(handle, number);
          assert.equal(Handle.parse(tried), tried, `${username} ${number}`);
        }
      }
    }
  });

  test('the handle is as near to the name as it can be, and shows no address', () => {
    const handles = ['Nova.Kern+radio@Example.com', 'DJ Ünwürdig', '__init__', 'ab', '🎧'].map((username) =>
      handleFrom({ username, foreignId: '12' }),
    );
    assert.deepEqual(handles, ['nova-kern-radio', 'dj-unwurdig', 'init', 'ab-12', 'person-12']);
  });

  test('a display name comes out that the contract takes', () => {
    for (const username of usernames) {
      const shown = displayNameFrom({ ...nobody, username }, 'a-handle');
      assert.equal(DisplayName.parse(shown), shown, username);
      assert.doesNotMatch(shown, /@/);
    }
    const long = { ...nobody, firstName: '🎧'.repeat(29) + 'xx'.repeat(1), lastName: '🎧' };
    assert.equal(DisplayName.parse(displayNameFrom(long, 'h')), displayNameFrom(long, 'h'));
    assert.equal(displayNameFrom({ ...nobody, firstName: 'Nova', lastName: 'Kern' }, 'h'), 'Nova Kern');
    assert.equal(displayNameFrom({ ...nobody, firstName: ' ', lastName: '' }, 'h'), 'nova');
    assert.equal(displayNameFrom({ ...nobody, username: '@x' }, 'h'), 'h');
  });
});

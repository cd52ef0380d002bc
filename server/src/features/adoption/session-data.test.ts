/** A cookie and rows recorded from Django 3.2 with the SECRET_KEY `k`; made anew by the suite where Django is installed. */
import assert from 'node:assert/strict';
import { createHmac, hash } from 'node:crypto';
import { describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { readCookie, readStored } from './session-data.ts';
import { unsign } from './signing.ts';

const cookie =
  '.eJxVjDEOgzAQBP9yNbLwYYtASc8brON8xCTIljBUKH8PSBTQ7szsDo62Nbgty-ImDy1oKO7bQPyVeAL_ofhOilNcl2lQp6IumlWfvMzd5T4OAuVw1Mi21DWisB2FXyVrQjSaUSpbi2mkMnTgEX5_7HMw_Q:1xVZ5m:r0hN6jrj-SF4Cphhul1j7OqGa4g';
const signedAt = Date.UTC(2026, 10, 23);
const storeSalt = 'django.contrib.sessions.SessionStore';

/** As `TimestampSigner.sign` with the key `k`. */
function signed(value: string): string {
  const key = hash('sha256', `${storeSalt}signerk`, 'buffer');
  const dated = `${value}:1xVZ5m`;
  return `${dated}:${createHmac('sha256', key).update(dated).digest('base64url')}`;
}

describe('session data', () => {
  test('a recorded cookie is opened, with its key among others', async () => {
    const opened = unsign(cookie, 'django.contrib.sessions.backends.signed_cookies', ['k']);
    assert.ok(opened);
    const claims = await readCookie(cookie, ['another', 'k'], opened.signedAt + 1_000);
    assert.ok('userId' in claims);
    assert.equal(claims.userId, '1');
    assert.equal(claims.backend, 'django.contrib.auth.backends.ModelBackend');
    assert.ok(Math.abs(opened.signedAt - signedAt) < 7 * 24 * 60 * 60 * 1_000, String(opened.signedAt));
    assert.deepEqual(await readCookie(cookie, ['another'], opened.signedAt), { refused: 'wrong-signature' });
  });

  test('a signature for another use is wrong', async () => {
    assert.deepEqual(await readStored(cookie, ['k']), { refused: 'wrong-signature' });
  });

  test('a bomb is not opened, and what is no JSON object names nobody', async () => {
    const bomb = deflateSync(Buffer.alloc(10_000_000, 0x20)).toString('base64url');
    assert.deepEqual(await readStored(signed(`.${bomb}`), ['k']), { refused: 'too-large' });
    for (const text of ['[]', '"x"', 'null', '7', '{', '', '{"_auth_user_id":[1]}', '{"_auth_user_id":null}'])
      assert.deepEqual(
        await readStored(signed(Buffer.from(text).toString('base64url')), ['k']),
        { refused: 'unknown' },
        text,
      );
  });

  test('pickles of every protocol are recognised', async () => {
    const pickles = [
      '(dp0\nVx\np1\nVy\np2\ns.',
      '}q\u0000(X\u0001\u0000\u0000\u0000xq\u0001u.',
      '\u0080\u0005}.',
      '\u0080\u0002}q\u0000.',
    ];
    for (const pickle of pickles) {
      const value = Buffer.from(pickle, 'latin1').toString('base64url');
      assert.deepEqual(
        await readStored(signed(value), ['k']),
        { refused: 'pickled' },
        JSON.stringify(pickle),
      );
    }
  });

  test('nothing that is not signed is even taken apart', async () => {
    for (const text of [
      '',
      ':',
      '::',
      'e30:x',
      'e30:1xVZ5m:x',
      '====',
      'e30',
      Buffer.from(':{}').toString('base64'),
    ])
      assert.deepEqual(await readStored(text, ['k']), { refused: 'wrong-signature' }, text);
  });
});

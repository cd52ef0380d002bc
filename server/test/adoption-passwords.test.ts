/** Password hashes made by Django's own hashers. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { verifyDjango } from '#server/features/accounts/django-passwords.ts';
import { createPasswords } from '#server/features/accounts/passwords.ts';
import { djangoPasswords, requireDjango } from './django.ts';
import { within } from './until.ts';

const password = 'Pässwörd of 🎧, with so many letters that the seventy-second byte is well within it';
const untried = { unusable: 'unusable', crypt: 'crypt' } as const;

describe('passwords of Django', { skip: requireDjango() }, () => {
  let stored: Readonly<Record<string, string>> = {};
  before(async () => {
    const made = await djangoPasswords(password);
    for (const [name, isTaken] of Object.entries(made.taken)) assert.ok(isTaken, `Django takes ${name}`);
    stored = made.stored;
  });

  test('every format is right with its password, and wrong with another', async () => {
    assert.equal(Object.keys(stored).length, 17);
    for (const [name, hash] of Object.entries(stored)) {
      if (name in untried) continue;
      assert.equal(await verifyDjango(hash, password), true, name);
      // bcrypt itself counts 72 bytes, on Django as here.
      for (const wrong of [`${password}.`, '', hash])
        if (name !== 'bcrypt' || !wrong.startsWith(password))
          assert.equal(await verifyDjango(hash, wrong), false, name);
    }
  });

  test('one byte off is wrong', async () => {
    for (const [name, hash] of Object.entries(stored)) {
      if (name in untried) continue;
      const digit = hash.replace(/=+$/, '').length - 3;
      const changed = hash.slice(0, digit) + (hash[digit] === 'a' ? 'b' : 'a') + hash.slice(digit + 1);
      assert.equal(await verifyDjango(changed, password), false, name);
    }
  });

  test('unusable passwords and crypt are not tried', async () => {
    for (const [name, reason] of Object.entries(untried))
      assert.deepEqual(await verifyDjango(stored[name] ?? '', password), { refused: reason });
  });

  test('what would take the server down is refused before it is computed, and counts as wrong', async () => {
    const salt = 'c2Vhc2FsdHNhbHQ$qs2C4yaBoVA0cJpDTwwRjSUn3yTvWDUm0X4yTtXB4cY';
    const costly = [
      stored['pbkdf2_sha256']?.replace(/\$\d+\$/, '$1000000000$'),
      stored['pbkdf2_sha1']?.replace(/\$\d+\$/, '$5000001$'),
      'scrypt$4194304$seasalt$8$1$aGFzaA==',
      'scrypt$16384$seasalt$8$100$aGFzaA==',
      `argon2$argon2id$v=19$m=262145,t=2,p=1$${salt}`,
      `argon2$argon2id$v=19$m=1024,t=21,p=1$${salt}`,
      `argon2$argon2id$v=19$m=10240,t=2,p=1000$${salt}`,
      stored['bcrypt']?.replace('$06$', '$16$'),
      stored['bcrypt_sha256']?.replace('$06$', '$31$'),
    ];
    const refused: string[] = [];
    const passwords = createPasswords((reason) => refused.push(reason));
    for (const hash of costly)
      assert.equal(await within(String(hash), passwords.verify(hash, password), 5_000), false);
    assert.deepEqual(
      refused,
      costly.map(() => 'too-costly'),
    );
  });

  test('strings that Django never wrote are refused and throw nothing', async () => {
    const pieces = [
      '',
      '$',
      '$$',
      '0',
      '-1',
      '1e9',
      'NaN',
      ' ',
      'a',
      'ß',
      '=',
      '!',
      '99999999999999999999',
      'v=19',
    ];
    const whole = Object.values(stored).filter((hash) => !hash.includes('1200000'));
    const shapes = whole.flatMap((hash) => {
      const parts = hash.split('$');
      return parts.flatMap((_part, at) => pieces.map((piece) => parts.with(at, piece).join('$')));
    });
    const cut = whole.flatMap((hash) => [
      hash.slice(0, -1),
      hash.slice(1),
      `${hash}$`,
      `${hash}${'x'.repeat(300)}`,
    ]);
    const odd = [
      '',
      'plain text',
      '$argon2id',
      '\u0000',
      'argon2$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAA',
    ];
    for (const hash of [...shapes, ...cut, ...odd])
      assert.notEqual(await verifyDjango(hash, 'something else'), true, hash);
  });
});

/** Hashes recorded from Django 3.2, and from Django 4's format of scrypt; made anew by the suite where Django is installed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyDjango } from './django-passwords.ts';

const recorded = [
  'pbkdf2_sha1$260000$U74mUScOpP0yaoQ7iHoh4x$pS97MS7w2+Ad4UUGPRwuPjloO1k=',
  'pbkdf2_sha256$260000$yve4i3BGJ28kYkjtvphkd8$ELboNbuwTFxf2LAEhJeSMDFlXkLIGH36bmV2t5Fb0os=',
  'scrypt$16384$seasalt$8$1$YrL/Dqo4DGVPthIE6z/CwUZHaHp+/vG41DiRJcESg60e5Y6GY/j/zc522xEPY0QIldomYbRSDU03gF4lMOudZg==',
  'argon2$argon2id$v=19$m=102400,t=2,p=8$MHJ1MjJ2bzNTOHVYbWprNEg4dWU5bA$0qutJCxY5GWTRcRLbMcWhA',
  'argon2$argon2i$m=512,t=2,p=2$c2Vhc2FsdHNhbHQ$JCnI0cDPD/31W8nojD+z3w',
  'bcrypt$$2b$06$09LmR7Tvn4fATAPGFPEqpO9W7mIt4MkvwYhul9B0nR7Egwo0I9Azy',
  'bcrypt_sha256$$2b$06$dALxrQgnMV7Qsslrf9f7eupD6dE.dUX8vOhLH4yfMiAe8duFvQm/S',
  'sha1$2u4kOhmg62iubgEfAkiIBl$1758b3226e11edfaeb1a5300dab77b2364a989f1',
  'sha1$$9157165acd5bc1b1ff30f420eb5da0614cd830e6',
  'md5$g5XeTHzPpSssOZKK7m5CpM$d8b83eae5787a1262dda3343de003f0a',
  'md5$$75e48d2bd21d2637bdb317d6965e15e0',
  '75e48d2bd21d2637bdb317d6965e15e0',
];

describe('recorded passwords of Django', () => {
  for (const stored of recorded) {
    test(stored.split('$').slice(0, 2).join('$'), async () => {
      assert.equal(await verifyDjango(stored, 'felt'), true);
      assert.equal(await verifyDjango(stored, 'Felt'), false);
    });
  }

  test('what is not tried says why', async () => {
    assert.deepEqual(await verifyDjango('!hvV9FJrhpbiYLcgUpdKx0f4bHKIZAmRZ8giBLcq4', 'felt'), {
      refused: 'unusable',
    });
    assert.deepEqual(await verifyDjango('crypt$$svQt.rHb5nvDk', 'felt'), { refused: 'crypt' });
    assert.deepEqual(await verifyDjango('pbkdf2_sha256$1000000000$salt$aGFzaA==', 'felt'), {
      refused: 'too-costly',
    });
    assert.deepEqual(await verifyDjango('whirlpool$x$y', 'felt'), { refused: 'unknown-format' });
  });
});

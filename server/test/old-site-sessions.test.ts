/** The real old Django site by itself: what it tells Slipmat about its sessions, and how it was before the gate. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { type Answered, exchange, json } from './exchange.ts';
import { gatedEnvironment } from './gate-server.ts';
import { type OldSite, requireDjango, startOldSite } from './old-site.ts';

const skip = requireDjango();
const password = 'felt under the needle';
const Whoami = z.strictObject({ session: z.string(), handle: z.string().nullable() });

/** Makes a session as Django's sign-in does and prints the cookie's value. */
const newSession = (username: string): string => `
from importlib import import_module
from django.conf import settings
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.auth.models import User
user, session = User.objects.get(username='${username}'), import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = 'django.contrib.auth.backends.ModelBackend'
session.save()
print(session.session_key, end='')`;

/** Asks as Slipmat does (`features/adoption/ask.ts`). */
function askWhose(
  site: OldSite,
  key: string,
  options: { secret?: string; seconds?: number } = {},
): Promise<Answered> {
  const timestamp = String(Math.floor(Date.now() / 1000) + (options.seconds ?? 0));
  const mac = createHmac('sha256', options.secret ?? site.secretKey).update(`${timestamp}.${key}`);
  return exchange(site.address, {
    method: 'POST',
    path: '/slipmat/session',
    headers: {
      'content-type': 'application/json',
      'slipmat-timestamp': timestamp,
      'slipmat-signature': mac.digest('hex'),
    },
    body: JSON.stringify({ key }),
  });
}

describe('whose a session of the old site is', { skip, concurrency: 2 }, () => {
  for (const [engine, serializer] of [
    ['db', 'json'],
    ['cache', 'json'],
    ['cached_db', 'pickle'],
    ['file', 'json'],
    ['signed_cookies', 'json'],
  ] as const) {
    test(`it tells Slipmat, with sessions in ${engine} (${serializer})`, async (t) => {
      const site = await startOldSite(t, {
        environment: {
          ...gatedEnvironment('http://127.0.0.1:1/'),
          SESSION_ENGINE: engine,
          SESSION_SERIALIZER: serializer,
        },
      });
      const [id] = await site.addUsers([
        { username: 'anna', password },
        { username: 'bert', password },
      ]);
      const key = await site.python(newSession('anna'));
      const known = await askWhose(site, key);
      assert.deepEqual([known.status, json(known)], [200, { user_id: id, auth_hash_ok: true }]);

      const others = await site.python(newSession('bert'));
      for (const options of [{ secret: 'guess' }, { seconds: -65 }, { seconds: 65 }]) {
        assert.equal((await askWhose(site, key, options)).status, 401, JSON.stringify(options));
      }
      const refusal = async (of: string): Promise<unknown> => {
        const answered = await askWhose(site, of);
        assert.equal(answered.status, 403);
        return json(answered);
      };
      assert.deepEqual(await refusal('no-such-session-no-such-session'), { refused: 'unknown' });
      await site.python(
        "from django.contrib.auth.models import User\nuser = User.objects.get(username='anna'); user.set_password('x'); user.save()\nUser.objects.filter(username='bert').update(is_active=False)",
      );
      assert.deepEqual(await refusal(key), { refused: 'wrong-hash' });
      assert.deepEqual(await refusal(others), { refused: 'disabled' });
    });
  }
});

test('without the gate the old site is as it was: its own sign-in, its own cookie', { skip }, async (t) => {
  const site = await startOldSite(t, { environment: { SESSION_COOKIE_NAME: 'old_session' } });
  await site.addUsers([{ username: 'anna', password }]);
  const form = await exchange(site.address, { path: '/sign-in' });
  const csrf = /csrftoken=([^;]+)/.exec(String(form.headers['set-cookie']))?.[1] ?? '';
  const signIn = await exchange(site.address, {
    method: 'POST',
    path: '/sign-in',
    headers: { cookie: `csrftoken=${csrf}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ username: 'anna', password, csrfmiddlewaretoken: csrf }).toString(),
  });
  assert.equal(signIn.status, 302);
  const session = /old_session=([^;]+)/.exec(String(signIn.headers['set-cookie']))?.[1];
  const cookie = `old_session=${session}`;
  const who = await exchange(site.address, { path: '/slipmat/whoami', headers: { cookie } });
  assert.equal(Whoami.parse(json(who)).handle, 'anna');
  const kept = await exchange(site.address, {
    method: 'POST',
    path: '/api/chat-settings',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ colour: 'amber', sounds: false }),
  });
  assert.deepEqual(json(kept), { handle: 'anna', colour: 'amber', sounds: false });
  const unprotected = await exchange(site.address, {
    method: 'POST',
    path: '/api/dj/set',
    headers: { cookie },
  });
  assert.equal(unprotected.status, 403, 'Django’s own CSRF protection');
  const nobody = await exchange(site.address, { path: '/api/chat-settings' });
  assert.equal(nobody.status, 401);
});

/** The gate in the whole server: it knows exactly whom the API knows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { type Answered, exchange } from './exchange.ts';
import { aBrowser, aMember } from './people.ts';
import { startApp } from './start-app.ts';

const oldSite = 'http://old.localhost:9000';

test('the gate names the person that the API names, and refuses whom the API refuses', async (t) => {
  const site = await startApp(t, { environment: { OLD_SITES: `Old site=${oldSite}` } });
  const check = (cookie: string, query = ''): Promise<Answered> =>
    exchange(site.origin, {
      path: `/gate/check${query}`,
      headers: {
        'x-original-method': 'POST',
        'x-original-url': `${oldSite}/dj`,
        origin: oldSite,
        ...(cookie === '' ? {} : { cookie }),
      },
    });
  const anna = await aMember(site, { handle: 'anna' });
  const bert = await aMember(site, { handle: 'bert' });

  const passed = await check(anna.cookieHeader);
  assert.equal(passed.status, 200, String(passed.headers['slipmat-problem-json']));
  assert.equal(passed.headers['set-cookie'], undefined);
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', site.origin));
  const { payload } = await jwtVerify(String(passed.headers['slipmat-identity']), keys, {
    issuer: site.origin,
    audience: oldSite,
    typ: 'slipmat-identity+jwt',
  });
  assert.deepEqual([payload.sub, payload['handle'], payload['old_id']], [anna.id, 'anna', null]);
  const api = await anna.fetch({ path: '/api/auth/me' });
  assert.equal(payload['sid'], api.headers['slipmat-session'], 'one session, said the same by both');
  assert.equal(passed.headers['slipmat-session'], payload['sid']);

  const both = await check(`${anna.cookieHeader}; ${bert.cookieHeader}`, '?anonymous=allow');
  assert.deepEqual([both.status, both.headers['slipmat-problem']], [403, 'session-conflict']);
  const nobody = await check('');
  assert.deepEqual([nobody.status, nobody.headers['slipmat-problem']], [401, 'session-missing']);
  const kept = anna.cookieHeader;
  await anna.call(sessionsEndpoints.signOut);
  const revoked = await check(kept);
  assert.deepEqual([revoked.status, revoked.headers['slipmat-problem']], [401, 'session-revoked']);
  assert.equal(revoked.headers['set-cookie'], undefined, 'says no and clears nothing');
  const written = await aBrowser(site).fetch({ method: 'POST', path: '/gate/check' });
  assert.notEqual(written.status, 200);

  await site.deps.db.close();
  const silent = await check(bert.cookieHeader, '?anonymous=allow');
  assert.equal(silent.status, 403);
  assert.notEqual(silent.headers['slipmat-problem'], 'session-missing', 'not known is not nobody');
});

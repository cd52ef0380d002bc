/** The real old Django site: what it believes of the gate's word, with no proxy between. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { z } from 'zod';
import { openDatabase, type Storage } from '#server/db/open.ts';
import type { Gate } from '#server/features/gate/index.ts';
import { createKeys, keyTimes } from '#server/features/gate/keys.ts';
import { systemClock } from '#server/platform/clock.ts';
import { createLog } from '#server/platform/log.ts';
import { systemRandom } from '#server/platform/random.ts';
import { type Answered, json } from './exchange.ts';
import { createFakeClock } from './fake-clock.ts';
import { gatedEnvironment, issuer, oldSite, people, startGateServer } from './gate-server.ts';
import { type OldSite, type OldSiteOptions, requireDjango, startOldSite } from './old-site.ts';
import { rawRequest } from './raw-request.ts';
import { aFolder } from './start-app.ts';

const skip = requireDjango();

const Whoami = z.strictObject({ session: z.string(), handle: z.string().nullable() });
const password = 'felt under the needle';

/** The published keys of a gate, and how often they were fetched. */
async function publish(t: TestContext, gate: Gate): Promise<{ url: string; readonly fetched: () => number }> {
  let fetched = 0;
  const server = createServer((_request, answer) => {
    fetched += 1;
    gate.publishedKeys().then(
      (keys) => answer.end(JSON.stringify({ keys })),
      (error: unknown) => answer.writeHead(503).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { url: `http://127.0.0.1:${address.port}/`, fetched: () => fetched };
}

/** A gate and, behind no proxy at all, the old site that believes it. */
async function behindTheGate(t: TestContext, options: OldSiteOptions = {}) {
  const storage: Storage = { kind: 'sqlite', dataDir: await aFolder(t) };
  const server = await startGateServer(t, { storage });
  const jwks = await publish(t, server.gate);
  const site = await startOldSite(t, {
    environment: { ...gatedEnvironment(jwks.url), ...options.environment },
  });
  return { storage, server, jwks, site };
}

/** The identity that a gate gives for a request. */
async function identityFor(gate: Gate, method: string, target: string, who: string): Promise<string> {
  const answer = await gate.check({
    headers: {
      'x-original-method': method,
      'x-original-url': oldSite + target,
      cookie: `who=${who}`,
      origin: oldSite,
    },
    address: '127.0.0.1',
    allowAnonymous: true,
    reference: 'test',
  });
  return answer.headers['slipmat-identity'] ?? assert.fail(JSON.stringify(answer));
}

function ask(site: OldSite, path: string, lines: readonly (readonly [string, string])[], method = 'GET') {
  return rawRequest(site.address, 'old.radio.example', { method, path, lines });
}

function withIdentity(site: OldSite, path: string, token: string, method = 'GET'): Promise<Answered> {
  return ask(site, path, [['Slipmat-Identity', token]], method);
}

function refused(answered: Answered, why: RegExp, label = ''): void {
  assert.equal(answered.status, 401, `${label} ${answered.body.toString()}`);
  assert.match(String(answered.headers['content-type']), /^application\/problem\+json/);
  const problem = z.looseObject({ detail: z.string(), reference: z.string() }).parse(json(answered));
  assert.match(problem.detail, why, label);
  assert.equal(answered.headers['slipmat-reference'], problem.reference);
}

const whoami = '/slipmat/whoami';

/** A session of the old site's own, in which carl is signed in. @returns its cookie's value. */
function sessionOfCarl(site: OldSite): Promise<string> {
  return site.python(`
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
carl, session = User.objects.get(username='carl'), SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(carl.pk), carl.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = 'django.contrib.auth.backends.ModelBackend'
session.create()
print(session.session_key, end='')`);
}

describe('the old site behind the gate', { skip, concurrency: 2 }, () => {
  test('believes the gate about who is asking, and never its own sessions', async (t) => {
    const { server, site } = await behindTheGate(t);
    const [annaId] = await site.addUsers([
      { username: 'anna on the old site', password },
      { username: 'carl', password },
    ]);
    assert.equal(annaId, people['anna']?.oldId);
    const ask = async (who: string, path = whoami): Promise<Answered> =>
      withIdentity(site, path, await identityFor(server.gate, 'GET', path, who));

    const anna = await ask('anna');
    assert.deepEqual(Whoami.parse(json(anna)), { session: 'hash-anna', handle: 'anna' });
    assert.equal(anna.headers['slipmat-session'], 'hash-anna');
    assert.match(
      (await ask('anna', '/')).body.toString(),
      /<span id="who">anna on the old site</,
      'by old id',
    );
    assert.match((await ask('bert', '/')).body.toString(), /<span id="who">bert</, 'a newcomer');
    assert.match((await ask('bert', '/')).body.toString(), /<span id="who">bert</, 'made once');
    assert.equal(
      await site.python(
        "from django.contrib.auth.models import User; print(User.objects.get(username='bert').has_usable_password(), User.objects.count())",
      ),
      'False 3\n',
    );
    refused(await ask('carl', '/'), /account cannot be used/, 'somebody else had that name here');
    assert.match((await ask('', '/')).body.toString(), /<span id="who">nobody</);
    assert.deepEqual(Whoami.parse(json(await ask(''))), { session: 'none', handle: null });

    await site.python(
      'from django.contrib.auth.models import User; User.objects.filter(pk=1).update(is_active=False)',
    );
    refused(await ask('anna', '/'), /account cannot be used/);
    const key = await sessionOfCarl(site);
    const token = await identityFor(server.gate, 'GET', '/', 'bert');
    const cookie = ['Cookie', `sessionid=${key}`] as const;
    const both = await rawRequest(site.address, 'old.radio.example', {
      path: '/',
      lines: [['Slipmat-Identity', token], cookie],
    });
    assert.match(both.body.toString(), /<span id="who">bert</, 'its own session counts for nothing');
    refused(
      await rawRequest(site.address, 'old.radio.example', { path: '/', lines: [cookie] }),
      /did not come/,
    );
    const off = await site.redeploy({ GATE: 'off' });
    const before = await rawRequest(off.address, 'old.radio.example', { path: '/', lines: [cookie] });
    assert.match(before.body.toString(), /<span id="who">carl</, 'and without the gate it would have');
  });

  test('ends its own session when the gate says that nobody is signed in, and only then', async (t) => {
    const { server, site } = await behindTheGate(t);
    await site.addUsers([
      { username: 'anna', password },
      { username: 'carl', password },
    ]);
    const cookie = ['Cookie', `sessionid=${await sessionOfCarl(site)}`] as const;
    const visit = async (who: string): Promise<Answered> => {
      const token = await identityFor(server.gate, 'GET', '/', who);
      const lines = [['Slipmat-Identity', token], cookie] as const;
      return rawRequest(site.address, 'old.radio.example', { path: '/', lines });
    };
    const count = () =>
      site.python('from django.contrib.sessions.models import Session; print(Session.objects.count())');
    await visit('bert');
    assert.equal(await count(), '1\n');
    const answered = await visit('');
    assert.match(String(answered.headers['set-cookie']), /sessionid=""/);
    assert.equal(await count(), '0\n');
  });

  test('refuses a word that was for another request, is too old, or is none of the gate', async (t) => {
    const { storage, server, site } = await behindTheGate(t);
    await site.addUsers([{ username: 'anna', password }]);
    const valid = await identityFor(server.gate, 'GET', whoami, 'anna');
    assert.equal((await withIdentity(site, whoami, valid)).status, 200);
    assert.equal((await withIdentity(site, whoami, valid)).status, 200, 'alone it is believed');

    refused(await ask(site, whoami, []), /did not come through/);
    refused(await withIdentity(site, `${whoami}?x`, valid), /another request/);
    refused(await withIdentity(site, '/', valid), /another request/);
    refused(await withIdentity(site, '/slipmat/%77hoami', valid), /another request/, 'only as it was sent');
    refused(await withIdentity(site, whoami, valid, 'POST'), /another request/);

    const db = openDatabase(storage, createLog('silent'));
    t.after(() => db.close());
    const { kid, key } = await createKeys({ db, clock: systemClock, random: systemRandom }).signer();
    const good = { header: { ...decodeProtectedHeader(valid), alg: 'EdDSA' }, claims: decodeJwt(valid) };
    const sign = (claims: object, header: object = {}): Promise<string> =>
      new SignJWT({ ...good.claims, ...claims }).setProtectedHeader({ ...good.header, ...header }).sign(key);
    assert.equal((await withIdentity(site, whoami, await sign({}))).status, 200, 'made by hand, believed');
    const now = Math.floor(Date.now() / 1000);
    const at = (seconds: number): object => ({
      iat: now + seconds,
      nbf: now + seconds,
      exp: now + seconds + 30,
    });
    assert.equal(
      (await withIdentity(site, whoami, await sign(at(-31)))).status,
      200,
      'clocks may differ by 5 s',
    );
    const cases: readonly (readonly [string, Promise<string>, RegExp])[] = [
      ['30 s and the leeway later', sign(at(-36)), /expired/],
      ['from the future', sign(at(20)), /not yet valid/],
      ['another audience', sign({ aud: 'https://chat.radio.example' }), /Invalid audience/],
      ['another issuer', sign({ iss: 'https://evil.example' }), /Invalid issuer/],
      ['another type', sign({}, { typ: 'JWT' }), /not signed/],
      ['no type', sign({}, { typ: undefined }), /not signed/],
      ['an unknown key', sign({}, { kid: 'gate-9-AAAAAAAA' }), /not signed/],
      ...['exp', 'nbf', 'iat', 'aud', 'iss', 'sub', 'method', 'uri', 'handle', 'sid'].map(
        (name) => [`without ${name}`, sign({ [name]: undefined }), /missing|claim/] as const,
      ),
      ['changed', Promise.resolve(forged(valid)), /does not count/],
      ['unsigned', Promise.resolve(unsigned(good.claims, kid)), /does not count/],
      ['signed by a password', hmacSigned(good.claims, kid, server.gate), /does not count/],
      ['garbage', Promise.resolve('e30.e30.e30'), /does not count|not signed/],
      ['no token', Promise.resolve('anna'), /does not count/],
    ];
    for (const [label, token, why] of cases) {
      refused(await withIdentity(site, whoami, await token), why, label);
    }
  });

  test('refuses a request that says more than once who it is from, in every spelling', async (t) => {
    const { server, site } = await behindTheGate(t);
    await site.addUsers([{ username: 'anna', password }]);
    const anna = await identityFor(server.gate, 'GET', whoami, 'anna');
    const bert = await identityFor(server.gate, 'GET', whoami, 'bert');
    const word = ['Slipmat-Identity', anna] as const;
    const others: readonly (readonly [string, string])[] = [
      ['Slipmat-Identity', bert],
      ['Slipmat-Identity', anna],
      ['slipmat_identity', bert],
      ['SLIPMAT_IDENTITY', bert],
      ['Slipmat-Handle', 'bert'],
      ['slipmat_session', 'x'],
      ...[
        'X-Auth-User',
        'X_Auth_User',
        'Remote-User',
        'REMOTE_USER',
        'X-Remote-User',
        'X-Forwarded-User',
      ].map((name) => [name, 'bert'] as const),
      ['X-Auth-Request-Email', 'bert@example.com'],
    ];
    for (const other of others) {
      refused(await ask(site, whoami, [word, other]), /more than once/, other[0]);
      refused(await ask(site, whoami, [other, word]), /more than once/, other[0]);
    }
    const harmless = [
      ['X-Forwarded-For', '1.2.3.4'],
      ['User-Agent', 'x'],
      ['Slipmat-CSRF', 'x'],
    ] as const;
    assert.equal((await ask(site, whoami, [word, ...harmless])).status, 200);
    assert.equal((await ask(site, whoami, [['slipmat_identity', anna]])).status, 200, 'one word is one word');
  });

  test('goes on through a rotation of keys, and does not ask for keys more than it has to', async (t) => {
    const { storage, server, jwks, site } = await behindTheGate(t);
    await site.addUsers([{ username: 'anna', password }]);
    const db = openDatabase(storage, createLog('silent'));
    t.after(() => db.close());
    /** Time goes by for the keys only: what they sign has to be of this minute. */
    const age = async (ms: number): Promise<void> => {
      await db.write(async (trx) => {
        await trx
          .updateTable('gate_keys')
          .set((row) => ({ created_at: row('created_at', '-', ms) }))
          .execute();
      });
      await server.gate.rotate();
    };
    const token = (): Promise<string> => identityFor(server.gate, 'GET', whoami, 'anna');
    const kidOf = (of: string): string => decodeProtectedHeader(of).kid ?? '';

    const first = await token();
    await age(keyTimes.rotateAfter);
    assert.equal(kidOf(await token()), kidOf(first), 'the next key is published and does not sign yet');
    assert.equal((await withIdentity(site, whoami, await token())).status, 200);
    assert.equal(jwks.fetched(), 1);
    await age(keyTimes.warmUp);
    const second = await token();
    assert.notEqual(kidOf(second), kidOf(first));
    assert.equal((await withIdentity(site, whoami, second)).status, 200, 'the next key signs');
    assert.equal((await withIdentity(site, whoami, first)).status, 200, 'what the old one signed counts');
    assert.equal(jwks.fetched(), 1, 'it was known already');

    const stranger = second.replace(
      /^[^.]+/,
      Buffer.from('{"alg":"EdDSA","typ":"slipmat-identity+jwt","kid":"x"}').toString('base64url'),
    );
    for (let round = 0; round < 5; round += 1)
      refused(await withIdentity(site, whoami, stranger), /not signed/);
    assert.equal(jwks.fetched(), 1, 'unknown keys do not make it ask again and again');
  });

  test('without Slipmat’s keys it believes nobody', async (t) => {
    const clock = createFakeClock();
    const server = await startGateServer(t, { clock });
    const site = await startOldSite(t, { environment: gatedEnvironment('http://127.0.0.1:1/') });
    const token = await identityFor(server.gate, 'GET', whoami, 'anna');
    refused(await withIdentity(site, whoami, token), /not signed/);
  });

  test('lets exactly one other origin read who it thinks one is', async (t) => {
    const { server, site } = await behindTheGate(t);
    const token = await identityFor(server.gate, 'GET', whoami, 'bert');
    const from = (origin: string): Promise<Answered> =>
      ask(site, whoami, [
        ['Slipmat-Identity', token],
        ['Origin', origin],
      ]);
    const ours = await from(issuer);
    assert.equal(ours.headers['access-control-allow-origin'], issuer);
    assert.equal(ours.headers['access-control-allow-credentials'], 'true');
    assert.equal(ours.headers['cache-control'], 'no-store');
    for (const origin of ['https://evil.example', 'null', `${issuer}.evil.example`]) {
      assert.equal((await from(origin)).headers['access-control-allow-origin'], undefined, origin);
    }
  });
});

/** The same with another person in its claims. */
function forged(token: string): string {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: people['bert']?.id };
  return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

function unsigned(claims: object, kid: string): string {
  const head = { alg: 'none', typ: 'slipmat-identity+jwt', kid };
  return `${[head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
}

/** Signed by HMAC with the public key, for verifiers that let the token choose (RFC 8725 §2.1). */
async function hmacSigned(claims: object, kid: string, gate: Gate): Promise<string> {
  const [published] = await gate.publishedKeys();
  const head = { alg: 'HS256', typ: 'slipmat-identity+jwt', kid };
  const text = [head, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const secret = Buffer.from(published?.x ?? '', 'base64url');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

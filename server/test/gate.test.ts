/** The gate as a proxy meets it: what it answers and what it signs. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { Problem, type ProblemCode } from '@slipmat/contract/problems';
import { createLocalJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { keyTimes } from '#server/features/gate/keys.ts';
import { type Answered, exchange, json, type Sent } from './exchange.ts';
import { createFakeClock } from './fake-clock.ts';
import { type GateServer, issuer, oldSite, people, startGateServer } from './gate-server.ts';
import { rawRequest } from './raw-request.ts';

type Headers = NonNullable<Sent['headers']>;

const Jwks = z.object({
  keys: z.array(
    z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});

/** As nginx asks with deploy/nginx-gate.conf. */
function nginx(method = 'GET', target = '/who', more: Headers = {}): Headers {
  return { 'x-original-method': method, 'x-original-url': `${oldSite}${target}`, ...more };
}

/** As Caddy and Traefik ask. */
function forwarded(method = 'GET', target = '/who', more: Headers = {}): Headers {
  return {
    'x-forwarded-method': method,
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'old.radio.example',
    'x-forwarded-uri': target,
    ...more,
  };
}

/** What Traefik's ForwardAuth sends: the client's headers, and what its documentation lists. */
function traefik(method: string, target: string, more: Headers = {}): Headers {
  return {
    ...forwarded(method, target),
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-port': '443',
    'x-forwarded-server': 'edge',
    'x-real-ip': '203.0.113.7',
    'accept-encoding': 'gzip',
    ...more,
  };
}

const anna = { cookie: 'who=anna' };

function check(server: GateServer, headers: Headers, query = ''): Promise<Answered> {
  return exchange(server.address, { path: `/gate/check${query}`, headers });
}

async function jwks(server: GateServer): Promise<z.infer<typeof Jwks>> {
  return Jwks.parse(json(await exchange(server.address, { path: '/.well-known/jwks.json' })));
}

/** The identity of a pass, verified as an old site would. */
async function identityIn(server: GateServer, answered: Answered, now = new Date()): Promise<JWTPayload> {
  assert.equal(answered.status, 200, String(answered.headers['slipmat-problem-json']));
  assert.equal(answered.body.length, 0);
  assert.equal(answered.headers['set-cookie'], undefined);
  assert.equal(answered.headers['cache-control'], 'no-store');
  const token = answered.headers['slipmat-identity'];
  assert.ok(typeof token === 'string' && !token.includes(','), 'exactly one value');
  const keys = createLocalJWKSet(await jwks(server));
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms: ['EdDSA'],
    typ: 'slipmat-identity+jwt',
    issuer,
    audience: oldSite,
    currentDate: now,
  });
  assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ']);
  return payload;
}

/** The problem of a refusal, with everything that must hold for every refusal. */
function refusalIn(server: GateServer, answered: Answered, status: number, code: ProblemCode): Problem {
  assert.equal(`${answered.status} ${answered.headers['slipmat-problem']}`, `${status} ${code}`);
  assert.equal(answered.body.length, 0);
  assert.equal(answered.headers['set-cookie'], undefined);
  assert.equal(answered.headers['cache-control'], 'no-store');
  assert.equal(answered.headers['slipmat-identity'], undefined);
  const problem = Problem.parse(JSON.parse(String(answered.headers['slipmat-problem-json'])));
  assert.equal(problem.code, code);
  assert.equal(problem.status, status);
  assert.equal(answered.headers['slipmat-reference'], problem.reference);
  const lines = server.log.filter((line) => line['reference'] === problem.reference);
  assert.deepEqual(
    lines.map((line) => line['code']),
    [code],
    'logged with the reference',
  );
  return problem;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('base64url');
}

describe('the gate', { concurrency: true }, () => {
  test('tells a signed-in person to each proxy, bound to method, host, path and 30 seconds', async (t) => {
    const server = await startGateServer(t);
    const target = '/dj/next?set=%C3%A4&x=1//../y';
    for (const ask of [nginx, forwarded, traefik]) {
      const answered = await check(server, ask('POST', target, { ...anna, origin: oldSite }));
      const { iat = 0, ...claims } = await identityIn(server, answered);
      assert.deepEqual(claims, {
        iss: issuer,
        aud: oldSite,
        sub: people['anna']?.id,
        handle: 'anna',
        old_id: '1',
        sid: 'hash-anna',
        method: 'POST',
        uri: sha256(target),
        nbf: iat,
        exp: iat + 30,
      });
      assert.ok(Math.abs(iat - Date.now() / 1000) < 5);
      assert.equal(answered.headers['slipmat-session'], 'hash-anna');
    }
    const bert = await identityIn(server, await check(server, nginx('GET', '/', { cookie: 'who=bert' })));
    assert.equal(bert['old_id'], null, 'never was on the old site');
  });

  test('understands X-Original-URI with Host, a port, other spellings of a host, a WebSocket scheme', async (t) => {
    const audiences = [oldSite, 'https://chat.radio.example:8443', 'http://old.localhost:9000'];
    const server = await startGateServer(t, { audiences });
    const uri = { 'x-original-method': 'GET', 'x-original-uri': '/a' };
    const cases: readonly (readonly [Headers, string])[] = [
      [{ ...uri, host: 'OLD.radio.example' }, oldSite],
      [{ ...uri, host: 'old.localhost:9000' }, 'http://old.localhost:9000'],
      [
        { ...uri, host: 'chat.radio.example:8443', 'x-forwarded-proto': 'https' },
        'https://chat.radio.example:8443',
      ],
      [nginx('GET', '/', { 'x-original-url': 'https://old.radio.example:443/a' }), oldSite],
      [
        nginx('GET', '/', { 'x-original-url': 'HTTPS://Chat.Radio.example:8443/a' }),
        'https://chat.radio.example:8443',
      ],
      [forwarded('GET', '/', { 'x-forwarded-proto': 'wss' }), oldSite],
      [nginx('GET', '/who', { ...forwarded('GET', '/who') }), oldSite],
    ];
    for (const [headers, audience] of cases) {
      const answered = await check(server, { ...anna, ...headers });
      assert.equal(answered.status, 200, JSON.stringify([headers, answered.headers]));
      const [, claims = ''] = String(answered.headers['slipmat-identity']).split('.');
      assert.equal(JSON.parse(Buffer.from(claims, 'base64url').toString()).aud, audience);
    }
  });

  test('refuses what it cannot understand: missing, malformed, contradicted, of no old site', async (t) => {
    const server = await startGateServer(t);
    const without = (headers: Headers, name: string): Headers => {
      return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
    };
    const cases: readonly Headers[] = [
      {},
      ...Object.keys(nginx()).map((name) => without(nginx(), name)),
      ...Object.keys(forwarded()).map((name) => without(forwarded(), name)),
      nginx('', '/who'),
      nginx('GET POST', '/who'),
      nginx('GET', '/who', { 'x-original-method': ['GET', 'GET'] }),
      nginx('GET', '/a b'),
      { 'x-original-method': 'GET', 'x-original-url': oldSite },
      { 'x-original-method': 'GET', 'x-original-url': 'ftp://old.radio.example/' },
      { 'x-original-method': 'GET', 'x-original-url': 'https://user@old.radio.example/' },
      { 'x-original-method': 'GET', 'x-original-url': 'https://elsewhere.example/' },
      { 'x-original-method': 'GET', 'x-original-url': 'http://old.radio.example/' },
      { 'x-original-method': 'GET', 'x-original-uri': '/who', host: 'radio.example' },
      nginx('GET', '/who', { 'x-original-uri': '/other' }),
      nginx('POST', '/who', { 'x-forwarded-method': 'GET' }),
      nginx('GET', '/who', { 'x-forwarded-uri': '/public' }),
      nginx('GET', '/who', { 'x-forwarded-host': 'radio.example' }),
      nginx('GET', '/who', { 'x-forwarded-proto': 'http' }),
      forwarded('GET', '/who', { 'x-original-url': `${oldSite}/public` }),
      forwarded('GET', '/who', { 'x-original-uri': '/public' }),
      forwarded('POST', '/who', { 'x-original-method': 'GET' }),
      forwarded('GET', '/who', { 'x-forwarded-uri': ['/public', '/who'] }),
      forwarded('OPTIONS', '*'),
      forwarded('GET', 'https://old.radio.example/who'),
      forwarded('GET', '/who', { 'x-forwarded-host': 'radio.example' }),
      forwarded('GET', '/who', { 'x-forwarded-host': 'old.radio.example, radio.example' }),
      forwarded('GET', '/who', { 'x-forwarded-host': 'x@old.radio.example' }),
      forwarded('GET', '/who', { 'x-forwarded-proto': 'gopher' }),
    ];
    for (const headers of cases) {
      const answered = await check(server, { ...anna, ...headers }, '?anonymous=allow');
      const problem = refusalIn(server, answered, 403, 'bad-request');
      assert.match(problem.detail, /^The proxy in front of the old site /);
    }
  });

  test('knows nobody, two at once and a silent storage apart; none of them passes as somebody', async (t) => {
    const server = await startGateServer(t);
    const ask = (cookie: string, query = ''): Promise<Answered> => {
      return check(server, nginx('GET', '/who?a=1&b=2', cookie === '' ? {} : { cookie }), query);
    };
    const missing = await ask('');
    refusalIn(server, missing, 401, 'session-missing');
    const back = encodeURIComponent(`${oldSite}/who?a=1&b=2`);
    assert.equal(missing.headers['slipmat-go'], `${issuer}/sign-in?return=${back}`);
    refusalIn(server, await ask('who=somebody'), 401, 'session-expired');
    const begin = `${issuer}/sign-in?return=${encodeURIComponent(`${oldSite}/`)}`;
    const long = await check(server, nginx('GET', `/${'a'.repeat(5_000)}`));
    assert.equal(long.headers['slipmat-go'], begin, 'fits into what nginx takes');
    const post = await check(server, nginx('POST', '/dj', { origin: oldSite }));
    assert.equal(post.headers['slipmat-go'], begin, 'a form cannot be sent again');
    for (const query of ['?anonymous=deny', '?anonymous', '?anonymous=allow&anonymous=allow']) {
      refusalIn(server, await ask('', query), 401, 'session-missing');
    }

    const nobody = await ask('', '?anonymous=allow');
    const claims = await identityIn(server, nobody);
    assert.deepEqual([claims.sub, claims['handle'], claims['old_id'], claims['sid']], ['', '', null, 'none']);
    assert.equal(nobody.headers['slipmat-session'], 'none');

    for (const query of ['', '?anonymous=allow']) {
      const conflict = await ask('who=anna; who=bert', query);
      refusalIn(server, conflict, 403, 'session-conflict');
      assert.equal(conflict.headers['slipmat-go'], `${issuer}/conflict?return=${back}`);
      assert.equal(conflict.headers['slipmat-session'], 'conflict');
      const silent = await ask('who=storage-down', query);
      refusalIn(server, silent, 403, 'storage-unavailable');
      assert.equal(silent.headers['slipmat-go'], undefined);
      assert.equal(silent.headers['slipmat-session'], undefined, 'not known');
    }
  });

  test('two lines of cookies are one jar', async (t) => {
    const server = await startGateServer(t);
    const asked = (...cookies: readonly string[]): Promise<Answered> =>
      rawRequest(server.address, '127.0.0.1', {
        path: '/gate/check',
        lines: [
          ['X-Original-Method', 'GET'],
          ['X-Original-URL', `${oldSite}/`],
          ...cookies.map((cookie) => ['Cookie', cookie] as const),
        ],
      });
    const answered = await asked('theme=dark', 'who=anna');
    assert.equal((await identityIn(server, answered))['handle'], 'anna');
    refusalIn(server, await asked('who=bert', 'who=anna'), 403, 'session-conflict');
  });

  test('judges changes and WebSocket handshakes by where they come from', async (t) => {
    const server = await startGateServer(t);
    const socket = { 'sec-websocket-key': 'eA==', 'sec-websocket-version': '13' };
    const site = (name: string): Headers => ({ 'sec-fetch-site': name });
    const mismatch = 'csrf-origin-mismatch';
    const cases: readonly (readonly [string, Headers, ProblemCode | 'pass'])[] = [
      ['GET', { origin: 'https://evil.example', ...site('cross-site') }, 'pass'],
      ['HEAD', { origin: 'https://evil.example' }, 'pass'],
      ['OPTIONS', { origin: 'https://evil.example' }, 'pass'],
      ['POST', { origin: oldSite }, 'pass'],
      ['POST', { origin: issuer, ...site('same-site') }, 'pass'],
      ['POST', site('same-origin'), 'pass'],
      ['POST', { origin: 'null', ...site('same-origin') }, 'pass'],
      ['POST', { origin: 'https://evil.radio.example', ...site('same-site') }, mismatch],
      ['POST', { origin: 'https://evil.example' }, mismatch],
      ['POST', { origin: 'null' }, mismatch],
      ['POST', site('none'), mismatch],
      ['get', { origin: 'https://evil.example' }, mismatch],
      ['DELETE', {}, 'csrf-origin-missing'],
      ['DELETE', { 'slipmat-csrf': 'token of bert' }, 'csrf-origin-missing'],
      ['DELETE', { 'slipmat-csrf': 'token of anna' }, 'pass'],
      ['POST', { origin: 'https://evil.example', 'slipmat-csrf': 'token of anna' }, mismatch],
      ['GET', { origin: oldSite, ...socket }, 'pass'],
      ['GET', { origin: 'https://evil.radio.example', ...socket, ...site('same-site') }, mismatch],
      ['GET', { origin: 'https://evil.example', 'x-original-upgrade': 'websocket' }, mismatch],
      ['GET', socket, 'csrf-origin-missing'],
    ];
    for (const ask of [nginx, forwarded]) {
      for (const [method, headers, expected] of cases) {
        const answered = await check(server, ask(method, '/dj', { ...anna, ...headers }));
        const label = JSON.stringify([method, headers]);
        if (expected === 'pass') assert.equal(answered.status, 200, label);
        else refusalIn(server, answered, 403, expected);
      }
    }
    const stranger = { origin: 'https://evil.example' };
    const asNobody = await check(server, nginx('POST', '/sign-in', stranger), '?anonymous=allow');
    refusalIn(server, asNobody, 403, mismatch);
  });

  test('a guard that is being rolled out is asked about every change, and only counts where it says so', async (t) => {
    const judged: unknown[] = [];
    const server = await startGateServer(t, {
      judgeCsrf(facts) {
        judged.push([facts.code, facts.sessionId]);
        return facts.sessionId === 'session of bert' ? 'refuse' : 'pass';
      },
    });
    const evil = { origin: 'https://evil.example' };
    const post = (headers: Headers): Promise<Answered> => check(server, nginx('POST', '/dj', headers));
    await identityIn(server, await post({ ...anna, ...evil }));
    await identityIn(server, await post({ ...anna, origin: oldSite }));
    refusalIn(server, await post({ cookie: 'who=bert', ...evil }), 403, 'csrf-origin-mismatch');
    await identityIn(server, await check(server, nginx('GET', '/dj', { ...anna, ...evil })));
    assert.deepEqual(judged, [
      ['csrf-origin-mismatch', 'session of anna'],
      [undefined, 'session of anna'],
      ['csrf-origin-mismatch', 'session of bert'],
    ]);
  });

  test('puts words into a refusal when asked to, for programs and for people', async (t) => {
    const server = await startGateServer(t);
    const query = '?refusal=body';
    const program = await check(server, traefik('GET', '/api/x'), query);
    assert.equal(program.status, 401);
    assert.match(String(program.headers['content-type']), /^application\/problem\+json/);
    assert.equal(Problem.parse(json(program)).code, 'session-missing');
    const page = await check(server, traefik('GET', '/?a=<b>', { accept: 'text/html,*/*' }), query);
    assert.match(String(page.headers['content-type']), /^text\/html/);
    const text = page.body.toString();
    assert.match(text, /You need to be signed in/);
    assert.ok(text.includes(`href="${String(page.headers['slipmat-go']).replaceAll('&', '&amp;')}"`), text);
    assert.ok(text.includes(String(page.headers['slipmat-reference'])));
    const passed = await check(server, traefik('GET', '/', anna), query);
    await identityIn(server, passed);
  });
});

test('the published keys have no private part, may be kept for five minutes, and verify across a rotation', async (t) => {
  const clock = createFakeClock();
  const server = await startGateServer(t, { clock });
  const before = await check(server, nginx('GET', '/', anna));
  const answered = await exchange(server.address, { path: '/.well-known/jwks.json' });
  assert.equal(answered.headers['cache-control'], 'public, max-age=300');
  Jwks.parse(json(answered));

  clock.leap(keyTimes.rotateAfter);
  await server.gate.rotate();
  clock.leap(keyTimes.warmUp);
  const after = await check(server, nginx('GET', '/', anna));
  const kidOf = (answer: Answered): string =>
    decodeProtectedHeader(String(answer.headers['slipmat-identity'])).kid ?? '';
  assert.match(kidOf(before), /^gate-1-[\w-]{8}$/);
  assert.match(kidOf(after), /^gate-2-[\w-]{8}$/);
  await identityIn(server, after, new Date(clock.now()));
  await identityIn(server, before);
});

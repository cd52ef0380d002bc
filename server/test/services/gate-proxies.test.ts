/**
 * The gate's examples of deploy/ with real nginx and real Caddy, the real gate and the real old Django site behind them.
 * Whatever a client claims about itself, however the proxy is set up: nobody is believed whom the gate did not name.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import { Problem } from '@slipmat/contract/problems';
import { ServiceAnswer } from '@slipmat/contract/sessions';
import { z } from 'zod';
import { type Answered, json } from '../exchange.ts';
import { type GateServer, gatedEnvironment, issuer, oldSite, startGateServer } from '../gate-server.ts';
import { type OldSite, requireDjango, startOldSite } from '../old-site.ts';
import { type RawSent, rawRequest } from '../raw-request.ts';
import { startCaddy, startNginx } from './proxies.ts';
import { requireCommand } from './require-command.ts';

const host = 'old.radio.example';
const whoami = '/slipmat/whoami';

type Line = readonly [string, string];
/** What a wrong set-up changes in the example. */
type Changes = Readonly<Record<string, string>>;

const proxies = {
  nginx: {
    start: (t: TestContext, gate: string, old: string, changes: Changes = {}) =>
      startNginx(t, host, {
        file: 'nginx-gate.conf',
        changes: { ...changes, '127.0.0.1:8080': gate, '127.0.0.1:8001': old },
      }),
    notAsked: { 'auth_request /slipmat-gate/anybody;': '', 'auth_request /slipmat-gate/members;': '' },
    claimsPassed: {
      'proxy_set_header Slipmat-Identity $slipmat_identity;': '',
      'underscores_in_headers off;': 'underscores_in_headers on;',
    },
  },
  caddy: {
    start: (t: TestContext, gate: string, old: string, changes: Changes = {}) =>
      startCaddy(t, host, host, {
        file: 'Caddyfile.gate',
        changes: { ...changes, '127.0.0.1:8080': gate, '127.0.0.1:8001': old },
      }),
    notAsked: { 'import slipmat_gate ?anonymous=allow': '', 'import slipmat_gate ""': '' },
    claimsPassed: { 'request_header -*_*': '', 'request_header -Slipmat-Identity': '' },
  },
} as const;

function authority(address: string): string {
  return new URL(address).host;
}

/** Asks as a browser of `who` through a proxy. */
type Visit = (path: string, who: string, sent?: Partial<RawSent>) => Promise<Answered>;

function visitor(port: number): Visit {
  return (path, who, { lines = [], ...sent } = {}) => {
    const cookie: readonly Line[] = who === '' ? [] : [['Cookie', `who=${who}`]];
    return rawRequest(`https://127.0.0.1:${port}`, host, { path, ...sent, lines: [...cookie, ...lines] });
  };
}

async function theOldSite(t: TestContext, gate: GateServer): Promise<OldSite> {
  const site = await startOldSite(t, {
    environment: { ...gatedEnvironment(`${gate.address}/.well-known/jwks.json`), TRUST_PROXY: 'on' },
  });
  await site.addUsers([{ username: 'anna', password: 'felt under the needle' }]);
  return site;
}

/** Stands in for the old site where the test has to see each header that reaches it. */
async function startRecorder(t: TestContext): Promise<{ address: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((incoming, answer) => {
    seen.push(incoming);
    answer.end('the old site');
  });
  server.on('upgrade', (incoming, socket) => {
    seen.push(incoming);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { address: `http://127.0.0.1:${address.port}`, seen };
}

/** A word of the gate for anybody's own request: what a thief would have for 30 seconds. */
async function stolenWord({ gate }: GateServer, who: string, target = whoami): Promise<string> {
  const { headers } = await gate.check({
    headers: { 'x-original-method': 'GET', 'x-original-url': oldSite + target, cookie: `who=${who}` },
    address: '127.0.0.1',
    allowAnonymous: true,
    reference: 'test',
  });
  return headers['slipmat-identity'] ?? assert.fail('no word');
}

function answerIn(answered: Answered): ServiceAnswer {
  assert.equal(answered.status, 200, answered.body.toString());
  return ServiceAnswer.parse(json(answered));
}

const nobody = { session: 'none', handle: null };
const anna = { session: 'hash-anna', handle: 'anna' };

/** The problem that a program is told. */
function problemIn(answered: Answered, status: number): Problem {
  assert.equal(answered.status, status, answered.body.toString());
  assert.match(String(answered.headers['content-type']), /^application\/problem\+json/);
  const problem = Problem.parse(json(answered));
  assert.equal(answered.headers['slipmat-reference'], problem.reference);
  assert.equal(answered.headers['cache-control'], 'no-store');
  assert.equal(problem.status, status);
  return problem;
}

const page: readonly Line[] = [['Accept', 'text/html,*/*;q=0.8']];

/** What clients may say to be taken for somebody, or for another request; each in a line of its own. */
function claims(word: string): readonly (readonly Line[])[] {
  const names = [
    'Slipmat-Identity',
    'slipmat-identity',
    'SLIPMAT-IDENTITY',
    'Slipmat_Identity',
    'slipmat_identity',
  ];
  const users = ['X-Auth-User', 'X_Auth_User', 'x_auth_user', 'Remote-User', 'Remote_User', 'X-Remote-User'];
  const urls = ['X-Original-URL', 'X_Original_URL', 'X-Original-URI', 'X-Forwarded-Uri', 'X_Forwarded_Uri'];
  return [
    ...names.map((name) => [[name, word] as const]),
    [
      ['Slipmat-Identity', word],
      ['Slipmat-Identity', word],
    ],
    [
      ['Slipmat-Identity', word],
      ['slipmat_identity', word],
    ],
    [['Slipmat-Session', 'hash-bert']],
    ...[...users, 'X-Forwarded-User', 'X_Forwarded_User', 'X-Auth-Request-User', 'X-User'].map((name) => [
      [name, 'bert'] as const,
    ]),
    ...urls.map((name) => [[name, name.endsWith('URL') ? `${oldSite}/public` : '/public'] as const]),
    [['X-Original-Method', 'GET']],
    [['X-Original-Method', 'OPTIONS']],
    [['X-Forwarded-Method', 'OPTIONS']],
    [['X-Forwarded-Host', 'radio.example']],
    [['X-Forwarded-Proto', 'http']],
    [['X-Forwarded-Prefix', '/dj']],
    [['X_Forwarded_Prefix', '/dj']],
    [['Forwarded', 'host=radio.example;proto=http']],
  ];
}

for (const [name, { start, notAsked, claimsPassed }] of Object.entries(proxies)) {
  const skip = requireCommand(name) || requireCommand('openssl') || requireDjango();
  const options = { skip, timeout: 60_000 };

  test(`${name}: the old site knows who is asking, and a refusal is told in words`, options, async (t) => {
    const gate = await startGateServer(t);
    const site = await theOldSite(t, gate);
    const visit = visitor(await start(t, authority(gate.address), authority(site.address)));

    assert.deepEqual(answerIn(await visit(whoami, '')), nobody);
    const known = await visit(whoami, 'anna');
    assert.deepEqual(answerIn(known), anna);
    assert.equal(known.headers['slipmat-session'], 'hash-anna');
    for (const target of [`${whoami}?a=%c3%a4&b=%20+;x=&c=../..%2F`, `${whoami}?`, `${whoami}?x=%00%0d%0a`]) {
      assert.deepEqual(answerIn(await visit(target, 'anna')), anna, target);
    }
    assert.match((await visit('/', 'bert', { lines: page })).body.toString(), /<span id="who">bert</);

    // Members only: a page leads to the sign-in and back, a program gets the problem.
    const lost = await visit('/dj/?a=1&b=2', '', { lines: page });
    assert.equal(lost.status, 303);
    assert.equal(
      lost.headers.location,
      `${issuer}/sign-in?return=${encodeURIComponent(`${oldSite}/dj/?a=1&b=2`)}`,
    );
    const missing = await visit('/api/dj/set', '', { lines: [['Origin', issuer]] });
    const problem = problemIn(missing, 401);
    assert.equal(problem.code, 'session-missing');
    assert.ok(gate.log.some((line) => line['reference'] === problem.reference));
    assert.equal(missing.headers['access-control-allow-origin'], issuer);
    assert.equal((await visit('/dj/', 'anna', { lines: page })).status, 200);

    // Two accounts at once, a storage that does not answer: for everybody everywhere, in words.
    assert.equal(problemIn(await visit(whoami, 'anna; who=bert'), 403).code, 'session-conflict');
    const choose = await visit('/', 'anna; who=bert', { lines: page });
    assert.equal(choose.headers.location, `${issuer}/conflict?return=${encodeURIComponent(`${oldSite}/`)}`);
    assert.equal(problemIn(await visit(whoami, 'storage-down'), 403).code, 'storage-unavailable');
    const silent = await visit('/', 'storage-down', { lines: page });
    assert.equal(silent.status, 403);
    assert.match(String(silent.headers['content-type']), /^text\/plain/);
    assert.match(silent.body.toString(), /cannot reach its storage[\s\S]*Reference: [\w-]{12}/);

    // What the old site itself answers goes out as it is.
    const own = await visit('/no-such-page', 'anna');
    assert.deepEqual([own.status, own.headers['slipmat-session']], [404, 'hash-anna']);
    assert.equal(
      (await visit('/slipmat/session', 'anna', { method: 'POST' })).status,
      404,
      'for Slipmat alone',
    );
  });

  test(`${name}: changes and handshakes pass only from pages that may`, options, async (t) => {
    const gate = await startGateServer(t);
    const site = await theOldSite(t, gate);
    const visit = visitor(await start(t, authority(gate.address), authority(site.address)));
    const save = (colour: string, lines: readonly Line[]): Promise<Answered> =>
      visit('/api/chat-settings', 'anna', {
        method: 'POST',
        lines: [['Content-Type', 'application/json'], ...lines],
        body: JSON.stringify({ colour, sounds: true }),
      });
    assert.equal((await save('amber', [['Origin', oldSite]])).status, 200);
    assert.equal(
      (
        await save('blue', [
          ['Origin', issuer],
          ['Sec-Fetch-Site', 'same-site'],
        ])
      ).status,
      200,
    );
    const evil = await save('red', [
      ['Origin', 'https://evil.radio.example'],
      ['Sec-Fetch-Site', 'same-site'],
    ]);
    assert.equal(problemIn(evil, 403).code, 'csrf-origin-mismatch');
    assert.equal(problemIn(await save('red', []), 403).code, 'csrf-origin-missing');
    const kept = await visit('/api/chat-settings', 'anna');
    assert.equal(z.looseObject({ colour: z.string() }).parse(json(kept)).colour, 'blue');

    const token = /csrftoken=([^;]+)/.exec(
      String((await visit('/api/dj/set', 'anna')).headers['set-cookie']),
    )?.[1];
    const form: readonly Line[] = [
      ['Origin', oldSite],
      ['Referer', `${oldSite}/dj/`],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ];
    const announce = (who: string, lines: readonly Line[]): Promise<Answered> =>
      visit('/api/dj/set', who, { method: 'POST', lines: [...form, ...lines], body: 'title=Night' });
    const done = await announce(`anna; csrftoken=${token}`, [['X-CSRFToken', String(token)]]);
    assert.deepEqual([done.status, json(done)], [200, { handle: 'anna', title: 'Night' }]);
    const unproven = await announce('anna', []);
    assert.equal(unproven.status, 403);
    assert.match(unproven.body.toString(), /CSRF/, 'Django’s own refusal, as it was');

    const handshake = (origin: string): Promise<Answered> =>
      visit('/socket', 'anna', {
        lines: [
          ['Connection', 'Upgrade'],
          ['Upgrade', 'websocket'],
          ['Sec-WebSocket-Version', '13'],
          ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
          ['Origin', origin],
        ],
      });
    assert.equal(problemIn(await handshake('https://evil.example'), 403).code, 'csrf-origin-mismatch');
    assert.equal((await handshake(oldSite)).status, 404, 'reaches the old site, which has no sockets');
  });

  test(`${name}: what a client claims about itself reaches neither gate nor old site`, options, async (t) => {
    const gate = await startGateServer(t);
    const site = await theOldSite(t, gate);
    const recorder = await startRecorder(t);
    const visit = visitor(await start(t, authority(gate.address), authority(site.address)));
    const record = visitor(await start(t, authority(gate.address), authority(recorder.address)));
    const word = await stolenWord(gate, 'bert');
    const direct = await rawRequest(site.address, host, {
      path: whoami,
      lines: [['slipmat_identity', word]],
    });
    assert.equal(
      answerIn(direct).handle,
      'bert',
      'the word is good: without the proxy it would have been believed',
    );

    for (const lines of claims(word)) {
      const label = lines.flat().join(' ').replaceAll(word, '…');
      assert.deepEqual(answerIn(await visit(whoami, '', { lines })), nobody, label);
      assert.deepEqual(answerIn(await visit(whoami, 'anna', { lines })), anna, label);
      const post = await visit('/api/chat-settings', 'anna', {
        method: 'POST',
        lines: [...lines, ['Origin', 'https://evil.example']],
      });
      assert.equal(post.headers['slipmat-identity'], undefined);
      assert.equal(problemIn(post, 403).code, 'csrf-origin-mismatch', label);

      recorder.seen.length = 0;
      await record('/', 'anna', { lines });
      const [reached] = recorder.seen;
      assert.ok(reached !== undefined, label);
      const { rawHeaders } = reached;
      const names = rawHeaders
        .filter((_value, index) => index % 2 === 0)
        .map((header) => header.toLowerCase());
      const strange = names.filter((header) =>
        /_|user|prefix|original|uri|method|slipmat-session|^forwarded$/.test(header),
      );
      assert.deepEqual(
        strange.filter((header) => header !== 'user-agent'),
        [],
        label,
      );
      assert.equal(names.filter((header) => header === 'slipmat-identity').length, 1, label);
      assert.notEqual(reached.headers['slipmat-identity'], word, label);
      const { 'x-forwarded-host': forwardedHost = host, 'x-forwarded-proto': proto } = reached.headers;
      assert.deepEqual([forwardedHost, proto], [host, 'https'], label);
    }

    // A header that is named to be dropped on the way takes the identity with it, and then there is none.
    const dropped = await visit(whoami, 'anna', { lines: [['Connection', 'close, Slipmat-Identity']] });
    assert.ok(dropped.status === 401 || answerIn(dropped).handle === 'anna', String(dropped.status));
    // Two lines of cookies are one jar.
    const two = await visit(whoami, '', {
      lines: [
        ['Cookie', 'theme=dark'],
        ['Cookie', 'who=anna'],
      ],
    });
    assert.deepEqual(answerIn(two), anna);
    const both = await visit(whoami, 'anna', { lines: [['Cookie', 'who=bert']] });
    assert.equal(problemIn(both, 403).code, 'session-conflict');
  });

  test(`${name}: while the gate does not answer nobody passes`, options, async (t) => {
    const gate = await startGateServer(t);
    const recorder = await startRecorder(t);
    const visit = visitor(await start(t, authority(gate.address), authority(recorder.address)));
    assert.equal((await visit('/', '')).body.toString(), 'the old site');
    const word = await stolenWord(gate, 'anna', '/');
    await gate.close();
    recorder.seen.length = 0;
    for (const path of ['/', '/dj/', '/api/dj/set']) {
      const lines: readonly Line[] = [['Slipmat-Identity', word]];
      assert.equal(problemIn(await visit(path, 'anna', { lines }), 503).code, 'shutting-down');
      const shown = await visit(path, 'anna', { lines: [...lines, ...page] });
      assert.equal(shown.status, 503);
      assert.match(shown.body.toString(), /Please try again in a moment/);
    }
    assert.equal(recorder.seen.length, 0, 'nothing reached the old site');
  });

  test(`${name}: set up wrongly, the old site refuses`, options, async (t) => {
    const gate = await startGateServer(t);
    const site = await theOldSite(t, gate);
    const begin = async (changes: Changes): Promise<Visit> =>
      visitor(await start(t, authority(gate.address), authority(site.address), changes));
    const refusedBySite = (answered: Answered, why: RegExp): void => {
      assert.match(
        problemIn({ ...answered, headers: { 'cache-control': 'no-store', ...answered.headers } }, 401).detail,
        why,
      );
    };

    const open = await begin(notAsked);
    refusedBySite(await open(whoami, 'anna'), /did not come through/);
    refusedBySite(await open('/dj/', 'anna'), /did not come through/);
    const word = await stolenWord(gate, 'bert');
    const smuggled = await open(whoami, '', { lines: [['Slipmat-Identity', word]] });
    refusedBySite(smuggled, /did not come through/);

    const porous = await begin({ ...notAsked, ...claimsPassed });
    const say = (value: string, more: readonly Line[] = []): Promise<Answered> =>
      porous(whoami, '', { lines: [['Slipmat-Identity', value], ...more] });
    refusedBySite(await say('anna'), /does not count/);
    refusedBySite(await say(word, [['slipmat_identity', word]]), /more than once/);
    refusedBySite(await porous('/', '', { lines: [['Slipmat-Identity', word]] }), /another request/);
    refusedBySite(
      await porous(whoami, '', { method: 'DELETE', lines: [['Slipmat-Identity', word]] }),
      /another request/,
    );
    assert.equal(
      answerIn(await say(word)).handle,
      'bert',
      'the header does get through: it is the site that refuses',
    );
  });
}

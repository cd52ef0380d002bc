/** The source port as its clients meet it: answers to the letter, time-outs by the clock, bounds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../audio/manual-clock.ts';
import { createSeededRandom } from '../audio/seeded-random.ts';
import type { Authentication } from './hooks.ts';
import { defaultLimits } from './limits.ts';
import { basic, startTrialPort, TRIAL_KEY, type TrialDj, type TrialPort, until } from './trial-port.ts';

const LOGIN = basic('source', TRIAL_KEY);
const SOURCE = `SOURCE /dj HTTP/1.0\r\n${LOGIN}Content-Type: audio/mpeg\r\n\r\n`;
const PUT = `PUT /dj HTTP/1.1\r\nHost: x\r\n${LOGIN}Content-Type: audio/mpeg\r\nExpect: 100-continue\r\n\r\n`;

/** Waits until the port has taken in what was sent to it before: a later request has been answered. */
async function catchUp(port: TrialPort): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const client = await port.client();
    client.send('OPTIONS * HTTP/1.1\r\nConnection: close\r\n\r\n');
    await client.answer();
    client.socket.destroy();
  }
}

describe('signing in', () => {
  test('a probe, then the stream, on one connection', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send('SOURCE /dj HTTP/1.0\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n');
    assert.match(await client.answer(/authenticate\r\n/), /^HTTP\/1\.1 401 .*Connection: keep-alive\r\n/s);
    client.send(SOURCE);
    assert.equal(await client.answer(), 'HTTP/1.0 200 OK\r\n\r\n');
    assert.deepEqual(
      port.attempts.map(({ user, key, mount, purpose }) => ({ user, key, mount, purpose })),
      [{ user: 'source', key: TRIAL_KEY, mount: '/dj', purpose: 'source' }],
    );
  });

  test('a probe whose body has no end is answered and closed', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send('SOURCE /dj HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n');
    assert.match(await client.answer(/authenticate\r\n/), /Connection: close\r\n/);
    await client.closed();
  });

  test('credentials are tried with a PUT of no length, and no source is made of it', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send(`PUT /dj HTTP/1.1\r\n${LOGIN}Content-Length: 0\r\n\r\n`);
    assert.match(await client.answer(), /^HTTP\/1\.1 200 OK\r\n.*Content-Length: 0\r\n/s);
    assert.equal(port.sources.length, 0);
  });

  const refused: ReadonlyArray<readonly [string, string, RegExp, string]> = [
    [
      'a wrong key',
      `PUT /dj HTTP/1.1\r\n${basic('source', 'no')}\r\n`,
      /^HTTP\/1\.1 401 .*stream key\r\n$/s,
      'wrong-key',
    ],
    [
      'no readable login',
      'PUT /dj HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n',
      /^HTTP\/1\.1 401 /,
      'wrong-key',
    ],
    ['an unknown mount', `PUT /nobody HTTP/1.1\r\n${LOGIN}\r\n`, /^HTTP\/1\.1 404 /, 'unknown-mount'],
    [
      'an unknown mount as SOURCE',
      `SOURCE /nobody HTTP/1.0\r\n${LOGIN}\r\n`,
      /^HTTP\/1\.1 404 /,
      'unknown-mount',
    ],
    ['Shoutcast', 'hackme\r\n', /^HTTP\/1\.1 400 .*Icecast 2 protocol\r\n$/s, 'bad-request'],
  ];
  for (const [name, request, answer, reason] of refused) {
    test(`${name} is refused at once, and told`, async (t) => {
      const port = await startTrialPort(t, { clock: createManualClock() });
      const client = await port.client();
      client.send(request);
      await client.closed();
      assert.match(client.received(), answer);
      assert.match(client.received(), /\r\nConnection: close\r\n/);
      assert.deepEqual(
        port.refusals.map((refusal) => refusal.reason),
        [reason],
      );
      assert.equal(port.sources.length, 0);
    });
  }
});

describe('a busy answer', () => {
  const admit = () => ({ kind: 'refused', reason: 'someone-else-on-air' }) as const;

  test('is 403, told at once, held for three seconds, and blocks nobody else', async (t) => {
    const clock = createManualClock();
    const port = await startTrialPort(t, { clock, admit });
    const client = await port.client();
    client.send(PUT.replace('User', 'X').replace('Host: x', 'User-Agent: butt 1'));
    await until(() => port.refusals.length === 1, 'the refusal');
    assert.partialDeepStrictEqual(port.refusals[0], {
      reason: 'someone-else-on-air',
      dj: { id: '/dj' },
      mount: '/dj',
      purpose: 'source',
      userAgent: 'butt 1',
      remoteAddress: '127.0.0.1',
      at: clock.now(),
    });
    await until(() => port.server.counts().held === 1, 'the hold');
    const other = await port.client();
    other.send('OPTIONS * HTTP/1.1\r\n\r\n');
    assert.match(await other.answer(), /^HTTP\/1\.1 204 /);
    clock.advance(defaultLimits.holdMs - 1);
    assert.equal(client.received(), '');
    clock.advance(1);
    await client.closed();
    assert.match(client.received(), /^HTTP\/1\.1 403 Forbidden\r\n.*\r\n\r\nAnother DJ is on air\r\n$/s);
    assert.equal(port.server.counts().held, 0);
  });

  test('comes three seconds after the request, however long the decision took', async (t) => {
    const clock = createManualClock();
    const gate = Promise.withResolvers<ReturnType<typeof admit>>();
    const port = await startTrialPort(t, { clock, admit: () => gate.promise });
    const client = await port.client();
    client.send(SOURCE);
    await catchUp(port);
    clock.advance(2000);
    gate.resolve(admit());
    await until(() => port.server.counts().held === 1, 'the hold');
    clock.advance(999);
    assert.equal(client.received(), '');
    clock.advance(1);
    await client.closed();
    assert.match(client.received(), /^HTTP\/1\.1 403 /);
  });

  test('is not held beyond a number of connections, nor for a client that has gone', async (t) => {
    const port = await startTrialPort(t, {
      clock: createManualClock(),
      admit,
      limits: { heldConnections: 1 },
    });
    const first = await port.client();
    first.send(SOURCE);
    await until(() => port.server.counts().held === 1, 'the hold');
    const second = await port.client();
    second.send(SOURCE);
    await second.closed();
    assert.match(second.received(), /^HTTP\/1\.1 403 /);
    first.socket.destroy();
    await until(() => port.server.counts().held === 0, 'the release');
  });

  test('is also what an unanswering storage gets, not a 401', async (t) => {
    const clock = createManualClock();
    let asked = 0;
    const authenticate = () => {
      asked += 1;
      return new Promise<Authentication<TrialDj>>(() => undefined);
    };
    const port = await startTrialPort(t, { clock, hooks: { authenticate } });
    const client = await port.client();
    client.send(PUT);
    await until(() => asked === 1 && clock.waiting() === 1, 'the question');
    clock.advance(defaultLimits.hookMs);
    await client.closed();
    assert.equal(port.refusals[0]?.reason, 'server-unavailable');
    assert.match(client.received(), /^HTTP\/1\.1 403 /);
  });
});

describe('a title update', () => {
  const update = (query: string, login = LOGIN) => `GET /admin/metadata?${query} HTTP/1.0\r\n${login}\r\n`;

  test('counts before any sound, and when its client does not wait for the answer', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send(update('mode=updinfo&mount=/dj&song=A%20-%20Söng'));
    client.socket.end();
    client.socket.destroySoon();
    await until(() => port.titles.length === 1, 'the title');
    assert.partialDeepStrictEqual(port.titles, [{ dj: '/dj', title: { artist: 'A', title: 'Söng' } }]);
  });

  test('by POST reads its form, on a kept connection', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    for (const song of ['one', 'two']) {
      const form = `mode=updinfo&mount=%2fdj&charset=UTF-8&song=${song}`;
      const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
      client.send(
        `POST /admin/metadata HTTP/1.1\r\n${LOGIN}${type}Content-Length: ${form.length}\r\n\r\n${form}`,
      );
      const answer = await client.answer(/<\/iceresponse>\n/);
      assert.ok(
        answer.endsWith(
          '\r\n\r\n<?xml version="1.0"?>\n<iceresponse><message>Metadata update successful</message><return>1</return></iceresponse>\n',
        ),
      );
    }
    assert.deepEqual(
      port.titles.map(({ title }) => title.text),
      ['one', 'two'],
    );
  });

  test('of Shoutcast software is taken too', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send(
      `GET /admin.cgi?pass=${TRIAL_KEY}&mode=updinfo&song=T%EFtle HTTP/1.0\r\nUser-Agent: Mozilla\r\n\r\n`,
    );
    assert.match(await client.answer(/<\/iceresponse>/), /^HTTP\/1\.1 200 /);
    assert.partialDeepStrictEqual(port.titles, [{ dj: 'by-key', title: { text: 'Tïtle' } }]);
    assert.equal(port.attempts[0]?.mount, null);
  });

  test('that is empty is answered well and changes nothing', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send(update('mode=updinfo&mount=/dj&song='));
    assert.match(await client.answer(/<\/iceresponse>/), /<return>1</);
    assert.deepEqual(port.titles, []);
  });

  test('with a wrong key is a failed sign-in, without one is asked for it', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const [wrong, none, odd] = [await port.client(), await port.client(), await port.client()];
    wrong.send(update('mode=updinfo&mount=/dj&song=x', basic('source', 'no')));
    await wrong.closed();
    assert.match(wrong.received(), /^HTTP\/1\.1 401 /);
    assert.partialDeepStrictEqual(port.refusals, [
      { reason: 'wrong-key', purpose: 'metadata', mount: '/dj' },
    ]);
    none.send(update('mode=updinfo&mount=/dj&song=x', ''));
    await none.closed();
    assert.match(none.received(), /^HTTP\/1\.1 401 .*WWW-Authenticate/s);
    odd.send(update('mode=kill&mount=/dj'));
    await odd.closed();
    assert.match(odd.received(), /^HTTP\/1\.1 400 /);
    assert.equal(port.refusals.length, 1);
    assert.deepEqual(port.titles, []);
  });

  test('with an endless form is refused', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const client = await port.client();
    client.send(
      `POST /admin/metadata HTTP/1.1\r\n${LOGIN}Content-Length: 999999\r\n\r\n${'a'.repeat(60_000)}`,
    );
    await client.closed();
    assert.match(client.received(), /^HTTP\/1\.1 413 /);
  });
});

describe('bounds', () => {
  test('a head that does not end is cut after fifteen seconds; an idle connection too, without a word', async (t) => {
    const clock = createManualClock();
    const port = await startTrialPort(t, { clock });
    const [slow, idle] = [await port.client(), await port.client()];
    slow.send('SOURCE /dj HT');
    await catchUp(port);
    clock.advance(defaultLimits.headMs);
    await Promise.all([slow.closed(), idle.closed()]);
    assert.match(slow.received(), /^HTTP\/1\.1 408 /);
    assert.equal(idle.received(), '');
    assert.equal(port.refusals[0]?.reason, 'bad-request');
  });

  test('connections of one address, and altogether, are counted', async (t) => {
    const port = await startTrialPort(t, {
      clock: createManualClock(),
      limits: { connectionsPerAddress: 2 },
    });
    const [first] = [await port.client(), await port.client()];
    const third = await port.client();
    await third.closed();
    first?.socket.destroy();
    await until(() => port.server.counts().connections === 1, 'room');
    const fourth = await port.client();
    fourth.send('OPTIONS * HTTP/1.1\r\n\r\n');
    assert.match(await fourth.answer(), /^HTTP\/1\.1 204 /);
  });

  test('garbage from many clients leaves nothing behind', async (t) => {
    const clock = createManualClock();
    const port = await startTrialPort(t, { clock });
    const random = createSeededRandom(67);
    for (let round = 0; round < 100; round += 1) {
      const client = await port.client();
      client.send(random.bytes(random.integer(1, 20_000)));
      client.socket.end();
    }
    await until(() => {
      clock.advance(1000);
      return port.server.counts().connections === 0;
    }, 'all connections to end');
    assert.equal(clock.waiting(), 0);
    assert.deepEqual(port.complaints, []);
  });

  test('stopping ends every source and every connection', async (t) => {
    const port = await startTrialPort(t, { clock: createManualClock() });
    const clients = [await port.client(), await port.client(), await port.client()];
    clients[0]?.send(SOURCE);
    await clients[0]?.answer();
    clients[1]?.send('SOURCE /d');
    await until(() => port.server.counts().connections === 3, 'all');
    await port.server.close();
    await Promise.all(clients.map((client) => client.closed()));
    assert.deepEqual(port.sources[0]?.ends, ['stopping']);
    assert.equal(port.server.counts().connections, 0);
  });
});

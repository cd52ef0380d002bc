/**
 * Every endpoint and socket message of the contract, attacked. The cases are made by walking the contract, so a
 * new endpoint is attacked the day it is declared.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { type Endpoint, isBytesBody, type SocketMessage } from '@slipmat/contract/endpoint';
import { endpoints } from '@slipmat/contract/endpoints';
import { sharedProblems } from '@slipmat/contract/problems';
import { realtimeLimits, socketMessages } from '@slipmat/contract/realtime';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { anAttackedSite, someId } from './attacked-site.ts';
import type { Answered, Sent } from './exchange.ts';
import { aBrowser, type Browser, pathOf, problemIn } from './people.ts';

const allEndpoints: readonly (readonly [string, Endpoint])[] = Object.entries(endpoints).flatMap(
  ([feature, list]) =>
    Object.entries<Endpoint>(list).map(([name, endpoint]) => [`${feature}.${name}`, endpoint] as const),
);
const allMessages: readonly SocketMessage[] = Object.values(socketMessages).flatMap((list) =>
  Object.values<SocketMessage>(list),
);

/** No path of the contract's limits comes near: bodies up to here are read, longer ones refused. */
const jsonBodyLimit = 64 * 1024;

const attacked = await anAttackedSite({ after });
const { site, member, owner, slug, params, attack, everything, wrongPerson, passwordsGiven } = attacked;
const changesSomething = (endpoint: Endpoint): boolean => endpoint.method !== 'GET';

/** Somebody who may call the endpoint, with an address of their own, so that the attacks share no budget. */
function rightPerson(endpoint: Endpoint): Browser {
  if (endpoint.access === 'anyone') return aBrowser(site);
  return owner.at(site);
}

const jsonHeaders = { 'content-type': 'application/json' };
const headersFor = ({ mediaType = 'application/json' }: Endpoint) => ({ 'content-type': mediaType });

describe('endpoints', () => {
  for (const [name, endpoint] of allEndpoints) {
    test(`${name}: nobody and the wrong role`, async () => {
      if (endpoint.access !== 'anyone') {
        await attack(aBrowser(site), endpoint, {}, 'session-missing');
        const stale = aBrowser(site);
        stale.cookies.set('slipmat', `v1.${'a'.repeat(22)}.${'b'.repeat(43)}`);
        await attack(stale, endpoint, {}, 'session-missing');
      }
      const wrong = wrongPerson(endpoint.access);
      if (wrong !== undefined) await attack(wrong.at(site), endpoint, {}, 'not-allowed');
    });

    test(`${name}: a password that was given long ago`, async (t) => {
      const isDeclared = endpoint.problems.includes('step-up-required');
      assert.equal(isDeclared, endpoint.needsStepUp === true);
      if (!isDeclared) return;
      t.after(() => passwordsGiven(site.deps.clock.now()));
      await passwordsGiven(0);
      await attack(owner.at(site), endpoint, {}, 'step-up-required');
      await passwordsGiven(null);
      await attack(owner.at(site), endpoint, {}, 'step-up-required');
    });

    if (changesSomething(endpoint))
      test(`${name}: other sites`, async () => {
        const person = owner.at(site);
        const foreign = [
          { origin: 'https://evil.example' },
          { origin: 'null' },
          { origin: `${site.origin}.evil.example` },
          { origin: site.origin.replace(/:\d+$/, ':1') },
          { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
          { origin: 'https://evil.example', 'sec-fetch-site': 'same-site' },
          { origin: 'https://evil.example', authorization: 'Bearer junk' },
        ];
        for (const headers of foreign) await attack(person, endpoint, { headers }, 'csrf-origin-mismatch');
        // A browser that names no origin, but sends cookies.
        const silent = owner.at(site);
        const headers = { origin: [] };
        await attack(silent, endpoint, { headers }, 'csrf-origin-missing');
        await attack(
          silent,
          endpoint,
          { headers: { ...headers, authorization: 'junk' } },
          'csrf-origin-missing',
        );
        for (const site of ['cross-site', 'same-site', 'none', 'junk']) {
          await attack(
            silent,
            endpoint,
            { headers: { origin: [], 'sec-fetch-site': site } },
            'csrf-origin-mismatch',
          );
        }
      });

    const { body } = endpoint;
    if (body === undefined) continue;

    if (isBytesBody(body)) {
      test(`${name}: wrong uploads`, async () => {
        const person = owner.at(site);
        for (const type of ['text/html', 'image/svg+xml', 'application/json', 'image/png2']) {
          await attack(
            person,
            endpoint,
            { headers: { 'content-type': type }, body: 'x' },
            'unsupported-media-type',
          );
        }
        await attack(person, endpoint, { body: 'x' }, 'unsupported-media-type');
        const headers = { 'content-type': body.bytes[0] ?? '' };
        await attack(
          person,
          endpoint,
          { headers, body: new Uint8Array(body.maxBytes + 1) },
          'body-too-large',
        );
      });
      continue;
    }

    test(`${name}: broken, strange and oversize bodies`, async () => {
      const person = rightPerson(endpoint);
      const broken = ['{', '[1,', '{"a":1}x', "{'a':1}", ''];
      for (const text of broken)
        await attack(person, endpoint, { headers: headersFor(endpoint), body: text }, 'bad-request');
      for (const text of ['[]', '"text"', '7', 'true']) {
        await attack(person, endpoint, { headers: headersFor(endpoint), body: text }, 'invalid-input');
      }
      const other = rightPerson(endpoint);
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'text/xml',
        endpoint.mediaType === undefined ? 'application/csp-report' : 'application/json',
      ]) {
        const headers = { 'content-type': type };
        await attack(other, endpoint, { headers, body: '{"a":1}' }, 'unsupported-media-type');
      }
      const large = JSON.stringify({ a: 'x'.repeat(jsonBodyLimit) });
      await attack(other, endpoint, { headers: headersFor(endpoint), body: large }, 'body-too-large');
    });

    test(`${name}: an unknown field`, async () => {
      const person = rightPerson(endpoint);
      const send = (value: object) => ({ headers: headersFor(endpoint), body: JSON.stringify(value) });
      const before = await everything();
      const answered = await person.fetch({
        method: endpoint.method,
        path: pathOf(endpoint, params()),
        ...send({ surprise: 1, isAdmin: true }),
      });
      const problem = problemIn(answered);
      assert.ok(problem.code === 'unknown-field' || problem.code === 'invalid-input', problem.code);
      const told = JSON.stringify(problem.fields);
      assert.match(told, /surprise/);
      assert.match(told, /isAdmin/);
      assert.equal(await everything(), before, 'nothing changed');
    });
  }

  test('a prototype is no field', async () => {
    const body = '{"__proto__":{"handle":"x"},"constructor":{"prototype":{}},"login":"a","password":"b"}';
    const answered = await aBrowser(site).fetch({
      method: 'POST',
      path: sessionsEndpoints.signIn.path,
      headers: jsonHeaders,
      body,
    });
    assert.equal(problemIn(answered).code, 'bad-request');
  });

  test('addresses that no endpoint has', async () => {
    const browser = aBrowser(site);
    for (const path of ['/api/nothing', '/api', '/api/events/a/b/c', '/listen/', '/posters/x']) {
      assert.equal(problemIn(await browser.fetch({ path })).code, 'not-found', path);
    }
    for (const slug of ['Not_A_Slug', '%00', 'a'.repeat(100), '-a']) {
      const code = problemIn(await browser.fetch({ path: `/api/events/${slug}` })).code;
      assert.equal(code, 'not-found', slug);
    }
    assert.equal(problemIn(await browser.fetch({ path: '/api/events/%ff' })).code, 'bad-request');
  });

  for (const [name, endpoint] of allEndpoints) {
    const taken = allEndpoints
      .filter(([, other]) => other.path === endpoint.path)
      .map(([, other]) => other.method);
    const method =
      (['PUT', 'PATCH', 'DELETE', 'POST'] as const).find((free) => !taken.includes(free)) ?? 'TRACE';
    test(`${name}: the method ${method}`, async () => {
      const answered = await owner.at(site).fetch({ method, path: pathOf(endpoint, params()) });
      assert.equal(problemIn(answered).code, 'method-not-allowed');
    });
  }

  test('too many requests of one address are refused with a time to wait, and others are not concerned', async () => {
    const browser = aBrowser(site);
    const body = JSON.stringify({ token: 'x'.repeat(24) });
    const sent = { method: 'POST', path: accountsEndpoints.showInvitation.path, headers: jsonHeaders, body };
    const codes: string[] = [];
    let wait: unknown;
    for (let round = 0; round < 40; round += 1) {
      const answered = await browser.fetch(sent);
      codes.push(problemIn(answered).code);
      wait = answered.headers['retry-after'] ?? wait;
    }
    assert.equal(codes[0], 'invitation-over');
    assert.ok(codes.slice(-5).includes('rate-limited'), 'to the end, but for one each second');
    assert.ok(Number(wait) >= 1);
    assert.equal(problemIn(await aBrowser(site).fetch(sent)).code, 'invitation-over');
  });
});

describe('socket messages', () => {
  for (const message of allMessages) {
    /** A body that fits, as far as a body can without knowing what it is for. */
    const fitting = (): Record<string, unknown> => ({
      topic: `chat:${slug}`,
      slug,
      text: 'hello',
      key: 'key-12345678',
      messageId: someId,
      personId: member.id,
      minutes: 1,
      seconds: 0,
    });
    const body = (): Record<string, unknown> =>
      Object.fromEntries(Object.entries(fitting()).filter(([name]) => name in message.body.shape));

    test(`${message.type}: nobody and the wrong role`, async () => {
      const before = await everything();
      if (message.access !== 'anyone') {
        const socket = await aBrowser(site).socket();
        const answer = await socket.answer(message.type, body());
        assert.ok(answer.type === 'problem', JSON.stringify(answer));
        assert.equal(answer.problem.code, 'session-missing');
        await socket.leave();
      }
      const wrong = wrongPerson(message.access);
      if (wrong !== undefined) {
        const socket = await wrong.socket();
        const answer = await socket.answer(message.type, body());
        assert.ok(answer.type === 'problem' && answer.problem.code === 'not-allowed', JSON.stringify(answer));
        await socket.leave();
      }
      assert.equal(await everything(), before, 'nothing changed');
    });

    test(`${message.type}: unknown fields, wrong values, an event that is not there`, async () => {
      const before = await everything();
      const socket = await owner.at(site).socket();
      const bodies = [
        [{ ...body(), surprise: 1 }, ['unknown-field']],
        [{}, ['invalid-input']],
        [Object.fromEntries(Object.keys(body()).map((name) => [name, { a: 1 }])), ['invalid-input']],
        [Object.fromEntries(Object.keys(body()).map((name) => [name, null])), ['invalid-input']],
        [
          { ...body(), ...('slug' in body() ? { slug: 'nowhere' } : { topic: 'chat:nowhere' }) },
          ['not-found', 'topic-unknown'],
        ],
      ] as const;
      for (const [sent, codes] of bodies) {
        const answer = await socket.answer(message.type, sent);
        if (message.type === 'unsubscribe' && codes[0] === 'not-found') continue;
        assert.ok(answer.type === 'problem', `${JSON.stringify(sent)}: ${JSON.stringify(answer)}`);
        assert.ok(
          codes.some((code) => code === answer.problem.code),
          JSON.stringify(answer),
        );
        assert.ok(
          [...message.problems, ...sharedProblems].includes(answer.problem.code),
          answer.problem.code,
        );
      }
      assert.equal(await everything(), before, 'nothing changed');
      await socket.leave();
    });
  }

  test('what is no message is answered, and the socket lives on', async () => {
    const socket = await member.socket();
    for (const text of [
      '{',
      'null',
      '[]',
      '7',
      '{"id":1}',
      '{"id":-1,"type":"subscribe"}',
      '{"id":"1","type":"x"}',
    ]) {
      socket.webSocket.send(text);
    }
    socket.webSocket.send(Buffer.from([0, 1, 2]), { binary: true });
    await socket.next('an answer each', () => {
      const problems = socket.received.filter((message) => message.type === 'problem');
      assert.ok(problems.every((message) => message.problem.code === 'message-unreadable'));
      return problems.length === 8;
    });
    for (const type of ['nothing', '__proto__', 'constructor', 'toString']) {
      const answer = await socket.answer(type, {});
      assert.ok(answer.type === 'problem' && answer.problem.code === 'message-unreadable');
    }
    await socket.leave();
  });

  test('a message over 8 KB closes the socket', async () => {
    const socket = await member.socket();
    socket.webSocket.send(`{"id":1,"type":"subscribe","topic":"${'x'.repeat(realtimeLimits.messageBytes)}"}`);
    assert.equal((await socket.closed).code, 1009);
  });

  test('sockets of other sites are refused, cookies or not', async () => {
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: site.origin.replace(/^http/, 'https') },
    ];
    for (const who of [member, aBrowser(site)]) {
      for (const headers of foreign) {
        const answered = await upgrade(who, headers);
        assert.equal(problemIn(answered).code, 'csrf-origin-mismatch');
      }
    }
    assert.equal(problemIn(await upgrade(member, { origin: [] })).code, 'csrf-origin-missing');
    assert.equal(problemIn(await upgrade(member, {}, '/elsewhere')).code, 'not-found');
  });

  function upgrade(who: Browser, headers: Sent['headers'], path = '/realtime'): Promise<Answered> {
    return who.fetch({
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
  }
});

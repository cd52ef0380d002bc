import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import { eventsEndpoints } from '@slipmat/contract/events';
import { type ProblemCode, problemOf } from '@slipmat/contract/problems';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { addressOf, answerWithin, type Client, createClient, uploadWithin } from './client.ts';
import { fakeClock } from './fake-clock.ts';
import { createIdentityWatch } from './identity.ts';
import { clientProblem, ProblemError } from './problem-error.ts';

const nobody = { account: null, anonymous: 'no-cookie', csrfToken: null, elsewhere: [] };

/** A real server that answers as told, and a client for it. */
async function clientOf(context: TestContext, answer: RequestListener) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const clock = fakeClock();
  const changes: string[] = [];
  const client = createClient({
    fetch: (address, init) => fetch(`http://127.0.0.1:${String(port)}${address}`, init),
    clock,
    random: () => 0.5,
    identity: createIdentityWatch({
      changed: () => changes.push('changed'),
      split: () => changes.push('split'),
    }),
    reached: () => changes.push('reached'),
  });
  return { client, seen, clock, changes };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

async function failureOf(act: Promise<unknown>): Promise<ProblemError> {
  const failure = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(failure instanceof ProblemError, String(failure));
  return failure;
}

async function codeOf(client: Client): Promise<ProblemCode> {
  return (await failureOf(client.call(sessionsEndpoints.me))).problem.code;
}

test('a good answer comes parsed', async (context) => {
  const { client, changes } = await clientOf(context, json(200, nobody));
  assert.deepEqual(await client.call(sessionsEndpoints.me), nobody);
  assert.deepEqual(changes, ['reached']);
});

test('failure 1: no server is network-unreachable, with a reference of the client', async (context) => {
  const { client } = await clientOf(context, (request) => request.socket.destroy());
  const { problem } = await failureOf(client.call(sessionsEndpoints.me));
  assert.equal(problem.code, 'network-unreachable');
  assert.match(problem.reference, /^c-[a-z2-9]{8}$/);
});

test('failure 1: a connection that breaks inside the answer is network-unreachable', async (context) => {
  const { client } = await clientOf(context, (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
    response.write('{"account"', () => request.socket.destroy());
  });
  assert.equal(await codeOf(client), 'network-unreachable');
});

test('failure 2: no answer in time is timed-out, headers or body', async (context) => {
  let begun: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { client, clock } = await clientOf(context, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    begun();
  });
  const answer = failureOf(client.call(sessionsEndpoints.me));
  await asked;
  clock.advance(answerWithin);
  assert.equal((await answer).problem.code, 'timed-out');
  assert.equal(clock.waiting(), 0);
});

test('failure 2: an upload has longer', async (context) => {
  let begun: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { client, clock, seen } = await clientOf(context, () => begun());
  const body = new Blob(['x'], { type: 'image/png' });
  const answer = failureOf(client.call(eventsEndpoints.setPoster, { params: { slug: 'a' }, body }));
  await asked;
  clock.advance(answerWithin);
  clock.advance(uploadWithin - answerWithin);
  assert.equal((await answer).problem.code, 'timed-out');
  assert.equal(seen[0]?.headers['content-type'], 'image/png');
});

test('failure 3: HTML instead of JSON is unexpected-answer, whatever its status', async (context) => {
  for (const status of [200, 502]) {
    const { client, changes } = await clientOf(context, (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    });
    assert.equal(await codeOf(client), 'unexpected-answer');
    assert.deepEqual(changes, [], 'somebody else answered, so the server was not reached');
  }
});

test('failure 3: text that calls itself JSON and is not is unexpected-answer', async (context) => {
  const { client } = await clientOf(context, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html>');
  });
  assert.equal(await codeOf(client), 'unexpected-answer');
});

test('failure 4: an answer of another form is contract-violation, with the reference of the server', async (context) => {
  const { client } = await clientOf(context, json(200, { account: 'ana' }, { 'slipmat-reference': 'r-1' }));
  const { problem } = await failureOf(client.call(sessionsEndpoints.me));
  assert.equal(problem.code, 'contract-violation');
  assert.equal(problem.reference, 'r-1');
});

test('failure 4: a refusal that is no problem of ours is contract-violation', async (context) => {
  const { client } = await clientOf(context, json(400, { error: 'no' }));
  assert.equal(await codeOf(client), 'contract-violation');
});

test('what a page finds while an incident is open carries its number, until it is over', async (context) => {
  const during = await clientOf(context, json(200, { account: 'ana' }, { 'slipmat-incident': '7' }));
  assert.equal((await failureOf(during.client.call(sessionsEndpoints.me))).problem.incident, 7);
  assert.equal(clientProblem('network-unreachable', Math.random).incident, 7);
  const { client } = await clientOf(context, json(200, nobody));
  await client.call(sessionsEndpoints.me);
  assert.equal(clientProblem('network-unreachable', Math.random).incident, undefined);
});

test('failure 5: a problem of the server comes as it is', async (context) => {
  const sent = problemOf('handle-taken', 'r-2');
  const { client } = await clientOf(context, (_request, response) => {
    response.writeHead(409, { 'content-type': 'application/problem+json' }).end(JSON.stringify(sent));
  });
  assert.deepEqual((await failureOf(client.call(sessionsEndpoints.me))).problem, sent);
});

test('failure 6: a caller who gives up gets the own reason, not a problem', async (context) => {
  const { client, clock } = await clientOf(context, () => undefined);
  const controller = new AbortController();
  const answer = client.call(sessionsEndpoints.me, { signal: controller.signal });
  controller.abort(new Error('page left'));
  await assert.rejects(answer, /page left/);
  assert.equal(clock.waiting(), 0);
});

test('the CSRF token goes with what changes something, and with nothing else', async (context) => {
  const { client, seen } = await clientOf(context, (request, response) => {
    json(200, request.method === 'GET' ? nobody : {})(request, response);
  });
  client.setCsrfToken('t0k3n');
  await client.call(sessionsEndpoints.me);
  await client.call(sessionsEndpoints.signOut);
  assert.deepEqual(
    seen.map(({ headers }) => headers['slipmat-csrf']),
    [undefined, 't0k3n'],
  );
});

test('sessions named by answers are compared', async (context) => {
  let session = 'aaaa';
  const { client, changes } = await clientOf(context, (request, response) => {
    json(200, nobody, { 'slipmat-session': session })(request, response);
  });
  await client.call(sessionsEndpoints.me);
  session = 'bbbb';
  await client.call(sessionsEndpoints.me);
  session = 'aaaa';
  await client.call(sessionsEndpoints.me);
  assert.deepEqual(
    changes.filter((change) => change !== 'reached'),
    ['changed', 'split'],
  );
});

test('addresses take parameters and leave out what is undefined', () => {
  assert.equal(addressOf(eventsEndpoints.show, { slug: 'a b/ü' }, {}), '/api/events/a%20b%2F%C3%BC');
  assert.equal(addressOf(accountsEndpoints.find, {}, { q: 'an&a', page: undefined }), '/api/people?q=an%26a');
});

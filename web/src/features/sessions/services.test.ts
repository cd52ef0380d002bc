import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { problemOf } from '@slipmat/contract/problems';
import { fakeClock } from '../../api/fake-clock.ts';
import { FakeSocket } from '../../api/fake-socket.ts';
import { createIdentityWatch } from '../../api/identity.ts';
import { type AskingParts, answerWithin, askEverything } from './services.ts';

const account = {
  id: '01890000-0000-7000-8000-000000000001',
  handle: 'ada',
  displayName: 'Ada',
  groups: ['member'],
  email: null,
  emailVerifiedAt: null,
  pausedGroups: [],
  createdAt: 1,
};
const me = { account, anonymous: null, csrfToken: 'token', elsewhere: [] };
const check = { session: 's-ada', handle: 'ada', cookies: [], services: [] };

type Site = Readonly<Record<string, RequestListener>>;

function json(body: unknown, status = 200): RequestListener {
  return (_request, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'slipmat-session': 's-ada' })
      .end(JSON.stringify(body));
}

/** A real server that answers by path, and a socket that greets with a session when asked to. */
async function site(context: TestContext, answers: Site) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404, { 'content-type': 'text/html' }).end('<p>no</p>');
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${String(address.port)}`;
  FakeSocket.opened = [];
  const clock = fakeClock();
  const parts: AskingParts = {
    fetch: (path, init) => fetch(new URL(path, origin), init),
    clock,
    random: () => 0.5,
    WebSocket: FakeSocket,
    socketUrl: () => 'ws://test/realtime',
    identity: createIdentityWatch({ changed: () => undefined, split: () => undefined }),
  };
  const answersOf = async (options: Parameters<typeof askEverything>[0]) => {
    const everything = await askEverything(options, parts);
    return everything.asked.map(({ service, answer }) => [service.title, answer]);
  };
  return { origin, seen, clock, parts, answersOf };
}

const own = { connection: { session: 's-ada' } };

test('the API, the check, the connection and each listed service are asked', async (context) => {
  const { origin, answersOf } = await site(context, {
    '/api/auth/me': json(me),
    '/old/who': json({ session: 'none', handle: null }, 401),
    '/api/auth/check': (request, response) =>
      json({
        ...check,
        services: [
          { name: 'Old chat', url: `http://${request.headers.host ?? ''}/old/who` },
          { name: 'Lost', url: '/old/lost' },
        ],
      })(request, response),
  });
  assert.ok(origin);
  assert.deepEqual(await answersOf(own), [
    ['This page', { kind: 'session', session: 's-ada', handle: 'ada' }],
    ['Sign-in check', { kind: 'session', session: 's-ada', handle: 'ada' }],
    ['Chat connection', { kind: 'session', session: 's-ada', handle: undefined }],
    ['Old chat', { kind: 'session', session: 'none', handle: null }],
    ['Lost', { kind: 'silent', because: 'strange' }],
  ]);
});

test('without a connection of its own the page opens one for the question, and closes it', async (context) => {
  const { answersOf, parts } = await site(context, {
    '/api/auth/me': json(me),
    '/api/auth/check': json(check),
  });
  const greeted = answersOf({});
  FakeSocket.opened[0]?.hello('s-bob');
  assert.deepEqual((await greeted)[2], [
    'Chat connection',
    { kind: 'session', session: 's-bob', handle: undefined },
  ]);
  assert.equal(FakeSocket.opened[0]?.given, true);
  const refused = askEverything({}, parts);
  FakeSocket.opened[1]?.ends(4101);
  assert.deepEqual((await refused).asked[2]?.answer, { kind: 'conflict' });
  assert.equal((await answersOf({ connection: { session: undefined } })).length, 2);
});

test('two accounts at once, a problem and no answer are told apart', async (context) => {
  const conflict = await site(context, {
    '/api/auth/me': json(problemOf('session-conflict', 'r-1'), 409),
    '/api/auth/check': json({ ...check, session: 'conflict', handle: null }),
  });
  assert.deepEqual(await conflict.answersOf({ connection: { session: undefined } }), [
    ['This page', { kind: 'conflict' }],
    ['Sign-in check', { kind: 'conflict' }],
  ]);

  const crowded = problemOf('header-too-large', 'r-2');
  const broken = await site(context, { '/api/auth/me': json(crowded, 431) });
  const everything = await askEverything({ connection: { session: undefined } }, broken.parts);
  assert.deepEqual(everything.asked[0]?.answer, {
    kind: 'silent',
    because: 'problem',
    detail: crowded.detail,
  });
  assert.equal(everything.failure?.problem.reference, 'r-2');
  assert.equal(everything.cookies, undefined);
});

test('who does not answer within the time is late', async (context) => {
  const { answersOf, clock, seen } = await site(context, {
    '/api/auth/me': json(me),
    '/old/slow': () => undefined,
    '/api/auth/check': json({ ...check, services: [{ name: 'Slow', url: '/old/slow' }] }),
  });
  const answers = answersOf(own);
  while (!seen.some(({ url }) => url === '/old/slow')) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(answerWithin);
  assert.deepEqual((await answers).at(-1), ['Slow', { kind: 'silent', because: 'late' }]);
});

test('whoever gives up is not answered', async (context) => {
  const { parts } = await site(context, { '/api/auth/me': () => undefined, '/api/auth/check': json(check) });
  const controller = new AbortController();
  const asked = askEverything({ ...own, signal: controller.signal }, parts);
  controller.abort(new Error('left'));
  await assert.rejects(asked, /left/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '@slipmat/contract/problems';
import { diagnose } from './diagnosis.ts';

/** The server, the network and the clock are the outside world here. */
function ask(answer: (init: RequestInit) => Promise<Response>, rings = false) {
  return diagnose('/listen/night', {
    fetch: (_url, init) => answer(init),
    random: () => 0.5,
    clock: {
      now: () => 0,
      after: (_ms, call) => {
        if (rings) queueMicrotask(call);
        return () => undefined;
      },
    },
  });
}
const json = (status: number, body: unknown) =>
  Promise.resolve(
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } }),
  );

test('the server’s own problem is told with its reference', async () => {
  const problem = await ask(() => json(503, problemOf('stream-full', 'r-77')));
  assert.equal(problem?.code, 'stream-full');
  assert.equal(problem?.reference, 'r-77');
});

test('a stream that is there is no problem, a page in its place is', async () => {
  const audio = new Response('xx', { headers: { 'content-type': 'audio/mpeg' } });
  assert.equal(await ask(() => Promise.resolve(audio)), undefined);
  const html = new Response('<html>', { headers: { 'content-type': 'text/html' } });
  assert.equal((await ask(() => Promise.resolve(html)))?.code, 'unexpected-answer');
  const error = new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } });
  assert.equal((await ask(() => Promise.resolve(error)))?.code, 'unexpected-answer');
  assert.equal((await ask(() => json(500, { nothing: 'known' })))?.code, 'unexpected-answer');
});

test('no network and no answer are told apart', async () => {
  assert.equal((await ask(() => Promise.reject(new TypeError('fetch failed'))))?.code, 'network-unreachable');
  const never = (init: RequestInit) =>
    new Promise<Response>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  assert.equal((await ask(never, true))?.code, 'timed-out');
});

test('the probe asks for two bytes, as a range', async () => {
  let seen: RequestInit | undefined;
  await ask((init) => {
    seen = init;
    return json(404, problemOf('not-on-air', 'r-1'));
  });
  assert.equal(new Headers(seen?.headers).get('range'), 'bytes=0-1');
});

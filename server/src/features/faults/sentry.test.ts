import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { parseDsn } from '#server/platform/sentry-dsn.ts';
import { until } from '../../../test/until.ts';
import type { FaultHit } from './hit.ts';
import { createSentry } from './sentry.ts';

const hit: FaultHit = {
  kind: 'page',
  reference: 'c-abcdefgh',
  code: 'page-broke',
  name: 'TypeError',
  message: 'cannot read <text> of <email> – ü',
  frames: ['draw assets/pages-Bx1_y-2z.js:1:2345', 'server/src/app.ts'],
  place: '/e/:slug',
  where: 'the chat',
  at: 1_800_000_000_000,
  times: 1,
  personId: '01890a5d-ac96-774b-bcce-b302099a8057',
  browser: 'Firefox 140 on Linux',
  release: '0.1.0',
  log: ['a line'],
};

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly head: Record<string, unknown>;
  readonly item: Record<string, unknown>;
  readonly event: Record<string, unknown>;
}

/** Reads the envelope as the format says: the payload by its length in bytes. */
function parseEnvelope(body: Buffer): Omit<Received, 'url' | 'headers'> {
  const headEnd = body.indexOf('\n');
  const itemEnd = body.indexOf('\n', headEnd + 1);
  const head = JSON.parse(body.subarray(0, headEnd).toString());
  const item = JSON.parse(body.subarray(headEnd + 1, itemEnd).toString());
  const payload = body.subarray(itemEnd + 1, itemEnd + 1 + item.length);
  assert.equal(body.subarray(itemEnd + 1 + item.length).toString(), '\n', 'nothing behind it');
  return { head, item, event: JSON.parse(payload.toString()) };
}

async function aService(t: TestContext, answer: (response: ServerResponse) => void) {
  const received: Received[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ url: request.url, headers: request.headers, ...parseEnvelope(Buffer.concat(parts)) });
      answer(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address() as AddressInfo;
  return {
    received,
    requests: () => requests,
    dsn: parseDsn(`http://publickey@127.0.0.1:${address.port}/sub/42`),
  };
}

describe('forwarding', () => {
  test('an envelope that says what happened, and nothing of the log', async (t) => {
    const { received, dsn } = await aService(t, (response) => response.end('{}'));
    const sentry = createSentry(dsn, () => 1_800_000_001_000);
    sentry.forward(hit);
    await until('it came', () => received.length === 1);
    const [got] = received;
    assert.equal(got?.url, '/sub/api/42/envelope/');
    assert.equal(got?.headers['content-type'], 'application/x-sentry-envelope');
    assert.match(String(got?.headers['x-sentry-auth']), /^Sentry sentry_version=7, .*sentry_key=publickey$/);
    assert.equal(got?.item['type'], 'event');
    assert.match(String(got?.head['event_id']), /^[0-9a-f]{32}$/);
    assert.equal(got?.head['event_id'], got?.event['event_id']);
    assert.equal(got?.event['timestamp'], 1_800_000_000);
    assert.deepEqual(got?.event['exception'], {
      values: [
        {
          type: 'TypeError',
          value: 'cannot read <text> of <email> – ü',
          stacktrace: {
            frames: [
              { filename: 'server/src/app.ts', in_app: true },
              {
                function: 'draw',
                filename: 'assets/pages-Bx1_y-2z.js',
                in_app: true,
                lineno: 1,
                colno: 2345,
              },
            ],
          },
        },
      ],
    });
    assert.doesNotMatch(JSON.stringify(got), /a line/);
    assert.equal(sentry.failed(), 0);
  });

  test('a service that refuses, is gone or answers nothing is counted, and the queue has an end', async (t) => {
    const refusing = await aService(t, (response) => response.writeHead(429).end());
    const one = createSentry(refusing.dsn, Date.now);
    one.forward(hit);
    await until('it was counted', () => one.failed() === 1);
    const gone = createSentry(parseDsn('http://key@127.0.0.1:1/1'), Date.now);
    gone.forward(hit);
    await until('it was counted', () => gone.failed() === 1);
    const silent = await aService(t, () => undefined);
    const full = createSentry(silent.dsn, Date.now);
    for (let count = 0; count < 500; count += 1) full.forward(hit);
    await until('one is under way', () => silent.requests() === 1);
    assert.ok(full.failed() >= 299, `${full.failed()} dropped`);
    assert.equal(silent.requests(), 1, 'one at a time');
  });
});

test('what a DSN is', () => {
  assert.equal(parseDsn('https://key@sentry.example/7')?.endpoint, 'https://sentry.example/api/7/envelope/');
  for (const text of ['', 'x', 'https://sentry.example/7', 'https://key@sentry.example/', 'ftp://key@a/7']) {
    assert.equal(parseDsn(text), undefined, text);
  }
});

test('none set: nothing is done', () => {
  const sentry = createSentry(undefined, Date.now);
  sentry.forward(hit);
  assert.equal(sentry.failed(), 0);
});

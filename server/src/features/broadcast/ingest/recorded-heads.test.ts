/** Every recorded head, replayed against a real port. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RecordedHead, recordedHeads } from '../../../../test/heads/read-heads.ts';
import { createManualClock } from '../audio/manual-clock.ts';
import { createHeadParser } from './head.ts';
import { defaultLimits } from './limits.ts';
import { classify, type IngestRequest } from './request.ts';
import { startTrialPort, type TrialClient, type TrialPort, until } from './trial-port.ts';

const heads = recordedHeads();

function understand(head: RecordedHead): IngestRequest {
  const result = createHeadParser(defaultLimits).push(head.bytes);
  assert.equal(result.kind, 'head');
  const request = result.kind === 'head' ? classify(result.head) : null;
  assert.ok(request !== null);
  return request;
}

function isIdentified(request: IngestRequest): boolean {
  return request.credentials.kind === 'basic';
}

const NO_LOGIN = /^HTTP\/1\.1 401 Authentication Required\r\n/;
const ALLOW = /^Allow: GET, HEAD, POST, PUT, SOURCE, OPTIONS\r$/m;

async function expectChallenge(port: TrialPort, client: TrialClient, keep: boolean): Promise<void> {
  const answer = await client.answer(/authenticate\r\n$/);
  assert.match(answer, NO_LOGIN);
  assert.match(answer, ALLOW);
  assert.match(answer, /^WWW-Authenticate: Basic realm=/m);
  assert.match(answer, /^Content-Length: 26\r$/m);
  assert.match(answer, keep ? /^Connection: keep-alive\r$/m : /^Connection: close\r$/m);
  assert.equal(port.attempts.length, 0, 'a probe is no sign-in');
  assert.equal(port.refusals.length, 0, 'a probe is no failed sign-in');
  if (!keep) await client.closed();
}

async function expectSource(port: TrialPort, client: TrialClient, request: IngestRequest): Promise<void> {
  assert.ok(request.kind === 'source' && request.credentials.kind === 'basic');
  if (request.credentials.key !== 'hackme') {
    assert.match(await client.answer(/\r\n\r\n.+/), NO_LOGIN);
    assert.equal(port.refusals[0]?.reason, 'wrong-key');
    return;
  }
  const goAhead = request.expectsContinue ? 'HTTP/1.1 100 Continue\r\n\r\n' : '';
  const ok = request.method === 'SOURCE' || !request.expectsContinue ? 'HTTP/1.0 200 OK\r\n\r\n' : '';
  await client.answer(ok === '' ? /100 Continue\r\n\r\n/ : /200 OK\r\n\r\n/);
  assert.equal(client.received(), goAhead + ok);
  const { candidate } = port.sources[0] ?? {};
  assert.equal(candidate?.mount, request.mount);
  assert.equal(candidate?.userAgent, request.userAgent);
  assert.equal(port.server.counts().sources, 1);
  client.socket.end();
  await until(() => port.sources[0]?.ends.length === 1, 'the end of the source');
  assert.deepEqual(port.sources[0]?.ends, ['lost']);
}

async function expectMetadata(port: TrialPort, client: TrialClient, head: RecordedHead): Promise<void> {
  const answer = await client.answer(/<\/iceresponse>\n$/);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /^Content-Length: 113\r$/m);
  const known: Record<string, string> = {
    butt: 'Artist X - S..ng Y',
    'gst-shout2': 'Unknown - Unknown',
    mixxx: 'CA - CT',
  };
  assert.deepEqual(
    port.titles.map(({ title }) => title.text),
    [known[head.client] ?? 'Artist B - Tïtle A'],
  );
}

async function replay(port: TrialPort, head: RecordedHead, client: TrialClient): Promise<void> {
  const request = understand(head);
  if (request.kind === 'source' || request.kind === 'metadata') {
    if (!isIdentified(request)) return expectChallenge(port, client, request.isPersistent);
    return request.kind === 'source'
      ? expectSource(port, client, request)
      : expectMetadata(port, client, head);
  }
  if (request.kind === 'options') {
    const answer = await client.answer();
    assert.match(answer, /^HTTP\/1\.1 204 No Content\r\n/);
    assert.match(answer, ALLOW);
    assert.match(answer, /^Connection: keep-alive\r$/m);
    client.send(head.bytes);
    assert.match(await client.answer(), /^HTTP\/1\.1 204 /);
    return;
  }
  if (request.kind === 'poke') {
    assert.match(await client.answer(), /^HTTP\/1\.1 400 Bad Request\r\n/);
    return client.closed();
  }
  if (request.kind === 'status-json') {
    const [, body = ''] = (await client.answer(/\}$/)).split('\r\n\r\n');
    assert.match(body, /^\{"icestats":.*"server_id":"Slipmat"/);
    return;
  }
  assert.equal(request.kind, 'other');
  assert.match(head.client, /^l-/, 'only listeners are sent away');
  assert.match(await client.answer(), /^HTTP\/1\.1 404 Not Found\r\n/);
}

describe('recorded heads', () => {
  test('are all there', () => {
    assert.equal(new Set(heads.map(({ client }) => client)).size, 40);
    assert.ok(heads.length >= 100, `${heads.length} heads`);
  });

  for (const [index, head] of heads.entries()) {
    const [line = ''] = head.bytes.toString('latin1').split(/\r?\n/);
    test(`${head.client} #${head.connection}/${index}: ${line.slice(0, 60)}`, async (t) => {
      const port = await startTrialPort(t, { clock: createManualClock() });
      const client = await port.client();
      client.send(head.bytes);
      await replay(port, head, client);
      assert.deepEqual(port.complaints, []);
    });
  }

  for (const head of heads.filter(({ client }) =>
    ['butt', 'darkice', 'ezstream', 'liquidsoap-put-chunked'].includes(client),
  )) {
    test(`${head.client} #${head.connection} is understood byte by byte`, () => {
      const parser = createHeadParser(defaultLimits);
      const results = Array.from(head.bytes, (byte) => parser.push(Buffer.of(byte)));
      const last = results.at(-1);
      assert.ok(last?.kind === 'head');
      assert.ok(results.slice(0, -1).every(({ kind }) => kind === 'more'));
      assert.deepEqual(classify(last.head), understand(head));
    });
  }
});

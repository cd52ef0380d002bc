/** The reverse-proxy examples of deploy/, run as they are: only names, ports and certificates are replaced. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type TestContext, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { ask, startCaddy, startNginx } from './proxies.ts';
import { requireCommand } from './require-command.ts';

/** Stands in for Slipmat: says what it was asked, streams without end, echoes on its socket. */
interface Upstream {
  readonly port: number;
  readonly seen: IncomingMessage[];
  /** Resolves when the streaming answer's connection is closed. */
  readonly streamClosed: Promise<void>;
}

async function startUpstream(t: TestContext): Promise<Upstream> {
  const seen: IncomingMessage[] = [];
  const { promise: streamClosed, resolve } = Promise.withResolvers<void>();
  const server: Server = createServer((incoming, answer) => {
    seen.push(incoming);
    if (!incoming.url?.startsWith('/listen/')) return answer.end('page');
    answer.writeHead(200, { 'content-type': 'audio/mpeg' });
    answer.write('first');
    return answer.once('close', resolve);
  });
  const sockets = new WebSocketServer({ server, path: '/realtime' });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { port: address.port, seen, streamClosed };
}

const startBy = {
  nginx: (t: TestContext, upstream: number) =>
    startNginx(t, 'radio.example', {
      file: 'nginx.conf',
      changes: {
        '127.0.0.1:8080': `127.0.0.1:${upstream}`,
        'listen 80;': 'listen 127.0.0.1:HTTP_PORT;',
        'listen [::]:80;': '',
      },
    }),
  caddy: (t: TestContext, upstream: number) =>
    startCaddy(t, 'radio.example', 'localhost', {
      file: 'Caddyfile',
      changes: { '127.0.0.1:8080': `127.0.0.1:${upstream}` },
    }),
} as const;

for (const [name, start] of Object.entries(startBy)) {
  test(`behind ${name}: pages, sound as it comes, the socket; not the figures or the gate, not a client's claims`, {
    skip: requireCommand(name) || requireCommand('openssl'),
    timeout: 30_000,
  }, async (t) => {
    const upstream = await startUpstream(t);
    const port = await start(t, upstream.port);

    const page = await ask(port, '/', { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'gopher' });
    assert.equal(page.statusCode, 200);
    page.resume();
    const { headers } = upstream.seen[0] ?? assert.fail('nothing reached the server');
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(headers['x-forwarded-proto'], 'https');
    assert.match(headers.host ?? '', /^localhost/);

    const sound = await ask(port, '/listen/evening', { 'icy-metadata': '1' });
    const [bytes] = await once(sound, 'data');
    assert.equal(String(bytes), 'first', 'arrives although the answer goes on');
    assert.equal(upstream.seen[1]?.headers['icy-metadata'], '1');
    sound.destroy();
    await upstream.streamClosed;

    const socket = new WebSocket(`wss://localhost:${port}/realtime`, {
      rejectUnauthorized: false,
      family: 4,
    });
    await once(socket, 'open');
    socket.send('hello');
    const [message] = await once(socket, 'message');
    assert.equal(String(message), 'echo hello');
    socket.close();
    await once(socket, 'close');

    const inside = [
      '/metrics',
      '/gate/check',
      '//gate/check',
      '/x/../gate/check',
      '/%67ate/check?anonymous=allow',
    ];
    for (const path of inside) {
      const answer = await ask(port, path);
      assert.equal(answer.statusCode, 404, path);
      answer.resume();
    }
    assert.equal(upstream.seen.length, 2, 'neither the figures nor the gate were asked');
  });
}

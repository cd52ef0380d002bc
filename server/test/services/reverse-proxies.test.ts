/** The reverse-proxy examples of deploy/, run as they are: only names, ports and certificates are replaced. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { WebSocket, WebSocketServer } from 'ws';
import { freePort, serviceUser, startDaemon, temporaryFolder } from './daemon.ts';
import { commandPath, requireCommand } from './require-command.ts';

const run = promisify(execFile);
const DEPLOY = join(import.meta.dirname, '../../../deploy');

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

async function certificate(folder: string): Promise<{ cert: string; key: string }> {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run(commandPath('openssl'), [
    'req',
    '-x509',
    ...curve,
    '-days',
    '1',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ]);
  await chmod(key, 0o644);
  return { cert, key };
}

/** Replaces every occurrence, and insists that there is one: an example that changed must not pass unread. */
function replaced(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((result, [from, to]) => {
    assert.ok(result.includes(from), `the example no longer has “${from}”`);
    return result.replaceAll(from, to);
  }, text);
}

async function startNginx(t: TestContext, upstream: number): Promise<number> {
  const user = await serviceUser('www-data');
  const folder = await temporaryFolder('nginx', user);
  const { cert, key } = await certificate(folder);
  const example = await readFile(join(DEPLOY, 'nginx.conf'), 'utf8');
  const redirectPort = await freePort();
  const site = replaced(example, {
    '127.0.0.1:8080': `127.0.0.1:${upstream}`,
    'listen 80;': `listen 127.0.0.1:${redirectPort};`,
    'listen [::]:80;': '',
    'listen 443 ssl http2;': 'listen 127.0.0.1:HTTPS_PORT ssl http2;',
    'listen [::]:443 ssl http2;': '',
    '/etc/letsencrypt/live/radio.example/fullchain.pem': cert,
    '/etc/letsencrypt/live/radio.example/privkey.pem': key,
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join('\n');
  const config = join(folder, 'nginx.conf');
  const daemon = await startDaemon({
    name: 'nginx',
    user,
    folder,
    prepare: async (port) => {
      const settings = `daemon off;\npid ${join(folder, 'pid')};\nerror_log stderr notice;\nevents { worker_connections 64; }\n`;
      const http = `http {\naccess_log off;\n${paths}\n${site.replaceAll('HTTPS_PORT', String(port))}\n}\n`;
      await writeFile(config, settings + http);
    },
    command: () => [commandPath('nginx'), ['-e', 'stderr', '-p', folder, '-c', config]],
    ready: /start worker process /,
    portTaken: /Address already in use/,
    stopSignal: 'SIGTERM',
  });
  t.after(daemon.stop);
  return daemon.port;
}

async function startCaddy(t: TestContext, upstream: number): Promise<number> {
  const user = await serviceUser('caddy');
  const folder = await temporaryFolder('caddy', user);
  const { cert, key } = await certificate(folder);
  const example = await readFile(join(DEPLOY, 'Caddyfile'), 'utf8');
  const config = join(folder, 'Caddyfile');
  const daemon = await startDaemon({
    name: 'Caddy',
    user,
    folder,
    prepare: async (port) => {
      const site = replaced(example, {
        'radio.example {': `https://localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${cert} ${key}`,
        '127.0.0.1:8080': `127.0.0.1:${upstream}`,
      });
      const options = `{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system ${folder}\n}\n`;
      await writeFile(config, options + site);
    },
    command: () => [commandPath('caddy'), ['run', '--adapter', 'caddyfile', '--config', config]],
    ready: /serving initial configuration/,
    portTaken: /address already in use/,
    stopSignal: 'SIGTERM',
  });
  t.after(daemon.stop);
  return daemon.port;
}

/** Asks through the proxy. The certificate is self-made, so it is not checked. */
async function ask(
  port: number,
  path: string,
  headers: RequestOptions['headers'] = {},
): Promise<IncomingMessage> {
  const asked = request({
    host: 'localhost',
    family: 4,
    port,
    path,
    headers,
    rejectUnauthorized: false,
    agent: false,
  });
  asked.end();
  const [answer] = await once(asked, 'response');
  return answer;
}

const PROXIES = [
  ['nginx', startNginx],
  ['caddy', startCaddy],
] as const;

for (const [name, start] of PROXIES) {
  test(`behind ${name}: pages, sound as it comes, the socket; not the figures, not a client's claims`, {
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

    const figures = await ask(port, '/metrics');
    assert.equal(figures.statusCode, 404);
    figures.resume();
    assert.equal(upstream.seen.length, 2, 'the figures were not asked for');
  });
}

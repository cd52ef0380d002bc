/** nginx and Caddy with the examples of deploy/, run as they are: only ports, addresses and certificates are replaced. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, type Owner, serviceUser, startDaemon, temporaryFolder } from './daemon.ts';
import { commandPath } from './require-command.ts';

const run = promisify(execFile);
const DEPLOY = join(import.meta.dirname, '../../../deploy');

/** A file of deploy/ and what of it differs on this machine. */
export interface Example {
  readonly file: string;
  /** What to put in the place of what; each must be there. */
  readonly changes: Readonly<Record<string, string>>;
}

/** The text of an example. */
export function exampleText(file: string): Promise<string> {
  return readFile(join(DEPLOY, file), 'utf8');
}

/** Replaces every occurrence, and insists that there is one: an example that changed must not pass unread. */
export function replaced(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((result, [from, to]) => {
    assert.ok(result.includes(from), `the example no longer has “${from}”`);
    return result.replaceAll(from, to);
  }, text);
}

async function certificate(folder: string): Promise<{ cert: string; key: string }> {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-days', '1', '-keyout', key, '-out', cert];
  await run(commandPath('openssl'), ['req', '-x509', ...curve, ...files, ...subject]);
  await chmod(key, 0o644);
  return { cert, key };
}

/**
 * nginx with one example as its only site, over https.
 * @param host whose certificate the example names.
 * @returns its port.
 */
export async function startNginx(owner: Owner, host: string, example: Example): Promise<number> {
  const user = await serviceUser('www-data');
  const folder = await temporaryFolder('nginx', user);
  const { cert, key } = await certificate(folder);
  const site = replaced(await exampleText(example.file), {
    ...example.changes,
    'listen 443 ssl http2;': 'listen 127.0.0.1:HTTPS_PORT ssl http2;',
    'listen [::]:443 ssl http2;': '',
    [`/etc/letsencrypt/live/${host}/fullchain.pem`]: cert,
    [`/etc/letsencrypt/live/${host}/privkey.pem`]: key,
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join('\n');
  const config = join(folder, 'nginx.conf');
  const daemon = await startDaemon({
    name: 'nginx',
    user,
    folder,
    prepare: async (port) => {
      const redirectPort = String(await freePort());
      const settings = `daemon off;\npid ${join(folder, 'pid')};\nerror_log stderr notice;\nevents { worker_connections 64; }\n`;
      const own = site.replaceAll('HTTPS_PORT', String(port)).replaceAll('HTTP_PORT', redirectPort);
      await writeFile(config, `${settings}http {\naccess_log off;\n${paths}\n${own}\n}\n`);
    },
    command: () => [commandPath('nginx'), ['-e', 'stderr', '-p', folder, '-c', config]],
    ready: /start worker process /,
    portTaken: /Address already in use/,
    stopSignal: 'SIGTERM',
  });
  owner.after(daemon.stop);
  return daemon.port;
}

/**
 * Caddy with one example as its only site, over https.
 * @param host the site's name in the example.
 * @param servedAs the name to serve it under.
 * @returns its port.
 */
export async function startCaddy(
  owner: Owner,
  host: string,
  servedAs: string,
  example: Example,
): Promise<number> {
  const user = await serviceUser('caddy');
  const folder = await temporaryFolder('caddy', user);
  const { cert, key } = await certificate(folder);
  const text = await exampleText(example.file);
  const config = join(folder, 'Caddyfile');
  const daemon = await startDaemon({
    name: 'Caddy',
    user,
    folder,
    prepare: async (port) => {
      const site = replaced(text, {
        ...example.changes,
        [`\n${host} {`]: `\nhttps://${servedAs}:${port} {\n\tbind 127.0.0.1\n\ttls ${cert} ${key}`,
      });
      const options = `{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system ${folder}\n}\n`;
      await writeFile(config, options + site);
    },
    command: () => [commandPath('caddy'), ['run', '--adapter', 'caddyfile', '--config', config]],
    ready: /serving initial configuration/,
    portTaken: /address already in use/,
    stopSignal: 'SIGTERM',
  });
  owner.after(daemon.stop);
  return daemon.port;
}

/** Asks through the proxy. The certificate is self-made, so it is not checked. */
export async function ask(
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

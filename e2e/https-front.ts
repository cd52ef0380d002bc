/**
 * What stands before Slipmat: https on real sub-domains, by the nginx example of deploy/. The names are
 * slipmat.test (Slipmat), old.slipmat.test (what stayed behind), evil.slipmat.test (somebody else's host under the
 * same domain) and stranger.test (another site). Browsers find them as `engines/` arranges.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  freePort,
  type Owner,
  serviceUser,
  startDaemon,
  temporaryFolder,
} from '../server/test/services/daemon.ts';
import { exampleText, replaced } from '../server/test/services/proxies.ts';
import { commandPath } from '../server/test/services/require-command.ts';
import { aFolder } from '../server/test/start-app.ts';
import { until } from '../server/test/until.ts';
import type { Destination } from './engines/engine.ts';
import { type Certificate, makeCertificate } from './test-authority.ts';
import { openTestPages, type TestPage, testPagesPath } from './test-pages.ts';

const names = {
  slipmat: 'slipmat.test',
  old: 'old.slipmat.test',
  sibling: 'evil.slipmat.test',
  stranger: 'stranger.test',
} as const;

/** The domain that the hosts share, but for the stranger. */
export const sharedDomain = names.slipmat;

/** Programs it needs, for `requireCommand`. */
export const httpsNeeds: readonly string[] = ['nginx', 'openssl'];

export type Host = keyof typeof names;

export interface HttpsFront {
  /** Such as https://slipmat.test:40001 */
  readonly origin: string;
  readonly origins: Readonly<Record<Host, string>>;
  /** For starting engines. */
  readonly destination: Destination;
  /** Where Slipmat is to listen. */
  readonly slipmatPort: number;
  /** For people of the test without a browser (`server/test/people.ts`): plain http, as a page of the site asks. */
  readonly door: string;
  /** Puts the old site on its host, or puts it there in another way. */
  serveOld(place: OldPlace): Promise<void>;
  /** Makes a page that is not Slipmat's. @returns its address on a host. */
  page(host: Host, page?: TestPage): string;
  /** The address that shows what a browser sends to a host, for `parseEcho`. */
  echo(host: Host): string;
}

interface Ports {
  readonly slipmat: number;
  readonly pages: number;
  readonly door: number;
}

/** What stands at the host of the old site. */
export interface OldPlace {
  /** Where the old site listens, such as http://127.0.0.1:40001 */
  readonly address: string;
  /** True: behind the gate, as in deploy/. False: as it was before Slipmat. */
  readonly gate: boolean;
}

interface Blueprint {
  readonly folder: string;
  readonly certificate: Certificate;
  readonly ports: Ports;
}

function testPagesOf({ ports }: Blueprint): string {
  return `location ${testPagesPath} {
        auth_request off;
        proxy_pass http://127.0.0.1:${ports.pages};
        proxy_set_header Host $host;
    }`;
}

/** What the examples of deploy/ have in common that is different on this machine. */
function common(host: string, { certificate, ports }: Blueprint): Readonly<Record<string, string>> {
  return {
    'listen 443 ssl http2;': 'listen 127.0.0.1:HTTPS_PORT ssl http2;',
    'listen [::]:443 ssl http2;': '',
    [`/etc/letsencrypt/live/${host}/fullchain.pem`]: certificate.certFile,
    [`/etc/letsencrypt/live/${host}/privkey.pem`]: certificate.keyFile,
    '127.0.0.1:8080': `127.0.0.1:${ports.slipmat}`,
  };
}

async function slipmatServer(blueprint: Blueprint): Promise<string> {
  return replaced(await exampleText('nginx.conf'), {
    ...common('radio.example', blueprint),
    'radio.example': names.slipmat,
    'listen 80;': `listen unix:${join(blueprint.folder, 'plain')};`,
    'listen [::]:80;': '',
    '    location / {': `    ${testPagesOf(blueprint)}\n    location / {`,
  });
}

/** A server of its own for hosts that are not Slipmat's. */
function plainServer(blueprint: Blueprint, hosts: readonly string[], rest = ''): string {
  return `server {
    listen 127.0.0.1:HTTPS_PORT ssl http2;
    server_name ${hosts.join(' ')};
    ssl_certificate ${blueprint.certificate.certFile};
    ssl_certificate_key ${blueprint.certificate.keyFile};
    ${testPagesOf(blueprint)}
    ${rest}
}
`;
}

async function oldServer(blueprint: Blueprint, place: OldPlace | undefined): Promise<string> {
  if (place === undefined) return plainServer(blueprint, [names.old]);
  const { host } = new URL(place.address);
  if (place.gate)
    return replaced(await exampleText('nginx-gate.conf'), {
      ...common('old.radio.example', blueprint),
      '127.0.0.1:8001': host,
      'old.radio.example': names.old,
      'https://radio.example': `https://${names.slipmat}:HTTPS_PORT`,
      '    location / {': `    ${testPagesOf(blueprint)}\n    location / {`,
    });
  const location = `location / {
        proxy_pass http://${host};
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }`;
  return plainServer(blueprint, [names.old], location);
}

async function nginxSettings(blueprint: Blueprint, place: OldPlace | undefined): Promise<string> {
  const { folder, ports } = blueprint;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join('\n');
  return `daemon off;
pid ${join(folder, 'pid')};
error_log stderr notice;
error_log ${logOf(folder)} notice;
# Old settings end with the connections that were opened under them, used or not.
worker_shutdown_timeout 1s;
events { worker_connections 512; }
http {
access_log off;
${paths}
${await slipmatServer(blueprint)}
${await oldServer(blueprint, place)}
${plainServer(blueprint, [names.sibling, names.stranger])}
# For people of the test without a browser: says what a page of the site would say.
server {
    listen 127.0.0.1:${ports.door};
    location / {
        proxy_pass http://slipmat;
        proxy_http_version 1.1;
        proxy_set_header Origin https://${names.slipmat}:HTTPS_PORT;
        proxy_set_header X-Forwarded-For $http_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto https;
    }
}
}
`;
}

function logOf(folder: string): string {
  return join(folder, 'log');
}

interface Nginx {
  /** Of https. */
  readonly port: number;
  /** Goes on with other settings. Resolves when nothing goes by the old ones any more. */
  reload(settings: string): Promise<void>;
}

async function startNginx(owner: Owner, blueprint: Blueprint): Promise<Nginx> {
  const user = await serviceUser('www-data');
  const { folder } = blueprint;
  const config = join(folder, 'nginx.conf');
  const settings = await nginxSettings(blueprint, undefined);
  const write = (text: string, port: number): Promise<void> =>
    writeFile(config, text.replaceAll('HTTPS_PORT', String(port)));
  const daemon = await startDaemon({
    name: 'nginx',
    user,
    folder,
    prepare: (port) => write(settings, port),
    command: () => [commandPath('nginx'), ['-e', 'stderr', '-p', folder, '-c', config]],
    ready: /start worker process /,
    portTaken: /Address already in use/,
    stopSignal: 'SIGTERM',
  });
  owner.after(daemon.stop);
  const { port } = daemon;
  return {
    port,
    async reload(text) {
      const ended = async (): Promise<number> =>
        [...(await readFile(logOf(folder), 'utf8')).matchAll(/worker process \d+ exited/g)].length;
      const before = await ended();
      await write(text, port);
      process.kill(Number(await readFile(join(folder, 'pid'), 'utf8')), 'SIGHUP');
      await until('nginx has its new settings', async () => (await ended()) > before);
    },
  };
}

/** Starts it on free ports; it stops with its owner. Slipmat itself is not part of it. */
export async function openHttpsFront(owner: Owner): Promise<HttpsFront> {
  const hosts = Object.values(names);
  const folder = await temporaryFolder('nginx', await serviceUser('www-data'));
  const certificate = await makeCertificate(await aFolder(owner), hosts);
  const pages = await openTestPages(owner);
  const ports: Ports = { slipmat: await freePort(), pages: pages.port, door: await freePort() };
  const blueprint: Blueprint = { folder, certificate, ports };
  const nginx = await startNginx(owner, blueprint);
  const { port } = nginx;
  const originOf = (host: Host): string => `https://${names[host]}:${port}`;
  return {
    origin: originOf('slipmat'),
    origins: {
      slipmat: originOf('slipmat'),
      old: originOf('old'),
      sibling: originOf('sibling'),
      stranger: originOf('stranger'),
    },
    destination: { hosts, caFile: certificate.caFile },
    slipmatPort: ports.slipmat,
    door: `http://127.0.0.1:${ports.door}`,
    serveOld: async (place) => nginx.reload(await nginxSettings(blueprint, place)),
    page: (host, page = {}) => `${originOf(host)}${pages.add(page)}`,
    echo: (host) => `${originOf(host)}${pages.echoPath}`,
  };
}

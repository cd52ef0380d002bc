/** Plain and TLS on one port. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { requireCommand } from '../../../../test/services/require-command.ts';
import { createManualClock } from '../audio/manual-clock.ts';
import { basic, startTrialPort, TRIAL_KEY, until, wrapClient } from './trial-port.ts';

const run = promisify(execFile);

async function certificate(name: string) {
  const folder = await mkdtemp(join(tmpdir(), 'slipmat-cert-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await run('openssl', [
    'req',
    '-x509',
    ...ec,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  ]);
  const material = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  return material;
}

test('TLS and plain are told apart by the first byte', { skip: requireCommand('openssl') }, async (t) => {
  const tls = await certificate('one.test');
  const port = await startTrialPort(t, { clock: createManualClock(), tls });
  const login = basic('source', TRIAL_KEY);
  const open = async () => {
    const socket = connect({ port: port.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    return { socket, client: wrapClient(t, socket) };
  };
  const first = await open();
  first.client.send(`SOURCE /safe HTTP/1.0\r\n${login}\r\n`);
  assert.equal(await first.client.answer(), 'HTTP/1.0 200 OK\r\n\r\n');
  const plain = await port.client();
  plain.send(`SOURCE /plain HTTP/1.0\r\n${login}\r\n`);
  assert.equal(await plain.answer(), 'HTTP/1.0 200 OK\r\n\r\n');
  assert.deepEqual(
    port.sources.map(({ candidate }) => [candidate.mount, candidate.isSecure, candidate.remoteAddress]),
    [
      ['/safe', true, '127.0.0.1'],
      ['/plain', false, '127.0.0.1'],
    ],
  );
  port.server.renewTls(await certificate('two.test'));
  assert.equal((await open()).socket.getPeerCertificate().subject.CN, 'two.test');
  assert.equal(first.socket.getPeerCertificate().subject.CN, 'one.test');
  first.socket.destroy();
  await until(() => port.sources[0]?.ends[0] === 'lost', 'the end');
});

test('TLS without a certificate, and a broken handshake, end the connection', async (t) => {
  const port = await startTrialPort(t, { clock: createManualClock() });
  const client = await port.client();
  client.send(Buffer.from('16030100', 'hex'));
  await client.closed();
  assert.equal(client.received(), '');
});

test('a broken handshake ends the connection', { skip: requireCommand('openssl') }, async (t) => {
  const port = await startTrialPort(t, { clock: createManualClock(), tls: await certificate('one.test') });
  const client = await port.client();
  client.send(Buffer.concat([Buffer.from('1603010010', 'hex'), Buffer.alloc(16, 9)]));
  await client.closed();
  await until(() => port.server.counts().connections === 0, 'the end');
});

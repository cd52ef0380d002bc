/** A certificate authority for one test, and a certificate of it for the test's hosts. */
import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandPath } from '../server/test/services/require-command.ts';

const run = promisify(execFile);

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export interface Certificate {
  /** PEM of the authority. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * Makes both with openssl; about 50 ms.
 * @param folder where the files go; anyone may read them.
 * @param hosts exact names.
 */
export async function makeCertificate(folder: string, hosts: readonly string[]): Promise<Certificate> {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]) => run(commandPath('openssl'), args);
  const authority = ['-keyout', at('ca.key'), '-out', at('ca.crt'), '-subj', '/CN=Slipmat Test CA'];
  const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    ...authority,
    ...extensions.flatMap((e) => ['-addext', e]),
  );
  await openssl('req', ...key, '-keyout', at('site.key'), '-out', at('site.csr'), '-subj', `/CN=${hosts[0]}`);
  const lines = [
    `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`,
    'basicConstraints=CA:FALSE',
    'keyUsage=digitalSignature',
    'extendedKeyUsage=serverAuth',
  ];
  await writeFile(at('site.ext'), lines.join('\n'));
  const signing = [
    '-CA',
    at('ca.crt'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-extfile',
    at('site.ext'),
  ];
  await openssl('x509', '-req', '-in', at('site.csr'), '-days', '2', ...signing, '-out', at('site.crt'));
  await chmod(folder, 0o755);
  await chmod(at('site.key'), 0o644);
  return { caFile: at('ca.crt'), certFile: at('site.crt'), keyFile: at('site.key') };
}

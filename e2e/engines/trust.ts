/** Browsers that trust the test's authority as they trust any other, instead of ignoring certificates. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { commandPath } from '../../server/test/services/require-command.ts';

const run = promisify(execFile);

/**
 * Makes an NSS database (of Chromium or of a Firefox profile) that trusts an authority for web sites.
 * @param folder made when missing.
 * @param caFile PEM.
 */
export async function trustIn(folder: string, caFile: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = ['-d', `sql:${folder}`];
  const certutil = commandPath('certutil');
  await run(certutil, [...database, '-N', '--empty-password']);
  await run(certutil, [...database, '-A', '-t', 'C,,', '-n', 'slipmat', '-i', caFile]);
}

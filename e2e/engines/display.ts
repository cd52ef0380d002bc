/** An X server without a screen, for programs that insist on one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { asUser, type Owner } from '../../server/test/services/daemon.ts';
import { commandPath } from '../../server/test/services/require-command.ts';
import { within } from '../../server/test/until.ts';

/** Starting takes a tenth of a second on an idle machine. */
const startWithinMs = 15_000;

/**
 * Starts Xvfb on a free display number; it ends with its owner.
 * @returns for `DISPLAY`, such as `:42`.
 */
export async function openDisplay(owner: Owner): Promise<string> {
  const options = ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1600x1200x24'];
  const [program, args] = asUser(undefined, commandPath('Xvfb'), options);
  const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const closed = once(server, 'close');
  owner.after(async () => {
    server.kill('SIGTERM');
    await closed;
  });
  const told = server.stdio[3];
  if (!(told instanceof Readable)) throw new Error('Xvfb has no way to tell its display');
  const [number] = await within('Xvfb tells its display', once(told, 'data'), startWithinMs);
  return `:${String(number).trim()}`;
}

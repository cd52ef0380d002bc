import { type Owner, serviceUser, startDaemon, temporaryFolder } from './daemon.ts';
import { commandPath } from './require-command.ts';

/** A real Redis that keeps nothing on disk. */
export interface RedisServer {
  readonly url: string;
  /** Stops it and removes its folder. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts Redis on a free loopback port.
 *
 * @param owner stops it when it is over; without one the caller stops it
 * @throws {Error} when it is not installed (declare it: `{ skip: requireCommand('redis-server') }`) or does not start
 */
export async function startRedis(owner?: Owner): Promise<RedisServer> {
  const user = await serviceUser('redis');
  const folder = await temporaryFolder('redis', user);
  const options = [
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
    '--daemonize',
    'no',
  ];
  const daemon = await startDaemon({
    name: 'Redis',
    user,
    folder,
    command: (port) => [commandPath('redis-server'), ['--port', String(port), ...options]],
    ready: /Ready to accept connections/,
    portTaken: /Address already in use|bind: /,
    stopSignal: 'SIGTERM',
  });
  owner?.after(daemon.stop);
  return { url: `redis://127.0.0.1:${daemon.port}`, stop: daemon.stop };
}

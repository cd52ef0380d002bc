/** Icecast 2.4 with the settings that a careful operator would use for thousands of listeners. */
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Program, startProgram } from '../harness/programs.ts';
import { newFolder } from '../harness/slipmat.ts';

export const icecastPassword = 'measured';
/** User and group "nobody" of Debian; Icecast refuses to run as root. */
const nobody = { user: 65534, group: 65534 } as const;

export interface Icecast {
  readonly program: Program;
  readonly port: number;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Without a burst Icecast cuts off listeners who come fast; 64 kB is its own default. */
function configuration(port: number, folder: string, clients: number): string {
  return `<icecast>
  <limits>
    <clients>${clients}</clients><sources>2</sources><queue-size>524288</queue-size>
    <client-timeout>30</client-timeout><header-timeout>15</header-timeout><source-timeout>10</source-timeout>
    <burst-on-connect>1</burst-on-connect><burst-size>65535</burst-size>
  </limits>
  <authentication>
    <source-password>${icecastPassword}</source-password>
    <admin-user>admin</admin-user><admin-password>${icecastPassword}</admin-password>
  </authentication>
  <hostname>localhost</hostname>
  <listen-socket><port>${port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths>
    <basedir>${folder}</basedir><logdir>${folder}</logdir><webroot>${folder}</webroot><adminroot>${folder}</adminroot>
  </paths>
  <logging><accesslog>access.log</accesslog><errorlog>-</errorlog><loglevel>3</loglevel></logging>
  <security><chroot>0</chroot></security>
</icecast>
`;
}

/** Starts Icecast on a free port, for `listeners` listeners. */
export async function startIcecast(listeners: number): Promise<Icecast> {
  const folder = newFolder();
  const file = join(folder, 'icecast.xml');
  const port = await freePort();
  writeFileSync(file, configuration(port, folder, listeners + 50));
  chmodSync(folder, 0o755);
  const command = ['icecast2', '-c', file];
  if (process.getuid?.() === 0) {
    chownSync(folder, nobody.user, nobody.group);
    command.unshift('setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups');
  }
  const [name = '', ...args] = command;
  const program = await startProgram(name, args, { until: /server started/i });
  return {
    program,
    port,
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A Slipmat in a process of its own, that can be stopped, killed and started again on the same ports and data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import type { Group } from '@slipmat/contract/capabilities';
import { aBrowser, type OwnSite, Person, password, verifyByOutbox } from '../server/test/people.ts';
import { asUser, freePort, type Owner } from '../server/test/services/daemon.ts';
import { aFolder } from '../server/test/start-app.ts';
import { until } from '../server/test/until.ts';

const program = fileURLToPath(new URL('../server/src/main.ts', import.meta.url));
/** A start takes a second on an idle machine. */
const startWithinMs = 30_000;
/** The server itself cuts a clean stop short after ten seconds. */
const stopWithinMs = 15_000;
/** What is kept of the output, for the message of a failure. Characters. */
const outputKept = 256 * 1024;

export interface Site {
  /** Such as http://localhost:40001 */
  readonly origin: string;
  readonly sourcePort: number;
  readonly dataDir: string;
  /** What it printed, all starts together. */
  output(): string;
  /** The one-time link that makes its owner. @throws when it printed none. */
  setupLink(): Promise<string>;
  /** Starts it again on the same ports and data; resolves when it answers. */
  start(): Promise<void>;
  /** Resolves when the process is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

interface Settings {
  readonly port: number;
  readonly sourcePort: number;
  readonly dataDir: string;
  /** What else it is told by its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

function launch({ port, sourcePort, dataDir, environment }: Settings): ChildProcess {
  // The program ends with this process, however that ends.
  const [command, args] = asUser(undefined, process.execPath, [program]);
  const env = {
    ...process.env,
    ...environment,
    PORT: String(port),
    SOURCE_PORT: String(sourcePort),
    DATA_DIR: dataDir,
  };
  return spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function answers(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/readyz`)).ok;
  } catch (error) {
    // What `fetch` throws when nobody listens.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * Starts a server without an owner on free ports; it stops with its owner.
 * @param dataDir an empty temporary folder unless said.
 * @param environment settings beside ports and folder.
 */
export async function openSite(
  owner: Owner,
  dataDir?: string,
  environment: Settings['environment'] = {},
): Promise<Site> {
  const settings: Settings = {
    port: await freePort(),
    sourcePort: await freePort(),
    dataDir: dataDir ?? (await aFolder(owner)),
    environment,
  };
  const origin = `http://localhost:${settings.port}`;
  let output = '';
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = launch(settings);
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        output = (output + bytes.toString()).slice(-outputKept);
      });
    }
    const ready = async (): Promise<boolean> => {
      if (started.exitCode !== null) throw new Error(`the server ended:\n${output}`);
      return answers(origin);
    };
    await until('the server answers', ready, startWithinMs);
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const stopping = child;
    child = undefined;
    if (stopping === undefined || stopping.exitCode !== null || stopping.signalCode !== null) return;
    const gone = once(stopping, 'close');
    stopping.kill(signal);
    const force = setTimeout(() => stopping.kill('SIGKILL'), stopWithinMs);
    await gone;
    clearTimeout(force);
  }

  owner.after(() => stop('SIGTERM'));
  await start();
  return {
    origin,
    sourcePort: settings.sourcePort,
    dataDir: settings.dataDir,
    output: () => output,
    // It is printed after the server began to answer.
    setupLink: () => until('the set-up link', () => /http\S+\/setup#token=\S+(?=\s)/.exec(output)?.[0]),
    start,
    stop,
  };
}

/** A site with an owner, who puts people into groups. */
export interface OwnedSite extends Site, OwnSite {
  readonly owner: Person;
}

/** Starts a server and makes its owner, over HTTP. */
export async function openOwnedSite(
  test: Owner,
  dataDir?: string,
  environment: Settings['environment'] = {},
): Promise<OwnedSite> {
  const site = await openSite(test, dataDir, environment);
  const [, token = ''] = (await site.setupLink()).split('#token=');
  const browser = aBrowser(site);
  const body = { handle: 'olive', email: 'olive@example.com', password, displayName: 'Olive', token };
  const { account } = await browser.call(accountsEndpoints.setup, { body });
  const owner = new Person(site, account);
  for (const [name, value] of browser.cookies) owner.cookies.set(name, value);
  const grant = (_actor: null, handle: string, group: Group) =>
    owner.call(accountsEndpoints.grant, { params: { handle, group } });
  const verifyByHand = (handle: string) => verifyByOutbox(owner, handle);
  return { ...site, owner, app: { accounts: { grant }, emails: { verifyByHand } } };
}

/** The database file of a site on embedded storage. */
export function databaseFile(site: Site): string {
  return join(site.dataDir, 'slipmat.sqlite');
}

/** Slipmat as people meet it: a process of its own behind `https-front.ts`, that can be restarted on its data. */
import { accountsEndpoints } from '@slipmat/contract/accounts';
import type { Group } from '@slipmat/contract/capabilities';
import { aBrowser, type OwnSite, Person, password, verifyByOutbox } from '../server/test/people.ts';
import { type ServerProcess, startServer } from '../server/test/server-process.ts';
import { freePort, type Owner } from '../server/test/services/daemon.ts';
import { aFolder } from '../server/test/start-app.ts';
import { until } from '../server/test/until.ts';
import { type HttpsFront, openHttpsFront } from './https-front.ts';

/** Settings of Slipmat beside those that the site has anyway. */
export type Settings = Readonly<Record<string, string>>;

export interface HttpsSite extends HttpsFront {
  /** For people without a browser. */
  readonly people: OwnSite;
  readonly owner: Person;
  /** Settings of the first start. */
  readonly settings: Settings;
  /** What Slipmat printed, all starts together. */
  output(): string;
  /** Stops it and starts it on the same data with these settings over the first ones. */
  restart(settings?: Settings, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Makes the owner, over HTTP, once the link for it is printed. */
async function makeOwner(door: string, output: () => string): Promise<Person> {
  const token = await until('the set-up link', () => /\/setup#token=(\S+)\n/.exec(output())?.[1]);
  const browser = aBrowser({ origin: door });
  const body = { handle: 'olive', email: 'olive@example.com', password, displayName: 'Olive', token };
  const { account } = await browser.call(accountsEndpoints.setup, { body });
  const owner = new Person(browser.site, { ...account, email: body.email });
  for (const [name, value] of browser.cookies) owner.cookies.set(name, value);
  return owner;
}

/**
 * Starts it all on free ports; it stops with its owner.
 * @param settingsAt settings for the first start and the later ones, such as `COOKIE_DOMAIN`.
 */
export async function openHttpsSite(
  test: Owner,
  settingsAt: (front: HttpsFront) => Settings = () => ({}),
): Promise<HttpsSite> {
  const dataDir = await aFolder(test);
  const front = await openHttpsFront(test);
  const settings: Settings = {
    PORT: String(front.slipmatPort),
    SOURCE_PORT: String(await freePort()),
    DATA_DIR: dataDir,
    PUBLIC_URL: front.origin,
    ...settingsAt(front),
  };
  let said = '';
  let running: ServerProcess = await startServer(test, settings);
  const output = (): string => said + running.said();
  const owner = await makeOwner(front.door, output);
  const grant = (_actor: null, handle: string, group: Group) =>
    owner.call(accountsEndpoints.grant, { params: { handle, group } });
  const verifyByHand = (handle: string) => verifyByOutbox(owner, handle);
  return {
    ...front,
    people: { origin: front.door, app: { accounts: { grant }, emails: { verifyByHand } } },
    owner,
    settings,
    output,
    async restart(more = {}, signal = 'SIGTERM') {
      await running.kill(signal);
      said = output();
      running = await startServer(test, { ...settings, ...more });
    },
  };
}

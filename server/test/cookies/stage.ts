/**
 * Where a case takes place: the whole server behind https://slipmat.test, an old service behind its gate at
 * https://old.slipmat.test, browsers of every kind, and a clock that leaps. What a case is worth is shown by running
 * it on a stage where one mechanism is switched off: it must not hold there.
 */
import assert from 'node:assert/strict';
import { accountsEndpoints } from '@slipmat/contract/accounts';
import type { Group } from '@slipmat/contract/capabilities';
import { rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { sessionsEndpoints } from '@slipmat/contract/sessions';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';
import { password } from '../people.ts';
import type { Owner } from '../services/daemon.ts';
import { aFolder, startApp, type TestApp } from '../start-app.ts';
import { type BrowserKind, browserKinds } from './browser-kinds.ts';
import type { Faults, Order } from './jar.ts';
import { ModelBrowser, sessionOf } from './model-browser.ts';
import { type Hop, Network, type Outgoing } from './network.ts';
import { gateAt, oldService } from './old-service.ts';
import type { StorageRelay } from './storage-relay.ts';

export const origin = 'https://slipmat.test';
export const oldOrigin = 'https://old.slipmat.test';
/** Names of the first cookie, of one host, and of the second, of the whole domain. */
export const hostCookie = '__Host-slipmat';
export const sharedCookie = '__Secure-slipmat-2';

/** What is different on a stage; on one without any of it everything works as it should. */
export interface StageOptions {
  /** Instead of the kinds' own. */
  readonly order?: Order;
  readonly seed?: number;
  /** Between browsers and the server. */
  readonly hop?: Hop;
  /** The old site's own cookies. */
  readonly oldSiteCookies?: (outgoing: Outgoing) => readonly string[];
  readonly oldSiteBelievesClients?: boolean;
  /** Servers on one database, behind one address that gives each request to the next of them. */
  readonly servers?: number;
  /** False: nothing that happens by time happens. */
  readonly isTimeKept?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Its database, where the way to it can be cut. */
  readonly storage?: StorageRelay;
}

/** A browser with the account that it signed up with. */
export interface Somebody {
  readonly browser: ModelBrowser;
  readonly id: string;
  readonly handle: string;
}

let people = 0;

export class Stage {
  readonly clock: FakeClock = createFakeClock();
  readonly network: Network;
  readonly options: StageOptions;
  readonly #owner: Owner;
  readonly #dataDir: string;
  #sites: readonly TestApp[] = [];
  #lastEnvironment: Readonly<Record<string, string>> = {};
  #preparing = 0;

  constructor(owner: Owner, options: StageOptions, dataDir: string) {
    this.#owner = owner;
    this.options = options;
    this.#dataDir = dataDir;
    this.network = new Network(owner);
    this.network.route(
      'old.slipmat.test',
      oldService({
        ...gateAt(this.network, () => this.site.app.port()),
        issuer: origin,
        now: () => this.clock.now(),
        ...(options.oldSiteCookies === undefined ? {} : { setCookie: options.oldSiteCookies }),
        believesClients: options.oldSiteBelievesClients ?? false,
      }),
    );
  }

  /** The server, or the first of several. */
  get site(): TestApp {
    const [site] = this.#sites;
    assert.ok(site, 'the site is down');
    return site;
  }

  /** The hop of the options, out of the way while the stage is prepared. */
  #hop(): Hop {
    const { hop = {} } = this.options;
    const isAside = (): boolean => this.#preparing > 0;
    return {
      request: (headers) => (isAside() ? headers : (hop.request?.(headers) ?? headers)),
      instead: (outgoing) => (isAside() ? undefined : hop.instead?.(outgoing)),
      answer: (answered, outgoing) => (isAside() ? answered : (hop.answer?.(answered, outgoing) ?? answered)),
    };
  }

  /**
   * What only prepares a case, with every mechanism in order. Where that fails the case has not failed, and the error
   * is another one.
   */
  async prepare<T>(work: () => Promise<T>): Promise<T> {
    this.#preparing += 1;
    try {
      return await work();
    } catch (error) {
      throw new Error('the stage could not be prepared', { cause: error });
    } finally {
      this.#preparing -= 1;
    }
  }

  #startOne(environment: Readonly<Record<string, string>>): Promise<TestApp> {
    const { storage } = this.options;
    return startApp(this.#owner, {
      clock: this.clock,
      environment: {
        PUBLIC_URL: origin,
        OLD_SITES: `Old chat=${oldOrigin}`,
        DATA_DIR: this.#dataDir,
        ...(storage === undefined ? {} : { DATABASE_URL: storage.url }),
        ...this.options.environment,
        ...environment,
      },
    });
  }

  /** Starts the server, or stops it and starts it again on the same data with other settings. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#lastEnvironment = environment;
    for (const site of this.#sites) await site.close();
    const sites: TestApp[] = [];
    for (let index = 0; index < (this.options.servers ?? 1); index += 1) {
      sites.push(await this.#startOne(environment));
    }
    this.#sites = sites;
    this.#route();
  }

  /** Stops the servers and starts them again with the same settings. */
  restart(): Promise<void> {
    return this.start(this.#lastEnvironment);
  }

  /** One more server with other settings, beside those that run. */
  async startBeside(environment: Readonly<Record<string, string>>): Promise<void> {
    this.#sites = [...this.#sites, await this.#startOne(environment)];
    this.#route();
  }

  #route(): void {
    const ports = this.#sites.map(({ app }) => app.port());
    this.network.route('slipmat.test', ports, this.#hop());
  }

  /** A browser that has not been anywhere yet. */
  browser(
    kind: BrowserKind,
    order: Order | undefined = this.options.order,
    faults: Faults = {},
  ): ModelBrowser {
    const { seed } = this.options;
    return new ModelBrowser(this.network, {
      kind,
      clock: this.clock,
      faults,
      ...(order === undefined ? {} : { order }),
      ...(seed === undefined ? {} : { seed }),
    });
  }

  /** A browser that nobody is signed in with, on the site's first page. */
  async newcomer(kind: BrowserKind = browserKinds.firefox, faults: Faults = {}): Promise<ModelBrowser> {
    const browser = this.browser(kind, undefined, faults);
    await browser.visit(`${origin}/`);
    return browser;
  }

  /** Somebody who has signed up in a browser of the kind. */
  member(kind?: BrowserKind, faults?: Faults): Promise<Somebody> {
    return this.prepare(async () => {
      const browser = await this.newcomer(kind, faults);
      people += 1;
      const handle = `model-${people}`;
      const body = { handle, email: `${handle}@example.com`, password, displayName: handle };
      const { account } = await browser.call(accountsEndpoints.create, { body });
      await browser.whoAmI();
      return { browser, id: account.id, handle };
    });
  }

  /** The same person in one more browser. */
  elsewhere({ id, handle }: Somebody, kind?: BrowserKind): Promise<Somebody> {
    return this.prepare(async () => {
      const browser = await this.newcomer(kind);
      await browser.call(sessionsEndpoints.signIn, { body: { login: handle, password } });
      return { browser, id, handle };
    });
  }

  async inGroup(group: Group): Promise<Somebody> {
    const somebody = await this.member();
    await this.site.app.accounts.grant(null, somebody.handle, group);
    await this.site.app.emails.verifyByHand(somebody.handle);
    return somebody;
  }

  /** One round of all that happens by time. */
  async tick(): Promise<void> {
    if (this.options.isTimeKept === false) return;
    for (const { app } of this.#sites) await app.advance();
  }

  /** The site wants its cookie on the whole domain from here on; nothing is written under it yet. */
  async wishForDomain(): Promise<void> {
    await this.start({ COOKIE_DOMAIN: 'slipmat.test' });
  }

  /** Staff roll the shared cookie out, to everybody at once unless other steps are given. @returns who did. */
  rollOut(steps: readonly number[] = [100], stepMinutes = 1): Promise<Somebody> {
    return this.prepare(async () => {
      const owner = await this.inGroup('owner');
      await this.wishForDomain();
      const body = { steps: [...steps], stepMinutes };
      await owner.browser.call(rollOutsEndpoints.start, { params: { kind: 'cookie' }, body });
      // Other servers hear of it within seconds.
      for (const { app } of this.#sites.slice(1)) await app.advance();
      return owner;
    });
  }
}

/** An empty stage with the server up, before any wish for a domain. */
export async function aStage(owner: Owner, options: StageOptions = {}): Promise<Stage> {
  const stage = new Stage(owner, options, await aFolder(owner));
  await stage.start();
  return stage;
}

/** Reads of the API that every page makes; none of them may see somebody else than the others. */
const asked = ['/api/auth/me', '/api/events', '/api/setup', '/api/auth/devices', '/api/auth/check'];

/** Which session everything says that a browser has: each API, the socket and the old service, by their names. */
export async function opinions(browser: ModelBrowser): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  for (const path of asked) said.set(path, sessionOf(await browser.fetch(path)));
  const socket = await browser.socket();
  const [hello] = socket.received;
  said.set('socket', hello?.type === 'hello' ? hello.session : 'conflict');
  socket.webSocket.terminate();
  // The first cookie is of one host: without the shared one the old host has nobody to speak of.
  if (valuesOf(browser, sharedCookie).length > 0) {
    const old = await browser.fetch(`${oldOrigin}/slipmat/whoami`);
    said.set('old service', old.status === 200 ? sessionIn(old.body.toString()) : sessionOf(old));
  }
  return said;
}

/** What the old service says in its body; its refusals carry the gate's header instead. */
function sessionIn(body: string): string {
  return /"session": ?"([\w-]+)"/.exec(body)?.[1] ?? 'unreadable';
}

/** Fails the case when not everything names one session. @returns its public hash, "none" or "conflict". */
export async function oneOpinion(browser: ModelBrowser): Promise<string> {
  const said = await opinions(browser);
  const [first = ''] = said.values();
  assert.deepEqual([...new Set(said.values())], [first], `split: ${JSON.stringify([...said])}`);
  return first;
}

/** Fails the case when not everything takes the browser for that person. @returns the session's public hash. */
export async function isSignedIn({ browser, id }: Somebody): Promise<string> {
  const { account } = await browser.whoAmI();
  assert.equal(account?.id, id, 'is signed in as another person, or not at all');
  return oneOpinion(browser);
}

/** Values of the cookies of a name in the jar. */
export function valuesOf({ jar }: ModelBrowser, name: string): string[] {
  return jar.cookies.filter((cookie) => cookie.name === name).map(({ value }) => value);
}

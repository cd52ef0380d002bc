/**
 * Where a cookie case takes place in a real browser: a fresh Slipmat with a clock that leaps, behind https on real
 * sub-domains, and browsers without any cookies.
 */
import assert from 'node:assert/strict';
import { type RollOut, rollOutsEndpoints } from '@slipmat/contract/roll-outs';
import { createFakeClock, type FakeClock } from '../../server/test/fake-clock.ts';
import { aMember, anOwner, type OwnSite, type Person } from '../../server/test/people.ts';
import type { Owner } from '../../server/test/services/daemon.ts';
import { aFolder, startApp, type TestApp } from '../../server/test/start-app.ts';
import type { Engine, Profile, RunningEngine } from '../engines/engine.ts';
import type { Tab } from '../engines/tab.ts';
import { type HttpsFront, sharedDomain } from '../https-front.ts';

/** Names of the first cookie, of one host, and of the second, of the whole domain. */
export const hostCookie = '__Host-slipmat';
export const sharedCookie = '__Secure-slipmat-2';

/** What a test page says to put a cookie where Slipmat puts its own. */
export function hostLine(value: string): string {
  return `${hostCookie}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=86400`;
}

/** @param path a narrower one makes a cookie of its own. */
export function sharedLine(value: string, path = '/'): string {
  const place = `Domain=${sharedDomain}; Path=${path}`;
  return `${sharedCookie}=${value}; ${place}; Secure; HttpOnly; SameSite=Lax; Max-Age=86400`;
}

/** Longer than a replaced cookie lives on. Milliseconds. */
export const pastGrace = 61_000;
/** Longer than what a visit without an awaited cookie must be after the one before, to say anything. Milliseconds. */
export const pastReturn = 6_000;
/** A cookie is renewed when it is older. Milliseconds. */
export const pastRotation = 25 * 3_600_000;

/** Takes the shared cookie away from a browser. */
export const sharedLoss = `${sharedCookie}=; Domain=${sharedDomain}; Path=/; Secure; HttpOnly; Max-Age=0`;

export interface Surroundings {
  readonly front: HttpsFront;
  readonly engine: Engine;
  readonly running: RunningEngine;
}

export class Scene {
  readonly front: HttpsFront;
  readonly engine: Engine;
  readonly clock: FakeClock = createFakeClock();
  readonly #running: RunningEngine;
  readonly #owner: Owner;
  readonly #dataDir: string;
  #site: TestApp | undefined;
  #staff: Person | undefined;

  constructor(owner: Owner, { front, engine, running }: Surroundings, dataDir: string) {
    this.#owner = owner;
    this.front = front;
    this.engine = engine;
    this.#running = running;
    this.#dataDir = dataDir;
  }

  get site(): TestApp {
    assert.ok(this.#site, 'the site is down');
    return this.#site;
  }

  /** For people without a browser. */
  get people(): OwnSite {
    return { origin: this.front.door, app: this.site.app };
  }

  /** Starts Slipmat, or stops it and starts it again on the same data with other settings. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#site?.close();
    this.#site = await startApp(this.#owner, {
      clock: this.clock,
      environment: {
        PORT: String(this.front.slipmatPort),
        PUBLIC_URL: this.front.origin,
        DATA_DIR: this.#dataDir,
        ...environment,
      },
    });
  }

  /** Somebody who has an account and is signed in without a browser. */
  member(handle: string): Promise<Person> {
    return aMember(this.people, { handle, displayName: handle });
  }

  /** A fresh browser. */
  async profile(): Promise<Profile> {
    const profile = await this.#running.profile();
    this.#owner.after(() => profile.close());
    return profile;
  }

  /** A tab of a fresh browser, on a page of Slipmat's host that does nothing by itself. */
  async tab(profile?: Profile): Promise<Tab> {
    const tab = await (profile ?? (await this.profile())).newTab();
    await this.rest(tab);
    return tab;
  }

  /** Goes to a page of Slipmat's host that does nothing by itself. */
  async rest(tab: Tab): Promise<void> {
    await tab.goto(this.front.page('slipmat'));
  }

  /** Shows the browser a page of Slipmat's host that sets these cookies, in this order. */
  async plant(tab: Tab, ...cookies: readonly string[]): Promise<void> {
    await tab.goto(this.front.page('slipmat', { cookies }));
  }

  /** Opens a page of Slipmat, which may set cookies, and comes to rest. */
  async visit(tab: Tab, path = '/'): Promise<void> {
    await tab.goto(`${this.front.origin}${path}`);
    await tab.waitUntil('the page is drawn', "document.querySelector('main') !== null");
    await this.rest(tab);
  }

  async #act(what: 'start' | 'advance' | 'rollBack'): Promise<void> {
    this.#staff ??= await anOwner(this.people);
    const params = { kind: 'cookie' } as const;
    if (what === 'start')
      await this.#staff.call(rollOutsEndpoints.start, { params, body: { steps: [100], stepMinutes: 1 } });
    if (what === 'advance') await this.#staff.call(rollOutsEndpoints.advance, { params });
    if (what === 'rollBack')
      await this.#staff.call(rollOutsEndpoints.rollBack, { params, body: { reason: 'a test' } });
  }

  /** The site wants its cookie on the whole domain, and staff roll that out to everybody at once. */
  async rollOut(): Promise<void> {
    await this.start({ COOKIE_DOMAIN: sharedDomain });
    await this.#act('start');
  }

  /** After `rollOut`: the first cookie is not written any more. */
  complete(): Promise<void> {
    return this.#act('advance');
  }

  rollBack(): Promise<void> {
    return this.#act('rollBack');
  }

  /** The roll-out of the cookie, as staff see it. */
  async rollOutSeen(): Promise<RollOut> {
    this.#staff ??= await anOwner(this.people);
    const { rollOuts } = await this.#staff.call(rollOutsEndpoints.show);
    const found = rollOuts.find(({ kind }) => kind === 'cookie');
    return found ?? assert.fail('no roll-out of a cookie');
  }
}

/** A scene with Slipmat up, its cookie on one host. */
export async function aScene(owner: Owner, surroundings: Surroundings): Promise<Scene> {
  const scene = new Scene(owner, surroundings, await aFolder(owner));
  await scene.start();
  return scene;
}

/** A case as a real browser shows it. */
export interface BrowserCase {
  readonly number: number;
  /** Set where one number is shown in several ways. */
  readonly variant?: string;
  /** True: only where a browser does not know the prefixes of cookie names. */
  readonly lacksPrefixes?: boolean;
  play(scene: Scene): Promise<void>;
}

/** People who send and get notifications, each in a browser of the engine under test. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { notificationsEndpoints } from '@slipmat/contract/notifications';
import { type Person, password } from '../server/test/people.ts';
import { requireCommand } from '../server/test/services/require-command.ts';
import { Ends } from './engines/ends.ts';
import type { Engine, RunningEngine } from './engines/engine.ts';
import { engines } from './engines/engines.ts';
import type { Tab } from './engines/tab.ts';
import { httpsNeeds } from './https-front.ts';
import { type HttpsSite, openHttpsSite, type Settings } from './https-site.ts';

/** A phone, as far as WebKit's window goes. */
const phone = [390, 844] as const;

/** The panel of what must be read. */
export const mustRead = { role: 'button', name: 'I have read this' } as const;

export interface Scene {
  readonly ends: Ends;
  readonly site: HttpsSite;
  readonly engine: RunningEngine;
  /** A part of the journey; it ends where one fails. */
  step(name: string, act: () => Promise<void>): Promise<void>;
  /** A device of its own, signed in as the person; null: as nobody. */
  device(person: Person | null, path: string, size?: 'phone' | 'desk'): Promise<Device>;
}

/** A browser with cookies of its own, and its tabs. */
export interface Device {
  readonly tab: Tab;
  anotherTab(path: string): Promise<Tab>;
}

async function signIn(tab: Tab, site: HttpsSite, { handle }: Person): Promise<void> {
  await tab.goto(`${site.origin}/sign-in`);
  await tab.fill('Handle or e-mail', handle);
  await tab.fill('Password', password);
  await tab.click({ role: 'button', name: 'Sign in', within: { role: 'main' } });
  await tab.waitFor({ role: 'button', name: /^Your account/ });
}

/** What is different for a journey. */
export interface SceneOptions {
  /** Of Slipmat. */
  readonly settings?: Settings;
  /** Of the push service that the browser keeps a connection to. */
  readonly pushService?: string;
}

export async function openScene(
  context: TestContext,
  engine: Engine,
  ends: Ends,
  { settings = {}, pushService }: SceneOptions = {},
): Promise<Scene> {
  const site = await openHttpsSite(ends, () => settings);
  const running = await engine.start(ends, {
    ...site.destination,
    ...(pushService === undefined ? {} : { pushService }),
  });
  return {
    ends,
    site,
    engine: running,
    async step(name, act) {
      let isDone = false;
      await context.test(name, async () => {
        await act();
        isDone = true;
      });
      if (!isDone) throw new Error(`the journey ended at “${name}”`);
    },
    async device(person, path, size = 'desk') {
      const profile = await running.profile();
      const open = async (to: string): Promise<Tab> => {
        const tab = await profile.newTab();
        await tab.goto(`${site.origin}${to}`);
        return tab;
      };
      const tab = await profile.newTab();
      if (size === 'phone') await tab.setViewport(...phone);
      if (person !== null) await signIn(tab, site, person);
      await tab.goto(`${site.origin}${path}`);
      return { tab, anotherTab: open };
    },
  };
}

/** The database of the site, beside its server. */
export function databaseOf({ site, ends }: Scene): DatabaseSync {
  const file = join(String(site.settings['DATA_DIR']), 'slipmat.sqlite');
  const database = new DatabaseSync(file, { timeout: 5_000 });
  ends.after(async () => database.close());
  return database;
}

/** Declares a journey in each of the engines. @param needs programs beside the browsers. */
export function inEachEngine(
  title: string,
  needs: readonly string[],
  travel: (scene: Scene) => Promise<void>,
): void {
  for (const engine of engines) {
    const needed = [...httpsNeeds, ...engine.needs, ...needs];
    const missing = needed.map(requireCommand).find((reason) => reason !== false) ?? false;
    test(`${engine.name}: ${title}`, { skip: missing }, async (context) => {
      const ends = new Ends();
      try {
        await travel(await openScene(context, engine, ends));
      } finally {
        await ends.run();
      }
    });
  }
}

/** Chooses an option of a select by its value, as its reader would. */
export async function choose(tab: Tab, label: string, value: string): Promise<void> {
  await tab.waitFor({ label });
  await tab.waitUntil(
    `“${label}” is ${value}`,
    `(label, value) => {
      const select = [...document.querySelectorAll('select')].find((one) => one.labels[0]?.textContent === label);
      if (!select || ![...select.options].some((option) => option.value === value)) return false;
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
      return true;
    }`,
    [label, value],
  );
}

/** Waits until the window is named so. */
export async function isTitled(tab: Tab, title: RegExp): Promise<void> {
  const source = '(source) => new RegExp(source).test(document.title)';
  await tab.waitUntil(`the window is called ${title.source}`, source, [title.source]);
}

/** What waits for the person, as the server has it. */
export async function waitingFor(person: Person): Promise<readonly string[]> {
  const { items } = await person.call(notificationsEndpoints.show);
  return items
    .filter(({ notification, reading }) => notification.kind === 'must-read' && reading.confirmedAt === null)
    .map(({ notification }) => notification.title);
}

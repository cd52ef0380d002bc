/** Chromium, driven by playwright-core over the DevTools protocol. */
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type Cookie as ChromiumCookie,
  type ElementHandle,
  type LaunchOptions,
  type Page,
  chromium as playwright,
} from 'playwright-core';
import { commandPath } from '../../server/test/services/require-command.ts';
import { aFolder } from '../../server/test/start-app.ts';
import { Ends } from './ends.ts';
import {
  type Cookie,
  callWithinMs,
  type Destination,
  type Engine,
  type Profile,
  type TabDriver,
} from './engine.ts';
import { Tab } from './tab.ts';
import { trustIn } from './trust.ts';

/** @param home belongs to the browsers; holds what they trust. */
function launchOptions(home: string, { hosts }: Destination): LaunchOptions {
  const rules = [...hosts.map((host) => `MAP ${host} 127.0.0.1`), 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'];
  const { PATH = '' } = process.env;
  return {
    executablePath: commandPath('chromium'),
    args: [`--host-resolver-rules=${rules.join(', ')}`],
    // People's browsers have the back/forward cache.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    env: { HOME: home, PATH },
    timeout: callWithinMs,
  };
}

function asCookie({ name, value, domain, path, httpOnly, secure }: ChromiumCookie): Cookie {
  const hostOnly = !domain.startsWith('.');
  return { name, value, domain: hostOnly ? domain : domain.slice(1), hostOnly, path, httpOnly, secure };
}

async function elementOf(page: Page, expression: string): Promise<ElementHandle<Element>> {
  const handle = await page.evaluateHandle<Element>(expression);
  const element = handle.asElement();
  if (element === null) throw new Error('Element is not attached to the DOM');
  return element;
}

async function open(page: Page, url: string): Promise<void> {
  try {
    await page.goto(url);
  } catch (error) {
    // The browser's error page comes late, and would get in the way of the next address.
    const isNetwork = error instanceof Error && error.message.includes('net::ERR_');
    if (isNetwork) await page.waitForURL(/^chrome-error:/, { waitUntil: 'commit' });
    throw error;
  }
}

function driverOf(context: BrowserContext, page: Page): TabDriver {
  return {
    goto: (url) => open(page, url),
    async reload() {
      await page.reload();
    },
    async back() {
      await page.evaluate('history.back()');
    },
    run: (expression) => page.evaluate<string>(expression),
    async click(expression) {
      await (await elementOf(page, expression)).click();
    },
    async fill(expression, value) {
      await (await elementOf(page, expression)).fill(value);
    },
    cookies: async () => (await context.cookies()).map(asCookie),
    screenshot: () => page.screenshot(),
    setViewport: (width, height) => page.setViewportSize({ width, height }),
    front: () => page.bringToFront(),
    isPassing: ({ message }) =>
      /Execution context was destroyed|Cannot find context|not attached to the DOM|Frame was detached/i.test(
        message,
      ),
    close: () => page.close(),
  };
}

/** A profile in a browser process that it shares, or in one of its own when it has `restarted`. */
function profileOf(first: BrowserContext, restarted?: () => Promise<BrowserContext>): Profile {
  let context = first;
  return {
    async newTab() {
      return new Tab('Chromium', driverOf(context, await context.newPage()));
    },
    async restart() {
      if (restarted === undefined) throw new Error('only a lasting profile can be restarted');
      await context.close();
      context = await restarted();
    },
    close: () => context.close(),
  };
}

export const chromium: Engine = {
  name: 'Chromium',
  family: 'Chrome',
  needs: ['chromium', 'certutil'],
  restarts: true,
  enforcesPrefixes: true,
  async start(owner, destination) {
    const ends = new Ends();
    owner.after(() => ends.run());
    const home = await aFolder(ends);
    await trustIn(join(home, '.pki', 'nssdb'), destination.caFile);
    const options = launchOptions(home, destination);
    const browser: Browser = await playwright.launch(options);
    ends.after(() => browser.close());

    async function lasting(): Promise<Profile> {
      const folder = await aFolder(ends);
      const open = async (): Promise<BrowserContext> => {
        const context = await playwright.launchPersistentContext(folder, options);
        context.setDefaultTimeout(callWithinMs);
        return context;
      };
      const profile = profileOf(await open(), open);
      ends.after(profile.close);
      return profile;
    }

    return {
      name: 'Chromium',
      async profile(wanted = {}) {
        if (wanted.lasting === true) return lasting();
        const context = await browser.newContext();
        context.setDefaultTimeout(callWithinMs);
        return profileOf(context);
      },
    };
  },
};

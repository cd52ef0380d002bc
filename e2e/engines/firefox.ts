/** Firefox, driven by puppeteer-core over WebDriver BiDi. */
import {
  type Browser,
  type BrowserContext,
  type ElementHandle,
  type Cookie as FirefoxCookie,
  type LaunchOptions,
  launch,
  type Page,
} from 'puppeteer-core';
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

/** @param folder of the profile. */
function launchOptions(folder: string, { hosts, pushService }: Destination): LaunchOptions {
  const push: NonNullable<LaunchOptions['extraPrefsFirefox']> =
    pushService === undefined
      ? {}
      : {
          'dom.push.connection.enabled': true,
          'dom.push.serverURL': pushService,
          'dom.push.testing.allowInsecureServerURL': true,
          // As if every site had been asked for, and allowed.
          'permissions.default.desktop-notification': 1,
          // A machine for tests has no desktop that shows them.
          'alerts.useSystemBackend': false,
        };
  return {
    browser: 'firefox',
    executablePath: commandPath('firefox-esr'),
    headless: true,
    userDataDir: folder,
    timeout: callWithinMs,
    protocolTimeout: callWithinMs,
    defaultViewport: null,
    extraPrefsFirefox: {
      // Exact names: it takes no wildcards.
      'network.dns.localDomains': hosts.join(','),
      // Nothing leaves the machine.
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      // JSON as it came, not in the viewer.
      'devtools.jsonview.enabled': false,
      // People's browsers have the back/forward cache.
      'fission.bfcacheInParent': true,
      ...push,
    },
  };
}

function asCookie({ name, value, domain, path, httpOnly, secure }: FirefoxCookie): Cookie {
  const hostOnly = !domain.startsWith('.');
  return {
    name,
    value,
    domain: hostOnly ? domain : domain.slice(1),
    hostOnly,
    path,
    httpOnly: httpOnly === true,
    secure,
  };
}

async function elementOf(page: Page, expression: string): Promise<ElementHandle> {
  const handle = await page.evaluateHandle<[], () => Element>(expression);
  if (handle.asElement() === null) throw new Error('Element is not attached to the DOM');
  return handle;
}

/** Runs in the page: selects what stands in a field, so that typing replaces it. */
function selectAll(field: Element): void {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  field.focus();
  field.select();
}

function driverOf(page: Page): TabDriver {
  return {
    async goto(url) {
      await page.goto(url);
    },
    async reload() {
      await page.reload();
    },
    async back() {
      await page.evaluate('history.back()');
    },
    run: (expression) => page.evaluate<[], () => Promise<string>>(expression),
    async click(expression) {
      await (await elementOf(page, expression)).click();
    },
    async fill(expression, value) {
      const field = await elementOf(page, expression);
      await field.evaluate(selectAll);
      await page.keyboard.press('Delete');
      await page.keyboard.type(value);
    },
    cookies: async () => (await page.browserContext().cookies()).map(asCookie),
    screenshot: () => page.screenshot(),
    setViewport: (width, height) => page.setViewport({ width, height }),
    front: () => page.bringToFront(),
    isPassing: ({ message }) =>
      /Execution context was destroyed|Cannot find context|not attached to the DOM|no such frame|no such node|stale element|discarded|detached from document|not clickable/i.test(
        message,
      ),
    close: () => page.close(),
  };
}

function profileOf(first: BrowserContext, open?: () => Promise<BrowserContext>): Profile {
  let context = first;
  const close = (): Promise<void> => (open === undefined ? context.close() : context.browser().close());
  return {
    async newTab() {
      return new Tab('Firefox', driverOf(await context.newPage()));
    },
    async restart() {
      if (open === undefined) throw new Error('only a lasting profile can be restarted');
      await close();
      context = await open();
    },
    close,
  };
}

export const firefox: Engine = {
  name: 'Firefox',
  family: 'Firefox',
  needs: ['firefox-esr', 'certutil'],
  restarts: true,
  enforcesPrefixes: true,
  async start(owner, destination) {
    const ends = new Ends();
    owner.after(() => ends.run());

    async function aProfileFolder(): Promise<string> {
      const folder = await aFolder(ends);
      await trustIn(folder, destination.caFile);
      return folder;
    }
    const browser: Browser = await launch(launchOptions(await aProfileFolder(), destination));
    ends.after(() => browser.close());

    async function lasting(): Promise<Profile> {
      const options = launchOptions(await aProfileFolder(), destination);
      const open = async (): Promise<BrowserContext> => (await launch(options)).defaultBrowserContext();
      const profile = profileOf(await open(), open);
      ends.after(profile.close);
      return profile;
    }

    return {
      name: 'Firefox',
      async profile(wanted = {}) {
        if (wanted.lasting === true) return lasting();
        return profileOf(await browser.createBrowserContext());
      },
    };
  },
};

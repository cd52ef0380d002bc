/**
 * WebKit: MiniBrowser of WebKitGTK, driven by WebKitWebDriver in the words of W3C WebDriver, without a client
 * library. Each profile is a driver and a browser of its own. MiniBrowser keeps nothing on disk while driven.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { asUser, freePort, type Owner } from '../../server/test/services/daemon.ts';
import { commandPath } from '../../server/test/services/require-command.ts';
import { aFolder } from '../../server/test/start-app.ts';
import { until } from '../../server/test/until.ts';
import { openDisplay } from './display.ts';
import { Ends } from './ends.ts';
import { type Cookie, callWithinMs, type Engine, type Profile, type TabDriver } from './engine.ts';
import { Tab } from './tab.ts';
import { openTunnel } from './tunnel.ts';

/** What elements are called on the wire (W3C WebDriver §12). */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf';
/** Backspace (W3C WebDriver §17.4.2). */
const backspace = '\uE003';

const Answer = z.object({ value: z.unknown() });
const Failure = z.object({ error: z.string(), message: z.string() });
const Session = z.object({ sessionId: z.string() });
const Handle = z.object({ handle: z.string() });
const Element = z.object({ [elementKey]: z.string() });
const Rect = z.object({ width: z.number(), height: z.number() });
const Size = z.tuple([z.number(), z.number()]);
const Cookies = z.array(
  z.object({
    name: z.string(),
    value: z.string(),
    domain: z.string(),
    path: z.string(),
    httpOnly: z.boolean(),
    secure: z.boolean(),
  }),
);

type Call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

/** @param base address of the driver, or of a session. */
function callerOf(base: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(callWithinMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = Answer.parse(await answer.json());
    if (answer.ok) return value;
    const { error, message } = Failure.parse(value);
    throw new Error(`${error}: ${message} (${method} ${path})`);
  };
}

/** MiniBrowser is not in PATH: Debian keeps it beside WebKit's own processes, in a folder per architecture. */
function miniBrowser(): string {
  const folders = readdirSync('/usr/lib', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const paths = folders.map(({ name }) => join('/usr/lib', name, 'webkit2gtk-4.1', 'MiniBrowser'));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error('MiniBrowser of WebKitGTK is not installed');
  return found;
}

/** The windows of a session. The driver knows one present window only, so calls wait for each other. */
class Windows {
  readonly call: Call;
  #present = '';
  #queue: Promise<unknown> = Promise.resolve();

  constructor(call: Call) {
    this.call = call;
  }

  /** Acts in a window, after everything asked for before. */
  in<T>(handle: string, act: () => Promise<T>): Promise<T> {
    const turn = this.#after(async () => {
      if (this.#present !== handle) await this.call('POST', '/window', { handle });
      this.#present = handle;
      return act();
    });
    return turn;
  }

  async #after<T>(act: () => Promise<T>): Promise<T> {
    const before = this.#queue;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue = promise;
    await before;
    try {
      return await act();
    } finally {
      resolve();
    }
  }
}

function asCookie({ domain, ...cookie }: z.output<typeof Cookies>[number]): Cookie {
  const hostOnly = !domain.startsWith('.');
  return { ...cookie, domain: hostOnly ? domain : domain.slice(1), hostOnly };
}

function driverOf(windows: Windows, handle: string): TabDriver {
  const { call } = windows;
  const here = <T>(act: () => Promise<T>): Promise<T> => windows.in(handle, act);
  const run = async (expression: string): Promise<string> => {
    const script = `const done = arguments[arguments.length - 1]; (${expression}).then(done);`;
    return z.string().parse(await call('POST', '/execute/async', { script, args: [] }));
  };
  const elementOf = async (expression: string): Promise<string> => {
    const element = await call('POST', '/execute/sync', { script: `return ${expression};`, args: [] });
    if (element === null) throw new Error('stale element reference: it is gone');
    return Element.parse(element)[elementKey];
  };
  return {
    goto: (url) => here(() => open(call, url)),
    reload: () => here(() => leaveBy(call, () => call('POST', '/refresh', {}))),
    back: () =>
      here(async () => {
        await call('POST', '/back', {});
      }),
    run: (expression) => here(() => run(expression)),
    click: (expression) =>
      here(async () => {
        const id = await elementOf(expression);
        // The driver finds what is below the window not interactable, although it is to scroll there by itself.
        const script = "arguments[0].scrollIntoView({ block: 'nearest' });";
        await call('POST', '/execute/sync', { script, args: [{ [elementKey]: id }] });
        await call('POST', `/element/${id}/click`, {});
      }),
    fill: (expression, value) =>
      here(async () => {
        const id = await elementOf(expression);
        const script = 'arguments[0].focus(); arguments[0].select();';
        await call('POST', '/execute/sync', { script, args: [{ [elementKey]: id }] });
        await call('POST', `/element/${id}/value`, { text: `${backspace}${value}` });
      }),
    cookies: () => here(async () => Cookies.parse(await call('GET', '/cookie')).map(asCookie)),
    screenshot: () =>
      here(async () => Buffer.from(z.string().parse(await call('GET', '/screenshot')), 'base64')),
    setViewport: (width, height) => here(() => resize(call, width, height)),
    front: () => here(async () => undefined),
    isPassing,
    close: () =>
      here(async () => {
        await call('DELETE', '/window');
      }),
  };
}

/**
 * How long a script of ours may take in a page. The driver does not always notice that the page went away under one, and
 * waits so long. Milliseconds; less than a call may take.
 */
const scriptWithinMs = 15_000;

/** Whether the driver only says that the page went away in between, or that what was to be pressed had moved. */
function isPassing({ message }: Error): boolean {
  return /^(?:stale element reference|no such element|element not interactable|element click intercepted|script timeout|javascript error: .*unload)/.test(
    message,
  );
}

/** How long a document may stay when the next one has been asked for; a failed navigation leaves it. Milliseconds. */
const leftWithinMs = 20_000;

/**
 * Navigates, and waits until the document that was there is gone. The driver takes a `pushState` of that document,
 * made while the next one is fetched, for the end of the navigation; what is then asked of the page dies with it.
 */
async function leaveBy(call: Call, navigate: () => Promise<unknown>): Promise<void> {
  const ask = (script: string): Promise<unknown> => call('POST', '/execute/sync', { script, args: [] });
  await ask('window.isLeftBehind = true');
  await navigate();
  await until(
    'WebKit: the page before is gone',
    async () => {
      try {
        return (await ask(`return !window.isLeftBehind && document.readyState === 'complete'`)) === true;
      } catch (error) {
        if (error instanceof Error && isPassing(error)) return false;
        throw error;
      }
    },
    leftWithinMs,
  );
}

/** The driver reports success also for what it could not load, and shows an empty page instead. */
async function open(call: Call, url: string): Promise<void> {
  await leaveBy(call, () => call('POST', '/url', { url }));
  const script = 'return location.href';
  if ((await call('POST', '/execute/sync', { script, args: [] })) === 'about:blank')
    throw new Error(`${url} was not loaded`);
}

/** The driver sizes windows; what is asked for is the size of the page in it. */
async function resize(call: Call, width: number, height: number): Promise<void> {
  const outer = Rect.parse(await call('GET', '/window/rect'));
  const script = 'return [innerWidth, innerHeight];';
  const [innerWidth, innerHeight] = Size.parse(await call('POST', '/execute/sync', { script, args: [] }));
  await call('POST', '/window/rect', {
    width: Math.round(outer.width + width - innerWidth),
    height: Math.round(outer.height + height - innerHeight),
  });
}

interface Surroundings {
  /** X server. */
  readonly display: string;
  /** Proxy that leads the names here. */
  readonly tunnel: string;
}

/** Starts a driver on a free port. @returns its address. */
async function openDriver(owner: Owner, { display }: Surroundings): Promise<string> {
  const port = await freePort();
  const home = await aFolder(owner);
  const options = [`--port=${port}`, '--host=127.0.0.1'];
  const [program, args] = asUser(undefined, commandPath('WebKitWebDriver'), options);
  const { PATH = '' } = process.env;
  const env = {
    PATH,
    HOME: home,
    XDG_RUNTIME_DIR: home,
    DISPLAY: display,
    GDK_BACKEND: 'x11',
    LIBGL_ALWAYS_SOFTWARE: '1',
  };
  const driver = spawn(program, args, { env, stdio: 'ignore' });
  const closed = once(driver, 'close');
  owner.after(async () => {
    driver.kill('SIGTERM');
    await closed;
  });
  const base = `http://127.0.0.1:${port}`;
  const call = callerOf(base);
  const ready = async (): Promise<boolean> => {
    try {
      return z.object({ ready: z.boolean() }).parse(await call('GET', '/status')).ready;
    } catch (error) {
      // What `fetch` throws when nobody listens.
      if (error instanceof TypeError) return false;
      throw error;
    }
  };
  await until('WebKitWebDriver answers', ready, callWithinMs);
  return base;
}

async function openProfile(owner: Owner, surroundings: Surroundings): Promise<Profile> {
  const ends = new Ends();
  owner.after(() => ends.run());
  const base = await openDriver(ends, surroundings);
  const browser = {
    binary: miniBrowser(),
    args: ['--automation', '--autoplay-policy=allow', `--proxy=${surroundings.tunnel}`],
  };
  const alwaysMatch = {
    acceptInsecureCerts: true,
    timeouts: { script: scriptWithinMs },
    'webkitgtk:browserOptions': browser,
  };
  const started = await callerOf(base)('POST', '/session', { capabilities: { alwaysMatch } });
  const call = callerOf(`${base}/session/${Session.parse(started).sessionId}`);
  ends.after(async () => {
    await call('DELETE', '');
  });
  const windows = new Windows(call);
  let first: string | undefined = z.string().parse(await call('GET', '/window'));
  return {
    async newTab() {
      const handle = first ?? Handle.parse(await call('POST', '/window/new', { type: 'tab' })).handle;
      first = undefined;
      return new Tab('WebKit', driverOf(windows, handle));
    },
    async restart() {
      throw new Error('MiniBrowser keeps nothing on disk while it is driven');
    },
    close: () => ends.run(),
  };
}

export const webkit: Engine = {
  name: 'WebKit',
  family: 'Safari',
  needs: ['WebKitWebDriver', 'Xvfb'],
  restarts: false,
  enforcesPrefixes: false,
  async start(owner, { hosts }) {
    const ends = new Ends();
    owner.after(() => ends.run());
    const surroundings = { display: await openDisplay(ends), tunnel: await openTunnel(ends, hosts) };
    return { name: 'WebKit', profile: () => openProfile(ends, surroundings) };
  },
};

/** A tab of any engine. Everything waits for its condition with a deadline; nothing waits for time to pass. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { until, within } from '../../server/test/until.ts';
import { type Cookie, callWithinMs, type TabDriver } from './engine.ts';
import { describeTarget, elementExpression, lookExpression, type Target, type Words } from './finder.ts';

/** How long a page may take for anything, on a loaded machine. Milliseconds. */
export const patienceMs = 60_000;

/** What can be handed to a function in the page. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const Outcome = z.union([z.object({ value: z.unknown() }), z.object({ error: z.string() })]);
const Look = z.object({ count: z.int(), usable: z.boolean(), place: z.string() });

/** RFC 6265 §5.1.3 and §5.1.4. */
function reaches(cookie: Cookie, url: URL): boolean {
  const { hostname, pathname } = url;
  const host = hostname === cookie.domain || (!cookie.hostOnly && hostname.endsWith(`.${cookie.domain}`));
  const { path } = cookie;
  const folder = pathname.startsWith(path) && (path.endsWith('/') || pathname.charAt(path.length) === '/');
  return host && (pathname === path || folder) && (!cookie.secure || url.protocol === 'https:');
}

export class Tab {
  readonly #driver: TabDriver;
  readonly #who: string;

  /** @param who whose tab it is, for messages. */
  constructor(who: string, driver: TabDriver) {
    this.#who = who;
    this.#driver = driver;
  }

  #call<T>(what: string, call: Promise<T>): Promise<T> {
    return within(`${this.#who}: ${what}`, call, callWithinMs);
  }

  /**
   * Opens a page and waits until it is loaded.
   * @throws when the browser shows an error page of its own, as for a certificate that it does not trust.
   */
  async goto(url: string): Promise<void> {
    await this.#call(`open ${url}`, this.#driver.goto(url));
  }

  async reload(): Promise<void> {
    await this.#call('reload', this.#driver.reload());
  }

  /** To the page before, at another address. It may come out of the browser's memory, as it was left. */
  async back(): Promise<void> {
    const left = await this.url();
    await this.#call('go back', this.#driver.back());
    const there = "(left) => location.href !== left && document.readyState === 'complete'";
    await this.waitUntil(`back from ${left}`, there, [left]);
  }

  /** The address in the bar. */
  async url(): Promise<string> {
    return String(await this.evaluate('location.href'));
  }

  /** The text of the page as it is shown. */
  async text(): Promise<string> {
    return String(await this.evaluate("document.body?.innerText ?? ''"));
  }

  /**
   * The value of an expression, or of a function called with the arguments; promises are awaited.
   * @param source such as `document.title` or `(id) => fetch('/x/' + id).then((answer) => answer.json())`.
   * @returns what JSON keeps of it; undefined comes back as null.
   * @throws {Error} what the expression throws.
   */
  async evaluate(source: string, ...args: readonly Json[]): Promise<unknown> {
    // A function is called also without arguments; other values are the result.
    const expression = `(async () => {
      try {
        const given = (${source});
        const value = await (typeof given === 'function' ? given(...${JSON.stringify(args)}) : given);
        return JSON.stringify({ value: value ?? null });
      } catch (error) {
        return JSON.stringify({ error: String(error?.stack || error) + ' ' + String(error) });
      }
    })()`;
    const text = await this.#call(`evaluate ${source.slice(0, 80)}`, this.#driver.run(expression));
    const outcome = Outcome.parse(JSON.parse(text));
    if ('error' in outcome) throw new Error(`${this.#who}: the page threw ${outcome.error}`);
    return outcome.value;
  }

  /** Waits until an expression is true. It may be asked on several pages in turn while the tab moves on. */
  async waitUntil(
    what: string,
    source: string,
    args: readonly Json[] = [],
    deadlineMs = patienceMs,
  ): Promise<void> {
    await this.#until(what, async () => (await this.evaluate(source, ...args)) === true, deadlineMs);
  }

  /** Waits until something is to be seen. */
  async waitFor(target: Target, deadlineMs = patienceMs): Promise<void> {
    await this.#until(`${describeTarget(target)} is there`, () => this.sees(target), deadlineMs);
  }

  /** Waits until nothing of the kind is to be seen. */
  async waitUntilGone(target: Target, deadlineMs = patienceMs): Promise<void> {
    await this.#until(
      `${describeTarget(target)} is gone`,
      async () => !(await this.sees(target)),
      deadlineMs,
    );
  }

  /** Waits until the address has this text or fits this pattern. */
  async waitForUrl(words: Words, deadlineMs = patienceMs): Promise<void> {
    const fits = (url: string): boolean =>
      typeof words === 'string' ? url.includes(words) : words.test(url);
    await this.#until(`the address is ${words}`, async () => fits(await this.url()), deadlineMs);
  }

  /** Whether it is to be seen, at once. */
  async sees(target: Target): Promise<boolean> {
    return (await this.#look(target)).count > 0;
  }

  /** Presses it, once there is exactly one that can be pressed. */
  async click(target: Target): Promise<void> {
    await this.#use(target, 'pressed', (element) => this.#driver.click(element));
  }

  /** Replaces what stands in a field by typing, once there is exactly one that can be written in. */
  async fill(target: Target | string, value: string): Promise<void> {
    const field = typeof target === 'string' ? { label: target } : target;
    await this.#use(field, 'filled', (element) => this.#driver.fill(element, value));
  }

  async #look(target: Target): Promise<z.output<typeof Look>> {
    return Look.parse(await this.evaluate(lookExpression(target)));
  }

  async #use(target: Target, done: string, act: (element: string) => Promise<void>): Promise<void> {
    const name = describeTarget(target);
    let seen = 0;
    let seenAt: string | undefined;
    const attempt = async (): Promise<boolean> => {
      const { count, usable, place } = await this.#look(target);
      seen = count;
      // A press lands where something was when it was looked for: it is not to be on its way elsewhere.
      const isStill = usable && place === seenAt;
      seenAt = place;
      if (!isStill) return false;
      await this.#call(`${name} is ${done}`, act(elementExpression(target)));
      return true;
    };
    try {
      await this.#until(`${name} can be ${done}`, attempt, patienceMs);
    } catch (error) {
      throw new Error(`${this.#who}: ${name} cannot be ${done}; last seen ${seen} times`, { cause: error });
    }
  }

  async #until(what: string, look: () => Promise<boolean>, deadlineMs: number): Promise<void> {
    const patiently = async (): Promise<boolean> => {
      try {
        return await look();
      } catch (error) {
        // The page went away in between: the next one is asked.
        if (error instanceof Error && this.#driver.isPassing(error)) return false;
        throw error;
      }
    };
    try {
      await until(`${this.#who}: ${what}`, patiently, deadlineMs);
    } catch (error) {
      throw new Error(`${this.#who}: ${what}, after ${deadlineMs} ms, at ${await this.#place()}`, {
        cause: error,
      });
    }
  }

  /** For messages. */
  async #place(): Promise<string> {
    try {
      return `${await this.url()}: ${(await this.text()).slice(0, 2000)}`;
    } catch (error) {
      return `a page that does not answer (${String(error)})`;
    }
  }

  /** The cookies that the page would send to its own address, HttpOnly ones too. */
  async cookies(): Promise<Cookie[]> {
    const url = new URL(await this.url());
    const cookies = await this.#call('cookies', this.#driver.cookies());
    return cookies.filter((cookie) => reaches(cookie, url));
  }

  /** As a script of the page does it: `document.cookie = line`. Browsers ignore what they do not allow. */
  async setCookie(line: string): Promise<void> {
    await this.evaluate('(line) => { document.cookie = line; }', line);
  }

  /** Puts it before the other tabs. Somebody who presses and types in a page looks at it. */
  async front(): Promise<void> {
    await this.#call('front', this.#driver.front());
  }

  /** @param file PNG. */
  async screenshot(file: string): Promise<void> {
    await writeFile(file, await this.#call('screenshot', this.#driver.screenshot()));
  }

  /** CSS pixels of the page itself. The window of WebKit's browser is never narrower than about 450. */
  async setViewport(width: number, height: number): Promise<void> {
    await this.#call('viewport', this.#driver.setViewport(width, height));
  }

  async close(): Promise<void> {
    await this.#call('close', this.#driver.close());
  }
}

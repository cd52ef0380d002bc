/**
 * Chromium and the people who sit in front of it. What a page complains of in its console, breaks with or is
 * blocked for by its security policy fails the journey, unless the journey expects it.
 */
import assert from 'node:assert/strict';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { Person } from '../server/test/people.ts';
import type { Owner } from '../server/test/services/daemon.ts';
import { findCommand } from '../server/test/services/require-command.ts';
import { until } from '../server/test/until.ts';

/** How long a page may take for anything, on a loaded machine. Milliseconds. */
export const patience = 30_000;

/** The two widths that every page is looked at. */
export const phone = { width: 390, height: 844 } as const;
export const desk = { width: 1280, height: 800 } as const;

/**
 * Runs in every page before its own code: adds up the seconds of sound that were played, over all the elements
 * and streams, and tells of blocked content in the console.
 */
const watching = `
  globalThis.slipmatHeard = { seconds: 0, bytes: 0 };
  const play = HTMLMediaElement.prototype.play;
  const watched = new WeakSet();
  HTMLMediaElement.prototype.play = function () {
    if (!watched.has(this)) {
      watched.add(this);
      let at = 0;
      this.addEventListener('timeupdate', () => {
        if (this.currentTime > at && !this.paused && !this.muted) globalThis.slipmatHeard.seconds += this.currentTime - at;
        at = this.currentTime;
        globalThis.slipmatHeard.bytes = this.webkitAudioDecodedByteCount;
      });
    }
    return play.call(this);
  };
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error('blocked by the security policy: ' + event.violatedDirective + ' ' + event.blockedURI);
  });
`;

export interface VisitorOptions {
  /** Whose cookies the browser has; nobody's unless said. */
  readonly as?: Person;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly timezoneId?: string;
  readonly colorScheme?: 'dark' | 'light';
}

/** A person with a browser of their own. */
export class Visitor {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.context = context;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.#complaints.push(`uncaught: ${error.message}`));
    page.on('crash', () => this.#complaints.push('the page crashed'));
  }

  /** What the page may complain of in its console from here on, because the journey breaks something. */
  expects(...complaints: readonly RegExp[]): void {
    this.#expected.push(...complaints);
  }

  /** What the page complained of and nobody expected. */
  complaints(): readonly string[] {
    return this.#complaints.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
  }

  /** Seconds of sound heard since the page was opened. */
  async heard(): Promise<number> {
    return Number(await this.page.evaluate('globalThis.slipmatHeard.seconds'));
  }

  /** Waits until so much more sound was heard, and it was decoded from something. */
  async hears(seconds: number, deadlineMs: number = patience): Promise<void> {
    const before = await this.heard();
    await until(
      `${this.name} hears ${seconds} s`,
      async () => (await this.heard()) >= before + seconds,
      deadlineMs,
    );
    assert.ok(Number(await this.page.evaluate('globalThis.slipmatHeard.bytes')) > 0, 'no sound was decoded');
  }
}

/** What `cookieHeader` says, as a browser keeps it. */
function cookiesOf(person: Person): { name: string; value: string; url: string }[] {
  return [...person.cookies].map(([name, value]) => ({ name, value, url: person.site.origin }));
}

/** A running Chromium. */
export class Chromium {
  readonly #browser: Browser;
  readonly #origin: string;
  readonly visitors: Visitor[] = [];

  constructor(browser: Browser, origin: string) {
    this.#browser = browser;
    this.#origin = origin;
  }

  /** A fresh browser profile with one open tab. */
  async visitor(
    name: string,
    { as, viewport = desk, timezoneId = 'Europe/Berlin', colorScheme = 'light' }: VisitorOptions = {},
  ): Promise<Visitor> {
    const options: BrowserContextOptions = {
      baseURL: this.#origin,
      viewport,
      timezoneId,
      colorScheme,
      locale: 'en-GB',
    };
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(patience);
    await context.addInitScript({ content: watching });
    if (as !== undefined) await context.addCookies(cookiesOf(as));
    const visitor = new Visitor(name, context, await context.newPage());
    this.visitors.push(visitor);
    return visitor;
  }

  /** Fails when a page complained of something that its journey did not expect. */
  assertQuiet(): void {
    const complaints = this.visitors.flatMap((visitor) =>
      visitor.complaints().map((text) => `${visitor.name}: ${text}`),
    );
    assert.deepEqual(complaints, [], 'pages complained');
  }
}

/** Chromium as people have it, or its pages alone, without windows around them: half the work, for many pages. */
export type ChromiumProgram = 'chromium' | 'chromium-headless-shell';

/**
 * Starts Chromium; it ends with its owner. Sound needs a press on play first, as in anyone's browser.
 * @param origin what paths such as `/e/friday` are relative to.
 */
export async function openChromium(
  owner: Owner,
  origin: string,
  program: ChromiumProgram = 'chromium',
): Promise<Chromium> {
  const browser = await chromium.launch({ executablePath: findCommand(program) ?? `/usr/bin/${program}` });
  owner.after(() => browser.close());
  return new Chromium(browser, origin);
}

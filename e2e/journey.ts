/** A journey: a test of named steps by people in browsers, on a server process of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Owner } from '../server/test/services/daemon.ts';
import { requireCommand } from '../server/test/services/require-command.ts';
import { type Chromium, openChromium, type Visitor, type VisitorOptions } from './browser.ts';
import { Ends } from './engines/ends.ts';
import type { Site } from './site.ts';

/** Screenshots and logs of failures. */
const artifacts = process.env['ARTIFACTS'] ?? fileURLToPath(new URL('../artifacts', import.meta.url));

function fileName(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 80);
}

async function keepEvidence(title: string, step: string, chromium: Chromium, site: Site): Promise<void> {
  await mkdir(artifacts, { recursive: true });
  const place = join(artifacts, fileName(`${title} ${step}`));
  await writeFile(`${place}.log`, site.output());
  for (const { name, page } of chromium.visitors) {
    if (page.isClosed()) continue;
    await page.screenshot({ path: `${place}-${fileName(name)}.png`, timeout: 5_000 });
  }
}

/** A journey under way. */
export class Journey<S extends Site> {
  readonly site: S;
  readonly #test: TestContext;
  readonly #chromium: Chromium;
  readonly #ends: Ends;

  constructor(test: TestContext, site: S, chromium: Chromium, ends: Ends) {
    this.site = site;
    this.#test = test;
    this.#chromium = chromium;
    this.#ends = ends;
  }

  /** For what ends with the journey. */
  after(end: () => Promise<void>): void {
    this.#ends.after(end);
  }

  /** A person with a browser of their own. */
  visitor(name: string, options?: VisitorOptions): Promise<Visitor> {
    return this.#chromium.visitor(name, options);
  }

  /** A part of the journey. When it fails, the journey ends there, and what everybody saw is kept. */
  async step(name: string, act: () => Promise<void>): Promise<void> {
    let failed = false;
    await this.#test.test(name, async () => {
      try {
        await act();
      } catch (error) {
        failed = true;
        await keepEvidence(this.#test.name, name, this.#chromium, this.site);
        throw error;
      }
    });
    if (failed) throw new Error(`the journey ended at “${name}”`);
  }
}

/**
 * Declares a journey.
 * @param needs programs it uses beside Chromium.
 * @param open starts its server.
 * @param skip why it cannot be travelled here.
 */
export function journey<S extends Site>(
  title: string,
  needs: readonly string[],
  open: (owner: Owner) => Promise<S>,
  travel: (journey: Journey<S>) => Promise<void>,
  skip: false | string = false,
): void {
  const missing = ['chromium', ...needs].map(requireCommand).find((reason) => reason !== false);
  test(title, { skip: missing ?? skip }, async (context) => {
    const ends = new Ends();
    try {
      const site = await open(ends);
      const chromium = await openChromium(ends, site.origin);
      const opened = new Journey(context, site, chromium, ends);
      await travel(opened);
      await opened.step('no page complained', async () => chromium.assertQuiet());
    } finally {
      await ends.run();
    }
  });
}

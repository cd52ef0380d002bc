/** Whether somebody who looks at a page, or has it read out, is told of a problem. */
import { type ProblemCode, problems } from '@slipmat/contract/problems';
import type { Page } from 'playwright-core';
import { until } from '../../server/test/until.ts';

/** A problem comes up at once; on a loaded machine that takes a while. Milliseconds. */
const toldWithin = 30_000;
/** Looking costs the page time. Milliseconds. */
const lookEvery = 40;

/** A reference on screen: `c-` by the page itself, `w-` by the answers of the walk. */
const pattern = String.raw`\b(?:c-[a-z2-9]{8}|w-[0-9]{6})\b`;

/**
 * In the page: the visible references that stand beside one of these words, where screen readers say them when they
 * come up. Without words, every reference.
 */
const look = (words: readonly string[]): string => `(() => {
  const words = ${JSON.stringify(words)};
  const live = '[role=alert],[role=status],[role=log],[aria-live=polite],[aria-live=assertive]';
  const found = [];
  // The document has begun, and has nothing in it yet.
  if (document.body === null) return found;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const match = /${pattern}/.exec(node.data);
    const holder = node.parentElement;
    if (match === null || !holder.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    let around = holder;
    const says = () => words.some((text) => around.innerText.includes(text));
    while (words.length > 0 && !says() && !['MAIN', 'BODY', 'DIALOG'].includes(around.tagName)) around = around.parentElement;
    const isTold = says() && !['MAIN', 'BODY'].includes(around.tagName);
    const isLive = around.closest(live) !== null || around.querySelector(live) !== null;
    if (words.length === 0 || (isTold && isLive)) found.push(match[0]);
  }
  return found;
})()`;

/** The references on the page, to tell new ones from. */
export async function knownReferences(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(look([]));
}

/** A problem that must come up. */
export interface Expected {
  readonly code: ProblemCode;
  /** The reference that it has; any that was not there before, unless said. */
  readonly reference?: string | undefined;
  readonly before: readonly string[];
  /** What is said instead of the problem's title or sentence. */
  readonly words?: string | undefined;
}

/**
 * Waits until a person is told: the problem's title or sentence is visible, with its reference, where a screen reader
 * says it by itself.
 * @throws when that does not come up.
 */
export async function isTold(page: Page, { code, reference, before, words }: Expected): Promise<void> {
  const { title, sentence } = problems[code];
  const wanted = words === undefined ? [title, sentence] : [words];
  const isWanted = (found: string): boolean =>
    reference === undefined ? !before.includes(found) : found === reference;
  await until(
    `“${wanted[0]}” is told with ${reference ?? 'a reference'}`,
    async () => (await page.evaluate<readonly string[]>(look(wanted))).some(isWanted),
    toldWithin,
    lookEvery,
  );
}

/** What assistive software is told about a page, by Chromium's own accessibility tree. */
import type { Page } from 'playwright-core';
import { z } from 'zod';

const Value = z.object({ value: z.unknown() });
const Tree = z.object({
  nodes: z.array(z.object({ ignored: z.boolean(), role: Value.optional(), name: Value.optional() })),
});

/** Roles that mean nothing to anybody without a name. */
const named = new Set([
  'button',
  'link',
  'textbox',
  'searchbox',
  'combobox',
  'checkbox',
  'slider',
  'spinbutton',
  'menuitem',
  'dialog',
  'alertdialog',
  'image',
  'img',
  'heading',
  'DateTime',
  'InputTime',
]);

/** Controls, images and headings of the page that have no name, by role. */
export async function nameless(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = Tree.parse(await session.send('Accessibility.getFullAXTree'));
  await session.detach();
  return nodes.flatMap(({ ignored, role, name }) => {
    const word = String(role?.value ?? '');
    return !ignored && named.has(word) && String(name?.value ?? '').trim() === '' ? [word] : [];
  });
}

const Outline = z.object({
  lang: z.string(),
  title: z.string(),
  mains: z.number(),
  headings: z.array(z.number()),
  imagesWithoutAlt: z.number(),
  doubleIds: z.array(z.string()),
  overflow: z.number(),
  sticksOut: z.array(z.string()),
});
export type Outline = z.infer<typeof Outline>;

const readOutline = `(() => {
  const all = (query) => [...document.querySelectorAll(query)];
  const ids = all('[id]').map(({ id }) => id);
  const root = document.documentElement;
  return {
    lang: root.lang,
    title: document.title,
    mains: all('main').length,
    headings: all('h1,h2,h3,h4,h5,h6').map(({ tagName }) => Number(tagName[1])),
    imagesWithoutAlt: all('img:not([alt])').length,
    doubleIds: ids.filter((id, index) => ids.indexOf(id) !== index),
    overflow: root.scrollWidth - root.clientWidth,
    sticksOut: all('main *, header *')
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
      .map((element) => element.tagName + ' ' + (element.textContent ?? '').slice(0, 40)),
  };
})()`;

/** The bones of the page as it stands; `overflow` is how many pixels it is wider than the screen,
 * `sticksOut` what may be the cause. */
export async function outline(page: Page): Promise<Outline> {
  return Outline.parse(await page.evaluate(readOutline));
}

const Focus = z.object({
  name: z.string(),
  /** A ring that can be seen: its width in pixels, 0 for none. */
  ring: z.number(),
  inView: z.boolean(),
});
export type Focus = z.infer<typeof Focus>;

/** A record's link shows the focus around the whole card, so the ring may be an ancestor's. */
const readFocus = `(() => {
  const focused = document.activeElement;
  const ringOf = (element) => {
    if (element === null) return 0;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
  };
  const { top, bottom, left, right } = focused.getBoundingClientRect();
  return {
    name: focused.ariaLabel || focused.labels?.[0]?.textContent || focused.innerText || focused.tagName,
    ring: Math.max(ringOf(focused), ringOf(focused.closest('li'))),
    inView: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
  };
})()`;

/** Where the keyboard is. */
export async function focus(page: Page): Promise<Focus> {
  return Focus.parse(await page.evaluate(readFocus));
}

/**
 * Finds elements as people do, by what they are and what they are called. The functions run inside the page, as
 * text, so that all three engines find the same; they know each other's names and nothing of this module.
 * After "Accessible Name and Description Computation 1.2" and "HTML Accessibility API Mappings", as far as the
 * pages of the house go.
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** A text (the whole of a name, a part of a text) or a pattern. */
export type Words = string | RegExp;

/** What to look for. It must be visible. */
export type Target = {
  /** Only inside this one. */
  readonly within?: Target;
} & ({ readonly role: string; readonly name?: Words } | { readonly label: Words } | { readonly text: Words });

/** `Words` as JSON. */
interface PlainWords {
  readonly source: string;
  readonly flags: string | null;
}

interface PlainTarget {
  readonly kind: 'role' | 'label' | 'text';
  readonly role: string;
  readonly words: PlainWords | null;
  readonly within: PlainTarget | null;
}

function roleOf(element: Element): string {
  const explicit = element.getAttribute('role')?.trim().split(/\s+/)[0];
  if (explicit) return explicit;
  const tag = element.tagName.toLowerCase();
  if (element instanceof HTMLInputElement) {
    const byType: Record<string, string> = {
      checkbox: 'checkbox',
      radio: 'radio',
      range: 'slider',
      number: 'spinbutton',
      search: 'searchbox',
      button: 'button',
      submit: 'button',
      reset: 'button',
      image: 'button',
    };
    return byType[element.type] ?? 'textbox';
  }
  if (tag === 'a') return element.hasAttribute('href') ? 'link' : '';
  if (/^h[1-6]$/.test(tag)) return 'heading';
  const byTag: Record<string, string> = {
    button: 'button',
    summary: 'button',
    textarea: 'textbox',
    select: 'combobox',
    option: 'option',
    nav: 'navigation',
    header: 'banner',
    footer: 'contentinfo',
    main: 'main',
    section: 'region',
    article: 'article',
    li: 'listitem',
    ul: 'list',
    ol: 'list',
    dialog: 'dialog',
    table: 'table',
    tr: 'row',
    td: 'cell',
    th: 'columnheader',
    img: 'img',
    output: 'status',
    form: 'form',
    progress: 'progressbar',
  };
  return byTag[tag] ?? '';
}

/** Text as it is read out: without what is hidden, pictures by their names. */
function spokenText(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return '';
  if (node.getAttribute('aria-hidden') === 'true' || !node.checkVisibility()) return '';
  const label = node.getAttribute('aria-label') ?? node.getAttribute('alt');
  if (label) return ` ${label} `;
  const inner = Array.from(node.childNodes, spokenText).join('');
  return getComputedStyle(node).display.startsWith('inline') ? inner : ` ${inner} `;
}

function nameOf(element: Element): string {
  const tidy = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  const ids = element.getAttribute('aria-labelledby')?.trim().split(/\s+/) ?? [];
  const pointed = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  if (tidy(pointed) !== '') return tidy(pointed);
  const own = element.getAttribute('aria-label') ?? element.getAttribute('alt');
  if (own) return tidy(own);
  if (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
  ) {
    const labels = Array.from(element.labels ?? [], (label) => tidy(spokenText(label)));
    if (labels.length > 0) return labels.join(' ');
    if (element instanceof HTMLInputElement && /^(?:submit|button|reset)$/.test(element.type)) {
      return tidy(element.value);
    }
    return tidy(element.getAttribute('placeholder') ?? element.title);
  }
  const fromContent =
    /^(?:button|link|heading|menuitem|option|tab|cell|columnheader|row|checkbox|radio|switch)/;
  const content = fromContent.test(roleOf(element)) ? tidy(spokenText(element)) : '';
  return content === '' ? tidy(element.getAttribute('title') ?? '') : content;
}

function fits(text: string, words: PlainWords | null, whole: boolean): boolean {
  if (words === null) return true;
  if (words.flags !== null) return new RegExp(words.source, words.flags).test(text);
  return whole ? text === words.source : text.includes(words.source);
}

function isShown(element: Element): boolean {
  return (
    element.checkVisibility({ visibilityProperty: true }) &&
    element.getClientRects().length > 0 &&
    element.closest('[aria-hidden="true"], [inert]') === null
  );
}

/** All that fit, in the order of the page. Of nested elements with a text only the innermost. */
function findAll(target: PlainTarget): Element[] {
  const places: ParentNode[] = target.within === null ? [document] : findAll(target.within);
  const inside = new Set(places.flatMap((place) => Array.from(place.querySelectorAll('*'))));
  const { kind, role, words } = target;
  const found = Array.from(inside).filter((element) => {
    if (kind === 'role')
      return roleOf(element) === role && fits(nameOf(element), words, true) && isShown(element);
    if (kind === 'label') {
      const labelled = element.matches('input, textarea, select, [role], [aria-label]');
      return labelled && fits(nameOf(element), words, true) && isShown(element);
    }
    if (!(element instanceof HTMLElement) || element.matches('script, style')) return false;
    return fits(element.innerText.replaceAll(/\s+/g, ' ').trim(), words, false) && isShown(element);
  });
  return kind === 'text'
    ? found.filter((one) => !found.some((other) => other !== one && one.contains(other)))
    : found;
}

/** How many fit, whether the only one can be used, and where it is. */
function lookFor(target: PlainTarget): { count: number; usable: boolean; place: string } {
  const found = findAll(target);
  const [only] = found;
  const usable =
    found.length === 1 &&
    only !== undefined &&
    !only.matches(':disabled') &&
    only.getAttribute('aria-disabled') !== 'true';
  const { x, y, width, height } = only?.getBoundingClientRect() ?? new DOMRect();
  return { count: found.length, usable, place: [x, y, width, height].join(' ') };
}

const inPage = [roleOf, spokenText, nameOf, fits, isShown, findAll, lookFor].map(String).join('\n');

function plainWords(words: Words | undefined): PlainWords | null {
  if (words === undefined) return null;
  return typeof words === 'string'
    ? { source: words, flags: null }
    : { source: words.source, flags: words.flags };
}

function plain(target: Target): PlainTarget {
  const within = target.within === undefined ? null : plain(target.within);
  if ('role' in target) return { kind: 'role', role: target.role, words: plainWords(target.name), within };
  const words = plainWords('label' in target ? target.label : target.text);
  return { kind: 'label' in target ? 'label' : 'text', role: '', words, within };
}

/** An expression for the only element that fits; null when it is gone. */
export function elementExpression(target: Target): string {
  return `(() => { ${inPage}\nreturn findAll(${JSON.stringify(plain(target))})[0] ?? null; })()`;
}

/** An expression for `{ count, usable, place }`. */
export function lookExpression(target: Target): string {
  return `(() => { ${inPage}\nreturn lookFor(${JSON.stringify(plain(target))}); })()`;
}

/** For messages. */
export function describeTarget(target: Target): string {
  const inside = target.within === undefined ? '' : ` in ${describeTarget(target.within)}`;
  if ('role' in target)
    return `${target.role}${target.name === undefined ? '' : ` “${target.name}”`}${inside}`;
  return 'label' in target ? `the field “${target.label}”${inside}` : `“${target.text}”${inside}`;
}

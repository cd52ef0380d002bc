/** Finds web addresses in a text that somebody wrote; everything else stays text. */

export type TextPart =
  | { readonly type: 'text'; readonly text: string }
  /** `href` is the address as the browser reads it, `text` as it was written. */
  | { readonly type: 'link'; readonly text: string; readonly href: string };

const candidate = /https?:\/\/[^\s<>"]+/giu;
/** What ends a sentence rather than an address. */
const trailing = /[.,;:!?'"’”»…\]}]+$/u;

/**
 * The parts of a text, in order; joined, their texts are the input again. Only http and https become links,
 * and none that carries a user name, since `https://bank.example@evil.example` reads as another place.
 */
export function splitLinks(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(candidate)) {
    const written = trimmed(match[0]);
    const href = safeAddress(written);
    if (href === undefined) continue;
    if (match.index > from) parts.push({ type: 'text', text: text.slice(from, match.index) });
    parts.push({ type: 'link', text: written, href });
    from = match.index + written.length;
  }
  if (from < text.length) parts.push({ type: 'text', text: text.slice(from) });
  return parts;
}

/** Without closing punctuation, and without closing brackets that were opened before the address. */
function trimmed(written: string): string {
  let rest = written.replace(trailing, '');
  while (rest.endsWith(')') && count(rest, ')') > count(rest, '('))
    rest = rest.slice(0, -1).replace(trailing, '');
  return rest;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function safeAddress(written: string): string | undefined {
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  const web = url.protocol === 'http:' || url.protocol === 'https:';
  return web && url.username === '' && url.password === '' ? url.href : undefined;
}

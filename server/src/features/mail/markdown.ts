/** Markdown as HTML for mail: no markup of the writer's own, no images, and links to where mail may lead. */
import { micromark } from 'micromark';

/** What a link in a mail may be. */
const protocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** Markup stays visible as it was typed, and `![` is no image: mail programs would load it from anywhere. */
const plain = { disable: { null: ['htmlFlow', 'htmlText', 'labelStartImage'] } };

function decoded(attribute: string): string {
  return attribute
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/**
 * @param markdown CommonMark.
 * @param origin what relative links are relative to.
 * @returns HTML that is safe in a mail: links are absolute, and those of another kind lead nowhere.
 */
export function htmlOf(markdown: string, origin: string): string {
  // The writer's own quotes and brackets are escaped by now, so that these are the links that micromark made.
  return micromark(markdown, { extensions: [plain] }).replaceAll(
    /<a href="([^"]*)"(?: title="[^"]*")?>/g,
    (_whole, href: string) => {
      const url = URL.parse(decoded(href), `${origin}/`);
      if (url === null || href === '' || !protocols.has(url.protocol)) return '<a>';
      return `<a href="${url.href.replaceAll('&', '&amp;').replaceAll('"', '%22')}">`;
    },
  );
}

/** As plain text: the source, which reads well, without what could fool a terminal or a mail program. */
export function textOf(markdown: string): string {
  return markdown.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{C}\n\t]/gu, '');
}

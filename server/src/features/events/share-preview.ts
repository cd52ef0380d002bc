/** What other sites show of a link to an event (Open Graph, https://ogp.me). */
import type { EventState } from '@slipmat/contract/events';
import { escapeHtml, metaProperty } from '#server/http/html.ts';
import { silence } from '#server/platform/silence.ts';

export interface SharePreviewDeps {
  /** An event as anyone sees it. @throws when there is none. */
  readonly show: (slug: string) => Promise<Pick<EventState, 'event'>>;
  readonly publicOrigin: () => string;
}

/** Previews cut longer texts anyway. */
const descriptionLength = 200;
const plain = '<title>Slipmat</title>';

/** @returns HTML for the head of the page at a path. */
export function sharePreview({ show, publicOrigin }: SharePreviewDeps): (path: string) => Promise<string> {
  return async (path) => {
    const slug = /^\/e\/([a-z0-9-]{1,80})$/.exec(path)?.[1];
    if (slug === undefined) return plain;
    try {
      const { event } = await show(slug);
      const when = new Date(event.startsAt).toISOString().slice(0, 16).replace('T', ' ');
      const djs = [...new Set(event.lineup.map((slot) => slot.dj.displayName))].join(', ');
      const about = event.description === '' ? `${djs} · ${when} UTC` : event.description;
      return [
        `<title>${escapeHtml(event.title)} · Slipmat</title>`,
        metaProperty('og:type', 'website'),
        metaProperty('og:site_name', 'Slipmat'),
        metaProperty('og:title', event.title),
        metaProperty('og:description', about.slice(0, descriptionLength)),
        metaProperty('og:url', `${publicOrigin()}/e/${event.slug}`),
        ...(event.posterUrl === null ? [] : [metaProperty('og:image', publicOrigin() + event.posterUrl)]),
        ...(event.listed ? [] : ['<meta name="robots" content="noindex">']),
      ].join('\n');
    } catch (error) {
      silence(error, 'the page itself asks for the event and shows what is wrong');
      return plain;
    }
  };
}

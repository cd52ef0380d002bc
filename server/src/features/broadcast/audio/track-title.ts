/** The title of what plays, whichever way it arrived. */

export interface TrackTitle {
  readonly artist: string | null;
  readonly title: string;
  /** What a player shows: `artist - title`, or the title alone. */
  readonly text: string;
}

/** Characters (UTF-16 units) kept of an artist, a title or a whole text; longer ones come from broken tags. */
export const MAX_TITLE_LENGTH = 300;

/** A text without control characters, runs of white space or surrounding space, cut to `MAX_TITLE_LENGTH`. */
export function tidyText(text: string): string {
  const tidy = text
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (tidy.length <= MAX_TITLE_LENGTH) return tidy;
  const cut = tidy.slice(0, MAX_TITLE_LENGTH);
  return (/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut).trimEnd();
}

/** A title from its two parts; null when neither says anything. */
export function titleFromParts(artist: string, title: string): TrackTitle | null {
  const tidyArtist = tidyText(artist);
  const tidyTitle = tidyText(title);
  if (tidyTitle === '') {
    return tidyArtist === '' ? null : { artist: null, title: tidyArtist, text: tidyArtist };
  }
  if (tidyArtist === '') return { artist: null, title: tidyTitle, text: tidyTitle };
  return { artist: tidyArtist, title: tidyTitle, text: tidyText(`${tidyArtist} - ${tidyTitle}`) };
}

/**
 * A title from one line as encoders send it, `Artist - Title` or just a title; null when it is empty or holds
 * dashes only (what some software sends when neither part is known).
 */
export function titleFromLine(line: string): TrackTitle | null {
  const text = tidyText(line);
  if (/^[-–—\s]*$/.test(text)) return null;
  const at = text.indexOf(' - ');
  if (at <= 0) return { artist: null, title: text, text };
  return { artist: text.slice(0, at).trim(), title: text.slice(at + 3).trim(), text };
}

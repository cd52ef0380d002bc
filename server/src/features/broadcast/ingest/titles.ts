/** Titles from metadata updates: which field counts, and in which letters. Pure. */
import { type TrackTitle, titleFromLine, titleFromParts } from '../audio/track-title.ts';
import type { Fields } from './form.ts';
import { strictUtf8 } from './head.ts';

const latin1 = new TextDecoder('windows-1252');

/** Byte for each character of windows-1252; its five unassigned bytes stand for themselves. */
const latin1Bytes = new Map(
  Array.from({ length: 256 }, (_, byte) => [latin1.decode(Uint8Array.of(byte)), byte] as const),
);

/** Wrong decodings to undo; software exists that encodes twice, none is known to encode three times. */
const MAX_UNDONE = 2;

/** UTF-8 that was read as Latin-1 and encoded again (`Ã©` for `é`), undone; other text as it is. */
export function undoDoubleEncoding(text: string): string {
  let current = text;
  for (let round = 0; round < MAX_UNDONE; round += 1) {
    const bytes: number[] = [];
    for (const character of current) {
      const byte = latin1Bytes.get(character);
      if (byte === undefined) return current;
      bytes.push(byte);
    }
    const decoded = strictUtf8(Buffer.from(bytes));
    if (decoded === null || decoded === current) return current;
    current = decoded;
  }
  return current;
}

function decodeAs(label: string, bytes: Buffer): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    // An unknown label is a RangeError, bytes that do not fit a TypeError.
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * Bytes as text: in the charset that was named, if they fit it; otherwise UTF-8 if valid, else Latin-1. Double
 * encoding is undone.
 */
export function decodeTitle(bytes: Buffer, charset: string | null): string {
  const named = charset === null || charset === '' ? null : decodeAs(charset, bytes);
  return undoDoubleEncoding(named ?? strictUtf8(bytes) ?? latin1.decode(bytes));
}

/**
 * The title in an update's fields; null when it says nothing, and then the title in force stays: BUTT follows
 * each real update by an empty one. Artist and title together come before `song`, which is stale in some
 * software; otherwise `song` does. Nothing of an earlier update is merged in.
 */
export function titleFromFields(fields: Fields): TrackTitle | null {
  const charset = fields.get('charset')?.toString('latin1') ?? null;
  const text = (name: string) => {
    const bytes = fields.get(name);
    return bytes === undefined ? '' : decodeTitle(bytes, charset);
  };
  const artist = text('artist');
  const title = text('title');
  if (artist.trim() !== '' && title.trim() !== '') return titleFromParts(artist, title);
  return titleFromLine(text('song')) ?? titleFromParts(artist, title);
}

/**
 * Titles inside the sound, as ICY players ask for them (`Icy-MetaData: 1`): after each `ICY_INTERVAL` bytes of
 * audio comes one length byte, counted in units of 16, and so many bytes of text.
 */

/** Bytes of audio between two blocks; what Icecast uses, so that every player has met it. */
export const ICY_INTERVAL = 16_000;

const UNIT = 16;
const MAX_BLOCK_TEXT = 255 * UNIT;

/** The block that says nothing has changed. */
const UNCHANGED = Buffer.from([0]);

/** `text` in UTF-8, cut between characters to at most `limit` bytes. */
function cutUtf8(text: string, limit: number): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limit) return bytes;
  let end = limit;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

/** A value that cannot end its quotes early: players look for `';` and know no escape. */
function quotable(text: string): string {
  return text
    .replace(/[\p{Cc}]+/gu, ' ')
    .replaceAll("';", "' ;")
    .replace(/'$/, '’');
}

/**
 * The block that announces `title` (empty text clears it) and, where known, the address of the station.
 * At most 1 + 255 × 16 bytes; a title too long is cut, an address too long is left out.
 */
export function icyBlock(title: string, url: string | null): Buffer {
  const open = Buffer.from("StreamTitle='");
  const close = Buffer.from("';");
  const link = url === null ? Buffer.alloc(0) : Buffer.from(`StreamUrl='${quotable(url)}';`);
  const room = MAX_BLOCK_TEXT - open.length - close.length;
  const text = cutUtf8(quotable(title), room);
  const fits = link.length <= room - text.length;
  const body = Buffer.concat(fits ? [open, text, close, link] : [open, text, close]);
  const units = Math.ceil(body.length / UNIT);
  const block = Buffer.alloc(1 + units * UNIT);
  block[0] = units;
  body.copy(block, 1);
  return block;
}

/** Puts blocks into one listener's stream at the right places. */
export interface IcyInterleaver {
  /** The pieces to write for `audio`; pieces of `audio` are shared, not copied. */
  readonly weave: (audio: Buffer) => readonly Buffer[];
  /** The block that goes out at the next place; sent once. */
  readonly announce: (block: Buffer) => void;
}

/** An interleaver at the beginning of a stream. */
export function createInterleaver(): IcyInterleaver {
  let left = ICY_INTERVAL;
  let next: Buffer | null = null;

  function weave(audio: Buffer): readonly Buffer[] {
    const pieces: Buffer[] = [];
    let at = 0;
    while (audio.length - at >= left) {
      pieces.push(audio.subarray(at, at + left), next ?? UNCHANGED);
      at += left;
      left = ICY_INTERVAL;
      next = null;
    }
    if (at < audio.length) pieces.push(audio.subarray(at));
    left -= audio.length - at;
    return pieces;
  }

  return {
    weave,
    announce(block) {
      next = block;
    },
  };
}

/** Tags that files carry and a live stream must not: ID3v2 (id3.org/id3v2.4.0-structure §3) and ID3v1. */

/** Tag bytes skipped between two frames: big cover pictures fit, an endless tag does not. */
export const MAX_TAG_BYTES = 16 * 1024 * 1024;

const HEADER = 10;
const FOOTER_FLAG = 0x10;
const ID3V1 = 128;

/**
 * The length in bytes of the tag that begins at `at`, header and footer included; 0 when there is none;
 * null when more bytes are needed to tell.
 */
export function tagLength(bytes: Buffer, at: number): number | null {
  const left = bytes.length - at;
  if (bytes[at] === 0x54) {
    if (left < 3) return bytes[at + 1] === 0x41 || left === 1 ? null : 0;
    return bytes[at + 1] === 0x41 && bytes[at + 2] === 0x47 ? ID3V1 : 0;
  }
  if (bytes[at] !== 0x49) return 0;
  const isPrefix = Buffer.from('ID3')
    .subarray(0, left)
    .equals(bytes.subarray(at, at + Math.min(left, 3)));
  if (!isPrefix) return 0;
  if (left < HEADER) return null;
  const size = bytes.subarray(at + 6, at + HEADER);
  if (size.some((part) => part >= 0x80)) return 0;
  const length = size.reduce((sum, part) => sum * 128 + part, 0);
  const flags = bytes[at + 5] ?? 0;
  return HEADER + length + (flags & FOOTER_FLAG ? HEADER : 0);
}

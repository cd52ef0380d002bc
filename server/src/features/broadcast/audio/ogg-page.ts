/** Ogg pages (RFC 3533 §6). */

/** Bytes before the segment table. */
export const PAGE_HEADER_BYTES = 27;

export interface OggPage {
  /** The whole page. */
  readonly bytes: Buffer;
  /** Begins in the middle of a packet. */
  readonly isContinued: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Position after the last packet that ends here, in units of the codec; null when no packet ends here. */
  readonly granule: bigint | null;
  readonly serial: number;
  /** Lengths of the pieces of packets; a piece below 255 ends its packet. */
  readonly lacing: Buffer;
  readonly body: Buffer;
}

const POLYNOMIAL = 0x04c11db7;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 0x80000000 ? (value << 1) ^ POLYNOMIAL : value << 1;
  }
  return value >>> 0;
});

function crcStep(crc: number, bytes: Buffer): number {
  let value = crc;
  for (const byte of bytes) value = (value << 8) ^ (crcTable[((value >>> 24) ^ byte) & 0xff] ?? 0);
  return value >>> 0;
}

const CRC_AT = 22;
const NO_CRC = Buffer.alloc(4);

/** The checksum a page must carry: computed with its own checksum field as zero. */
export function pageChecksum(page: Buffer): number {
  const before = crcStep(0, page.subarray(0, CRC_AT));
  return crcStep(crcStep(before, NO_CRC), page.subarray(CRC_AT + NO_CRC.length));
}

/** The page that begins at `at`; null when there is none or its checksum is wrong; `short` when bytes are missing. */
export function readPage(bytes: Buffer, at: number): OggPage | null | 'short' {
  const left = bytes.length - at;
  const magic = bytes.subarray(at, at + 4);
  if (!Buffer.from('OggS').subarray(0, magic.length).equals(magic)) return null;
  if (left < PAGE_HEADER_BYTES) return 'short';
  if (bytes[at + 4] !== 0) return null;
  const segments = bytes[at + 26] ?? 0;
  const bodyAt = at + PAGE_HEADER_BYTES + segments;
  if (bytes.length < bodyAt) return 'short';
  const lacing = bytes.subarray(at + PAGE_HEADER_BYTES, bodyAt);
  const end = bodyAt + lacing.reduce((sum, piece) => sum + piece, 0);
  if (bytes.length < end) return 'short';
  const page = bytes.subarray(at, end);
  if (pageChecksum(page) !== page.readUInt32LE(CRC_AT)) return null;
  const flags = page[5] ?? 0;
  const granule = page.readBigInt64LE(6);
  return {
    bytes: page,
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
    granule: granule < 0n ? null : granule,
    serial: page.readUInt32LE(14),
    lacing,
    body: bytes.subarray(bodyAt, end),
  };
}

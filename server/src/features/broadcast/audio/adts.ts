/** AAC in ADTS frames (ISO/IEC 14496-3 §1.A.2). */
import type { Cutter } from './cutter.ts';
import { createSyncCutter, type FrameHeader, type FrameSyntax } from './sync-cutter.ts';

const HEADER = 7;
const HEADER_WITH_CRC = 9;
const SAMPLES_PER_BLOCK = 1024;

const RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/** The ADTS header at `at`, or null. Channel configuration 7 means eight channels. */
export function parseAdtsHeader(bytes: Buffer, at: number): FrameHeader | null {
  if (bytes.length - at < HEADER) return null;
  const b1 = bytes[at + 1] ?? 0;
  if (bytes[at] !== 0xff || (b1 & 0xf6) !== 0xf0) return null;
  const b2 = bytes[at + 2] ?? 0;
  const b3 = bytes[at + 3] ?? 0;
  const b4 = bytes[at + 4] ?? 0;
  const b5 = bytes[at + 5] ?? 0;
  const b6 = bytes[at + 6] ?? 0;
  const sampleRate = RATES[(b2 >> 2) & 15];
  if (sampleRate === undefined) return null;
  const length = ((b3 & 3) << 11) | (b4 << 3) | (b5 >> 5);
  const hasCrc = (b1 & 1) === 0;
  if (length <= (hasCrc ? HEADER_WITH_CRC : HEADER)) return null;
  const configuration = ((b2 & 1) << 2) | (b3 >> 6);
  return {
    length,
    samples: SAMPLES_PER_BLOCK * ((b6 & 3) + 1),
    sampleRate,
    channels: configuration === 7 ? 8 : configuration,
    bitrate: 0,
    codec: 'aac',
    signature: ((b1 & 0x08) << 12) | ((b2 & 0xfd) << 4) | configuration,
  };
}

export const adtsSyntax: FrameSyntax = {
  container: 'adts',
  headerBytes: HEADER,
  parse: parseAdtsHeader,
  isFileInfo: () => false,
};

/** A cutter for AAC in ADTS; ID3 tags are dropped. */
export function createAdtsCutter(): Cutter {
  return createSyncCutter(adtsSyntax);
}

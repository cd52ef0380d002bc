/** MPEG audio frames: versions 1, 2 and 2.5, layers I to III (ISO/IEC 11172-3 §2.4.2.3, 13818-3). */
import type { Cutter } from './cutter.ts';
import { createSyncCutter, type FrameHeader, type FrameSyntax } from './sync-cutter.ts';

const HEADER = 4;

/** kbit/s by bitrate index 1 to 14, for the rows of the standard's table. */
const V1_L1 = [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];
const V1_L2 = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
const V1_L3 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const V2_L1 = [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
const V2_L23 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

const V1_RATES = [44_100, 48_000, 32_000];

function kilobits(isV1: boolean, layer: number, index: number): number | undefined {
  if (layer === 1) return (isV1 ? V1_L1 : V2_L1)[index - 1];
  if (!isV1) return V2_L23[index - 1];
  return (layer === 2 ? V1_L2 : V1_L3)[index - 1];
}

/**
 * The MPEG audio header at `at`, or null. Free-format streams (bitrate index 0) do not tell their frame length
 * and are not supported.
 */
export function parseMpegHeader(bytes: Buffer, at: number): FrameHeader | null {
  const b1 = bytes[at + 1];
  const b2 = bytes[at + 2];
  const b3 = bytes[at + 3];
  if (b1 === undefined || b2 === undefined || b3 === undefined) return null;
  if (bytes[at] !== 0xff || (b1 & 0xe0) !== 0xe0) return null;
  const version = (b1 >> 3) & 3;
  const layer = 4 - ((b1 >> 1) & 3);
  if (version === 1 || layer === 4) return null;
  const isV1 = version === 3;
  const kbps = kilobits(isV1, layer, b2 >> 4);
  const v1Rate = V1_RATES[(b2 >> 2) & 3];
  if (kbps === undefined || v1Rate === undefined || (b3 & 3) === 2) return null;
  const sampleRate = isV1 ? v1Rate : version === 2 ? v1Rate / 2 : v1Rate / 4;
  const padding = (b2 >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 2 || isV1 ? 1152 : 576;
  const bitrate = kbps * 1000;
  const length =
    layer === 1
      ? (Math.floor((12 * bitrate) / sampleRate) + padding) * 4
      : Math.floor(((samples / 8) * bitrate) / sampleRate) + padding;
  return {
    length,
    samples,
    sampleRate,
    channels: b3 >> 6 === 3 ? 1 : 2,
    bitrate,
    codec: layer === 3 ? 'mp3' : 'mp2',
    signature: (version << 8) | (layer << 4) | ((b2 >> 2) & 3),
  };
}

/** Where the Xing or Info marker stands in a layer III frame, behind header and side information. */
function markerOffset(frame: Buffer): number {
  const isV1 = (((frame[1] ?? 0) >> 3) & 3) === 3;
  const isMono = (frame[3] ?? 0) >> 6 === 3;
  if (isV1) return HEADER + (isMono ? 17 : 32);
  return HEADER + (isMono ? 9 : 17);
}

const VBRI_OFFSET = HEADER + 32;

/** True for the frame that tells a file's length and seek table (Xing, Info, VBRI): players of a live stream would believe it. */
export function isFileInfoFrame(frame: Buffer): boolean {
  const at = markerOffset(frame);
  const marker = frame.toString('latin1', at, at + 4);
  if (marker === 'Xing' || marker === 'Info') return true;
  return frame.toString('latin1', VBRI_OFFSET, VBRI_OFFSET + 4) === 'VBRI';
}

export const mpegSyntax: FrameSyntax = {
  container: 'mpeg',
  headerBytes: HEADER,
  parse: parseMpegHeader,
  isFileInfo: isFileInfoFrame,
};

/** A cutter for MPEG audio; ID3 tags and file-information frames are dropped. */
export function createMpegCutter(): Cutter {
  return createSyncCutter(mpegSyntax);
}

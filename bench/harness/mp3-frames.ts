/** The frames in a stream of MP3 at a constant bit rate, found by their headers (ISO/IEC 11172-3 §2.4.1.3). */

/** Samples in a frame of MPEG-1 layer III, of which the sound measured is made. */
const samplesPerFrame = 1152;
const sampleRate = 44_100;
export const frameMs = (samplesPerFrame * 1000) / sampleRate;

const headerBytes = 4;
/** kbit/s by index, MPEG-1 layer III. */
const bitrates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

/** Length of the frame whose header is at `at`; undefined when none is there. */
function frameLength(bytes: Buffer, at: number): number | undefined {
  const header = bytes.readUInt32BE(at);
  const isOurs = (header & 0xfffe_0c00) >>> 0 === 0xfffa_0000;
  const bitrate = bitrates[(header >>> 12) & 0x0f];
  if (!isOurs || bitrate === undefined || bitrate === 0) return undefined;
  const padding = (header >>> 9) & 1;
  return Math.floor((144 * bitrate * 1000) / sampleRate) + padding;
}

/**
 * Cuts what is pushed at frame boundaries; what comes before the first frame is skipped.
 * @returns the whole frames that each push completed, as text that names their content.
 */
export function createFrameCutter(): (bytes: Buffer) => string[] {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const frames: string[] = [];
    let at = 0;
    while (at + headerBytes <= rest.length) {
      const length = frameLength(rest, at);
      if (length === undefined) {
        at += 1;
        continue;
      }
      if (at + length > rest.length) break;
      frames.push(rest.toString('latin1', at, at + length));
      at += length;
    }
    rest = rest.subarray(at);
    return frames;
  };
}
